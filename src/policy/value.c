/* SPDX-License-Identifier: MIT */
/* Parsing, comparing and ordering of values as strings.
 * Owns their canonical form. */
#include "policy/value.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/text.h"

static int integer_parse(const char *printed, char **ret)
{
    long long value;
    int error = parse_integer(printed, &value);

    if (error < 0)
        return error;
    return asprintf(ret, "%lld", value) < 0 ? -ENOMEM : 0;
}

/* The word in brackets; without brackets the only word there is. */
static int choice_parse(const struct tunable *tunable, const char *printed, char **ret)
{
    _cleanup_free_ char *copy = strdup(printed), *word = NULL;
    const char *open = strchr(printed, '['), *close = open ? strchr(open, ']') : NULL;

    if (!copy)
        return -ENOMEM;
    word = open && close ? strndup(open + 1, (size_t)(close - open - 1)) : strdup(text_trim(copy));
    if (!word)
        return -ENOMEM;
    if (!strings_have(tunable->choices, word))
        return -EINVAL;
    *ret = TAKE_POINTER(word);
    return 0;
}

int value_parse(const struct tunable *tunable, const char *printed, char **ret)
{
    return tunable->syntax == SYNTAX_INTEGER ? integer_parse(printed, ret)
                                             : choice_parse(tunable, printed, ret);
}

static bool is_in_range(const struct tunable *tunable, const char *canonical)
{
    long long value;

    if (tunable->syntax != SYNTAX_INTEGER)
        return strings_have(tunable->choices, canonical);
    return parse_integer(canonical, &value) == 0 && value >= tunable->minimum && value <= tunable->maximum;
}

/* As proc_get_long() of the kernel reads it. */
static int integer_parse_written(const char *text, char **ret)
{
    _cleanup_free_ char *word = NULL;
    long long value;
    int error;

    text += strspn(text, " \t\n");
    word = strndup(text, strcspn(text, " \t\n"));
    if (!word)
        return -ENOMEM;
    error = strlen(word) > 20 ? -EINVAL : parse_integer_any_base(word, &value);
    if (error < 0 || value > INT_MAX || value < INT_MIN)
        return -EINVAL;
    return asprintf(ret, "%lld", value) < 0 ? -ENOMEM : 0;
}

int value_parse_written(const struct tunable *tunable, const char *text, char **ret)
{
    _cleanup_free_ char *canonical = NULL;
    size_t length = strlen(text);
    int error = 0;

    if (tunable->syntax == SYNTAX_INTEGER)
        error = integer_parse_written(text, &canonical);
    else if (!(canonical = strndup(text, length - (length > 0 && text[length - 1] == '\n'))))
        error = -ENOMEM;
    if (error < 0)
        return error;
    if (!is_in_range(tunable, canonical))
        return -EINVAL;
    *ret = TAKE_POINTER(canonical);
    return 0;
}

int value_parse_configured(const struct tunable *tunable, const char *text, char **ret, char **ret_error)
{
    _cleanup_free_ char *canonical = NULL, *allowed = NULL;
    int error;

    if (strcmp(text, VALUE_LEAVE) == 0) {
        *ret = strdup(VALUE_LEAVE);
        return *ret ? 0 : -ENOMEM;
    }
    error = strpbrk(text, "[]") ? -EINVAL : value_parse(tunable, text, &canonical);
    if (error == 0 && is_in_range(tunable, canonical)) {
        *ret = TAKE_POINTER(canonical);
        return 0;
    }
    if (error == -ENOMEM)
        return error;
    allowed = value_allowed(tunable);
    return error_make(ret_error, -EINVAL, "\"%s\" is no value of %s: allowed are %s, or leave", text,
                      tunable->name, allowed ? allowed : "other values");
}

bool value_satisfies(const struct tunable *tunable, const char *current, const char *wanted,
                     bool is_configured)
{
    long long has, needs;

    if (tunable->satisfied_when == SATISFIED_ONE_OF && !is_configured)
        return strings_have(tunable->satisfying, current);
    if (tunable->satisfied_when == SATISFIED_AT_LEAST)
        return parse_integer(current, &has) == 0 && parse_integer(wanted, &needs) == 0 && has >= needs;
    return strcmp(current, wanted) == 0;
}

const char *value_larger(const char *a, const char *b)
{
    long long first, second;

    if (!b || parse_integer(b, &second) < 0)
        return a;
    return parse_integer(a, &first) == 0 && first >= second ? a : b;
}

char *value_allowed(const struct tunable *tunable)
{
    struct text_builder list = {0};

    if (tunable->syntax == SYNTAX_INTEGER)
        text_builder_add(&list, "%lld to %lld", tunable->minimum, tunable->maximum);
    for (const char *const *choice = tunable->choices; choice && *choice; choice++)
        text_builder_add(&list, "%s%s", choice == tunable->choices ? "" : choice[1] ? ", " : " or ", *choice);
    return text_builder_take(&list);
}
