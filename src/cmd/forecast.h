/* SPDX-License-Identifier: MIT */
/* The next boot, for the commands that look ahead. */
#pragma once

#include "cmd/survey.h"
#include "host/boot-config.h"
#include "model/check-report.h"

/* Reads what decides at the next boot and forecasts each item of the plan. Logs on error and returns false.
 */
bool forecast_read(const struct options *options, struct survey *survey, const struct plan *plan,
                   struct boot_files *files, struct forecasts *ret);

/* -ENOMEM. */
int forecast_report(const struct survey *survey, const struct plan *plan, const struct boot_files *files,
                    const struct forecasts *forecasts, struct check_report *ret);
