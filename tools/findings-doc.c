/* SPDX-License-Identifier: MIT */
/* docs/findings.md: every finding with its limits, from the table, and how its test provokes it, from the
 * head of tests/diagnose/ID. Usage: findings-doc TESTS_DIRECTORY. Exit status 1: a finding has no test. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose/finding.h"
#include "util/cleanup.h"
#include "util/root.h"
#include "util/text.h"

enum { TEST_MAX = 64 * 1024 };

/* "they are more than {warning} of it" with the number in place of its name; a bar would end the cell. */
static void print_condition(const struct finding *finding, const char *words)
{
    for (; words && *words; words++) {
        const struct threshold *threshold;
        char name[64], number[QUANTITY_TEXT_MAX];

        if (*words == '|')
            putchar('\\');
        if (*words != '{') {
            putchar(*words);
            continue;
        }
        snprintf(name, sizeof(name), "%.*s", (int)strcspn(words + 1, "}"), words + 1);
        threshold = finding_threshold(finding, name);
        if (threshold)
            printf("**%s**", quantity_format(threshold->quantity, threshold->standard, number));
        words += strcspn(words, "}");
    }
}

/* The line "# provoked: …" of a test; NULL: there is none. Owned by the caller. */
static char *provoked_by(const struct root *tests, const char *id)
{
    static const char mark[] = "\n# provoked: ";
    _cleanup_free_ char *content = NULL;
    const char *line;

    if (root_read_file(tests, id, TEST_MAX, &content, NULL) < 0)
        return NULL;
    line = strstr(content, mark);
    return line ? strndup(line + strlen(mark), strcspn(line + strlen(mark), "\n")) : NULL;
}

static bool print_row(const struct finding *finding, const struct root *tests)
{
    _cleanup_free_ char *provoked = provoked_by(tests, finding->id);

    printf("| `%s` | %s | ", finding->id, finding->summary);
    print_condition(finding, finding->note_when ? finding->note_when : "");
    fputs(" | ", stdout);
    print_condition(finding, finding->warning_when ? finding->warning_when : "never");
    fputs(" | ", stdout);
    print_condition(finding, finding->critical_when ? finding->critical_when : "never");
    fputs(" | ", stdout);
    print_condition(finding, provoked ? provoked : "");
    puts(" |");
    if (!provoked)
        fprintf(stderr, "tests/diagnose/%s: missing, or without a line \"# provoked: …\"\n", finding->id);
    return provoked != NULL;
}

static bool print_section(enum finding_section section, const struct root *tests)
{
    const struct finding *finding = NULL;
    bool is_whole = true;

    printf("\n## %s\n\n| finding | what is looked at | note when | warning when | critical when | seen to "
           "fire by |\n"
           "|---|---|---|---|---|---|\n",
           finding_section_name(section));
    while ((finding = finding_next(finding)))
        if (finding_section(finding) == section)
            is_whole &= print_row(finding, tests);
    return is_whole;
}

static void print_limits(void)
{
    const struct finding *finding = NULL;

    puts("\n## Limits\n\nWhat `[thresholds]` of the configuration can set, with the "
         "defaults:\n\n```\n[thresholds]");
    while ((finding = finding_next(finding)))
        for (size_t t = 0; t < FINDING_THRESHOLDS_MAX && finding->thresholds[t].name; t++) {
            const struct threshold *threshold = &finding->thresholds[t];
            char number[QUANTITY_TEXT_MAX];

            printf("%s.%s = %s\n", finding->id, threshold->name,
                   quantity_format(threshold->quantity, threshold->standard, number));
        }
    puts("```");
}

int main(int argc, char **argv)
{
    _cleanup_root_ struct root *tests = NULL;
    bool needs_each = argc == 3 && strcmp(argv[1], "--each") == 0, is_whole = true;

    if (argc != 2 + needs_each || root_open(argv[argc - 1], &tests) < 0) {
        fputs("usage: findings-doc [--each] TESTS_DIRECTORY\n", stderr);
        return 2;
    }
    puts("# Findings of `redis-hosttune diagnose`\n\n"
         "<!-- made by `make generate` from src/diagnose/findings.c and tests/diagnose -->\n\n"
         "What is not known (a field that this version does not report, a command that the ACL forbids, a "
         "file that "
         "cannot be\nread) is *unknown*, with the reason, and never passes. The limits in bold can be set, "
         "see the end.");
    for (enum finding_section section = 0; section < SECTION_COUNT; section++)
        is_whole &= print_section(section, tests);
    print_limits();
    return is_whole || !needs_each ? 0 : 1;
}
