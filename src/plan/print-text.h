/* SPDX-License-Identifier: MIT */
/* What a person reads: the diff for a change review, and what apply or revert did. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "plan/plan.h"
#include "units/wrap.h"

struct text_style {
    bool colour;
};

/* Colour where standard output has it, util/terminal.h. */
struct text_style text_style_of_terminal(void);

/* The table of runtime values, a unified diff of each file, then what needs a restart. */
void text_render_diff(FILE *out, const struct plan *plan, struct text_style style);

/* One line for each change, made or not, and each file; then what needs a restart. */
void text_render_result(FILE *out, const struct plan *plan);

/* A row, and what is true of it on this host: what `explain` says. width: columns to fill. */
void text_render_explanation(FILE *out, const struct plan *plan, const struct tunable *tunable,
                             const struct host_facts *facts, int width);
