/* SPDX-License-Identifier: MIT */
#include "servers/config-pairs.h"

#include "support.h"

static void assert_pairs(const char *const *lines, const char *name, const char *expected)
{
    struct config_pairs pairs = {0};
    struct redis_fields fields = {0};
    const char *value;

    for (; *lines; lines++)
        config_pairs_add(&pairs, *lines);
    config_pairs_to_fields(&pairs, &fields);
    value = redis_fields_find(&fields, name);
    if (expected && value)
        assert_text(value, expected);
    else
        assert_true(!expected && !value);
    redis_fields_done(&fields);
    config_pairs_done(&pairs);
}

#define PAIRS(name, expected, ...) assert_pairs((const char *const[]){__VA_ARGS__, NULL}, name, expected)

static void add__as_config_get_has_it(void **state)
{
    (void)state;
    PAIRS("maxmemory", "104857600", "maxmemory 100mb");
    PAIRS("maxmemory", "100000000", "MaxMemory 1", "maxmemory 100M");
    PAIRS("maxmemory", "1x", "maxmemory 1x");
    PAIRS("maxmemory", NULL, "# maxmemory 1", "maxmemory", "maxmemory \"1");
    PAIRS("bind", "127.0.0.1 -::1", "bind 127.0.0.1 -::1");
    PAIRS("save", "3600 1 300 100", "save 3600 1", "save 300 100");
    PAIRS("save", "60 1", "save 3600 1", "save \"\"", "save 60 1");
    PAIRS("save", "", "save 3600 1", "save ''");
    PAIRS("client-output-buffer-limit",
          "normal 67108864 33554432 60 slave 268435456 67108864 60 pubsub 1024 0 0",
          "client-output-buffer-limit normal 64mb 32mb 60", "client-output-buffer-limit pubsub 1kb 0 0",
          "client-output-buffer-limit nonsense 1 1 1", "client-output-buffer-limit normal 1");
    PAIRS("client-output-buffer-limit", "normal 0 0 0 slave 1 2 3 pubsub 33554432 8388608 60",
          "client-output-buffer-limit replica 1 2 3");
}

static void add__keeps_no_password(void **state)
{
    (void)state;
    PAIRS("requirepass", "(set)", "requirepass planted-secret");
    PAIRS("requirepass", "", "requirepass planted-secret", "requirepass \"\"");
    PAIRS("masterauth", "(set)", "masterauth planted-secret");
    PAIRS("user", NULL, "user default on >planted-secret");
}

static void add__takes_no_end(void **state)
{
    struct config_pairs pairs = {0};
    char line[32];

    (void)state;
    for (int i = 0; i < 5000; i++) {
        sprintf(line, "name%d x", i);
        config_pairs_add(&pairs, line);
    }
    assert_true(pairs.count <= 2048);
    config_pairs_done(&pairs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(add__as_config_get_has_it),
        cmocka_unit_test(add__keeps_no_password),
        cmocka_unit_test(add__takes_no_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
