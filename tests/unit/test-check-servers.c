/* SPDX-License-Identifier: MIT */
/* What a report says of the running servers: the column of the table, and the lines. */
#include "model.h"

#include "check/report.h"

#define SOMAXCONN "net.core.somaxconn"

enum { SERVERS_MAX = 6 };

struct servers {
    struct host *host;
    struct server_facts items[SERVERS_MAX];
    struct server_listener listeners[SERVERS_MAX];
    struct server_list list;
    struct check_report report;
    char *running;
    struct redis_units units;
};

static struct servers servers;

static int servers_setup(void **state)
{
    assert_int_equal(host_setup(state), 0);
    servers = (struct servers){.host = *state};
    servers.list.servers = servers.items;
    servers.host->observation.facts.memory_nodes = 1;
    servers.host->observation.facts.has_cgroup_v1_memory = TRAIT_NO;
    host_has(servers.host, SOMAXCONN, "65535", 0);
    host_wants(servers.host, "unit.LimitNOFILE", "leave");
    return 0;
}

static int servers_teardown(void **state)
{
    check_report_done(&servers.report);
    free(servers.running);
    for (size_t i = 0; i < servers.list.count; i++) {
        servers.items[i].listeners.items = NULL;
        servers.items[i].listeners.count = 0;
        server_facts_done(&servers.items[i]);
    }
    free(servers.list.unseen);
    return host_teardown(state);
}

/* Of which only its listen queue and its cgroup are known; queue_limit 0: not even the queue. */
static struct server_facts *add_server(const char *unit, amount queue_limit)
{
    size_t at = servers.list.count++;
    struct server_facts *server = &servers.items[at];

    server_facts_init(server);
    server->process =
        (struct server_process){.kind = SERVER_KIND_SERVER, .pid = 100 + (int)at, .comm = "redis-server"};
    process_has_unit(&server->process, unit);
    assert_int_equal(text_replace(&server->cgroup.unknown, NULL), 0);
    server->cgroup.memory_max.limit = server->cgroup.swap_max.limit = AMOUNT_UNLIMITED;
    if (queue_limit == 0)
        return server;
    assert_int_equal(text_replace(&server->listeners.unknown, NULL), 0);
    servers.listeners[at].queue_limit = queue_limit;
    servers.listeners[at].address = (char *)"127.0.0.1";
    server->listeners.items = &servers.listeners[at];
    server->listeners.count = 1;
    return server;
}

static const struct check_report *report_servers(void)
{
    const struct plan_input input = host_input(servers.host, NULL);
    struct plan *plan = host_plan(servers.host, NULL);
    struct check_report *report = &servers.report;

    plan_add_unit_items(plan, &servers.units, &input);
    servers_judge(plan, &input, &servers.list);
    report->plan = plan;
    check_report_add_servers(report, &servers.list);
    free(servers.running);
    servers.running = check_describe_running(&plan->items[0]);
    return report;
}

static void assert_line(const struct check_lines *lines, size_t at, const char *object, const char *text)
{
    assert_true(at < lines->count);
    assert_text(lines->items[at].object, object);
    assert_contains(lines->items[at].text, text);
}

static void servers__none_is_said(void **state)
{
    const struct check_report *report = report_servers();

    (void)state;
    assert_null(servers.running);
    assert_int_equal(report->problems.count, 0);
    assert_line(&report->notes, 0, NULL, "no Redis or Valkey server runs here");
}

static void servers__hidden_ones_are_said(void **state)
{
    const struct check_report *report;

    (void)state;
    servers.list.unseen = strdup("the processes of others are hidden");
    report = report_servers();
    assert_int_equal(report->notes.count, 1);
    assert_line(&report->notes, 0, NULL, "are hidden: run sudo redis-hosttune check");
}

static void servers__column_has_the_worst(void **state)
{
    const struct check_report *report;

    (void)state;
    add_server("a.service", 511);
    add_server("b.service", 128);
    add_server("c.service", 511);
    report = report_servers();
    assert_text(servers.running, "stale: restart Redis (1 of 3)");
    assert_int_equal(report->problems.count, 1);
    assert_line(&report->problems, 0, "b.service", "appendonly tell): sudo systemctl restart b.service");
}

static void servers__all_fine(void **state)
{
    (void)state;
    add_server("a.service", 511);
    report_servers();
    assert_text(servers.running, "fine");
    assert_int_equal(servers.report.problems.count, 0);
}

/* Nor do they hide what is to be mended of a unit's server that has the same. */
static void servers__strangers_are_no_problem(void **state)
{
    const struct check_report *report;

    (void)state;
    for (int i = 0; i < 5; i++)
        add_server(NULL, 128)->unproven = strdup("it runs in no service of systemd's");
    report = report_servers();
    assert_int_equal(report->problems.count, 0);
    assert_line(&report->notes, 0,
                "redis-server (pid 100), redis-server (pid 101), "
                "redis-server (pid 102) and 2 more",
                "not proven: it runs in no service of systemd's; check --server=PID counts one)");
    assert_line(&report->notes, 1, NULL, "2 more servers are not proven");
}

static void servers__strangers_hide_nothing(void **state)
{
    const struct check_report *report;

    (void)state;
    for (int i = 0; i < 2; i++)
        add_server(NULL, 128);
    servers.items[0].unproven = strdup("it runs in no service of systemd's");
    report = report_servers();
    assert_int_equal(report->problems.count, 1);
    assert_line(&report->problems, 0, "redis-server (pid 101)", "net.core.somaxconn");
    assert_int_equal(report->notes.count, 1);
    assert_line(&report->notes, 0, "redis-server (pid 100)", "check --server=100 counts it)");
}

/* Whoever names it knows whose it is; the others that have the same stay uncounted, however many. */
static void servers__a_stranger_that_is_named_counts(void **state)
{
    const struct check_report *report;

    (void)state;
    for (int i = 0; i < 6; i++)
        add_server(NULL, 128)->unproven = strdup("it runs in no service of systemd's");
    servers.items[5].process.is_named = true;
    report = report_servers();
    assert_int_equal(report->problems.count, 1);
    assert_line(&report->problems, 0, "redis-server (pid 105)", "net.core.somaxconn");
    assert_line(&report->notes, 0,
                "redis-server (pid 100), redis-server (pid 101), "
                "redis-server (pid 102) and 2 more",
                "not counted");
    assert_line(&report->notes, 1, NULL, "2 more servers are not proven");
}

/* Without a unit the remedy is the same for all. */
static void servers__the_same_is_said_once(void **state)
{
    const struct check_report *report;

    (void)state;
    for (int i = 0; i < 5; i++)
        add_server(NULL, 128);
    report = report_servers();
    assert_int_equal(report->problems.count, 1);
    assert_line(&report->problems, 0,
                "redis-server (pid 100), redis-server (pid 101), redis-server (pid 102) and 2 more",
                "room for 128");
    assert_text(servers.running, "stale: restart Redis");
}

static void servers__unknown_is_a_note_of_few(void **state)
{
    const struct check_report *report;

    (void)state;
    for (int i = 0; i < 5; i++)
        add_server("a.service", 0);
    report = report_servers();
    assert_text(servers.running, "unknown");
    assert_int_equal(report->problems.count, 0);
    assert_int_equal(report->notes.count, 4);
    assert_line(&report->notes, 0, "a.service", "not known of it: " SOMAXCONN " (its listening sockets");
    assert_line(&report->notes, 3, NULL, "of 2 more servers");
}

static void servers__limits_of_cgroups_are_notes(void **state)
{
    struct server_facts *server = add_server("a.service", 511);

    (void)state;
    server->cgroup.memory_max = (struct cgroup_limit){1 << 30, 1 << 20, 0, strdup("/a")};
    assert_int_equal(report_servers()->problems.count, 0);
    assert_line(&servers.report.notes, 0, "a.service", "cgroup.memory.max: /a limits it to 1 GiB");
}

static void servers__sentinels_are_listed_and_not_judged(void **state)
{
    const struct check_report *report;

    (void)state;
    add_server("s.service", 128)->process.kind = SERVER_KIND_SENTINEL;
    report = report_servers();
    assert_int_equal(report->servers_count, 1);
    assert_int_equal(report->servers[0].judgements_count, 0);
    assert_int_equal(report->problems.count, 0);
    assert_line(&report->notes, 0, NULL, "no Redis or Valkey server runs here");
}

int main(void)
{
#define servers_test(function) cmocka_unit_test_setup_teardown(function, servers_setup, servers_teardown)
    const struct CMUnitTest tests[] = {
        servers_test(servers__none_is_said),
        servers_test(servers__hidden_ones_are_said),
        servers_test(servers__column_has_the_worst),
        servers_test(servers__all_fine),
        servers_test(servers__strangers_are_no_problem),
        servers_test(servers__strangers_hide_nothing),
        servers_test(servers__a_stranger_that_is_named_counts),
        servers_test(servers__the_same_is_said_once),
        servers_test(servers__unknown_is_a_note_of_few),
        servers_test(servers__limits_of_cgroups_are_notes),
        servers_test(servers__sentinels_are_listed_and_not_judged),
    };

    return cmocka_run_group_tests_name("check-servers", tests, NULL, NULL);
}
