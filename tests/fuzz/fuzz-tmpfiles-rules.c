/* SPDX-License-Identifier: MIT */
/* A tmpfiles.d file: what is kept must be whole, and of the lines with one path the first must be written. */
#include "fuzz.h"

#include "systemd/tmpfiles-rules.h"

#define PATH "/sys/kernel/mm/transparent_hugepage/enabled"

static void check_matches(const struct tmpfiles_rules *rules)
{
    _cleanup_free_ struct tmpfiles_match *matches = NULL;
    bool is_written = false;
    size_t count;

    tmpfiles_rules_match(rules, PATH, &matches, &count);
    for (size_t i = 0; i < count; i++) {
        REQUIRE(!is_written || matches[i].is_written); /* those that are stand behind those that are not */
        is_written = matches[i].is_written;
        REQUIRE(matches[i].rule->line >= 1 && matches[i].rule->file);
        REQUIRE(matches[i].rule->type == 'w' || matches[i].rule->type == 'F' || matches[i].rule->has_plus);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const credentials[][2] = {{"tmpfiles.x", "never"}, {NULL, NULL}};
    static const char *const wanted[] = {PATH, NULL};
    struct tmpfiles_context context = {
        .specifiers = {['m'] = "0123", ['v'] = "6.12"},
        .is_newer = size % 2 == 1,
        .credentials = credentials,
        .wanted = size % 4 < 2 ? wanted : NULL,
    };
    _cleanup_(tmpfiles_rules_done) struct tmpfiles_rules rules = {.context = &context};
    _cleanup_free_ char *content = fuzz_text(data, size);

    tmpfiles_rules_parse(&rules, "x.conf", content, size);
    for (size_t i = 0; i < rules.items_count; i++)
        REQUIRE(*rules.items[i].path == '/' && rules.items[i].fields &&
                (rules.items[i].argument || rules.items[i].argument_size == 0));
    check_matches(&rules);
    return 0;
}
