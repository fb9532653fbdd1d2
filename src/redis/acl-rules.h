/* SPDX-License-Identifier: MIT */
/* What the users of ACL LIST may do. The rules of one user count in their order, the later one over the
 * earlier; what stands in parentheses (7.0+) is a rule set of its own that adds to the others. Only the
 * commands below are followed. Source: Redis 6.0 to 8.0 and Valkey 8.1, src/acl.c. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum acl_command {
    /* that end a server's data or its service when the wrong one calls them */
    ACL_FLUSHALL,
    ACL_FLUSHDB,
    ACL_CONFIG_SET,
    ACL_DEBUG,
    ACL_KEYS,
    ACL_SHUTDOWN,
    ACL_REPLICAOF,
    ACL_SLAVEOF, /* a command of its own to an ACL */
    ACL_FAILOVER,
    ACL_MODULE_LOAD,
    ACL_ACL_SETUSER,
    ACL_DANGEROUS,

    /* that remedies have besides */
    ACL_CONFIG_REWRITE = ACL_DANGEROUS,
    ACL_CONFIG_GET,
    ACL_ACL_SAVE,
    ACL_ACL_GENPASS,
    ACL_CLIENT_KILL,
    ACL_CLIENT_LIST,
    ACL_BGSAVE,
    ACL_BGREWRITEAOF,
    ACL_SAVE,
    ACL_LATENCY_RESET,
    ACL_MEMORY_PURGE,
    ACL_SCRIPT_KILL,
    ACL_COMMANDS,
};

struct acl_user {
    char *name;
    bool is_on;
    bool is_nopass;       /* any password is good */
    bool has_selectors;   /* rules in parentheses */
    bool is_unrestricted; /* every command on every key */
    bool may[ACL_COMMANDS];
};

struct acl_users {
    struct acl_user *items;
    size_t items_count;
};

/* "FLUSHALL", "CONFIG SET": as typed. acl_command_rule: as a rule has it, without its sign, "config|set". */
const char *acl_command_name(enum acl_command command);
const char *acl_command_rule(enum acl_command command);

/* The one that a command line begins with ("CONFIG SET maxmemory 1gb"); ACL_COMMANDS: none of them. */
enum acl_command acl_command_of(const char *line);

/* A line of ACL LIST ("user NAME RULE..."). -EINVAL: is none. */
int acl_user_parse(const char *line, struct acl_user *ret);

/* Adds a user to the list. What is no user's line is passed over. */
void acl_users_add(struct acl_users *users, const char *line);

/* NULL: no such user. */
const struct acl_user *acl_users_find(const struct acl_users *users, const char *name);

void acl_user_done(struct acl_user *user);
void acl_users_done(struct acl_users *users);
#define _cleanup_acl_users_ __attribute__((cleanup(acl_users_done)))
