/* SPDX-License-Identifier: MIT */
/* Which of the names that there are was probably meant by one that there is not. */
#pragma once

#include <stddef.h>

enum { NEAREST_QUESTION_MAX = 96 };

struct nearest {
    const char *word;  /* what was given */
    const char *found; /* the nearest of those considered; NULL: none is near */
    size_t distance;
};

/* Letters that are missing, too many, wrong or swapped count one each, and a beginning of the candidate as
 * one in all; more than a quarter of the word is too far. The candidate must live as long as the answer. */
void nearest_consider(struct nearest *nearest, const char *candidate);

/* " (did you mean "PREFIX+NAME"?)" or "", in the buffer. */
const char *nearest_question(const struct nearest *nearest, const char *prefix,
                             char buffer[static NEAREST_QUESTION_MAX]);
