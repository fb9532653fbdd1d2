/* SPDX-License-Identifier: MIT */
/* What a tunable is. The rows stand in tunables.c; adding a knob is adding a row there. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "host/facts.h"

struct nearest; /* util/nearest.h */

enum value_syntax {
    SYNTAX_INTEGER,
    SYNTAX_CHOICE, /* the kernel prints all choices with the selected one in brackets */
};

enum satisfied_when {
    SATISFIED_EQUAL,
    SATISFIED_AT_LEAST, /* never lowered below what others want */
    SATISFIED_ONE_OF,   /* any of .satisfying; a value from the configuration must be met exactly */
};

enum tunable_scope {
    SCOPE_HOST,
    SCOPE_NETWORK_NAMESPACE,
    SCOPE_UNIT, /* no file of the kernel's: what a unit of Redis gets from the generator (units/) */
};

enum persistence {
    PERSIST_SYSCTL_EXACT, /* a sysctl.d file that has the last word */
    PERSIST_SYSCTL_FLOOR, /* a sysctl.d file that every other one may override */
    PERSIST_TMPFILES,
};

/* What tells whether a running server lives under the row's value: servers/judgement has a rule for each. */
enum judge {
    JUDGE_NOBODY, /* the value is no matter of a server's */
    JUDGE_OVERCOMMIT,
    JUDGE_SWAPPINESS,
    JUDGE_LISTEN_QUEUE,
    JUDGE_SYN_BACKLOG,
    JUDGE_HUGE_PAGES,
    JUDGE_HUGE_PAGE_SIZE,
    JUDGE_PLACEMENT,
    JUDGE_OPEN_FILES,
    JUDGE_COUNT,
};

/* A sentence of `explain` that holds on some hosts only. */
struct remark {
    bool (*applies)(const struct host_facts *facts); /* NULL: everywhere */
    const char *text;
};

struct tunable {
    const char *name; /* a '*' stands for the object's part, as in the path */
    /* Below the root; with a '*' the row has one object for each match. NULL: SCOPE_UNIT, whose objects are
     * units. */
    const char *path;

    enum value_syntax syntax;
    long long minimum, maximum; /* SYNTAX_INTEGER */
    const char *const *choices; /* SYNTAX_CHOICE, NULL-terminated */

    enum satisfied_when satisfied_when;
    const char *const *satisfying; /* SATISFIED_ONE_OF, NULL-terminated */
    const char *standard;          /* what the default policy wants */
    /* Where the default depends on the object: its value, or NULL for .standard. */
    const char *(*standard_for)(const char *object, const struct host_facts *facts);
    /* What the kernel starts with; NULL: not known. */
    const char *(*kernel_default)(const char *object, const struct host_facts *facts);
    const char *follows; /* a row that, when left, leaves this one too */

    enum tunable_scope scope;
    enum persistence persistence;
    enum judge judge;
    bool is_taken_at_start; /* a server takes it over at its start and keeps it until it is restarted */
    bool is_critical;       /* a wrong value costs data or writes: diagnose */

    /* How others name it at boot; the rows below /proc/sys go by their sysctl's name everywhere. */
    const char *kernel_parameter;  /* "NAME=VALUE", of a row with objects "NAME=SIZE:VALUE"; NULL: none */
    int kernel_parameter_since[2]; /* the version that knows it: major, minor */
    const char *tuned_option;      /* of its plugin vm; NULL: none */
    const char *searched_word;     /* what a script that writes it has in it */

    const char *summary;          /* why, in at most 50 characters: the diff's column */
    const char *rationale;        /* why, in full: explain */
    const struct remark *remarks; /* ends with a row without text */
    const char *documentation;
};

extern const struct tunable tunables[];
extern const size_t tunables_count;           /* the rows of the kernel, which come first */
extern const size_t tunables_and_units_count; /* and those of units */

#define TUNABLE_PLACEMENT  "numa.placement"
#define TUNABLE_OPEN_FILES "unit.LimitNOFILE"

/* The row of the kernel that a name of the configuration or the command line means: its own name, or one
 * object's name ("thp.hugepages-64kB"). NULL: none. */
const struct tunable *tunable_find(const char *name);

/* The same, and the rows of units. */
const struct tunable *tunable_find_any(const char *name);

/* Whether the row has several objects. */
bool tunable_has_objects(const struct tunable *tunable);

/* The object's name or path: .name or .path with matched in the place of '*'. Owned by the caller, NULL
 * without memory. */
char *tunable_expand(const char *pattern, const char *matched);

/* The path of an object, below the root: "thp.hugepages-64kB" has "64" in the place of its row's '*'. Owned
 * by the caller; NULL where no row of this version has such an object, or without memory. */
char *tunable_object_path(const char *object);

/* The names that may follow "NAME =" in the configuration, for messages: "vm.swappiness, …". Owned by the
 * caller. */
char *tunable_names(void);

/* Considers the names of all rows, those of units too: what was meant by one that tunable_find_any() has not.
 */
void tunable_consider_names(struct nearest *nearest);

/* The keys of the rows below /proc/sys with slashes ("vm/swappiness"), NULL-terminated. Static texts. */
enum { SYSCTL_KEYS_MAX = 32 };
void tunable_sysctl_keys(const char *keys[static SYSCTL_KEYS_MAX]);
void tunable_searched_words(const char *words[static SYSCTL_KEYS_MAX]); /* each once, likewise */
void tunable_file_names(const char *names[static SYSCTL_KEYS_MAX]);     /* "somaxconn", "enabled", likewise */
const char *tunable_sysctl_key(const struct tunable *tunable);          /* NULL: not below /proc/sys */

const char *scope_name(enum tunable_scope scope);
