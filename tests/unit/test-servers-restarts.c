/* SPDX-License-Identifier: MIT */
/* Which servers must be restarted: for what the plan changes, and for what changed while they ran already. */
#include "model.h"

#include "servers/restarts.h"

#define SOMAXCONN "net.core.somaxconn"
#define UNIT      "redis-server.service"

/* Plans, and gives how many restarts follow. */
static size_t count_restarts(struct host *host)
{
    struct plan_input input = host_input(host, NULL);

    host_plan(host, NULL);
    plan_add_restarts(&host->plan, &input, &host->servers);
    return host->plan.restarts_count;
}

static void restart__for_a_change(void **state)
{
    struct host *host = *state;

    host_has(host, SOMAXCONN, "4096", 0);
    host_runs(host, 42, UNIT, 5000);
    assert_int_equal(count_restarts(host), 1);
    assert_text(host->plan.restarts[0].unit, UNIT);
    assert_contains(host->plan.restarts[0].reason, "listen queue");
}

static void restart__none_without_a_server(void **state)
{
    struct host *host = *state;

    host_has(host, SOMAXCONN, "4096", 0);
    assert_int_equal(count_restarts(host), 0);
}

static void restart__none_for_what_needs_none(void **state)
{
    struct host *host = *state;

    host_has(host, "vm.swappiness", "60", 0);       /* read by the kernel each time */
    host_has(host, "vm.overcommit_memory", "0", 0); /* only where 2 is left or taken */
    host_has(host, "thp.enabled", "madvise", 0);    /* Redis asks for no huge pages */
    host_has(host, SOMAXCONN, "65535", 0);          /* in sync, and not by us */
    host_runs(host, 42, UNIT, 5000);
    assert_int_equal(count_restarts(host), 0);
}

static void restart__names_the_pid_where_there_is_no_unit(void **state)
{
    struct host *host = *state;

    host_has(host, SOMAXCONN, "4096", 0);
    host_runs(host, 42, NULL, 5000);
    host_runs(host, 43, NULL, 5000);
    assert_int_equal(count_restarts(host), 2);
    assert_text(host->plan.restarts[0].unit, "pid 42");
    assert_text(host->plan.restarts[1].unit, "pid 43");
}

static void restart__names_a_unit_once_for_each_reason(void **state)
{
    struct host *host = *state;

    host_has(host, "thp.enabled", "always", 0);
    host_has(host, "thp.hugepages-64kB", "always", 0);
    host_has(host, SOMAXCONN, "4096", 0);
    host_runs(host, 42, UNIT, 5000);
    host_runs(host, 43, UNIT, 5000); /* two processes of one unit */
    host_runs(host, 44, "redis@b.service", 5000);
    assert_int_equal(count_restarts(host), 4);
}

static void restart__not_for_a_server_without_huge_pages(void **state)
{
    struct host *host = *state;

    host_has(host, "thp.enabled", "always", 0);
    host_runs(host, 42, UNIT, 5000)->has_thp_disabled = true;
    host_runs(host, 43, "redis@b.service", 5000);
    assert_int_equal(count_restarts(host), 1);
    assert_text(host->plan.restarts[0].unit, "redis@b.service");
}

/* In sync now, but the server had begun to listen before the value was written. */
static void restart__for_a_server_older_than_the_write(void **state)
{
    struct host *host = *state;

    host_has(host, SOMAXCONN, "65535", 0);
    host_wrote(host, SOMAXCONN, "128", "65535", 6000);
    host_runs(host, 42, UNIT, 5000);
    host_runs(host, 43, "redis@b.service", 7000);
    host_runs(host, 44, "redis@c.service", 6000);
    assert_int_equal(count_restarts(host), 1);
    assert_text(host->plan.restarts[0].unit, UNIT);
    assert_contains(host->plan.restarts[0].reason, "was cut"); /* at 128, the original */
}

/* Lifted twice while it ran: what it lives under is what the last write replaced, at the latest. */
static void restart__looks_at_what_the_last_write_replaced(void **state)
{
    struct host *host = *state;

    host_has(host, SOMAXCONN, "65535", 0);
    host_wrote(host, SOMAXCONN, "128", "1024", 3000);
    host_wrote(host, SOMAXCONN, "128", "65535", 6000);
    host_runs(host, 42, UNIT, 5000);
    assert_int_equal(count_restarts(host), 1);
    assert_contains(host->plan.restarts[0].reason, "where its tcp-backlog is higher"); /* 1024 */
}

/* Whoever was there already when the value was lifted from 128 was cut to 128, whatever came later. */
static void restart__looks_at_the_value_the_server_began_under(void **state)
{
    struct host *host = *state;

    host_has(host, SOMAXCONN, "65535", 0);
    host_wrote(host, SOMAXCONN, "128", "1024", 3000);
    host_wrote(host, SOMAXCONN, "128", "65535", 6000);
    host_runs(host, 42, UNIT, 2000);
    assert_int_equal(count_restarts(host), 1);
}

static void restart__not_for_a_write_of_an_earlier_boot(void **state)
{
    struct host *host = *state;
    struct saved_value *value;

    host_has(host, SOMAXCONN, "65535", 0);
    value = host_wrote(host, SOMAXCONN, "128", "65535", 6000);
    host_runs(host, 42, UNIT, 5000);
    assert_int_equal(text_replace(&value->boot_id, "an earlier boot"), 0);
    assert_int_equal(count_restarts(host), 0);
    assert_int_equal(text_replace(&value->boot_id, NULL), 0);
    assert_int_equal(count_restarts(host), 0);
}

static void restart__not_for_what_is_left_or_refused(void **state)
{
    struct host *host = *state;

    host->observation.facts.container = "docker";
    host_has(host, "thp.enabled", "always", 0); /* refused */
    host_has(host, SOMAXCONN, "4096", 0);
    host_wants(host, SOMAXCONN, "leave");
    host_runs(host, 42, UNIT, 5000);
    assert_int_equal(count_restarts(host), 0);
}

/* With --only: a row that merely keeps its line in the drop-in is not changed by this call. */
static void restart__not_for_what_was_not_asked_for(void **state)
{
    const char *const only[] = {"vm.swappiness", NULL};
    struct host *host = *state;
    struct plan_input input;

    host_has(host, "vm.swappiness", "60", 0);
    host_has(host, SOMAXCONN, "128", 0); /* lowered by somebody since */
    host_wrote(host, SOMAXCONN, "4096", "65535", 1000);
    host_runs(host, 42, UNIT, 5000);
    host_plan(host, only);
    input = host_input(host, only);
    plan_add_restarts(&host->plan, &input, &host->servers);
    assert_int_equal(host->plan.restarts_count, 0);
}

static void restart__is_unknown_where_processes_cannot_be_seen(void **state)
{
    struct host *host = *state;

    host->servers.are_seen = false;
    host_has(host, "vm.swappiness", "60", 0);
    assert_int_equal(count_restarts(host), 0); /* no server would have to be restarted for that */
    host_has(host, SOMAXCONN, "128", 0);
    host_has(host, "thp.enabled", "always", 0);
    assert_int_equal(count_restarts(host), 1);
    assert_null(host->plan.restarts[0].unit);
    assert_contains(host->plan.restarts[0].reason, "cannot be seen");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        host_test(restart__for_a_change),
        host_test(restart__none_without_a_server),
        host_test(restart__none_for_what_needs_none),
        host_test(restart__names_the_pid_where_there_is_no_unit),
        host_test(restart__names_a_unit_once_for_each_reason),
        host_test(restart__not_for_a_server_without_huge_pages),
        host_test(restart__for_a_server_older_than_the_write),
        host_test(restart__looks_at_what_the_last_write_replaced),
        host_test(restart__looks_at_the_value_the_server_began_under),
        host_test(restart__not_for_a_write_of_an_earlier_boot),
        host_test(restart__not_for_what_is_left_or_refused),
        host_test(restart__not_for_what_was_not_asked_for),
        host_test(restart__is_unknown_where_processes_cannot_be_seen),
    };

    return cmocka_run_group_tests_name("servers-restarts", tests, NULL, NULL);
}
