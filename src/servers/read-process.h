/* SPDX-License-Identifier: MIT */
/* Finds the Redis and Valkey servers that run on a host, from /proc. */
#pragma once

#include "host/facts.h"
#include "servers/process.h"
#include "util/root.h"

/* All kinds by pid, children that save and sentinels too; an image without /proc has none. Owned by the
 * caller, redis_process_list_free. -errno where /proc cannot be listed (-E2BIG: more than root_list takes).
 */
int redis_process_list(const struct root *root, const struct host_facts *facts, struct server_process **ret,
                       size_t *ret_count);
void redis_process_list_free(struct server_process *processes, size_t count);

/* False where processes of others are hidden: with hidepid, and in our own unit's sandbox, even PID 1 cannot
 * be seen. */
bool redis_process_sees_others(const struct root *root, const struct host_facts *facts);

/* Start after boot, -ENOENT where the process has ended: whoever reads several files of one process looks
 * before and afterwards, for its number may have gone to another. */
int redis_process_started(const struct root *root, int pid, unsigned long long *ret_usec);

/* The content of /proc/PID/FILE, bounded; owned by the caller. -errno. */
int redis_process_read(const struct root *root, int pid, const char *file, char **ret);

/* The path of the hierarchy that is systemd's: the only one of cgroup v2, the named one of v1; beside that,
 * v2's is "/" or says the same. Owned by the caller; NULL: unknown. */
char *redis_process_cgroup(const struct root *root, int pid);

/* The value of a line "KEY:<blanks>VALUE" of such a file; NULL: there is none. */
const char *process_value(const char *content, const char *key);

/* Whether a process in an inner PID namespace has a number there as well, by its status, which everybody may
 * read; unknown before Linux 4.1. */
enum trait process_has_inner_pid(const char *status);

/* The effective group of a process, by the numbers of /proc/PID/status behind "Gid:"; UINT_MAX: unknown. */
unsigned redis_process_gid(const struct root *root, int pid);
