/* SPDX-License-Identifier: MIT */
/* What the last runs of diagnose saw of each server, kept in /run until the next boot. Only a privileged run
 * keeps it; nothing but the finding "trend" needs it, so that no failure here ends anything. */
#pragma once

#include "cmd/diagnose-gather.h"
#include "diagnose/run-record.h"

/* Gives each server its record. */
void earlier_runs_attach(const struct root *root, struct gathering *gathering, struct run_records *ret);

/* Keeps what this run saw, where a record is missing or old. What is in the way is logged. */
void earlier_runs_keep(const struct root *root, const struct gathering *gathering,
                       struct run_records *records);
