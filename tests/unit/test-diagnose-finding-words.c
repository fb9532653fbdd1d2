/* SPDX-License-Identifier: MIT */
#include "diagnose/finding-words.h"

#include "recorded.h"

static void finding_words__have_the_numbers_in_force(void **state)
{
    struct recorded *recorded = *state;
    const struct finding *finding = finding_find("rss-near-ram");
    _cleanup_free_ char *standard = finding_words(finding, NULL, "a {warning} b {critical}"),
                        *unknown = finding_words(finding, NULL, "{other}{warning"), *configured = NULL;

    assert_text(standard, "a 75 % b 90 %");
    assert_text(unknown, "75 %"); /* nothing is read beyond the end */
    policy_add_threshold(&recorded->policy, "rss-near-ram", "warning", 0.80, "/etc/x.conf", 3);
    configured = finding_words(finding, &recorded->policy, "{warning}, {critical}");
    assert_text(configured, "80 %, 90 %");
}

static void finding_threshold__says_where_it_is_from(void **state)
{
    struct recorded *recorded = *state;
    const struct finding *finding = finding_find("rss-near-ram");
    _cleanup_free_ char *standard = NULL, *configured = NULL;

    policy_add_threshold(&recorded->policy, "rss-near-ram", "warning", 0.80, "/etc/x.conf", 3);
    configured =
        finding_threshold_describe(finding, &recorded->policy, finding_threshold(finding, "warning"));
    standard = finding_threshold_describe(finding, &recorded->policy, finding_threshold(finding, "critical"));
    assert_text(configured, "80 % (/etc/x.conf:3)");
    assert_text(standard, "90 % (built in)");
}

/* No row names a threshold that it does not have. */
static void findings__words_are_complete(void **state)
{
    const struct finding *finding = NULL;

    (void)state;
    while ((finding = finding_next(finding))) {
        const char *const words[] = {finding->note_when, finding->warning_when, finding->critical_when};

        for (size_t j = 0; j < ELEMENTS(words); j++) {
            const char *brace = words[j];

            while (brace && (brace = strchr(brace, '{'))) {
                _cleanup_free_ char *name = strndup(brace + 1, strcspn(brace, "}") - 1);

                if (!finding_threshold(finding, name))
                    fail_msg("%s has no threshold %s", finding->id, name);
                brace++;
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        recorded_test(finding_words__have_the_numbers_in_force),
        recorded_test(finding_threshold__says_where_it_is_from),
        recorded_test(findings__words_are_complete),
    };

    return cmocka_run_group_tests_name("diagnose-finding-words", tests, NULL, NULL);
}
