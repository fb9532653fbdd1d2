/* SPDX-License-Identifier: MIT */
/* What an object of a plan will have after the next boot, and who has a say in that, in the order of their
 * turn: the kernel's own value, its command line, sysctl.d or tmpfiles.d, tuned, and our unit. Made by
 * boot/forecast. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum forecast_source {
    FORECAST_KERNEL,
    FORECAST_COMMAND_LINE,
    FORECAST_SYSCTL,
    FORECAST_TMPFILES,
    FORECAST_OTHER_UNIT, /* a unit that writes by itself */
    FORECAST_TUNED,
    FORECAST_TUNED_SYSCTL, /* tuned, from /etc/sysctl.d or /etc/sysctl.conf */
    FORECAST_UNIT,
};

enum forecast_fate {
    FORECAST_SET,        /* written, whether or not another comes behind */
    FORECAST_REFUSED,    /* written, and no value that the kernel takes */
    FORECAST_OVERRIDDEN, /* never written: a line that counts more comes before or behind it */
    FORECAST_UNREAD,     /* never written: the unit that would read it is masked */
    FORECAST_UNKNOWN,    /* only its writer can tell what it will be */
    FORECAST_UNSEEN,     /* this process could not read whether it writes, and what */
};

/* One of those who have a say. */
struct forecast_step {
    enum forecast_source source;
    enum forecast_fate fate;
    char *value;     /* canonical where set, as written otherwise; NULL: not known */
    char *file;      /* "/proc/cmdline"; where unseen what could not be read; NULL: the kernel */
    unsigned line;   /* 0: it has none */
    char *unit;      /* of FORECAST_OTHER_UNIT; NULL otherwise */
    char *mended_by; /* likewise: the step that keeps it from writing */
};

struct forecast {
    struct forecast_step *steps; /* in the order of their turn, what is never written before what is */
    size_t steps_count;
    size_t decided;              /* the step that decides; the kernel's where nothing else does */
    size_t decided_without_unit; /* the same without our unit */
    int ours;          /* our drop-in's line, where it loses to decided_without_unit; -1: it does not */
    bool has_our_line; /* in one of our drop-ins */
    char *at_boot;     /* NULL: not known */
    char *late; /* where tuned or another unit lands behind our unit and that differs: what it leaves; NULL
                   otherwise */
    bool is_late_unknown; /* or that only it can tell */
    char *late_unit;      /* NULL: tuned */
    char *late_mended_by; /* of late_unit: the step that keeps it from writing */
    char
        *late_from; /* FILE:LINE of that unit, or of sysctl.d that tuned reads again; NULL: tuned's profile */
    char *by_hand;  /* what "sysctl --system" leaves, where that differs from the files at boot */
    char *by_hand_from; /* FILE:LINE */
    char *lost_file;    /* FILE:LINE below /run that sets the object now and is gone then; NULL: none */
};

const struct forecast_step *forecast_decided_by(const struct forecast *forecast);

/* Who that is: "FILE:LINE", "redis-hosttune.service", "kernel command line", "the kernel". Owned by the
 * caller. */
char *forecast_step_describe(const struct forecast_step *step);

void forecast_done(struct forecast *forecast);
