/* SPDX-License-Identifier: MIT */
#include "model/redis-facts.h"

#include "support.h"

static struct redis_clients parse(const char *text)
{
    struct redis_clients clients;

    redis_clients_parse(text, strlen(text), &clients);
    return clients;
}

static void clients__are_summed_up(void **state)
{
    struct redis_clients clients = parse(
        "id=3 addr=127.0.0.1:5000 name=web age=10 idle=2 flags=N omem=100 tot-mem=2000 cmd=get user=default\n"
        "id=4 addr=127.0.0.1:5001 name= age=1 idle=0 flags=O omem=7 cmd=monitor\n"
        "id=5 addr=[::1]:5002 name= flags=S omem=400 cmd=replconf\n"
        "id=6 addr=/run/s:0 name= flags=P omem=0 cmd=subscribe\n");

    (void)state;
    assert_int_equal(clients.count, 4);
    assert_int_equal(clients.malformed, 0);
    assert_int_equal(clients.monitors, 1);
    assert_int_equal(clients.replicas, 1);
    assert_int_equal(clients.pubsub, 1);
    assert_int_equal(clients.output_memory, 507);
    assert_int_equal(clients.biggest.id, 5);
    assert_text(clients.biggest.address, "[::1]:5002");
    assert_int_equal(clients.monitor.id, 4);
    assert_int_equal(clients.biggest.total_memory, -1); /* not there before 6.2 */
}

static void clients__hostile_lines_are_counted(void **state)
{
    struct redis_clients clients = parse("garbage\n\n\r\nid=0 omem=1\nid=-5 omem=1\nid=2 omem=-3\n"
                                         "id=9 omem=9223372036854775807 name=\x1b[31m\n"
                                         "id=10 omem=9223372036854775807\n");

    (void)state;
    assert_int_equal(clients.count, 2);
    assert_int_equal(clients.malformed, 4);
    assert_true(clients.output_memory == INT64_MAX); /* no overflow */
}

static void clients__a_long_line_is_cut(void **state)
{
    char line[5000];
    struct redis_clients clients;

    (void)state;
    memset(line, 'x', sizeof(line) - 1);
    line[sizeof(line) - 1] = '\0';
    memcpy(line, "id=1 omem=5 name=", strlen("id=1 omem=5 name="));
    clients = parse(line);
    assert_int_equal(clients.count, 1);
    assert_int_equal(strlen(clients.biggest.name), sizeof(clients.biggest.name) - 1);
}

static void version__is_comparable(void **state)
{
    struct redis_facts facts = {.version = (char *)"7.0.15"};

    (void)state;
    assert_int_equal(redis_facts_version(&facts), 70015);
    facts.version = (char *)"8.0";
    assert_int_equal(redis_facts_version(&facts), 80000);
    facts.version = (char *)"unstable";
    assert_int_equal(redis_facts_version(&facts), 0);
    facts.version = NULL;
    assert_int_equal(redis_facts_version(&facts), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clients__are_summed_up),
        cmocka_unit_test(clients__hostile_lines_are_counted),
        cmocka_unit_test(clients__a_long_line_is_cut),
        cmocka_unit_test(version__is_comparable),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
