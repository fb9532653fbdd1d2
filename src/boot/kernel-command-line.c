/* SPDX-License-Identifier: MIT */
/* The kernel's command line.
 * Owns how its words are read and what they set; pure. */
#include "boot/kernel-command-line.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/value.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

/* Cuts the next word off *text in place and takes the quotes away: "a=b c" and a="b c" are one word each. */
static char *next_word(char **text)
{
    char *word = *text, *end, *to;
    bool quoted = false;

    while (isspace((unsigned char)*word))
        word++;
    if (*word == '\0')
        return NULL;
    for (end = word; *end && (quoted || !isspace((unsigned char)*end)); end++)
        if (*end == '"')
            quoted = !quoted;
    *text = *end ? end + 1 : end;
    *end = '\0';
    for (to = word, end = word; *end; end++)
        if (*end != '"')
            *to++ = *end;
    *to = '\0';
    return word;
}

/* The value of "NAME=VALUE", where '-' and '_' are the same in the name; NULL for another name. */
static char *value_of(char *word, const char *name)
{
    for (; *name; word++, name++)
        if (*word != *name && !(*word == '-' && *name == '_'))
            return NULL;
    return *word == '=' ? word + 1 : NULL;
}

static void keep(struct kernel_parameter *found, const char *text, const char *canonical)
{
    memory_set_text(&found->text, text);
    memory_set_text(&found->value, canonical);
}

/* --- sysctl.KEY=VALUE --- */

/* Both '.' and '/' part the words of a key here. */
static bool names_key(const char *word, const char *key)
{
    for (; *key; word++, key++)
        if (*word != *key && !(*word == '.' && *key == '/'))
            return false;
    return *word == '=';
}

static void try_sysctl(const char *word, const char *key, const struct tunable *tunable,
                       struct kernel_parameter *found)
{
    _cleanup_free_ char *canonical = NULL;
    int error;

    if (!text_has_prefix(word, "sysctl.") && !text_has_prefix(word, "sysctl/"))
        return;
    if (!names_key(word + strlen("sysctl."), key))
        return;
    error = memory_check(value_parse_written(tunable, strchr(word, '=') + 1, &canonical));
    if (error == 0)
        keep(found, word, canonical);
}

/* --- thp_anon=SIZE[,SIZE-SIZE...]:STATE[;...] --- */

/* "64K" in KiB, 0: no power of two, or none that there are switches for: from four pages to the size of the
 * PMD, mm/huge_memory.c: get_order_from_str, THP_ORDERS_ALL_ANON. */
static unsigned long long read_size(const char *text, const struct host_facts *facts)
{
    unsigned long long size = 0;
    char unit = '\0';

    if (!isdigit((unsigned char)*text) || sscanf(text, "%llu%c", &size, &unit) < 1)
        return 0;
    size = unit == 'K' || unit == 'k'   ? size
           : unit == 'M' || unit == 'm' ? size * 1024
           : unit == 'G' || unit == 'g' ? size * 1024 * 1024
                                        : size / 1024;
    if (size < facts->least_thp_kib || (facts->pmd_size_kib > 0 && size > facts->pmd_size_kib))
        return 0;
    return size > 0 && (size & (size - 1)) == 0 ? size : 0;
}

/* Whether the sizes ("16K-64K,1M") are sizes, and *ret_has_it whether `size` is among them. */
static bool read_sizes(char *text, unsigned long long size, const struct host_facts *facts, bool *ret_has_it)
{
    char *range;

    *ret_has_it = false;
    while ((range = strsep(&text, ","))) {
        char *last = strchr(range, '-');
        unsigned long long from, to;

        if (last)
            *last++ = '\0';
        from = read_size(range, facts);
        to = last ? read_size(last, facts) : from;
        if (from == 0 || to < from)
            return false;
        *ret_has_it = *ret_has_it || (size >= from && size <= to);
    }
    return true;
}

static const char *read_state(const char *text)
{
    static const char *const states[] = {"always", "inherit", "madvise", "never"};

    for (size_t i = 0; i < ELEMENTS(states); i++)
        if (strcmp(text, states[i]) == 0)
            return states[i];
    return NULL;
}

/* One mistake and the kernel ignores the whole parameter; a size that no one names becomes "never". */
static void try_sizes(char *word, const char *name, unsigned long long size, const struct host_facts *facts,
                      struct kernel_parameter *found)
{
    _cleanup_free_ char *text = memory_copy(word);
    const char *state = found->value ? found->value : "never";
    char *rest = value_of(word, name), *part;

    if (!rest || !*rest)
        return;
    while ((part = strsep(&rest, ";"))) {
        char *colon = strchr(part, ':');
        const char *named = colon ? read_state(colon + 1) : NULL;
        bool has_it;

        if (!named)
            return;
        *colon = '\0';
        if (!read_sizes(part, size, facts, &has_it))
            return;
        if (has_it)
            state = named;
    }
    keep(found, text, state);
}

/* --- the whole --- */

static void try_parameter(char *word, const struct tunable *tunable, struct kernel_parameter *found)
{
    const char *value = value_of(word, tunable->kernel_parameter);
    _cleanup_free_ char *canonical = NULL;
    int error;

    if (!value)
        return;
    error = memory_check(value_parse_written(tunable, value, &canonical));
    if (error == 0)
        keep(found, word, canonical);
}

static void try_word(char *word, const struct tunable *tunable, const char *path,
                     const struct host_facts *facts, struct kernel_parameter *found)
{
    const char *key = tunable_sysctl_key(tunable), *name = tunable->kernel_parameter;
    const int *since = tunable->kernel_parameter_since;
    unsigned long long size;

    /* Linux 5.8, commit 3db978d480e2 */
    if (key && !kernel_is_before(facts, 5, 8))
        try_sysctl(word, key, tunable, found);
    if (!name || kernel_is_before(facts, since[0], since[1]))
        return;
    if (!tunable_has_objects(tunable))
        try_parameter(word, tunable, found);
    else if (sscanf(path + strcspn(tunable->path, "*"), "%llu", &size) == 1)
        try_sizes(word, name, size, facts, found);
}

void kernel_command_line_find(const char *command_line, const struct tunable *tunable, const char *path,
                              const struct host_facts *facts, struct kernel_parameter *ret)
{
    _cleanup_free_ char *copy = memory_copy(command_line);
    _cleanup_(kernel_parameter_done) struct kernel_parameter found = {0};
    char *rest = copy, *word;

    /* behind "--" stand the arguments of PID 1 */
    while ((word = next_word(&rest)) && strcmp(word, "--") != 0)
        try_word(word, tunable, path, facts, &found);
    *ret = found;
    found = (struct kernel_parameter){0};
}

void kernel_parameter_done(struct kernel_parameter *parameter)
{
    free(parameter->text);
    free(parameter->value);
    *parameter = (struct kernel_parameter){0};
}
