/* SPDX-License-Identifier: MIT */
/* The next boot, for the commands that look ahead or say who set a value. */
#pragma once

#include "boot/forecast.h"
#include "boot/read-config.h"
#include "cmd/survey.h"

struct boot_survey {
    struct boot_files files;
    struct host_facts facts; /* the survey's, with the kernel's own choice for huge pages; not owned */
    struct change_record *changes;
    size_t changes_count;
    struct boot_input input; /* points into these and into the survey */
};

/* Reads what decides at the next boot, and has each item of the plan foreseen. Not is_full: only what it
 * takes to see whether a drop-in loses. Owned by the caller, boot_survey_done; not to be copied. */
void forecast_read(const struct options *options, const struct survey *survey, bool is_full,
                   struct plan *plan, struct boot_survey *ret);

/* Where the plan is printed or saved as JSON, which says who set each value. */
void forecast_read_for_json(const struct options *options, const struct survey *survey, struct plan *plan);

/* Logs what could not be read and leaves the forecast open. Whether there was any. */
bool forecast_say_unseen(const struct boot_survey *boot);

/* Logs a warning for each of our drop-ins' lines that loses at the next boot. Whether there was one. */
bool forecast_warn(const struct plan *plan, const struct boot_survey *boot);

void boot_survey_done(struct boot_survey *boot);
