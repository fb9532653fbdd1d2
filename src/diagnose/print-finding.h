/* SPDX-License-Identifier: MIT */
/* A row of the findings, explained: for a person, and as JSON, version 1:
 * {"version":1,"id","section","summary","warning","critical","thresholds":[{"name","value"}],"harm","remedy",
 *  "suppressed"}. What a row does not have is null. */
#pragma once

#include <stdio.h>

#include "diagnose/finding.h"
#include "policy/policy.h"

void finding_render_text(FILE *out, const struct finding *finding, const struct policy *policy, int width);

/* The text, with a newline at its end; owned by the caller. */
char *finding_render_json(const struct finding *finding, const struct policy *policy);
