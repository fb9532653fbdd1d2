/* SPDX-License-Identifier: MIT */
/* Lines of scripts and units.
 * Owns what of them counts as writing a value; pure. */
#include "boot/other-writers.h"

#include <stdlib.h>
#include <string.h>

#include "policy/value.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

static const char ends[] = " \t\"';|&>)";

/* "never" of "echo never > FILE", "echo 'never' | tee FILE": the last echo in front of what is written, in
 * the same command. Owned by the caller; NULL: there is none. */
static char *find_echoed(const char *text, const char *written)
{
    const char *echo = NULL;

    for (const char *at = text; (at = strstr(at, "echo ")) && at < written; at++)
        echo = at + strlen("echo ");
    if (!echo || memchr(echo, ';', (size_t)(written - echo)) ||
        memmem(echo, (size_t)(written - echo), "&&", 2))
        return NULL;
    while (strchr(" \t\"'-", *echo) && echo < written)
        echo += *echo == '-' ? strcspn(echo, " ") : 1;
    return memory_copy_part(echo, strcspn(echo, ends));
}

static bool is_written(const char *text, const char *name)
{
    return memchr(text, '>', (size_t)(name - text)) || memmem(text, (size_t)(name - text), "tee ", 4);
}

/* Whether the text writes what it calls `name`: "echo V > …NAME", "sysctl -w NAME=V". */
static bool find_value(const char *text, const char *name, char **ret)
{
    const char *found = strstr(text, name), *behind;

    if (!found)
        return false;
    behind = found + strlen(name);
    behind += strspn(behind, " \t\"'");
    if (*behind == '=') {
        behind += 1 + strspn(behind + 1, " \t\"'");
        *ret = memory_copy_part(behind, strcspn(behind, ends));
        return true;
    }
    if (!is_written(text, found) || (*behind && !strchr(";|&)", *behind)))
        return false;
    *ret = find_echoed(text, found);
    return true;
}

bool other_writer_sets(const struct other_writer *writer, const struct tunable *tunable, const char *path,
                       char **ret_value)
{
    const char *key = tunable_sysctl_key(tunable);
    _cleanup_free_ char *written = NULL, *canonical = NULL;

    if (!writer->text || (!find_value(writer->text, key ? key : path, &written) &&
                          !(key && find_value(writer->text, tunable->name, &written))))
        return false;
    *ret_value = NULL;
    if (written && memory_check(value_parse_written(tunable, written, &canonical)) == 0)
        *ret_value = TAKE_POINTER(canonical);
    return true;
}

/* "sysctl -p", "sysctl -q --system" */
static const char *find_reading_again(const char *line)
{
    const char *at = strstr(line, "sysctl ");

    if (!at)
        return NULL;
    if (strstr(at, " --system"))
        return "sysctl --system";
    return strstr(at, " -p") || strstr(at, " --load") ? "sysctl -p" : NULL;
}

const char *other_writers_word(const char *line)
{
    line += strspn(line, " \t");
    if (*line == '#')
        return NULL;
    for (size_t i = 0; i < tunables_count; i++)
        if (strstr(line, tunables[i].searched_word))
            return tunables[i].searched_word;
    return find_reading_again(line);
}

char *other_writers_next_path(const char **position)
{
    static const char before[] = " \t\"';&|<>()=-@:+!", behind[] = " \t\"';&|<>()";

    while (*(*position += strspn(*position, before))) {
        const char *start = *position;
        size_t length = strcspn(start, behind);

        *position += length;
        if (*start == '/' && !text_has_prefix(start, "/proc/") && !text_has_prefix(start, "/sys/") &&
            !text_has_prefix(start, "/dev/"))
            return memory_copy_part(start, length);
    }
    return NULL;
}

struct other_writer *other_writers_add(struct other_writers *writers, const char *what, char *because)
{
    struct other_writer *writer = memory_add(writers->items, writers->count);

    writer->what = memory_copy(what);
    writer->because = because;
    return writer;
}

void other_writers_add_unread(struct other_writers *writers, const char *what, const char *cannot, int error)
{
    other_writers_add(writers, what, memory_format("%s: %s", cannot, strerror(-error)));
}

void other_writers_done(struct other_writers *writers)
{
    for (size_t i = 0; i < writers->count; i++) {
        free(writers->items[i].what);
        free(writers->items[i].because);
        free(writers->items[i].unit);
        free(writers->items[i].file);
        free(writers->items[i].text);
        free(writers->items[i].mended_by);
    }
    free(writers->items);
    *writers = (struct other_writers){0};
}
