/* SPDX-License-Identifier: MIT */
/* What each object will have after the next boot, and who decides it: the kernel's own value, its command
 * line, sysctl.d or tmpfiles.d, tuned, and our unit, in that order. */
#pragma once

#include "boot/config.h"
#include "host/facts.h"
#include "plan/plan.h"

enum forecast_source {
    FORECAST_KERNEL,
    FORECAST_COMMAND_LINE,
    FORECAST_SYSCTL,
    FORECAST_TMPFILES,
    FORECAST_TUNED,
    FORECAST_TUNED_SYSCTL, /* tuned, from /etc/sysctl.d or /etc/sysctl.conf */
    FORECAST_UNIT,
};

enum forecast_fate {
    FORECAST_SET,        /* written, whether or not another comes behind */
    FORECAST_REFUSED,    /* written, and no value that the kernel takes */
    FORECAST_OVERRIDDEN, /* never written: a line that counts more comes before or behind it */
    FORECAST_UNKNOWN,    /* only its writer can tell what it will be */
    FORECAST_UNSEEN,     /* this process could not read whether it writes, and what */
};

/* One of those who have a say. */
struct forecast_step {
    enum forecast_source source;
    enum forecast_fate fate;
    char *value;   /* canonical where set, as written otherwise; NULL: not known */
    char *file;    /* "/proc/cmdline"; where unseen what could not be read; NULL: the kernel */
    unsigned line; /* 0: it has none */
};

struct forecast {
    const struct plan_item *item;
    struct forecast_step *steps; /* in the order of their turn, what is never written before what is */
    size_t steps_count;
    size_t decided;              /* the step that decides; the kernel's where nothing else does */
    size_t decided_without_unit; /* the same without our unit */
    int ours;          /* our drop-in's line, where it loses to decided_without_unit; -1: it does not */
    bool has_our_line; /* in one of our drop-ins */
    char *at_boot;     /* NULL: not known */
    char *without_unit;
    char *late; /* where tuned lands behind our unit and that differs: what it leaves; NULL otherwise */
    bool is_late_unknown; /* or that only tuned can tell */
    char *by_hand;        /* what "sysctl --system" leaves, where that differs from the files at boot */
    char *by_hand_from;   /* FILE:LINE */
    char *lost_file;      /* FILE:LINE below /run that sets the object now and is gone then; NULL: none */
};

struct forecasts {
    struct forecast *items; /* one for each selected item of the plan that the kernel has */
    size_t items_count;
};

/* Owned by the caller (forecasts_done); points into plan and config. */
void forecast_build(const struct plan *plan, const struct host_facts *facts, const struct boot_config *config,
                    struct forecasts *ret);

/* The forecast of an item; NULL: there is none. */
const struct forecast *forecast_find(const struct forecasts *forecasts, const struct plan_item *item);

const struct forecast_step *forecast_decided_by(const struct forecast *forecast);

/* What is asked for at boot: an item's wish without what was only set by hand in this boot. NULL: left. */
const char *forecast_wish(const struct plan_item *item);

/* What our unit writes where that wish is not met. */
const char *forecast_unit_writes(const struct forecast *forecast);

/* Whether the value meets that wish; false for NULL. */
bool forecast_satisfies(const struct plan_item *item, const char *value);

void forecasts_done(struct forecasts *forecasts);
