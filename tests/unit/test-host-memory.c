/* SPDX-License-Identifier: MIT */
#include "host/memory.h"

#include "support.h"

static void memory__is_in_bytes(void **state)
{
    struct host_memory memory;

    (void)state;
    assert_int_equal(
        host_memory_parse("MemTotal:       2048 kB\nMemFree:  1 kB\nSwapCached: 7 kB\nCached: 3 kB\n",
                          &memory),
        0);
    assert_int_equal(memory.total, 2097152);
    assert_int_equal(memory.free, 1024);
    assert_int_equal(memory.cached, 3072);
    assert_int_equal(memory.available, -1); /* not reported */
}

static void memory__without_a_total_is_none(void **state)
{
    struct host_memory memory = {.free = 42};

    (void)state;
    assert_int_equal(host_memory_parse("", &memory), -EINVAL);
    assert_int_equal(host_memory_parse("MemTotal: lots\n", &memory), -EINVAL);
    assert_int_equal(host_memory_parse("MemTotal: 99999999999999999999999999 kB\n", &memory), -EINVAL);
    assert_int_equal(host_memory_parse("MemTotal: 9223372036854775807 kB\n", &memory), -EINVAL);
    assert_int_equal(memory.free, 42);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory__is_in_bytes),
        cmocka_unit_test(memory__without_a_total_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
