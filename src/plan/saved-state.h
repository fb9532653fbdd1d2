/* SPDX-License-Identifier: MIT */
/* What is remembered for the way back: each value and file as it was before the first apply, and what was
 * written. Read and stored by privileged/state. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct saved_value {
    char *object;
    char *original;       /* NULL: unknown */
    char *written;        /* by us, last; NULL: never, or taken back */
    char *written_before; /* what `written` replaced: tells an apply that was cut off from somebody else's
                             change */
    char *boot_id;        /* the boot in which it was written */
    unsigned long long written_usec; /* after that boot */
    bool is_persisted;               /* it stands in a drop-in */
    bool is_left;                    /* a revert left it to whoever changed it: it is ours no more */
    char **earlier;                  /* originals of applies before that, the oldest first; NULL: none */
};

struct saved_file {
    char *path;
    char *original;         /* NULL: there was none */
    unsigned original_mode; /* its permissions; 0: not known */
    bool is_kept;           /* and it stands itself beside path, under the name of dropin_kept_path */
    char *written;
    char *written_before;
    bool is_left;   /* as a value's */
    char **earlier; /* paths of kept files of applies before that, the oldest first; NULL: none */
};

struct saved_state {
    char *machine_id;
    struct saved_value *values;
    size_t values_count;
    struct saved_file *files;
    size_t files_count;
};

struct saved_value *saved_state_value(const struct saved_state *state, const char *object); /* NULL: none */
struct saved_file *saved_state_file(const struct saved_state *state, const char *path);     /* NULL: none */

/* Finds or makes the entry; NULL without memory. */
struct saved_value *saved_state_add_value(struct saved_state *state, const char *object);
struct saved_file *saved_state_add_file(struct saved_state *state, const char *path);

void saved_state_remove_value(struct saved_state *state, const char *object);
void saved_state_remove_file(struct saved_state *state, const char *path);

/* In the order of the table and of the drop-ins, so that equal states are equal texts; what this version does
 * not know comes last. */
void saved_state_sort(struct saved_state *state);

/* Moves those entries of other that state has none for into state, which is then sorted. -ENOMEM. */
int saved_state_merge(struct saved_state *state, struct saved_state *other);

/* What the object had before us, should we write now over current (NULL: not known): its saved original while
 * the object is ours, else what stands there. NULL: unknown. */
const char *saved_value_original(const struct saved_value *value, const char *current);

/* Notes that what stands there now is the original from here on; the older one is kept in the entry. -ENOMEM.
 */
int saved_value_begin(struct saved_value *value, const char *current);

/* Appends to a list of earlier originals, unless it has it. -ENOMEM leaves it as it was. */
int saved_earlier_add(char ***earlier, const char *text);

/* Whether the value that an object has now is one that we wrote. */
bool saved_value_is_ours(const struct saved_value *value, const char *current);

/* Notes that `written` is about to be written, and when. -ENOMEM. */
int saved_value_set_written(struct saved_value *value, const char *written, const char *boot_id,
                            unsigned long long usec);

void saved_state_done(struct saved_state *state);
