/* SPDX-License-Identifier: MIT */
/* The plan: what each object has, what it should have, and what becomes of it. diff prints it, apply carries
 * it out, so what is shown is what is done. */
#pragma once

#include "plan/forecast.h"
#include "plan/judgement.h"
#include "plan/observation.h"
#include "plan/saved-state.h"
#include "policy/policy.h"
#include "units/redis-unit.h"

enum item_state {
    ITEM_IN_SYNC,
    ITEM_CHANGE,
    ITEM_LEFT,    /* opted out */
    ITEM_ABSENT,  /* no such knob in this kernel */
    ITEM_REFUSED, /* not possible here */
    ITEM_UNKNOWN, /* unreadable */
    ITEM_APPLIED,
    ITEM_FAILED,
};

/* One object of one row: both are its key, for two rows are about the same units. */
struct plan_item {
    const struct tunable *tunable;
    char *object;    /* of a row of units: a unit, or "pid 812" for a server of none that gets anything */
    char *path;      /* NULL: of a row of units */
    char *current;   /* NULL: not known */
    char *wanted;    /* NULL: left */
    char *persisted; /* what the drop-in has; NULL: no line */
    char *wanted_from;
    char *set_by;          /* NULL: it has no value, or boot_forecast was not asked */
    struct forecast *boot; /* NULL: it is not there to have one, or boot_forecast was not asked */
    char *reason;          /* why it is not simply in sync or a change; NULL otherwise */
    bool is_configured;    /* the wish stands in the configuration, and is to be met exactly */
    bool is_selected;      /* false: not asked for, only here to keep its line in the drop-in */
    enum item_state state;
    struct judgements servers; /* of the running servers, one each at the most; servers_judge */
};

enum file_action {
    FILE_KEEP,
    FILE_CREATE,
    FILE_REPLACE,
    FILE_REMOVE,
    FILE_REFUSED, /* something is in the way: reason */
    FILE_LEFT,    /* to somebody who changed it: reason */
    FILE_WRITTEN, /* after apply */
    FILE_FAILED,
};

/* A drop-in, and what becomes of somebody's file in its place: that is never written over, but gets a second
 * name beside it first (plan/dropin.h), and revert renames it back. */
struct plan_file {
    const char *path;  /* static text */
    char *old_content; /* NULL: no such file */
    char *new_content; /* NULL: there shall be none */
    char *reason;
    enum file_action action;
    unsigned old_mode, new_mode; /* permissions; 0: 0644 */
    bool is_ours;                /* new_content is of our making */
    bool is_unreadable;          /* the reason is that it could not be read */
    bool keeps_original;         /* what is there is somebody's: it gets its kept name */
    char *moved_path;            /* what has that name already gets this one first; NULL: nothing has */
    char *changed_path;          /* what somebody made of ours gets this name; NULL: nobody did */
    bool restores_kept;          /* new_content is the kept file's, which is renamed back */
    bool drops_kept;             /* both names are one file, as a call that was cut off leaves it */
};

/* The drop-in of a Redis unit, which the generator writes at a reload of systemd, and we never. */
struct plan_unit {
    char *name;
    char *path;
    char *old_content; /* NULL: there is none now */
    char *new_content; /* NULL: there will be none */
};

struct plan {
    struct plan_item *items; /* of the rows of the kernel */
    size_t items_count;
    struct plan_item *unit_items; /* of the rows of units, by row; only the generator writes what they want */
    size_t unit_items_count;
    bool has_unit_items;            /* the units were looked at */
    const char *units_idle_because; /* static text: why no unit gets anything; NULL: they do */
    const char *units_enable;       /* static text: what changes that; NULL likewise */
    struct plan_file *files;
    size_t files_count;
    struct plan_unit *units;
    size_t units_count;
    bool has_live_units; /* a reload here makes the units' drop-ins so: they count as differences */
    const struct judgement **restarts; /* the stale ones, by server, and once for each unit and text */
    size_t restarts_count;
};

struct plan_input {
    const struct policy *policy;
    const struct observation *observation;
    const struct saved_state *state;
    const char *const *only;      /* names of rows or objects, NULL-terminated; NULL: all */
    const char *const *forced;    /* revert: what goes back whoever changed it; as only */
    const char *const *forgotten; /* revert: what is not touched and leaves the state; as only */
    bool is_other_root;           /* another tree than "/": being in a container does not matter to it */
};

/* The items; files are added by the functions below, what servers make of them by
 * servers/judgement.h. Owned by the caller,
 * plan_done. */
void plan_build(const struct plan_input *input, struct plan *ret);

/* Adds the drop-in at path: what it has and what it shall have (both may be NULL), or reason with what is in
 * the way. Takes old_content, new_content and reason over. Good until the next call. */
struct plan_file *plan_add_file(struct plan *plan, const char *path, char *old_content, char *new_content,
                                char *reason);

/* Adds a unit's drop-in. Takes the contents over. */
void plan_add_unit(struct plan *plan, const char *name, const char *directory, char *old_content,
                   char *new_content);
bool plan_unit_differs(const struct plan_unit *unit);
bool plan_needs_reload(const struct plan *plan); /* a live unit's drop-in differs */

/* Whether a list of names, as those of plan_input, has the object, its row, or the path of a file. NULL: no.
 */
bool plan_names_have(const char *const *names, const char *object_or_path);

bool plan_has_item_in(const struct plan *plan, enum item_state state);

/* The items in the order in which they are to be written, the next from *position (0 at first) on; NULL: that
 * was the last. The tuner may be ended half-way, by its time limit or by a crash, and Redis starts all the
 * same: first come the values that it takes over at its start and keeps until it is restarted (overcommit,
 * the listen queue, huge pages), then those that count from the moment on when they are set. Both in the
 * order of the table. */
struct plan_item *plan_next_to_write(const struct plan *plan, size_t *position);

bool plan_has_file_in(const struct plan *plan, enum file_action action);
bool plan_is_in_sync(const struct plan *plan);         /* nothing to change and nothing refused */
bool plan_file_differs(const struct plan_file *file);  /* a file that apply has to touch */
bool plan_file_has_work(const struct plan_file *file); /* it, or what is kept beside it */
bool plan_may_fail_at_files(const struct plan *plan);  /* one has work or is refused */

const char *item_state_name(enum item_state state);
const char *file_action_name(enum file_action action);

/* Adds what the units get: how the memory of each is placed, and its open files. Behind plan_add_unit, whose
 * drop-ins say whether that is so already. */
void plan_add_unit_items(struct plan *plan, const struct redis_units *units, const struct plan_input *input);

/* One that says what is wanted of the object, whatever it gets. */
struct plan_item *plan_add_unit_item(struct plan *plan, const struct tunable *tunable, const char *object,
                                     const struct plan_input *input);

/* The items by position, those of the kernel before those of units; NULL: behind the last. */
struct plan_item *plan_item_at(const struct plan *plan, size_t position);

/* Takes away what boot_forecast gave. */
void plan_item_forget_boot(struct plan_item *item);

void plan_done(struct plan *plan);
