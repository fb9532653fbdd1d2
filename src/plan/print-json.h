/* SPDX-License-Identifier: MIT */
/* Plans as JSON, version 1:
 * {"version":1,"items":[{"name","object","path","current","wanted","wanted_from","set_by","state","scope","reason"}],
 *  "files":[{"path","action","diff"}],"restart":[{"unit","pid","command","reason","price"}]}. What is not
 * known or does not apply is null. */
#pragma once

#include "plan/plan.h"

/* The text, with a newline at its end; owned by the caller. */
char *json_render_plan(const struct plan *plan);

/* One row with its texts: {"version":1,"name","summary","rationale","remarks":[…],"allowed","documentation",
 * "items":[…]}. */
char *json_render_explanation(const struct plan *plan, const struct tunable *tunable,
                              const struct host_facts *facts);

/* Whether a saved plan (the text of a file) says the same as this one. -ESTALE: no, *ret_error names the
 * first difference; -EINVAL: no plan. */
int json_compare_plan(const struct plan *plan, const char *saved, char **ret_error);
