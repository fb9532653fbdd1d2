/* SPDX-License-Identifier: MIT */
/* Lines of sysctl.d that set nothing. */
#include "systemd/sysctl-rules.h"

#include "support.h"

static const char *const keys[] = {"vm/swappiness", "net/core/somaxconn", NULL};
static const char *const words[] = {"swappiness", "somaxconn", NULL};

/* "LINE:WORD LINE:WORD…" of a file that is read; static buffer. */
static const char *find(const char *content)
{
    static char shown[256];
    struct sysctl_strays strays = {.words = words, .names = words};
    struct sysctl_rules rules = {.wanted = keys, .strays = &strays};
    char *out = shown;

    *out = '\0';
    sysctl_rules_parse(&rules, "/f", content, strlen(content));
    for (size_t i = 0; i < strays.count; i++)
        out += sprintf(out, "%s%u:%s%s", i ? " " : "", strays.items[i].line, strays.items[i].word,
                       strays.items[i].reason == STRAY_MARK ? " mark" : "");
    sysctl_rules_done(&rules);
    sysctl_strays_done(&strays);
    return shown;
}

static void strays__are_lines_that_became_no_rule(void **state)
{
    static const struct {
        const char *content, *found;
    } rows[] = {
        {"vm.swappiness = 1\n", ""},
        {"vm/swappiness=1\n-vm.swappiness\n-vm.swappiness = 2\nvm.* = 3\n", ""},
        {"vm.swappiness: 1\n", "1:swappiness"},
        {"vm.swappiness 1\n", "1:swappiness"},
        {"\nvm swappiness=1\n", "2:swappiness"},
        {"sysctl -w net.core.somaxconn=1\n", "1:somaxconn"},
        {"swappiness = 1\n", "1:swappiness"},
        {"\xef\xbb\xbfvm.swappiness = 1\nvm.swappiness = 1\n", "1:swappiness mark"},
        {"\xef\xbb\xbf# vm.swappiness = 1\n", ""},
        {"# vm.swappiness: 1\n; vm.swappiness: 1\n  #x swappiness\n", ""},
        {"kernel.panic = 1 # swappiness\n", ""},
        {"kernel.panic = 1\n", ""},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++)
        if (strcmp(find(rows[i].content), rows[i].found) != 0)
            fail_msg("%s: \"%s\" instead of \"%s\"", rows[i].content, find(rows[i].content), rows[i].found);
}

static void strays__of_a_file_that_is_not_read_are_all(void **state)
{
    static const char content[] = "vm.swappiness = 1\n# swappiness\nx\n";
    struct sysctl_strays strays = {.words = words};

    (void)state;
    sysctl_strays_add_file(&strays, STRAY_NAME, "/f", content, strlen(content));
    assert_int_equal(strays.count, 1);
    assert_text(strays.items[0].text, "vm.swappiness = 1");
    assert_int_equal(strays.items[0].reason, STRAY_NAME);
    sysctl_strays_done(&strays);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strays__are_lines_that_became_no_rule),
        cmocka_unit_test(strays__of_a_file_that_is_not_read_are_all),
    };

    return cmocka_run_group_tests_name("systemd-sysctl-strays", tests, NULL, NULL);
}
