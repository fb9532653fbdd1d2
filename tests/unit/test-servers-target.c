/* SPDX-License-Identifier: MIT */
#include "servers/target.h"

#include "support.h"

struct process {
    struct server_facts facts;
    struct redis_targets targets;
    char *reason;
};

static int setup(void **state)
{
    struct process *process = calloc(1, sizeof(*process));

    assert_non_null(process);
    server_facts_init(&process->facts);
    process->facts.process.pid = 812;
    *state = process;
    return 0;
}

static int teardown(void **state)
{
    struct process *process = *state;

    server_facts_done(&process->facts);
    redis_targets_done(&process->targets);
    free(process->reason);
    free(process);
    return 0;
}

#define process_test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

static void listens(struct process *process, enum listener_family family, const char *address, unsigned port)
{
    struct server_listeners *listeners = &process->facts.listeners;

    free(listeners->unknown);
    listeners->unknown = NULL;
    assert_int_equal(array_grow(&listeners->items, listeners->count, sizeof(*listeners->items)), 0);
    listeners->items[listeners->count++] =
        (struct server_listener){.family = family, .address = strdup(address), .port = port};
}

static void is_configured(struct process *process)
{
    free(process->facts.config.unknown);
    process->facts.config.unknown = NULL;
}

/* The addresses in their order, separated by blanks; static buffer. */
static const char *find(struct process *process, const char *title)
{
    static char shown[512];

    *shown = '\0';
    redis_targets_done(&process->targets);
    redis_targets_of(&process->facts, title, &process->targets, &process->reason);
    for (size_t i = 0; i < process->targets.count; i++) {
        _cleanup_free_ char *address = redis_target_address(&process->targets.items[i]);

        snprintf(shown + strlen(shown), sizeof(shown) - strlen(shown), "%s%s%s", i ? " " : "", address,
                 process->targets.items[i].is_tls ? "(TLS)" : "");
    }
    return shown;
}

static void targets__sockets_come_first(void **state)
{
    struct process *process = *state;

    listens(process, LISTENER_IPV4, "0.0.0.0", 6379);
    listens(process, LISTENER_IPV6, "::", 6379);
    listens(process, LISTENER_IPV4, "10.0.0.5", 6380);
    listens(process, LISTENER_UNIX, "/run/redis/redis.sock", 0);
    assert_text(find(process, NULL), "/run/redis/redis.sock 127.0.0.1:6379 [::1]:6379 10.0.0.5:6380");
}

static void targets__tls_comes_last(void **state)
{
    struct process *process = *state;

    is_configured(process);
    process->facts.config.tls_port = 6390;
    listens(process, LISTENER_IPV4, "127.0.0.1", 6390);
    listens(process, LISTENER_IPV4, "127.0.0.1", 6379);
    assert_text(find(process, NULL), "127.0.0.1:6379 127.0.0.1:6390(TLS)");
}

static void targets__the_bus_of_a_cluster_is_none(void **state)
{
    struct process *process = *state;

    listens(process, LISTENER_IPV4, "127.0.0.1", 17000);
    listens(process, LISTENER_IPV4, "127.0.0.1", 7000);
    assert_text(find(process, NULL), "127.0.0.1:7000");
}

static void targets__another_network_is_reached_by_the_socket_alone(void **state)
{
    struct process *process = *state;

    process->facts.network.is_ours = TRAIT_NO;
    listens(process, LISTENER_IPV4, "0.0.0.0", 6379);
    assert_text(find(process, "redis-server *:6379"), "");
    assert_contains(process->reason, "nsenter -t 812 -n");
    listens(process, LISTENER_UNIX, "/data/s.sock", 0);
    assert_text(find(process, NULL), "/data/s.sock");
}

static void targets__abstract_sockets_are_none(void **state)
{
    struct process *process = *state;

    listens(process, LISTENER_UNIX, "@hidden", 0);
    assert_text(find(process, NULL), "");
    assert_text(process->reason, "it listens nowhere");
}

/* What it was told to listen on may be another's. */
static void targets__are_its_own_where_sockets_are_seen(void **state)
{
    struct process *process = *state;

    free(process->facts.listeners.unknown);
    process->facts.listeners.unknown = NULL;
    is_configured(process);
    process->facts.config.port = 6379;
    assert_text(find(process, "redis-server *:6379"), "");
    assert_text(process->reason, "it listens nowhere");
}

static void targets__by_the_configuration_where_sockets_are_not_seen(void **state)
{
    struct process *process = *state;

    is_configured(process);
    process->facts.config.port = 6400;
    process->facts.config.unixsocket = strdup("/run/x.sock");
    assert_text(find(process, "redis-server *:1"), "/run/x.sock 127.0.0.1:6400");
    process->facts.config.port = 70000; /* hostile */
    assert_text(find(process, NULL), "/run/x.sock");
}

static void targets__by_the_title_at_last(void **state)
{
    struct process *process = *state;

    assert_text(find(process, "/usr/bin/redis-server 127.0.0.1:6379"), "127.0.0.1:6379");
    assert_text(find(process, "redis-server *:6380 [cluster]"), "127.0.0.1:6380");
    assert_text(find(process, "redis-server ::1:6381"), "[::1]:6381");
    assert_text(find(process, "redis-server unixsocket:/run/x.sock      "), "/run/x.sock");
}

static void targets__a_title_without_sense_gives_none(void **state)
{
    static const char *const titles[] = {
        "",
        "redis-server",
        "redis-server ",
        "redis-server *:0",
        "x *:99999",
        "redis-server unixsocket:relative",
        "redis-server :",
        "redis-server *:-1",
        "x *:12abc",
        "redis-server *:99999999999999999999",
    };
    struct process *process = *state;

    for (size_t i = 0; i < ELEMENTS(titles); i++)
        assert_text(find(process, titles[i]), "");
    assert_non_null(process->reason);
}

static void assert_cli(struct redis_target target, struct redis_cli_options options, const char *expected)
{
    _cleanup_free_ char *cli = redis_target_cli(&target, "redis-cli", &options);

    assert_text(cli, expected);
}

static void cli__can_be_pasted(void **state)
{
    static const struct redis_cli_options none = {0};

    (void)state;
    assert_cli((struct redis_target){.socket = (char *)"/run/x.sock"}, none, "redis-cli -s /run/x.sock");
    assert_cli((struct redis_target){.socket = (char *)"/run/my redis';reboot.sock"}, none,
               "redis-cli -s '/run/my redis'\\'';reboot.sock'");
    assert_cli((struct redis_target){.host = (char *)"127.0.0.1", .port = 6379}, none, "redis-cli");
    assert_cli((struct redis_target){.host = (char *)"::1", .port = 6380, .is_tls = true},
               (struct redis_cli_options){.ca_file = "/etc/ca.pem", .certificate = "/c", .key = "/k"},
               "redis-cli -h ::1 -p 6380 --tls --cacert /etc/ca.pem --cert /c --key /k");
}

static void option__names_it_to_this_program(void **state)
{
    static const struct {
        struct redis_target target;
        const char *expected;
    } rows[] = {
        {{.socket = (char *)"/run/redis/s"}, "--socket=/run/redis/s"},
        {{.socket = (char *)"/run/it's; here"}, "--socket='/run/it'\\''s; here'"},
        {{.host = (char *)"127.0.0.1", .port = 6380}, "--port=6380"},
        {{.host = (char *)"::1", .port = 6380}, "--host=::1 --port=6380"},
        {{.host = (char *)"10.0.0.1", .port = 6390, .is_tls = true}, "--host=10.0.0.1 --port=6390 --tls"},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        _cleanup_free_ char *option = redis_target_option(&rows[i].target);

        assert_text(option, rows[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        process_test(targets__sockets_come_first),
        process_test(targets__tls_comes_last),
        process_test(targets__the_bus_of_a_cluster_is_none),
        process_test(targets__another_network_is_reached_by_the_socket_alone),
        process_test(targets__abstract_sockets_are_none),
        process_test(targets__are_its_own_where_sockets_are_seen),
        process_test(targets__by_the_configuration_where_sockets_are_not_seen),
        process_test(targets__by_the_title_at_last),
        process_test(targets__a_title_without_sense_gives_none),
        cmocka_unit_test(cli__can_be_pasted),
        cmocka_unit_test(option__names_it_to_this_program),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
