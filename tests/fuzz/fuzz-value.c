/* SPDX-License-Identifier: MIT */
/* Values of every row: what is accepted has one canonical form, which satisfies itself. */
#include "fuzz.h"

#include "policy/value.h"

static void check_printed(const struct tunable *tunable, const char *text)
{
    _cleanup_free_ char *canonical = NULL, *again = NULL;

    if (value_parse(tunable, text, &canonical) < 0) {
        REQUIRE(!canonical);
        return;
    }
    REQUIRE(*canonical && !strpbrk(canonical, " \t\r\n[]"));
    REQUIRE(value_parse(tunable, canonical, &again) == 0);
    REQUIRE(strcmp(canonical, again) == 0);
    REQUIRE(value_satisfies(tunable, canonical, canonical, true));
    if (tunable->syntax == SYNTAX_INTEGER)
        REQUIRE(strcmp(value_larger(canonical, again), canonical) == 0);
}

static void check_configured(const struct tunable *tunable, const char *text)
{
    _cleanup_free_ char *canonical = NULL, *again = NULL, *message = NULL;

    if (value_parse_configured(tunable, text, &canonical, &message) < 0) {
        REQUIRE(!canonical && message && strstr(message, tunable->name));
        return;
    }
    REQUIRE(!message);
    REQUIRE(value_parse_configured(tunable, canonical, &again, &message) == 0);
    REQUIRE(strcmp(canonical, again) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_free_ char *text = fuzz_text(data, size);

    for (size_t i = 0; i < tunables_count; i++) {
        check_printed(&tunables[i], text);
        check_configured(&tunables[i], text);
    }
    return 0;
}
