/* SPDX-License-Identifier: MIT */
#include "redis/client-list.h"

#include "support.h"

static struct client parsed(const char *line)
{
    struct client client;

    assert_int_equal(client_parse(line, strlen(line), &client), 0);
    return client;
}

static struct client_list listed(const char *text)
{
    struct client_list list;

    client_list_parse(text, strlen(text), &list);
    return list;
}

static void client_parse__a_line_of_redis_7_0(void **state)
{
    struct client client = parsed(
        "id=18 addr=/run/redis/redis.sock:0 laddr=/run/redis/redis.sock:0 fd=7 name=feed age=61 idle=2 "
        "flags=OU db=0 sub=0 psub=0 ssub=0 multi=-1 qbuf=0 qbuf-free=20474 argv-mem=0 multi-mem=0 "
        "rbs=1024 rbp=61 obl=0 oll=3 omem=61512 tot-mem=83784 events=r cmd=monitor user=default "
        "redir=-1 resp=2");

    (void)state;
    assert_int_equal(client.id, 18);
    assert_text(client.address, "/run/redis/redis.sock:0");
    assert_text(client.user, "default");
    assert_text(client.command, "monitor");
    assert_int_equal(client.age, 61);
    assert_int_equal(client.omem, 61512);
    assert_int_equal(client.class, CLIENT_NORMAL); /* the limits count a monitor so */
    assert_true(client.is_monitor);
}

static void client_parse__a_line_of_redis_5_0_has_no_user(void **state)
{
    struct client client =
        parsed("id=3 addr=127.0.0.1:34562 fd=7 name= age=10 idle=3 flags=N db=0 sub=0 psub=0 "
               "multi=-1 qbuf=0 qbuf-free=0 obl=0 oll=0 omem=0 events=r cmd=get");

    (void)state;
    assert_text(client.user, "");
    assert_int_equal(client.omem, 0);
}

static void client_parse__classes_are_those_of_the_limits(void **state)
{
    (void)state;
    assert_int_equal(parsed("id=1 flags=N").class, CLIENT_NORMAL);
    assert_int_equal(parsed("id=1 flags=PU").class, CLIENT_PUBSUB);
    assert_int_equal(parsed("id=1 flags=S").class, CLIENT_REPLICA);
    assert_int_equal(parsed("id=1 flags=M").class, CLIENT_MASTER);
    assert_int_equal(parsed("id=1 flags=bU").class, CLIENT_NORMAL);
    assert_true(parsed("id=1 cmd=monitor").is_monitor);
    assert_text(client_class_name(CLIENT_PUBSUB), "pubsub");
}

static void client_parse__needs_an_id(void **state)
{
    static const char *const lines[] = {"",      " ", "id", "id=", "id=x", "id=-1", "id=9223372036854775808",
                                        "omem=5"};
    struct client client = {.id = 77};

    (void)state;
    for (size_t i = 0; i < ELEMENTS(lines); i++)
        assert_int_equal(client_parse(lines[i], strlen(lines[i]), &client), -EINVAL);
    assert_int_equal(client.id, 77);
}

static void client_parse__hostile_values(void **state)
{
    /* A unix socket's path may hold blanks and look like a field; the true one comes later. */
    struct client client =
        parsed("id=1 addr=/run/a omem=999 b:0 user=\033[31mred\007 omem=9223372036854775807 "
               "tot-mem=99999999999999999999999999 age=-5 cmd=\200\377 =x idle=1e3");
    char line[4096] = "id=1 user=";

    (void)state;
    assert_true(client.omem == LLONG_MAX);
    assert_int_equal(client.age, -1);
    assert_text(client.user, "\\x1b[31mred\\x07");
    assert_text(client.command, "\\x80\\xff");
    memset(line + strlen(line), 'n', sizeof(line) - strlen(line) - 1);
    line[sizeof(line) - 1] = '\0';
    assert_int_equal(strlen(parsed(line).user), sizeof(client.user) - 1);
}

static void client_list_parse__sums_and_the_biggest(void **state)
{
    struct client_list list = listed("id=1 flags=N omem=10 tot-mem=100 cmd=get\r\n"
                                     "id=2 flags=P omem=500 tot-mem=600 cmd=subscribe\n"
                                     "\n"
                                     "what is this\n"
                                     "id=3 flags=O omem=70 tot-mem=80 cmd=monitor\n"
                                     "id=4 flags=O omem=90 tot-mem=80 cmd=monitor\n"
                                     "id=5 flags=b omem=0 tot-mem=20 cmd=blpop\n"
                                     "id=6 flags=S omem=5 tot-mem=20 cmd=psync");

    (void)state;
    assert_int_equal(list.count, 6);
    assert_int_equal(list.monitors, 2);
    assert_int_equal(list.monitor.id, 4);
    assert_int_equal(list.biggest.id, 2);
    assert_int_equal(list.biggest_normal.id, 4);
    assert_int_equal(list.omem, 675);
}

static void client_list_parse__nobody(void **state)
{
    struct client_list list = listed("");

    (void)state;
    assert_int_equal(list.count, 0);
    assert_int_equal(list.biggest.id, -1);
    assert_int_equal(list.monitor.id, -1);
    assert_int_equal(list.biggest_normal.id, -1);
    assert_int_equal(list.omem, 0);
}

static void client_list_parse__sums_stop_at_the_largest_number(void **state)
{
    struct client_list list =
        listed("id=1 omem=9223372036854775807\nid=2 omem=9223372036854775807\nid=3 omem=1");

    (void)state;
    assert_true(list.omem == LLONG_MAX);
}

static void client_list_parse__ten_thousand_clients(void **state)
{
    _cleanup_free_ char *text = NULL;
    struct client_list list;
    size_t size;
    FILE *stream = open_memstream(&text, &size);

    (void)state;
    assert_non_null(stream);
    for (int i = 0; i < 10000; i++)
        fprintf(stream, "id=%d addr=10.0.0.1:%d name= age=1 idle=0 flags=N omem=%d tot-mem=2000 cmd=get\n", i,
                i, i == 7321 ? 1 << 28 : i % 7);
    assert_int_equal(fclose(stream), 0);
    client_list_parse(text, strlen(text), &list);
    assert_int_equal(list.count, 10000);
    assert_int_equal(list.biggest.id, 7321);
}

/* Who asks is no client that any finding is about. */
static void client_list_parse__leaves_out_who_asks(void **state)
{
    struct client_list list = listed("id=3 flags=N omem=0 cmd=client|list\n"
                                     "id=9 flags=N omem=5000 cmd=client|list\n"
                                     "id=5 flags=N omem=10 cmd=get\n"
                                     "id=4 flags=N omem=0 cmd=client\n");

    (void)state;
    assert_int_equal(list.count, 3);
    assert_int_equal(list.biggest.id, 5);
    assert_int_equal(list.biggest_normal.id, 5);
    list = listed("id=9 flags=N omem=5000 cmd=client|list\n");
    assert_int_equal(list.count, 0);
    assert_int_equal(list.biggest_normal.id, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(client_parse__a_line_of_redis_7_0),
        cmocka_unit_test(client_parse__a_line_of_redis_5_0_has_no_user),
        cmocka_unit_test(client_parse__classes_are_those_of_the_limits),
        cmocka_unit_test(client_parse__needs_an_id),
        cmocka_unit_test(client_parse__hostile_values),
        cmocka_unit_test(client_list_parse__leaves_out_who_asks),
        cmocka_unit_test(client_list_parse__sums_and_the_biggest),
        cmocka_unit_test(client_list_parse__nobody),
        cmocka_unit_test(client_list_parse__leaves_out_who_asks),
        cmocka_unit_test(client_list_parse__sums_stop_at_the_largest_number),
        cmocka_unit_test(client_list_parse__ten_thousand_clients),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
