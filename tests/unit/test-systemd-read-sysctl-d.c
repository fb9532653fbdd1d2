/* SPDX-License-Identifier: MIT */
/* Which file sets net.core.somaxconn: each row was tried with systemd-sysctl itself. */
#include "systemd/read-sysctl-d.h"

#include "support.h"

#define KEY "net.core.somaxconn"

static const char *const none_excepted[] = {NULL};

/* "VALUE FILE:LINE", or "none"; static buffer. */
static const char *decided_by(const struct tree *tree, const char *const *except)
{
    static char shown[256];
    struct sysctl_rules rules = {0};
    const struct sysctl_d_request request = {.except = except, .now = &rules};
    const struct sysctl_rule *rule;

    sysctl_d_read(tree->root, &request);
    rule = sysctl_rules_find(&rules, KEY);
    snprintf(shown, sizeof(shown), "none");
    if (rule)
        snprintf(shown, sizeof(shown), "%s %s:%u", rule->value, rule->file, rule->line);
    sysctl_rules_done(&rules);
    return shown;
}

static void sysctl_d__decides_as_systemd_does(void **state)
{
    static const struct {
        struct {
            const char *path, *content;
        } files[3];
        const char *decided;
    } rows[] = {
        {{{"/etc/sysctl.d/99-redis-hosttune.conf", KEY "=1001\n"}, {"/etc/sysctl.conf", KEY "=1002\n"}},
         "1002 /etc/sysctl.d/99-sysctl.conf:1"},
        {{{"/etc/sysctl.d/99-zz-redis-hosttune.conf", KEY "=1001\n"}, {"/etc/sysctl.conf", KEY "=1002\n"}},
         "1001 /etc/sysctl.d/99-zz-redis-hosttune.conf:1"},
        {{{"/etc/sysctl.d/50.conf", KEY "=1001\n"}, {"/usr/lib/sysctl.d/60.conf", KEY "=1002\n"}},
         "1002 /usr/lib/sysctl.d/60.conf:1"},
        {{{"/etc/sysctl.d/50.conf", KEY "=1001\n"}, {"/usr/lib/sysctl.d/50.conf", KEY "=1002\n"}},
         "1001 /etc/sysctl.d/50.conf:1"},
        {{{"/etc/sysctl.d/60.conf", KEY "=1001\n"}, {"/etc/sysctl.d/70.conf", "-" KEY "\n"}}, "none"},
        {{{"/etc/sysctl.d/60.conf", KEY "=1001\n"}, {"/etc/sysctl.d/70.conf", "net.core.*=1003\n"}},
         "1001 /etc/sysctl.d/60.conf:1"},
        {{{"/etc/sysctl.d/60", KEY "=1001\n"}}, "none"},
        {{{"/etc/sysctl.d/99-ZZ.conf", KEY "=1001\n"}, {"/etc/sysctl.d/99-aa.conf", KEY "=1002\n"}},
         "1002 /etc/sysctl.d/99-aa.conf:1"},
        {{{"/run/sysctl.d/50.conf", KEY "=1001\n"}, {"/usr/local/lib/sysctl.d/50.conf", KEY "=1002\n"}},
         "1001 /run/sysctl.d/50.conf:1"},
        {{{"/lib/sysctl.d/50.conf", KEY "=1001\n"}}, "none"}, /* no systemd there that was built to read it */
        {{{"/lib/sysctl.d/50.conf", KEY "=1001\n"}, {"/lib/systemd/systemd", ""}},
         "1001 /lib/sysctl.d/50.conf:1"},
        {{{"/etc/sysctl.d/.50.conf", KEY "=1001\n"}}, "none"},
        {{{"/usr/lib/sysctl.d/50.conf", KEY "=1001\n"}, {"/etc/sysctl.d/50.conf", ""}}, "none"},
    };

    for (size_t row = 0; row < ELEMENTS(rows); row++) {
        tree_link(*state, "/etc/sysctl.d/99-sysctl.conf", "../sysctl.conf"); /* as Debian 12 has it */
        for (size_t i = 0; i < 3 && rows[row].files[i].path; i++)
            tree_write(*state, rows[row].files[i].path, rows[row].files[i].content);
        assert_text(decided_by(*state, none_excepted), rows[row].decided);
        tree_teardown(state);
        tree_setup(state);
    }
}

static void sysctl_d__without_our_own_files(void **state)
{
    static const char *const except[] = {"00-a.conf", "99-zz.conf", NULL};
    const struct tree *tree = *state;

    tree_write(tree, "etc/sysctl.d/00-a.conf", KEY " = 1\n");
    tree_write(tree, "etc/sysctl.d/50-b.conf", "# theirs\n" KEY " = 2\n");
    tree_write(tree, "etc/sysctl.d/99-zz.conf", KEY " = 3\n");
    assert_text(decided_by(tree, none_excepted), "3 /etc/sysctl.d/99-zz.conf:1");
    assert_text(decided_by(tree, except), "2 /etc/sysctl.d/50-b.conf:2");
}

static void sysctl_d__passes_over_what_cannot_be_read(void **state)
{
    const struct tree *tree = *state;

    tree_mkdir(tree, "etc/sysctl.d/90-directory.conf");
    tree_link(tree, "etc/sysctl.d/91-dangling.conf", "none");
    assert_int_equal(mkfifo(tree_path(tree, "etc/sysctl.d/92-fifo.conf"), 0600), 0);
    tree_write(tree, "etc/sysctl.d/50.conf", KEY " = 5\n");
    assert_text(decided_by(tree, none_excepted), "5 /etc/sysctl.d/50.conf:1");
}

static void sysctl_d__without_any_directory(void **state)
{
    assert_text(decided_by(*state, none_excepted), "none");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        tree_test(sysctl_d__decides_as_systemd_does),
        tree_test(sysctl_d__without_our_own_files),
        tree_test(sysctl_d__passes_over_what_cannot_be_read),
        tree_test(sysctl_d__without_any_directory),
    };

    return cmocka_run_group_tests_name("systemd-read-sysctl-d", tests, NULL, NULL);
}
