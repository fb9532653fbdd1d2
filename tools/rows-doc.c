/* SPDX-License-Identifier: MIT */
/* What stands elsewhere of the rows of src/policy/tunables.c, for tools/generate.
 * Usage: rows-doc files | array | unit | readme: the files of all rows, a '*' in them is a glob; the same in
 * a shell's array; what the unit may write; README's table. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "policy/tunable.h"
#include "util/cleanup.h"
#include "util/text.h"

static void print_file(const struct tunable *row)
{
    printf("/%s\n", row->path);
}

static void print_quoted(const struct tunable *row)
{
    printf("    '/%s'\n", row->path);
}

/* How much of the path a unit can be given: no '*', so the directory below which all objects lie. */
static int length_for_unit(const struct tunable *row)
{
    const char *star = strchr(row->path, '*');
    size_t length = star ? (size_t)(star - row->path) : strlen(row->path);

    while (star && length > 0 && row->path[--length] != '/')
        ;
    return (int)length;
}

/* What the unit may write; not the files of a directory that it may write anyway. */
static void print_unit(const struct tunable *row)
{
    int length = length_for_unit(row);

    for (const struct tunable *other = tunables; other < tunables + tunables_count; other++) {
        int outer = other->path ? length_for_unit(other) : 0;
        bool is_within = outer > 0 && strncmp(row->path, other->path, (size_t)outer) == 0 &&
                         (outer < length ? row->path[outer] == '/' : outer == length && other < row);

        if (is_within)
            return;
    }
    printf("ReadWritePaths=-/%.*s\n", length, row->path);
}

static void print_readme(const struct tunable *row)
{
    printf("| `%s` | %s | ", row->name, row->standard);
    if (row->satisfied_when == SATISFIED_AT_LEAST)
        puts("at least; a higher value of yours stays |");
    else if (row->satisfied_when == SATISFIED_EQUAL)
        puts("equal |");
    else
        for (const char *const *value = row->satisfying; *value; value++)
            printf("%s%s", *value, value[1] ? " or " : " |\n");
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name, *head;
        void (*print)(const struct tunable *row);
    } forms[] = {
        {"files", NULL, print_file},
        {"array", NULL, print_quoted},
        {"unit", NULL, print_unit},
        {"readme", "| tunable | default | met when |\n|---|---|---|", print_readme},
    };

    for (size_t form = 0; argc == 2 && form < ELEMENTS(forms); form++) {
        if (strcmp(argv[1], forms[form].name) != 0)
            continue;
        if (forms[form].head)
            puts(forms[form].head);
        for (const struct tunable *row = tunables; row < tunables + tunables_count; row++)
            if (row->path)
                forms[form].print(row);
        return fflush(stdout) != 0;
    }
    fputs("usage: rows-doc files | array | unit | readme\n", stderr);
    return 2;
}
