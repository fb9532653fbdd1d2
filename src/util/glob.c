/* SPDX-License-Identifier: MIT */
/* Globs of paths.
 * Owns braces, which fnmatch(3) has not; pure. */
#include "util/glob.h"

#include <fnmatch.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { BRACES_MAX = 256 };

/* Behind a '{': the '}' or ',' that ends this alternative; NULL: there is none. */
static const char *end_of_alternative(const char *text)
{
    int depth = 0;

    for (; *text; text++) {
        if (*text == '\\' && text[1])
            text++;
        else if (*text == '{')
            depth++;
        else if (depth == 0 && (*text == '}' || *text == ','))
            return text;
        else if (*text == '}')
            depth--;
    }
    return NULL;
}

static const char *end_of_braces(const char *text)
{
    const char *end = end_of_alternative(text);

    while (end && *end == ',')
        end = end_of_alternative(end + 1);
    return end;
}

/* The first '{' that has its '}'; "{}" stands for itself. */
static const char *find_braces(const char *text)
{
    for (; *text; text++) {
        if ((*text == '\\' && text[1]) || (*text == '{' && text[1] == '}'))
            text++;
        else if (*text == '{')
            return end_of_braces(text + 1) ? text : NULL;
    }
    return NULL;
}

/* budget: how many patterns may still come of it, so that braces in braces in braces do no harm. */
static bool matches(const char *pattern, const char *path, int *budget)
{
    const char *open = find_braces(pattern), *close;

    if (--*budget < 0)
        return false;
    if (!open)
        return fnmatch(pattern, path, FNM_PATHNAME | FNM_PERIOD) == 0;
    close = end_of_braces(open + 1);
    for (const char *start = open + 1; start <= close;) {
        const char *end = end_of_alternative(start);
        char joined[PATH_MAX];

        if ((size_t)snprintf(joined, sizeof(joined), "%.*s%.*s%s", (int)(open - pattern), pattern,
                             (int)(end - start), start, close + 1) < sizeof(joined) &&
            matches(joined, path, budget))
            return true;
        start = end + 1;
    }
    return false;
}

bool glob_matches(const char *pattern, const char *path)
{
    int budget = BRACES_MAX;

    return matches(pattern, path, &budget);
}
