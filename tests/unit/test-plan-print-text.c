/* SPDX-License-Identifier: MIT */
#include "plan/print-text.h"

#include "model.h"

#define PATH "/etc/sysctl.d/99-zz-redis-hosttune.conf"

static const struct text_style plain = {.colour = false}, coloured = {.colour = true};

/* What the renderers print, each owned by the caller. */
static char *print_diff(const struct plan *plan, struct text_style style)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    text_render_diff(out, plan, style);
    fclose(out);
    return text;
}

static char *print_result(const struct plan *plan)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    text_render_result(out, plan);
    fclose(out);
    return text;
}

static char *print_explanation(struct host *host, const char *name, int width)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    host_plan(host, NULL);
    text_render_explanation(out, &host->plan, tunable_find(name), &host->observation.facts, width);
    fclose(out);
    return text;
}

static void assert_order(const char *text, const char *const *parts)
{
    for (; *parts; parts++) {
        text = text ? strstr(text, *parts) : NULL;
        if (!text)
            fail_msg("\"%s\" is missing or too early", *parts);
    }
}

static void add_file(struct host *host, const char *old_content, const char *new_content, const char *reason)
{
    plan_add_file(&host->plan, PATH, old_content ? strdup(old_content) : NULL,
                  new_content ? strdup(new_content) : NULL, reason ? strdup(reason) : NULL);
}

/* One of each state. */
static void plan_everything(struct host *host)
{
    host_has(host, "vm.overcommit_memory", "1", 0);
    host_has(host, "vm.swappiness", "60", 0);
    host_has(host, "net.core.somaxconn", "128", 0);
    host_has(host, "net.ipv4.tcp_max_syn_backlog", NULL, -EACCES);
    host_has(host, "thp.enabled", NULL, -ENOENT);
    host_has(host, "thp.defrag", "madvise", 0);
    host_has(host, "thp.hugepages-64kB", "never", 0);
    host_wants(host, "thp.defrag", "leave");
    host_wants(host, "vm.swappiness", "10");
    host_runs(host, 42, "redis-server.service", 5);
    host_runs(host, 43, NULL, 5);
    host_judge(host, NULL);
    add_file(host, NULL, "vm.swappiness = 10\n", NULL);
}

/* The line that begins with start, without its blanks in a row; static buffer, or NULL. */
static const char *line_of(const char *text, const char *start)
{
    static char line[512];
    size_t n = 0;

    while (text && !text_has_prefix(text, start))
        text = (text = strchr(text, '\n')) && text[1] ? text + 1 : NULL;
    for (; text && *text && *text != '\n' && n < sizeof(line) - 1; text++)
        if (*text != ' ' || text[1] != ' ')
            line[n++] = *text;
    line[n] = '\0';
    return text ? line : NULL;
}

/* --- diff --- */

static void diff__is_a_table_then_the_rest_then_files_then_restarts(void **state)
{
    static const char *const order[] = {"NAME", "in sync:", "+++ ", "systemctl restart", NULL};
    struct host *host = *state;
    _cleanup_free_ char *text = NULL;

    plan_everything(host);
    text = print_diff(&host->plan, plain);
    assert_text(line_of(text, "NAME"), "NAME NOW AFTER WHY SCOPE");
    assert_text(line_of(text, "vm.swappiness"),
                "vm.swappiness 60 10 cached files go long before memory of Redis (" CONF ":2) host");
    assert_text(line_of(text, "net.core.somaxconn"),
                "net.core.somaxconn 128 65535 room for bursts of new connections network namespace");
    assert_text(line_of(text, "in sync:"), "in sync: vm.overcommit_memory = 1, thp.hugepages-64kB = never");
    assert_contains(text, "unknown: net.ipv4.tcp_max_syn_backlog: /proc/sys/net/ipv4/tcp_max_syn_backlog");
    assert_contains(text, "absent: thp.enabled: this kernel has no such knob\n");
    assert_contains(text, "left: thp.defrag (" CONF ":1)\n");
    assert_contains(text, "\n--- /dev/null\n+++ " PATH "\n@@ -0,0 +1 @@\n+vm.swappiness = 10\n");
    assert_contains(text, "  sudo systemctl restart redis-server.service  # its listen queue");
    assert_contains(text, "  restart the server with pid 43 (");
    assert_order(text, order);
    assert_lacks(text, "nothing to change");
    assert_lacks(text, "\033");
}

static void diff__says_when_there_is_nothing_to_do(void **state)
{
    struct host *host = *state;
    _cleanup_free_ char *text = NULL;

    host_has(host, "vm.swappiness", "1", 0);
    host_plan(host, NULL);
    add_file(host, "same\n", "same\n", NULL);
    text = print_diff(&host->plan, plain);
    assert_contains(text, "in sync: vm.swappiness = 1\n");
    assert_true(text_has_suffix(text, "\nnothing to change\n"));
    assert_lacks(text, "NAME"); /* no table */
}

static void diff__shows_what_is_in_the_way_of_a_file(void **state)
{
    struct host *host = *state;
    _cleanup_free_ char *text = NULL;

    add_file(host, NULL, "vm.swappiness = 10\n", PATH " is a directory: remove it");
    text = print_diff(&host->plan, plain);
    assert_contains(text, "refused: " PATH " is a directory: remove it\n");
    assert_lacks(text, "+++");
    assert_lacks(text, "nothing to change");
}

static void diff__hides_what_was_not_asked_for(void **state)
{
    const char *const only[] = {"vm.overcommit_memory", NULL};
    struct host *host = *state;
    _cleanup_free_ char *text = NULL;

    host_has(host, "vm.swappiness", "60", 0);
    host_has(host, "vm.overcommit_memory", "0", 0);
    host_wrote(host, "vm.swappiness", "60", "1", 0);
    host_plan(host, only);
    text = print_diff(&host->plan, plain);
    assert_contains(text, "vm.overcommit_memory");
    assert_lacks(text, "vm.swappiness");
}

static void diff__says_where_servers_cannot_be_seen(void **state)
{
    struct host *host = *state;
    _cleanup_free_ char *text = NULL;

    host_hides_processes(host);
    host_has(host, "net.core.somaxconn", "128", 0);
    host_judge(host, NULL);
    text = print_diff(&host->plan, plain);
    assert_contains(text, "unknown: the processes of this host cannot be seen");
}

static void diff__has_the_drop_ins_of_units(void **state)
{
    struct host *host = *state;
    _cleanup_free_ char *text = NULL;

    host->plan.has_live_units = true;
    plan_add_unit(&host->plan, "redis.service", "/run/g", NULL, strdup("[Unit]\n"));
    plan_add_unit(&host->plan, "b.service", "/run/g", strdup("x\n"), strdup("x\n"));
    text = print_diff(&host->plan, plain);
    assert_contains(text, "+++ /run/g/redis.service.d/zz-redis-hosttune.conf\n@@ -0,0 +1 @@\n+[Unit]\n");
    assert_lacks(text, "b.service");
    assert_lacks(text, "nothing to change");
}

/* --- colour --- */

static void colour__marks_lines_of_the_diff_and_ends_on_each(void **state)
{
    struct host *host = *state;
    _cleanup_free_ char *text = NULL;

    add_file(host, "a\nb\n", "a\nc\n", NULL);
    text = print_diff(&host->plan, coloured);
    assert_contains(text, "\033[31m-b\033[0m\n");
    assert_contains(text, "\033[32m+c\033[0m\n");
    assert_contains(text, "\033[36m@@ -1,2 +1,2 @@\033[0m\n");
    assert_contains(text, "\n a\n");
}

/* --- result --- */

static void result__has_a_line_for_each_change_and_file(void **state)
{
    struct host *host = *state;
    _cleanup_free_ char *text = NULL;

    host_has(host, "vm.overcommit_memory", "1", 0);
    host_has(host, "vm.swappiness", "60", 0);
    host_plan(host, NULL);
    host_item(host, "vm.swappiness")->state = ITEM_APPLIED;
    add_file(host, NULL, "vm.swappiness = 1\n", NULL);
    add_file(host, "old\n", NULL, NULL);
    host->plan.files[0].action = host->plan.files[1].action = FILE_WRITTEN;
    text = print_result(&host->plan);
    assert_text(text, "vm.swappiness: 60 -> 1\n" PATH ": written\n" PATH ": removed\n");
}

static void result__has_the_drop_ins_of_units_that_are_live(void **state)
{
    struct host *host = *state;
    _cleanup_free_ char *text = NULL, *image = NULL;

    plan_add_unit(&host->plan, "a.service", "/g", NULL, strdup("x\n"));
    plan_add_unit(&host->plan, "b.service", "/g", strdup("x\n"), NULL);
    plan_add_unit(&host->plan, "c.service", "/g", strdup("x\n"), strdup("x\n"));
    image = print_result(&host->plan);
    assert_text(image, "nothing to change\n");
    host->plan.has_live_units = true;
    text = print_result(&host->plan);
    assert_contains(text, "/g/a.service.d/zz-redis-hosttune.conf: written by systemd's reload\n");
    assert_contains(text, "/g/b.service.d/zz-redis-hosttune.conf: removed by systemd's reload\n");
    assert_lacks(text, "c.service");
}

static void result__says_what_is_refused_and_why(void **state)
{
    struct host *host = *state;
    _cleanup_free_ char *text = NULL;

    host->observation.facts.container = "docker";
    host_has(host, "vm.swappiness", "60", 0);
    host_plan(host, NULL);
    text = print_result(&host->plan);
    assert_contains(text, "refused: vm.swappiness: belongs to the host");
    assert_lacks(text, "nothing to change");
}

static void result__says_when_there_was_nothing_to_do(void **state)
{
    struct host *host = *state;
    _cleanup_free_ char *text = NULL;

    host_has(host, "vm.swappiness", "1", 0);
    host_plan(host, NULL);
    text = print_result(&host->plan);
    assert_text(text, "nothing to change\n");
}

/* --- explanation --- */

static void explanation__has_texts_and_what_is_true_here(void **state)
{
    struct host *host = *state;
    _cleanup_free_ char *text = NULL;

    host_has(host, "vm.swappiness", "60", 0);
    host->observation.facts.has_swap = TRAIT_NO;
    text = print_explanation(host, "vm.swappiness", 80);
    assert_true(text_has_prefix(text, "vm.swappiness: cached files go long before memory of Redis\n\n"));
    assert_contains(text, "This host has no swap");
    assert_lacks(text, "cgroup v1"); /* not true here */
    assert_contains(
        text, "  vm.swappiness: change, now 60, wanted 1 (built in)\n"); /* nobody was asked who set it */
    assert_contains(text, "/proc/sys/vm/swappiness\n");
    assert_contains(text, "0 to 200, or leave\n");
    assert_contains(text, "https://");
}

static void explanation__lists_all_objects_of_the_row_alone(void **state)
{
    struct host *host = *state;
    _cleanup_free_ char *text = NULL, *absent = NULL;

    absent = print_explanation(host, "thp.hugepages-*kB", 80);
    assert_contains(absent, "absent");
    assert_contains(absent, "this kernel has no such knob\n");
    host_has(host, "thp.hugepages-64kB", "never", 0);
    host_has(host, "thp.hugepages-128kB", "always", 0);
    host_has(host, "vm.swappiness", "60", 0);
    text = print_explanation(host, "thp.hugepages-*kB", 80);
    assert_contains(text, "thp.hugepages-64kB: in-sync");
    assert_contains(text, "thp.hugepages-128kB: change");
    assert_lacks(text, "vm.swappiness");
}

/* The texts; the table of facts below them is not broken. */
static void explanation__keeps_the_width(void **state)
{
    for (size_t row = 0; row < tunables_count; row++)
        for (int width = 40; width <= 100; width += 20) {
            _cleanup_free_ char *text = print_explanation(*state, tunables[row].name, width);
            const char *end = strstr(text, "\nOn this host\n");

            assert_non_null(end);
            for (const char *line = strchr(text, '\n') + 1; line < end; line += strcspn(line, "\n") + 1) {
                if (strcspn(line, "\n") > (size_t)width)
                    fail_msg("%s at width %d: %.*s", tunables[row].name, width, (int)strcspn(line, "\n"),
                             line);
                assert_true(*line == '\n' || text_has_prefix(line, "  "));
            }
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        host_test(diff__is_a_table_then_the_rest_then_files_then_restarts),
        host_test(diff__says_when_there_is_nothing_to_do),
        host_test(diff__shows_what_is_in_the_way_of_a_file),
        host_test(diff__hides_what_was_not_asked_for),
        host_test(diff__says_where_servers_cannot_be_seen),
        host_test(diff__has_the_drop_ins_of_units),
        host_test(colour__marks_lines_of_the_diff_and_ends_on_each),
        host_test(result__has_a_line_for_each_change_and_file),
        host_test(result__has_the_drop_ins_of_units_that_are_live),
        host_test(result__says_what_is_refused_and_why),
        host_test(result__says_when_there_was_nothing_to_do),
        host_test(explanation__has_texts_and_what_is_true_here),
        host_test(explanation__lists_all_objects_of_the_row_alone),
        host_test(explanation__keeps_the_width),
    };

    return cmocka_run_group_tests_name("plan-print-text", tests, NULL, NULL);
}
