/* SPDX-License-Identifier: MIT */
#include "util/nearest.h"

#include "support.h"

static const char *nearest_of(const char *word, const char *const *candidates)
{
    struct nearest nearest = {.word = word};

    while (*candidates)
        nearest_consider(&nearest, *candidates++);
    return nearest.found;
}

static void nearest__is_what_was_meant(void **state)
{
    static const char *const commands[] = {"diff",     "apply",   "revert", "check",
                                           "diagnose", "explain", "exec",   NULL};
    static const struct {
        const char *word, *meant;
    } cases[] = {
        {"chek", "check"},    {"cehck", "check"}, {"checkk", "check"}, {"diagnos", "diagnose"},
        {"diag", "diagnose"}, {"aply", "apply"},  {"rvert", "revert"}, {"explian", "explain"},
        {"e", NULL},          {"", NULL},         {"tune", NULL},      {"x", NULL},
        {"status", NULL},     {"start", NULL},    {"exac", "exec"},    {"diffdiffdiffdiff", NULL},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++)
        assert_text(nearest_of(cases[i].word, commands), cases[i].meant);
}

/* What is as near decides by who comes first; a word of any length is no harm. */
static void nearest__ties_and_long_words(void **state)
{
    static const char *const both[] = {"abcd1", "abcd2", NULL};
    char word[1000];

    (void)state;
    assert_text(nearest_of("abcd3", both), "abcd1");
    memset(word, 'a', sizeof(word) - 1);
    word[sizeof(word) - 1] = '\0';
    assert_text(nearest_of(word, both), NULL);
    assert_text(nearest_of("abcd2", both), "abcd2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nearest__is_what_was_meant),
        cmocka_unit_test(nearest__ties_and_long_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
