/* SPDX-License-Identifier: MIT */
/* What the administrator asked for, each value with its file and line; and what is wanted where they did not.
 */
#pragma once

#include "policy/tunable.h"

struct setting {
    char *name;  /* a row's name or one object's */
    char *value; /* canonical, or "leave" */
    char *file;
    unsigned line;
};

/* [units] NAME.service.KEY = VALUE; KEY = VALUE for all of them */
struct unit_wish {
    char *unit;      /* empty: all */
    const char *key; /* one of these two */
    char *value;     /* canonical, or "leave" */
    char *file;
    unsigned line;
};

#define UNIT_WISH_PLACEMENT  "placement"
#define UNIT_WISH_OPEN_FILES "LimitNOFILE"

/* [thresholds] FINDING.NAME = VALUE */
struct threshold_setting {
    char *finding, *name;
    double value; /* in the base unit of the row's threshold */
    char *file;
    unsigned line;
};

/* [suppress] FINDING = REASON */
struct suppression {
    char *finding, *reason;
};

struct policy {
    struct setting *settings; /* later ones override earlier ones */
    size_t settings_count;
    struct unit_wish *unit_wishes; /* likewise */
    size_t unit_wishes_count;
    char **units_added;                   /* NULL-terminated, or NULL */
    struct threshold_setting *thresholds; /* later ones override earlier ones */
    size_t thresholds_count;
    struct suppression *suppressions; /* likewise */
    size_t suppressions_count;
};

/* What a row, or one object of it, should have. */
struct wish {
    const char *value;             /* "leave": opted out. Points into the policy or the table */
    const struct setting *setting; /* NULL: built in */
    const char *left_because_of;   /* the row whose being left leaves this one; NULL otherwise */
};

/* Takes copies. */
void policy_add(struct policy *policy, const char *name, const char *value, const char *file, unsigned line);

/* The object's own setting before its row's, the later before the earlier, the table's default last. */
struct wish policy_wish(const struct policy *policy, const struct tunable *tunable, const char *object,
                        const struct host_facts *facts);

/* --- units --- */

/* The services of Redis and Valkey by their names in the distributions; sentinels are only ordered. */
extern const char *const policy_units[];     /* NULL-terminated */
extern const char *const policy_sentinels[]; /* NULL-terminated */

/* Built in or added; an instance by its template. */
bool policy_has_unit(const struct policy *policy, const char *name);
bool policy_is_sentinel(const char *name);

void policy_add_unit(struct policy *policy, const char *name);

/* key: static text. */
void policy_add_unit_wish(struct policy *policy, const char *unit, const char *key, const char *value,
                          const char *file, unsigned line);

/* What is asked for a unit: its own, its template's, then that for all; NULL: nothing. */
const struct unit_wish *policy_unit_wish(const struct policy *policy, const char *unit, const char *key);

/* The open files that a unit should have at least, its own wish before that for all; unit NULL: that for all.
 * 0: left. */
long long policy_open_files(const struct policy *policy, const char *unit);

/* --- findings --- */

/* Take copies. */
void policy_add_threshold(struct policy *policy, const char *finding, const char *name, double value,
                          const char *file, unsigned line);
void policy_add_suppression(struct policy *policy, const char *finding, const char *reason);

const struct threshold_setting *policy_threshold(const struct policy *policy, const char *finding,
                                                 const char *name); /* NULL: the table's */
const char *policy_suppressed(const struct policy *policy,
                              const char *finding); /* the reason; NULL: it is not */

/* "built in", or "FILE:LINE". Owned by the caller. */
char *wish_describe(const struct wish *wish);

void policy_done(struct policy *policy);
