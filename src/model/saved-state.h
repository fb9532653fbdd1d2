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
};

struct saved_file {
    char *path;
    char *original;         /* NULL: there was none */
    unsigned original_mode; /* its permissions; 0: not known */
    char *written;
    char *written_before;
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

/* Whether the value that an object has now is one that we wrote. */
bool saved_value_is_ours(const struct saved_value *value, const char *current);

/* Notes that `written` is about to be written, and when. -ENOMEM. */
int saved_value_set_written(struct saved_value *value, const char *written, const char *boot_id,
                            unsigned long long usec);

void saved_state_done(struct saved_state *state);
