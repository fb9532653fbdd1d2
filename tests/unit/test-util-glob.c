/* SPDX-License-Identifier: MIT */
#include "util/glob.h"

#include "support.h"

static void glob__as_glob_has_them(void **state)
{
    static const struct {
        const char *pattern, *path;
        bool matches;
    } rows[] = {
        {"/a/b", "/a/b", true},     {"/a/b", "/a/c", false},       {"/a/*", "/a/b", true},
        {"/*", "/a/b", false},      {"/a/?", "/a/b", true},        {"/a/[bc]", "/a/b", true},
        {"/a/[!b]", "/a/b", false}, {"/a/*", "/a/.b", false},      {"/a/\\*", "/a/*", true},
        {"/a/{b,c}", "/a/c", true}, {"/a/{b,c}", "/a/d", false},   {"/{a,x/{y,z}}/b", "/x/z/b", true},
        {"/a/{}", "/a/{}", true},   {"/a/{b", "/a/{b", true},      {"/a/b}", "/a/b}", true},
        {"/a/{,b}c", "/a/c", true}, {"/a/\\{b,c}", "/a/b", false}, {"/{a,b}{c,d}", "/bc", true},
        {"/a/[", "/a/[", true},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++)
        if (glob_matches(rows[i].pattern, rows[i].path) != rows[i].matches)
            fail_msg("%s and %s", rows[i].pattern, rows[i].path);
}

/* Braces within braces by the thousand end soon, and match nothing then. */
static void glob__bounds_braces(void **state)
{
    char pattern[4096] = "/";

    (void)state;
    for (int i = 0; i < 400; i++)
        strcat(pattern, "{a,b}");
    assert_false(glob_matches(pattern, "/x"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(glob__as_glob_has_them),
        cmocka_unit_test(glob__bounds_braces),
    };

    return cmocka_run_group_tests_name("util-glob", tests, NULL, NULL);
}
