/* SPDX-License-Identifier: MIT */
#include "redis/facts.h"

#include "support.h"

static void version__is_comparable(void **state)
{
    struct redis_facts facts = {.version = (char *)"7.0.15"};

    (void)state;
    assert_int_equal(redis_facts_version(&facts), 70015);
    facts.version = (char *)"8.0";
    assert_int_equal(redis_facts_version(&facts), 80000);
    facts.version = (char *)"unstable";
    assert_int_equal(redis_facts_version(&facts), 0);
    facts.version = NULL;
    assert_int_equal(redis_facts_version(&facts), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(version__is_comparable),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
