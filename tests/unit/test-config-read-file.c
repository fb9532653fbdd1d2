/* SPDX-License-Identifier: MIT */
/* The text of one configuration file. Which files are read is in test-config-files.c, the section [units] in
 * test-config-units.c. */
#include "config/keys.h"
#include "config/read-file.h"

#include "support.h"

#define SHOWN "/etc/x.conf"

/* What the sections of the text give: "NAME=VALUE@LINE NAME=…" for tunables, or the error's message; static
 * buffer. */
static const char *read_sections(const struct config_section *const *sections, const char *content,
                                 size_t size)
{
    static char shown[4096];
    _cleanup_(policy_done) struct policy policy = {0};
    _cleanup_free_ char *message = NULL;
    int error = config_file_parse(content, size, SHOWN, sections, &policy, &message);
    char *out = shown;

    *out = '\0';
    if (error < 0) {
        snprintf(shown, sizeof(shown), "%s%s",
                 error == -EINVAL ? "" : "not -EINVAL: ", TEXT_OR_NULL(message));
        return shown;
    }
    assert_null(message);
    for (size_t i = 0; i < policy.settings_count; i++) {
        const struct setting *setting = &policy.settings[i];

        assert_text(setting->file, SHOWN);
        out += sprintf(out, "%s%s=%s@%u", i ? " " : "", setting->name, setting->value, setting->line);
    }
    return shown;
}

static const char *read_bytes(const char *content, size_t size)
{
    return read_sections(config_all_sections, content, size);
}

static const char *read_text(const char *content)
{
    return read_bytes(content, strlen(content));
}

#define assert_begins(text, expected)                                        \
    do {                                                                     \
        const char *begun_ = (text);                                         \
        if (!text_has_prefix(begun_, expected))                              \
            fail_msg("\"%s\" does not begin with \"%s\"", begun_, expected); \
    } while (0)

/* --- what is taken --- */

static void config__without_a_setting_is_empty(void **state)
{
    static const char *const texts[] = {
        "", "\n", " \n\t\n\r\n", "# comment\n", "# no newline", "[tunables]\n", "[tunables]\n# nothing\n\n",
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(texts); i++)
        assert_text(read_text(texts[i]), "");
}

static void config__has_name_value_and_line(void **state)
{
    (void)state;
    assert_text(read_text("# top\n[tunables]\n\nvm.swappiness = 10\n# between\nthp.enabled=leave\n"),
                "vm.swappiness=10@4 thp.enabled=leave@6");
    assert_text(read_text("[tunables]\nvm.swappiness\t=\t010   \n"), "vm.swappiness=10@2");
    assert_text(read_text("[tunables]\nthp.hugepages-64kB = always\nthp.hugepages-*kB = never\n"),
                "thp.hugepages-64kB=always@2 thp.hugepages-*kB=never@3");
}

static void config__without_a_newline_at_the_end(void **state)
{
    (void)state;
    assert_text(read_text("[tunables]\nvm.swappiness = 10"), "vm.swappiness=10@2");
}

static void config__with_crlf(void **state)
{
    (void)state;
    assert_text(read_text("[tunables]\r\n\r\n# c\r\nvm.swappiness = 10\r\nthp.enabled = leave\r\n"),
                "vm.swappiness=10@4 thp.enabled=leave@5");
}

static void config__with_a_comment_behind_the_value(void **state)
{
    (void)state;
    assert_text(read_text("[tunables] # ours\nvm.swappiness = 10 # ticket OPS-12\n"), "vm.swappiness=10@2");
}

static void config__with_quotes(void **state)
{
    (void)state;
    assert_text(read_text("[tunables]\nvm.swappiness = \"10\"\n"), "vm.swappiness=10@2");
    assert_begins(read_text("[tunables]\nvm.swappiness = '10'\n"), SHOWN ":2: ");
    assert_begins(read_text("[tunables]\nvm.swappiness = \"10\n"), SHOWN ":2: ");
}

static void config__with_two_sections_of_ours(void **state)
{
    (void)state;
    assert_text(read_text("[tunables]\nvm.swappiness = 10\n\n[tunables]\nthp.enabled = leave\n"),
                "vm.swappiness=10@2 thp.enabled=leave@5");
}

/* --- sections of others --- */

static const char *read_host_sections(const char *content)
{
    return read_sections(config_host_sections, content, strlen(content));
}

static const char *read_finding_sections(const char *content)
{
    return read_sections(config_finding_sections, content, strlen(content));
}

static void config__names_the_sections_that_there_are(void **state)
{
    (void)state;
    for (const struct config_section *const *section = config_all_sections; *section; section++)
        assert_true(config_is_section((*section)->name, strlen((*section)->name)));
    assert_false(config_is_section("tunables]", strlen("tunables]")));
    assert_false(config_is_section("suppress", strlen("suppres")));
}

/* Each with the begin of what it is to who understands it. */
static void config__a_mistake_in_a_section_of_others_is_none(void **state)
{
    static const struct {
        const char *line, *mistake;
    } rows[] = {
        {"no-such-finding = known", "unknown finding \"no-such-finding\""},
        {"no-such-finding.warning = 1", "unknown finding \"no-such-finding.warning\""},
        {"big-instance =", "big-instance needs a reason"},
        {"big-instance", "no \"=\" in"},
        {" big-instance = known", "the line is indented"},
        {"= known", "no name before"},
        {"; big-instance = known", "no name in"},
        {"big-instance = known\nbig-instance = known", "big-instance is set a second time"},
        {"big-instance = known\rbig-instance = known", "a carriage return"},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        char text[256], expected[128];

        snprintf(text, sizeof(text), "[tunables]\nvm.swappiness = 1\n[suppress]\n%s\n[units]\n",
                 rows[i].line);
        snprintf(expected, sizeof(expected), SHOWN ":%d: %s", strchr(rows[i].line, '\n') ? 5 : 4,
                 rows[i].mistake);
        assert_begins(read_text(text), expected);
        assert_begins(read_finding_sections(text), expected);
        assert_text(read_host_sections(text), "vm.swappiness=1@2");
    }
}

static void config__a_long_line_in_a_section_of_others(void **state)
{
    static char text[16 * 1024];

    (void)state;
    sprintf(text, "[suppress]\nbig-instance = %09000d\n[tunables]\nvm.swappiness = 1\n", 0);
    assert_begins(read_text(text), SHOWN ":2: the line is longer");
    assert_text(read_host_sections(text), "vm.swappiness=1@4");
}

static void config__lines_keep_their_numbers_behind_sections_of_others(void **state)
{
    static const char text[] = "# top\n[thresholds]\r\nbig-instance.warning = 1\n\n[tunables]\n"
                               "vm.swappiness = 1\n[suppress]\nx = y\n[tunables]\nthp.enabled = never";

    (void)state;
    assert_text(read_host_sections(text), "vm.swappiness=1@6 thp.enabled=never@10");
    assert_begins(read_finding_sections(text), SHOWN ":3: \"1\" is no value of big-instance.warning");
    assert_begins(read_host_sections("[suppress]\nx = y\n[tunables]\nvm.swappiness = 300\n"), SHOWN ":4: ");
}

/* The other way round as well. */
static void config__findings_alone_know_nothing_of_tunables(void **state)
{
    static const char content[] = "[tunables]\nvm.swapiness = 10\n[units]\nadd = x\n"
                                  "[suppress]\nbig-instance = known\n";
    _cleanup_(policy_done) struct policy policy = {0};

    (void)state;
    assert_int_equal(
        config_file_parse(content, strlen(content), SHOWN, config_finding_sections, &policy, NULL), 0);
    assert_int_equal(policy.settings_count, 0);
    assert_null(policy.units_added);
    assert_text(policy_suppressed(&policy, "big-instance"), "known");
}

/* A heading that is none leaves open whose the lines below it are; and what is no text has no sections. */
static void config__what_belongs_to_no_section_is_an_error_of_all(void **state)
{
    static const struct {
        const char *text, *mistake;
    } rows[] = {
        {"[suppress]\nx = y\n[tunable]\n", SHOWN ":3: unknown section [tunable]"},
        {"[suppress]\nx = y\n[tunables\n", SHOWN ":3: no \"]\""},
        {"[suppress]\nx = y\n [tunables]\n", SHOWN ":3: the line is indented"},
        {"[suppress] x\n", SHOWN ":1: "},
        {"x = y\n[suppress]\n", SHOWN ":1: \"x\" stands in no section"},
        {"[suppress]\nbig-instance = \xe9\n", SHOWN ": not a text file"},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        assert_begins(read_host_sections(rows[i].text), rows[i].mistake);
        assert_begins(read_finding_sections(rows[i].text), rows[i].mistake);
    }
}

/* --- what is refused, each with its line and what is allowed --- */

static void config__unknown_name(void **state)
{
    const char *message = read_text("[tunables]\nvm.swappiness = 1\nvm.swapiness = 10\n");

    (void)state;
    assert_begins(message, SHOWN ":3: unknown name \"vm.swapiness\"");
    assert_contains(message, "vm.swappiness");
    assert_contains(message, "thp.hugepages-*kB");
}

static void config__open_files_of_units(void **state)
{
    (void)state;
    assert_text(read_text("[tunables]\nunit.LimitNOFILE = 100000\n"), "unit.LimitNOFILE=100000@2");
    assert_text(read_text("[tunables]\nunit.LimitNOFILE = leave\n"), "unit.LimitNOFILE=leave@2");
    assert_begins(read_text("[tunables]\nunit.LimitNOFILE = 0\n"), SHOWN ":2: \"0\"");
    assert_contains(read_text("[tunables]\nunit.LimitNOFILE = infinity\n"), "1 to 1073741816, or leave");
    assert_begins(read_text("[tunables]\nunit.LimitNPROC = 1\n"), SHOWN ":2: unknown name");
}

static void config__limits_of_findings(void **state)
{
    static const char content[] = "[thresholds]\nclients-near-max.warning = 70%\n"
                                  "[suppress]\nclients-near-max = known, ticket OPS-12\n";
    _cleanup_(policy_done) struct policy policy = {0};
    const struct threshold_setting *setting;

    (void)state;
    assert_int_equal(config_file_parse(content, strlen(content), SHOWN, config_all_sections, &policy, NULL),
                     0);
    setting = policy_threshold(&policy, "clients-near-max", "warning");
    assert_non_null(setting);
    assert_true(setting->value > 0.69 && setting->value < 0.71);
    assert_int_equal(setting->line, 2);
    assert_null(policy_threshold(&policy, "clients-near-max", "critical"));
    assert_text(policy_suppressed(&policy, "clients-near-max"), "known, ticket OPS-12");
    assert_null(policy_suppressed(&policy, "big-instance"));
}

static void config__value_out_of_range(void **state)
{
    (void)state;
    assert_begins(read_text("[tunables]\n\nvm.swappiness = 201\n"), SHOWN ":3: \"201\"");
    assert_contains(read_text("[tunables]\nvm.swappiness = 201\n"), "0 to 200, or leave");
    assert_contains(read_text("[tunables]\nthp.enabled = off\n"), "always, madvise or never, or leave");
    assert_contains(read_text("[tunables]\nnet.core.somaxconn = 99999999999999999999\n"), "1 to 2147483647");
    assert_begins(read_text("[tunables]\nvm.swappiness == 1\n"), SHOWN ":2: ");
    assert_begins(read_text("[tunables]\nvm.swappiness = 1 2\n"), SHOWN ":2: ");
}

static void config__no_value(void **state)
{
    static const char *const values[] = {"", " ", "\t", "\"\"", "# none"};

    (void)state;
    for (size_t i = 0; i < ELEMENTS(values); i++) {
        char text[128];

        snprintf(text, sizeof(text), "[tunables]\nvm.swappiness =%s\nthp.enabled = never\n", values[i]);
        assert_begins(read_text(text), SHOWN ":2: ");
        assert_contains(read_text(text), "vm.swappiness");
    }
}

static void config__a_name_twice(void **state)
{
    static const char *const texts[] = {
        "[tunables]\nvm.swappiness = 1\n\nvm.swappiness = 10\n",
        "[tunables]\nvm.swappiness = 1\n\nvm.swappiness = 1\n", /* the same value again */
        "[tunables]\nvm.swappiness = 1\n[tunables]\nvm.swappiness = 10\n",
        "[tunables]\nvm.swappiness=1\n#\nvm.swappiness\t =10\n",
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(texts); i++) {
        assert_begins(read_text(texts[i]), SHOWN ":4: vm.swappiness is set a second time");
        assert_contains(read_text(texts[i]), "line 2");
    }
}

static void config__other_names_are_no_duplicates(void **state)
{
    (void)state;
    assert_text(read_text("[tunables]\n#vm.swappiness = 5\nvm.swappiness = 6\n# vm.swappiness = 7\n"),
                "vm.swappiness=6@3");
    assert_text(read_text("[tunables]\nthp.hugepages-6kB = never\nthp.hugepages-64kB = never\n"),
                "thp.hugepages-6kB=never@2 thp.hugepages-64kB=never@3");
}

static void config__indented_line(void **state)
{
    (void)state;
    assert_begins(read_text("[tunables]\nthp.enabled = never\n vm.swappiness = 10\n"), SHOWN ":3: ");
    assert_contains(read_text("[tunables]\n\tvm.swappiness = 10\n"), "indented");
    assert_begins(read_text(" [tunables]\nvm.swappiness = 10\n"), SHOWN ":1: ");
    assert_begins(read_text("[tunables]\nthp.enabled = never\n\tmadvise\n"), SHOWN ":3: ");
}

static void config__line_without_equals(void **state)
{
    const char *message = read_text("[tunables]\nvm.swappiness 10\n");

    (void)state;
    assert_begins(message, SHOWN ":2: no \"=\" in \"vm.swappiness 10\"");
    assert_contains(message, "NAME = VALUE");
    assert_begins(read_text("[tunables]\n; note\n"), SHOWN ":2: ");
    assert_begins(read_text("[tunables]\n= 10\n"), SHOWN ":2: no name");
    assert_begins(read_text("\xef\xbb\xbf[tunables]\nvm.swappiness = 1\n"), SHOWN ":1: "); /* a BOM */
}

static void config__other_section(void **state)
{
    (void)state;
    assert_begins(read_text("[tunables]\nvm.swappiness = 1\n[other]\nvm.swappiness = 10\n"),
                  SHOWN ":3: unknown section [other]");
    assert_contains(read_text("[other]\nvm.swappiness = 10\n"), "[suppress]");
    assert_begins(read_text("[Tunables]\nvm.swappiness = 10\n"), SHOWN ":1: unknown section");
    assert_begins(read_text("[ tunables ]\nvm.swappiness = 10\n"), SHOWN ":1: unknown section");
}

/* The word may stand in a comment above, or be part of another one. */
static void config__other_section_with_its_line(void **state)
{
    (void)state;
    assert_begins(read_text("# other things\n[tunables]\nvm.swappiness = 1\n[other]\na = b\n"),
                  SHOWN ":4: unknown section [other]");
    assert_begins(read_text("[tunables]\nvm.swappiness = 1\n[vm]\na = b\n"),
                  SHOWN ":3: unknown section [vm]");
}

static void config__other_section_without_a_line(void **state)
{
    (void)state;
    assert_begins(read_text("[tunables]\nvm.swappiness = 1\n[other]\n"), SHOWN ":3: unknown section [other]");
    assert_begins(read_text("[other]\n# vm.swappiness = 1\n"), SHOWN ":1: unknown section [other]");
}

static void config__broken_section(void **state)
{
    (void)state;
    assert_begins(read_text("#\n[tunables\nvm.swappiness = 10\n"), SHOWN ":2: ");
    assert_begins(read_text("#\n[]\nvm.swappiness = 10\n"), SHOWN ":2: ");
    assert_begins(read_text("#\n[tunables] junk\nvm.swappiness = 10\n"), SHOWN ":2: ");
}

static void config__key_outside_of_a_section(void **state)
{
    (void)state;
    assert_begins(read_text("# top\nvm.swappiness = 10\n[tunables]\n"),
                  SHOWN ":2: \"vm.swappiness\" stands in no section");
    assert_contains(read_text("vm.swappiness = 10\n"), "[tunables]");
}

/* Found by the fuzzer: a name that ends in one escaped the search for its line and for duplicates. */
static void config__carriage_return_within_a_line(void **state)
{
    const char *message = read_text("[tunables]\nvm.swappiness\r = 1\nvm.swappiness = 2\n");

    (void)state;
    if (!text_has_prefix(message, SHOWN ":3: "))
        assert_begins(message, SHOWN ":2: ");
    assert_begins(read_text("2\r = 1\n"), SHOWN ":1: ");
}

static void config__hash_within_a_name(void **state)
{
    (void)state;
    assert_begins(read_text("[tunables]\nvm.swap#piness = 6\n"), SHOWN ":2: ");
}

static void config__binary(void **state)
{
    static const char elf[] = "\x7f"
                              "ELF\x02\x01\x01\0\0\0",
                      latin1[] = "# caf\xe9\n[tunables]\n";

    (void)state;
    assert_contains(read_bytes(elf, sizeof(elf) - 1), SHOWN ": not a text file");
    assert_contains(read_text(latin1), SHOWN ": not a text file");
    assert_contains(read_bytes("[tunables]\nvm.swappiness = 1\0 0\n", 32), SHOWN ": not a text file");
    assert_contains(read_text("[tunables]\nvm.swappiness = 1\x1b[31m\n"), SHOWN ": not a text file");
}

/* libeconf reads lines of up to 8 KiB; what is longer must not become a line of its own. */
static void config__long_lines(void **state)
{
    static char text[32 * 1024];

    (void)state;
    for (int padding = 8170; padding < 8200; padding++) {
        sprintf(text, "[tunables]\n#%0*dvm.swappiness = 7\nthp.enabled = leave\n", padding, 0);
        if (!text_has_prefix(read_text(text), SHOWN ":2: "))
            assert_text(read_text(text), "thp.enabled=leave@3");
    }
    sprintf(text, "[tunables]\nvm.swappiness = 7%*s\nthp.enabled = leave\n", 9000, "");
    if (!text_has_prefix(read_text(text), SHOWN ":2: "))
        assert_text(read_text(text), "vm.swappiness=7@2 thp.enabled=leave@3");
}

static void config__ten_thousand_lines(void **state)
{
    static char text[256 * 1024];
    char *out = text;

    (void)state;
    for (int i = 0; i < 10000; i++)
        out += sprintf(out, "# line %d\n", i);
    strcpy(out, "[tunables]\nvm.swappiness = 300\n");
    assert_begins(read_text(text), SHOWN ":10002: ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(config__without_a_setting_is_empty),
        cmocka_unit_test(config__has_name_value_and_line),
        cmocka_unit_test(config__without_a_newline_at_the_end),
        cmocka_unit_test(config__with_crlf),
        cmocka_unit_test(config__with_a_comment_behind_the_value),
        cmocka_unit_test(config__with_quotes),
        cmocka_unit_test(config__with_two_sections_of_ours),
        cmocka_unit_test(config__names_the_sections_that_there_are),
        cmocka_unit_test(config__a_mistake_in_a_section_of_others_is_none),
        cmocka_unit_test(config__a_long_line_in_a_section_of_others),
        cmocka_unit_test(config__lines_keep_their_numbers_behind_sections_of_others),
        cmocka_unit_test(config__findings_alone_know_nothing_of_tunables),
        cmocka_unit_test(config__what_belongs_to_no_section_is_an_error_of_all),
        cmocka_unit_test(config__unknown_name),
        cmocka_unit_test(config__open_files_of_units),
        cmocka_unit_test(config__limits_of_findings),
        cmocka_unit_test(config__value_out_of_range),
        cmocka_unit_test(config__no_value),
        cmocka_unit_test(config__a_name_twice),
        cmocka_unit_test(config__other_names_are_no_duplicates),
        cmocka_unit_test(config__indented_line),
        cmocka_unit_test(config__line_without_equals),
        cmocka_unit_test(config__other_section),
        cmocka_unit_test(config__other_section_with_its_line),
        cmocka_unit_test(config__other_section_without_a_line),
        cmocka_unit_test(config__broken_section),
        cmocka_unit_test(config__key_outside_of_a_section),
        cmocka_unit_test(config__carriage_return_within_a_line),
        cmocka_unit_test(config__hash_within_a_name),
        cmocka_unit_test(config__binary),
        cmocka_unit_test(config__long_lines),
        cmocka_unit_test(config__ten_thousand_lines),
    };

    return cmocka_run_group_tests_name("config-read-file", tests, NULL, NULL);
}
