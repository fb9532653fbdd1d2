/* SPDX-License-Identifier: MIT */
/* Open files, checked against what `systemd-analyze verify` of systemd 252 makes of the same assignments. */
#include "units/nofile.h"

#include "support.h"

static void parse(struct unit *unit, const char *section, const char *settings)
{
    _cleanup_free_ char *content = NULL, *message = NULL;

    assert_true(asprintf(&content, "[%s]\n%s", section, settings) > 0);
    assert_int_equal(unit_parse(unit, section, "/x", content, strlen(content), &message), 0);
}

/* manager NULL: none was read. Owned by the caller. */
static char *decide(const char *manager, const char *settings)
{
    _cleanup_(unit_done) struct unit unit = {0}, its_manager = {0};
    const struct unit_setting *from;

    parse(&unit, "Service", settings);
    if (manager)
        parse(&its_manager, "Manager", manager);
    return unit_nofile_decide(&unit, manager ? &its_manager : NULL, 65536, &from);
}

struct row {
    const char *settings, *limit; /* NULL: nothing is set */
};

static void check(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        _cleanup_free_ char *limit = decide(NULL, rows[i].settings);

        if (!text_equal(limit, rows[i].limit))
            fail_msg("%s gives %s instead of %s", rows[i].settings, TEXT_OR_NULL(limit),
                     TEXT_OR_NULL(rows[i].limit));
    }
}

static void nofile__only_upwards_soft_and_hard_alike(void **state)
{
    static const struct row rows[] = {
        {"", "65536:524288"},
        {"LimitNOFILE=1024\n", "65536"},
        {"LimitNOFILE=65535\n", "65536"},
        {"LimitNOFILE=65536\n", NULL},
        {"LimitNOFILE=100000\n", NULL},
        {"LimitNOFILE=0\n", "65536"},
        {"LimitNOFILE=infinity\n", NULL},
        {"LimitNOFILE=1024:4096\n", "65536"},
        {"LimitNOFILE=1024:65536\n", "65536"},
        {"LimitNOFILE=1024:65537\n", "65536:65537"},
        {"LimitNOFILE=1024:524288\n", "65536:524288"},
        {"LimitNOFILE=1024:infinity\n", "65536:infinity"},
        {"LimitNOFILE=65536:infinity\n", NULL},
        {"LimitNOFILE=1024: 2000000\n", "65536:2000000"},
    };

    (void)state;
    check(rows, ELEMENTS(rows));
}

static void nofile__the_last_assignment_counts(void **state)
{
    static const struct row rows[] = {
        {"LimitNOFILE=100000\nLimitNOFILE=1024\n", "65536"},
        {"LimitNOFILE=1024\nLimitNOFILE=100000\n", NULL},
    };

    (void)state;
    check(rows, ELEMENTS(rows));
}

/* systemd says so and goes on with what it had: no suffix is known here, and an empty value is no reset. */
static void nofile__what_systemd_passes_over_is_passed_over(void **state)
{
    static const struct row rows[] = {
        {"LimitNOFILE=64K\n", "65536:524288"},
        {"LimitNOFILE=1M\n", "65536:524288"},
        {"LimitNOFILE=unlimited\n", "65536:524288"},
        {"LimitNOFILE=-1\n", "65536:524288"},
        {"LimitNOFILE=100000:1024\n", "65536:524288"},
        {"LimitNOFILE=infinity:1024\n", "65536:524288"},
        {"LimitNOFILE=1024 :100000\n", "65536:524288"},
        {"LimitNOFILE=1:2:3\n", "65536:524288"},
        {"LimitNOFILE=1024:\n", "65536:524288"},
        {"LimitNOFILE=:1024\n", "65536:524288"},
        {"LimitNOFILE=100000\nLimitNOFILE=64K\n", NULL},
        {"LimitNOFILE=100000\nLimitNOFILE=\n", NULL},
        {"LimitNOFILE=1024:infinity\nLimitNOFILE=\n", "65536:infinity"},
    };

    (void)state;
    check(rows, ELEMENTS(rows));
}

/* Hexadecimal and octal to systemd, and what is larger than any limit. */
static void nofile__what_cannot_be_told_is_left(void **state)
{
    static const struct row rows[] = {
        {"LimitNOFILE=0x400\n", NULL},
        {"LimitNOFILE=0400\n", NULL},
        {"LimitNOFILE=+1024\n", NULL},
        {"LimitNOFILE=1024:0x40000\n", NULL},
        {"LimitNOFILE=99999999999999999999\n", NULL},
        {"LimitNOFILE=11111111111111111111111111111111111111111:2\n", NULL},
    };

    (void)state;
    check(rows, ELEMENTS(rows));
}

static void nofile__as_many_as_are_wanted(void **state)
{
    static const struct {
        long long wanted;
        const char *settings, *limit;
    } rows[] = {
        {1, "LimitNOFILE=0\n", "1"},
        {1024, "", NULL},
        {1025, "", "1025:524288"},
        {200000, "LimitNOFILE=100000\n", "200000"},
        {200000, "LimitNOFILE=100000:300000\n", "200000:300000"},
        {1073741816, "", "1073741816"},
        {1073741816, "LimitNOFILE=1:infinity\n", "1073741816:infinity"},
        {1073741816, "LimitNOFILE=infinity\n", NULL},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        _cleanup_(unit_done) struct unit unit = {0};
        _cleanup_free_ char *limit = NULL;
        const struct unit_setting *from;

        parse(&unit, "Service", rows[i].settings);
        limit = unit_nofile_decide(&unit, NULL, rows[i].wanted, &from);
        if (!text_equal(limit, rows[i].limit))
            fail_msg("%lld on %s gives %s instead of %s", rows[i].wanted, rows[i].settings,
                     TEXT_OR_NULL(limit), TEXT_OR_NULL(rows[i].limit));
    }
}

static void nofile__the_managers_default_stands_where_the_unit_has_none(void **state)
{
    static const struct {
        const char *manager, *settings, *limit;
    } rows[] = {
        {"", "", "65536:524288"},
        {"DefaultLimitNOFILE=1048576\n", "", NULL},
        {"DefaultLimitNOFILE=4096:1048576\n", "", "65536:1048576"},
        {"DefaultLimitNOFILE=1048576\n", "LimitNOFILE=1024\n", "65536"},
        {"DefaultLimitNOFILE=1048576\n", "LimitNOFILE=64K\n", NULL},
        {"DefaultLimitNOFILE=1048576\nDefaultLimitNOFILE=512\n", "", "65536"},
        {"DefaultLimitNOFILE=0x100000\n", "", NULL},
        {"LimitNOFILE=1048576\n", "", "65536:524288"},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        _cleanup_free_ char *limit = decide(rows[i].manager, rows[i].settings);

        assert_text(limit, rows[i].limit);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nofile__only_upwards_soft_and_hard_alike),
        cmocka_unit_test(nofile__the_last_assignment_counts),
        cmocka_unit_test(nofile__what_systemd_passes_over_is_passed_over),
        cmocka_unit_test(nofile__what_cannot_be_told_is_left),
        cmocka_unit_test(nofile__as_many_as_are_wanted),
        cmocka_unit_test(nofile__the_managers_default_stands_where_the_unit_has_none),
    };

    return cmocka_run_group_tests_name("units-nofile", tests, NULL, NULL);
}
