/* SPDX-License-Identifier: MIT */
/* When a finding warns, in words, with the thresholds that are in force. */
#pragma once

#include "diagnose/finding.h"
#include "policy/policy.h"

/* words: the row's note_when, warning_when or critical_when; each {NAME} becomes its threshold ("75 %"), the
 * configured one where there is one. policy NULL: the table's own. Owned by the caller. */
char *finding_words(const struct finding *finding, const struct policy *policy, const char *words);

/* The threshold that is in force, and where it comes from: "75 % (built in)", "80 % (FILE:LINE)". Owned by
 * the caller. */
char *finding_threshold_describe(const struct finding *finding, const struct policy *policy,
                                 const struct threshold *threshold);
