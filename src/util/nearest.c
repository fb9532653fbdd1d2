/* SPDX-License-Identifier: MIT */
/* Owns how far two words are from each other: optimal string alignment. */
#include "util/nearest.h"

#include <stdio.h>
#include <string.h>

#include "util/text.h"

enum { LENGTH_MAX = 64, PREFIX_MIN = 3 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Row by row of the table of distances between all beginnings of both; both are at most LENGTH_MAX long. */
static size_t distance_of(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t rows[3][LENGTH_MAX + 1];
    size_t *before = rows[0], *last = rows[1], *row = rows[2];

    for (size_t j = 0; j <= b_length; j++)
        last[j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t *oldest = before;

        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            row[j] = least(least(last[j], row[j - 1]) + 1, last[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
        before = last;
        last = row;
        row = oldest;
    }
    return last[b_length];
}

void nearest_consider(struct nearest *nearest, const char *candidate)
{
    size_t length = strlen(nearest->word), other = strlen(candidate), distance;

    if (length > LENGTH_MAX || other > LENGTH_MAX)
        return;
    distance = length >= PREFIX_MIN && other > length && text_has_prefix(candidate, nearest->word)
                   ? 1
                   : distance_of(nearest->word, length, candidate, other);
    if (distance <= 1 + length / 4 && distance < length &&
        (!nearest->found || distance < nearest->distance)) {
        nearest->found = candidate;
        nearest->distance = distance;
    }
}

const char *nearest_question(const struct nearest *nearest, const char *prefix,
                             char buffer[static NEAREST_QUESTION_MAX])
{
    *buffer = '\0';
    if (nearest->found)
        snprintf(buffer, NEAREST_QUESTION_MAX, " (did you mean \"%s%s\"?)", prefix, nearest->found);
    return buffer;
}
