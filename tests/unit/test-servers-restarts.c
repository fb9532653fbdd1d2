/* SPDX-License-Identifier: MIT */
/* Which servers must be restarted: for what the plan changes, and for what changed while they ran already. */
#include "model.h"

#define SOMAXCONN "net.core.somaxconn"
#define UNIT      "redis-server.service"

/* Plans, and gives how many restarts follow. */
static size_t count_restarts(struct host *host)
{
    return host_judge(host, NULL)->restarts_count;
}

static void restart__for_a_change(void **state)
{
    struct host *host = *state;

    host_has(host, SOMAXCONN, "128", 0);
    host_runs(host, 42, UNIT, 5000);
    assert_int_equal(count_restarts(host), 1);
    assert_text(host->plan.restarts[0]->unit, UNIT);
    assert_contains(host->plan.restarts[0]->text, "listen queue");
}

static void restart__none_without_a_server(void **state)
{
    struct host *host = *state;

    host_has(host, SOMAXCONN, "128", 0);
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

/* One server of which nothing is known, and one value that is about to change. */
static const char *restart(const char *name, const char *current, const char *wanted, bool has_thp_disabled)
{
    static char text[256];
    void *state;
    struct host *host;

    assert_int_equal(host_setup(&state), 0);
    host = state;
    host_has(host, name, current, 0);
    host_wants(host, name, wanted);
    host_runs(host, 42, UNIT, 5000)->has_thp_disabled = has_thp_disabled;
    snprintf(text, sizeof(text), "%s",
             host_judge(host, NULL)->restarts_count == 1 ? host->plan.restarts[0]->text : "");
    host_teardown(&state);
    return text;
}

static void restart__only_where_a_running_server_keeps_the_old(void **state)
{
    (void)state;
    assert_text(restart("vm.overcommit_memory", "0", "1", false), "");
    assert_contains(restart("vm.overcommit_memory", "2", "1", false), "allocator");
    assert_contains(restart("vm.overcommit_memory", "0", "2", false), "allocator");
    assert_text(restart("vm.swappiness", "60", "1", false), "");
    assert_contains(restart("net.core.somaxconn", "128", "65535", false), "was cut");
    assert_text(restart("net.core.somaxconn", "511", "65535", false), ""); /* all that most of them ask for */
    assert_text(restart("net.ipv4.tcp_max_syn_backlog", "128", "65535", false), "");
    assert_contains(restart("thp.enabled", "always", "never", false), "huge pages");
    assert_text(restart("thp.enabled", "always", "never", true), ""); /* it had none */
    assert_text(restart("thp.enabled", "madvise", "never", false), "");
    assert_text(restart("thp.defrag", "always", "never", false), "");
    assert_contains(restart("thp.hugepages-64kB", "always", "never", false), "huge pages");
}

static void restart__names_the_pid_where_there_is_no_unit(void **state)
{
    struct host *host = *state;

    host_has(host, SOMAXCONN, "128", 0);
    host_runs(host, 42, NULL, 5000);
    host_runs(host, 43, NULL, 5000);
    assert_int_equal(count_restarts(host), 2);
    for (int i = 0; i < 2; i++) {
        assert_null(host->plan.restarts[i]->unit);
        assert_int_equal(host->plan.restarts[i]->pid, 42 + i);
    }
}

static void restart__names_a_unit_once_for_each_reason(void **state)
{
    struct host *host = *state;

    host_has(host, "thp.enabled", "always", 0);
    host_has(host, "thp.hugepages-64kB", "always", 0);
    host_has(host, SOMAXCONN, "128", 0);
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
    assert_text(host->plan.restarts[0]->unit, "redis@b.service");
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
    assert_text(host->plan.restarts[0]->unit, UNIT);
    assert_contains(host->plan.restarts[0]->text, "was cut to 128"); /* the original */
}

/* Lifted twice while it ran: what it lives under is what the last write replaced, at the latest. */
static void restart__looks_at_what_the_last_write_replaced(void **state)
{
    struct host *host = *state;

    host_has(host, SOMAXCONN, "65535", 0);
    host_wrote(host, SOMAXCONN, "128", "256", 3000);
    host_wrote(host, SOMAXCONN, "128", "65535", 6000);
    host_runs(host, 42, UNIT, 5000);
    assert_int_equal(count_restarts(host), 1);
    assert_contains(host->plan.restarts[0]->text, "was cut to 256");
}

/* Whoever was there already when the value was lifted from 128 was cut to 128, whatever came later. */
static void restart__looks_at_the_value_the_server_began_under(void **state)
{
    struct host *host = *state;

    host_has(host, SOMAXCONN, "65535", 0);
    host_wrote(host, SOMAXCONN, "128", "256", 3000);
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
    host_has(host, SOMAXCONN, "128", 0);
    host_wants(host, SOMAXCONN, "leave");
    host_runs(host, 42, UNIT, 5000);
    assert_int_equal(count_restarts(host), 0);
}

/* With --only: a row that merely keeps its line in the drop-in is not changed by this call. */
static void restart__not_for_what_was_not_asked_for(void **state)
{
    const char *const only[] = {"vm.swappiness", NULL};
    struct host *host = *state;

    host_has(host, "vm.swappiness", "60", 0);
    host_has(host, SOMAXCONN, "128", 0); /* lowered by somebody since */
    host_wrote(host, SOMAXCONN, "4096", "65535", 1000);
    host_runs(host, 42, UNIT, 5000);
    assert_int_equal(host_judge(host, only)->restarts_count, 0);
}

static void restart__is_unknown_where_processes_cannot_be_seen(void **state)
{
    struct host *host = *state;

    host_hides_processes(host);
    host_has(host, "vm.swappiness", "60", 0);
    assert_int_equal(count_restarts(host), 0); /* no server would have to be restarted for that */
    host_has(host, SOMAXCONN, "128", 0);
    host_has(host, "thp.enabled", "always", 0);
    assert_int_equal(count_restarts(host), 1);
    assert_null(host->plan.restarts[0]->unit);
    assert_contains(host->plan.restarts[0]->text, "cannot be seen");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        host_test(restart__for_a_change),
        host_test(restart__none_without_a_server),
        host_test(restart__none_for_what_needs_none),
        cmocka_unit_test(restart__only_where_a_running_server_keeps_the_old),
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
