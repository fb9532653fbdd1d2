/* SPDX-License-Identifier: MIT */
/* The readers behind servers/read-facts, one for each group. Each fills its part of the server, whose
 * .process is known already, whatever is in the way becomes the group's .unknown. Those that have a share say
 * whether it did not suffice, which is the reason of .unknown then. */
#pragma once

#include "servers/config-pairs.h"
#include "servers/facts.h"
#include "util/budget.h"
#include "util/root.h"

/* status and limits */
void server_status_read(const struct root *root, struct server_facts *server);
void server_limits_read(const struct root *root, struct server_facts *server);

/* From the files' text; what is missing or no number is unknown. Not .unknown, nor .user_tasks. */
void server_status_parse(const char *content, struct server_status *status);
void server_limits_parse(const char *content, struct server_limits *limits);

/* memory: smaps_rollup; smaps; what the children hold alone */
bool server_memory_read(const struct root *root, struct server_facts *server, struct budget_share *share);
bool server_mappings_read(const struct root *root, struct server_facts *server, struct budget_share *share);
void server_children_read(const struct root *root, struct server_facts *server);

/* The reason in words: which file, why, and what would help. Replaces *unknown; error is -errno. */
void server_unknown(char **unknown, const struct root *root, int pid, const char *file, int error);

/* The content of the server's /proc/PID/FILE, owned by the caller, and *unknown NULL; else false, and
 * *unknown has the reason. */
bool server_read_file(const struct root *root, const struct server_facts *server, const char *file,
                      char **ret, char **unknown);

/* Every "KEY:  NUMBER kB" line of content that a row names becomes bytes, the others stay AMOUNT_UNKNOWN. */
struct kib_row {
    const char *key; /* "VmRSS" */
    amount *bytes;
};
void server_parse_kib(const char *content, const struct kib_row *rows, size_t count);

/* Gives every line of /proc/PID/NAME without its end to `add`, which returns 0 or -errno to stop with; what
 * goes on behind 8 KiB of a line is left out. -EFBIG behind 512 MiB, -ENODATA when there is no line, -ETIME
 * when the time of the share (NULL: as long as it takes) is over. */
int server_each_line(const struct root *root, int pid, const char *name, const struct budget_share *share,
                     int (*add)(void *data, char *line), void *data);

bool server_numa_read(const struct root *root, struct server_facts *server, struct budget_share *share);

/* The listeners and network groups of all servers at once, in this order: each network namespace is asked
 * once. */
void server_sockets_read(const struct root *root, struct server_list *list, const struct budget_queue *queue,
                         unsigned groups, struct budget *budget);

/* What the users of servers have of tasks, in one walk for all of them: server_limits_read first. */
void server_tasks_read(const struct root *root, struct server_list *list);

void server_cgroup_read(const struct root *root, struct server_facts *server);

/* Its files, with what they include, may be larger than the share. */
bool server_config_read(const struct root *root, struct server_facts *server, struct budget_share *share);

/* The file that a server names itself, where neither its command line nor a unit told: only of one that was
 * named or is proven. *pairs is all that it sets, for a server that does not answer CONFIG GET. Whether the
 * share does not suffice. */
bool server_config_read_named(const struct root *root, struct server_facts *server, const char *path,
                              struct budget_share *share, struct config_pairs *pairs);
