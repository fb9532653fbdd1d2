/* SPDX-License-Identifier: MIT */
/* The next boot, for the commands that look ahead. */
#pragma once

#include "boot/read-config.h"
#include "check/report.h"
#include "cmd/survey.h"

/* Reads what decides at the next boot and forecasts each item of the plan. Not is_full: only what it takes to
 * see whether a drop-in loses. False: there is nothing to forecast. */
bool forecast_read(const struct options *options, struct survey *survey, const struct plan *plan,
                   bool is_full, struct boot_files *files, struct forecasts *ret);

void forecast_report(const struct options *options, const struct survey *survey, const struct plan *plan,
                     const struct boot_files *files, const struct forecasts *forecasts,
                     struct check_report *ret);

/* Logs what could not be read and leaves the forecast open. Whether there was any. */
bool forecast_say_unseen(const struct boot_files *files);

/* Logs a warning for each of our drop-ins' lines that loses at the next boot. Whether there was one. */
bool forecast_warn(const struct forecasts *forecasts, const struct boot_config *config);
