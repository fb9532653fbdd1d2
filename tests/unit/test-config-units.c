/* SPDX-License-Identifier: MIT */
/* The section [units] of the configuration. */
#include "config/keys.h"
#include "config/read-file.h"

#include "support.h"

#define MAIN "etc/redis-hosttune/redis-hosttune.conf"

/* "UNIT… UNIT:PLACEMENT@LINE…" of the file that holds [units] and text, or the error behind the file's name;
 * static buffer. */
static const char *read_units(const struct tree *tree, const char *text)
{
    static char shown[1024];
    _cleanup_(policy_done) struct policy policy = {0};
    _cleanup_free_ char *message = NULL, *content = NULL;
    char *out = shown;

    assert_true(asprintf(&content, "[units]\n%s", text) > 0);
    tree_write(tree, MAIN, content);
    if (config_file_read(tree->root, config_host_sections, &policy, &message) < 0) {
        snprintf(shown, sizeof(shown), "%s", message + strlen(tree_path(tree, MAIN)));
        return shown;
    }
    *out = '\0';
    for (char **unit = policy.units_added; unit && *unit; unit++)
        out += sprintf(out, "%s ", *unit);
    for (size_t i = 0; i < policy.unit_wishes_count; i++)
        out += sprintf(out, "%s:%s=%s@%u ", policy.unit_wishes[i].unit, policy.unit_wishes[i].key,
                       policy.unit_wishes[i].value, policy.unit_wishes[i].line);
    return shown;
}

static void units__add_names_services(void **state)
{
    assert_text(read_units(*state, "add = my-cache.service other@.service\n"),
                "my-cache.service other@.service ");
    assert_text(read_units(*state, "add =   a.service\t b.service  \n"), "a.service b.service ");
}

static void units__placement_of_all_and_of_one(void **state)
{
    assert_text(read_units(*state, "add = c.service\nplacement = systemd\nc.service.placement = off\n"),
                "c.service :placement=systemd@3 c.service:placement=off@4 ");
    assert_text(read_units(*state, "redis@a.service.placement = exec\n"),
                "redis@a.service:placement=exec@2 ");
}

static void units__open_files_of_one(void **state)
{
    assert_text(read_units(*state, "redis.service.LimitNOFILE = leave\n"),
                "redis.service:LimitNOFILE=leave@2 ");
    assert_text(read_units(*state, "redis@.service.LimitNOFILE = 100000\n"),
                "redis@.service:LimitNOFILE=100000@2 ");
}

static void units__errors_have_the_line_and_what_is_allowed(void **state)
{
    static const struct {
        const char *text, *line, *allowed;
    } rows[] = {
        {"\nadd = my-cache\n", ":3: ", "NAME.service"},
        {"add = ../../etc/x.service\n", ":2: ", "NAME.service"},
        {"placement = everywhere\n", ":2: ", "exec, systemd and off"},
        {"redis.service.LimitNOFILE = infinity\n", ":2: ", "1 to 1073741816, or leave"},
        {"redis.LimitNOFILE = 1\n", ":2: ", "NAME.service.LimitNOFILE"},
        {"LimitNOFILE = 1\n", ":2: ", "NAME.service.LimitNOFILE"},
        {"my.service.LimitNOFILE = leave\n", ":2: ", "add = my.service"},
        {"placement =\n", ":2: ", "exec, systemd and off"},
        {"placement = Exec\n", ":2: ", "exec, systemd and off"},
        {"a b.service.placement = off\n", ":2: ", ""},
        {"redis.placement = off\n", ":2: ", "NAME.service.placement"},
        {".placement = off\n", ":2: ", ""},
        {"vm.swappiness = 1\n", ":2: unknown name",
         "add, placement, NAME.service.placement and NAME.service.LimitNOFILE"},
        {"reddis.service.placement = off\n", ":2: ", "add = reddis.service"},
        {"add = a.service\nadd = b.service\n", ":3: ", "set a second time"},
    };

    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        const char *message = read_units(*state, rows[i].text);

        if (!text_has_prefix(message, rows[i].line) || !strstr(message, rows[i].allowed))
            fail_msg("\"%s\" gave \"%s\"", rows[i].text, message);
    }
}

/* A tunable is no key of [units], nor the other way round. */
static void units__names_stay_in_their_section(void **state)
{
    _cleanup_(policy_done) struct policy policy = {0};
    _cleanup_free_ char *message = NULL;
    const char *text = "[tunables]\nplacement = off\n";

    (void)state;
    assert_int_equal(config_file_parse(text, strlen(text), "x", config_host_sections, &policy, &message),
                     -EINVAL);
    assert_true(text_has_prefix(message, "x:2: unknown name \"placement\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        tree_test(units__add_names_services),
        tree_test(units__placement_of_all_and_of_one),
        tree_test(units__open_files_of_one),
        tree_test(units__errors_have_the_line_and_what_is_allowed),
        tree_test(units__names_stay_in_their_section),
    };

    return cmocka_run_group_tests_name("config-units", tests, NULL, NULL);
}
