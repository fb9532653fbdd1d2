/* SPDX-License-Identifier: MIT */
#include "diagnose/finding.h"

#include "recorded-host.h"

static void listen_at(size_t i, const char *address, unsigned port, amount now, amount limit)
{
    beneath.listeners[i] = (struct server_listener){.family = LISTENER_IPV4,
                                                    .address = (char *)address,
                                                    .port = port,
                                                    .queue_now = now,
                                                    .queue_limit = limit};
    beneath.process.listeners.count = i + 1;
}

static void listen_queue_overflow__of_its_own_sockets(void **state)
{
    struct server_listener before = {.family = LISTENER_IPV4, .inode = 11, .drops = 7};
    struct recorded *recorded = *state;

    listen_at(0, "127.0.0.1", 6379, 0, 511);
    beneath.listeners[0].inode = 11;
    beneath.process.network.listen_overflows = 5000; /* another service's */
    assert_result(recorded, "listen-queue-overflow", FINDING_PASS);
    beneath.listeners[0].drops = 7;
    assert_result(recorded, "listen-queue-overflow", FINDING_NOTE);
    recorded->diagnosis.process_before = &beneath.before;
    beneath.before.listeners.unknown = NULL;
    beneath.before.listeners.items = &before;
    beneath.before.listeners.count = 1;
    assert_result(recorded, "listen-queue-overflow", FINDING_NOTE);
    before.drops = 6;
    assert_result(recorded, "listen-queue-overflow", FINDING_CRITICAL);
    before.inode = 12; /* another socket's */
    assert_result(recorded, "listen-queue-overflow", FINDING_NOTE);
    beneath.listeners[0].drops = 0;
    beneath.listeners[0].queue_now = 409;
    assert_result(recorded, "listen-queue-overflow", FINDING_CRITICAL);
    assert_text(recorded_evidence(recorded, "queue")->text, "port 6379: 409 of 511");
}

static void listen_queue_overflow__where_no_socket_is_counted(void **state)
{
    struct recorded *recorded = *state;

    listen_at(0, "127.0.0.1", 6379, 0, 511);
    beneath.listeners[0].drops = AMOUNT_UNKNOWN;
    beneath.process.network.listen_overflows = 5000;
    assert_result(recorded, "listen-queue-overflow", FINDING_UNKNOWN);
    beneath.process.network.listen_overflows = 0; /* nobody's */
    assert_result(recorded, "listen-queue-overflow", FINDING_PASS);
    beneath.process.listeners.unknown = (char *)"cannot read";
    assert_result(recorded, "listen-queue-overflow", FINDING_PASS);
    beneath.process.network.unknown = (char *)"cannot read";
    assert_result(recorded, "listen-queue-overflow", FINDING_UNKNOWN);
}

static void backlog_low__below_the_default_or_the_queue(void **state)
{
    struct recorded *recorded = *state;

    recorded_config(recorded, "tcp-backlog:511\n");
    assert_result(recorded, "backlog-low", FINDING_PASS);
    listen_at(0, "127.0.0.1", 6379, 512, 512);
    assert_result(recorded, "backlog-low", FINDING_WARNING);
    listen_at(0, "127.0.0.1", 6379, 0, 511);
    recorded_config(recorded, "tcp-backlog:510\n");
    assert_result(recorded, "backlog-low", FINDING_WARNING);
    recorded->diagnosis.process = NULL; /* CONFIG alone tells it */
    assert_result(recorded, "backlog-low", FINDING_WARNING);
}

static void nofile_low__against_what_was_asked_for(void **state)
{
    static const struct {
        amount files, told;
        int clients;
        enum finding_result result;
    } cases[] = {
        {65535, AMOUNT_UNKNOWN, 10000, FINDING_PASS},
        {AMOUNT_UNLIMITED, AMOUNT_UNKNOWN, 10000, FINDING_PASS},
        {65534, AMOUNT_UNKNOWN, 10000, FINDING_WARNING},
        {1024, AMOUNT_UNKNOWN, 992, FINDING_CRITICAL}, /* the server lowered the 10,000 of its default */
        {1024, 900, 900, FINDING_WARNING},
        {1024, 20000, 992, FINDING_CRITICAL},
        {1024, AMOUNT_UNKNOWN, 1000, FINDING_CRITICAL}, /* the limit was lowered under it */
        {AMOUNT_UNKNOWN, AMOUNT_UNKNOWN, 10000, FINDING_UNKNOWN},
    };
    struct recorded *recorded = *state;
    char config[64];

    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        snprintf(config, sizeof(config), "maxclients:%d\n", cases[i].clients);
        recorded_config(recorded, config);
        beneath.process.limits.open_files = cases[i].files;
        beneath.process.config.maxclients = cases[i].told;
        assert_result(recorded, "nofile-low", cases[i].result);
    }
}

static void open_to_network__by_address_and_password(void **state)
{
    struct recorded *recorded = *state;

    recorded_config(recorded, "requirepass:\nprotected-mode:no\ntls-port:0\n");
    listen_at(0, "127.0.0.1", 6379, 0, 511);
    assert_result(recorded, "open-to-network", FINDING_PASS);
    listen_at(1, "0.0.0.0", 6379, 0, 511);
    assert_result(recorded, "open-to-network", FINDING_CRITICAL);
    assert_text(recorded_evidence(recorded, "listens_on")->text, "0.0.0.0 port 6379");
    recorded_config(recorded, "requirepass:\nprotected-mode:yes\ntls-port:0\n");
    assert_result(recorded, "open-to-network", FINDING_WARNING);
    recorded_config(recorded, "requirepass:x\nprotected-mode:no\ntls-port:0\n");
    assert_result(recorded, "open-to-network", FINDING_WARNING);
    recorded_config(recorded, "requirepass:x\nprotected-mode:no\ntls-port:6379\n");
    assert_result(recorded, "open-to-network", FINDING_PASS);
    beneath.process.listeners.unknown = (char *)"cannot read";
    assert_result(recorded, "open-to-network", FINDING_UNKNOWN);
}

/* What is said of clear text, passwords and files holds for this server. */
static void open_to_network__says_what_is_so(void **state)
{
    struct recorded *recorded = *state;

    listen_at(0, "0.0.0.0", 6379, 0, 511);
    recorded_config(recorded, "requirepass:x\nprotected-mode:no\ntls-port:6379\nport:0\n");
    assert_result(recorded, "open-to-network", FINDING_PASS);
    assert_null(recorded->verdict.harm);
    recorded_config(recorded, "requirepass:\nprotected-mode:no\ntls-port:6379\nport:0\n");
    assert_result(recorded, "open-to-network", FINDING_CRITICAL);
    assert_lacks(recorded->verdict.harm, "clear text");
    recorded_config(recorded, "requirepass:\nprotected-mode:no\nenable-protected-configs:no\n");
    assert_result(recorded, "open-to-network", FINDING_CRITICAL);
    assert_contains(recorded->verdict.harm, "clear text");
    assert_lacks(recorded->verdict.harm, "CONFIG SET dir");
    recorded_config(recorded, "requirepass:\nprotected-mode:no\n");
    assert_result(recorded, "open-to-network", FINDING_CRITICAL);
    assert_contains(recorded->verdict.harm, "files of the server's user by CONFIG SET dir");
    recorded_config(recorded, "requirepass:x\nprotected-mode:no\n");
    assert_result(recorded, "open-to-network", FINDING_WARNING);
    assert_lacks(recorded->verdict.harm, "Whoever reaches the port");
    recorded_config(recorded, "requirepass:\nprotected-mode:yes\n");
    assert_result(recorded, "open-to-network", FINDING_WARNING);
    assert_contains(recorded->verdict.harm, "Protected mode refuses other hosts");
    recorded_has(recorded, FACT_CONFIG);
    recorded->diagnosis.redis.unknown[FACT_CONFIG] = strdup("that port speaks TLS");
    redis_fields_done(&recorded->diagnosis.redis.config);
    recorded->diagnosis.redis.is_tls_likely = true;
    beneath.process.config.unknown = (char *)"not told";
    assert_result(recorded, "open-to-network", FINDING_PASS);
}

static void open_to_network__password_from_elsewhere(void **state)
{
    struct recorded *recorded = *state;

    listen_at(0, "10.0.0.1", 6379, 0, 511);
    beneath.process.config.unknown = (char *)"cannot read";
    assert_result(recorded, "open-to-network", FINDING_UNKNOWN); /* TLS may be */
    assert_text(recorded_evidence(recorded, "password_of_default_user")->text, "unknown");
    beneath.process.config.unknown = NULL;
    beneath.process.config.port = 6379;
    beneath.process.config.tls_port = 0;
    assert_result(recorded, "open-to-network", FINDING_CRITICAL);
    beneath.process.config.has_requirepass = true;
    assert_result(recorded, "open-to-network", FINDING_WARNING);
    recorded_acl(recorded, "user default on nopass ~* &* +@all");
    assert_result(recorded, "open-to-network", FINDING_CRITICAL);
}

static void runs_as_root__by_uid(void **state)
{
    struct recorded *recorded = *state;

    assert_result(recorded, "runs-as-root", FINDING_PASS);
    beneath.process.process.uid = 0;
    assert_result(recorded, "runs-as-root", FINDING_CRITICAL);
    beneath.process.process.uid = UINT_MAX;
    assert_result(recorded, "runs-as-root", FINDING_UNKNOWN);
}

/* A command is pasted by an administrator: no figure that a server gives of itself makes it larger than the
 * host. */
static void commands__numbers_of_a_server_are_bounded(void **state)
{
    struct recorded *recorded = *state;

    recorded_info(recorded, "rejected_connections:1\nconnected_clients:1\n");
    recorded_info_before(recorded, "rejected_connections:1\n");
    recorded_config(recorded, "maxclients:10000\n");
    beneath.process.limits.open_files_hard = 524288;
    assert_result(recorded, "connections-rejected", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy, "CONFIG SET maxclients 20000\n");
    recorded_config(recorded, "maxclients:400000\n");
    assert_result(recorded, "connections-rejected", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy, "CONFIG SET maxclients 524256\n");
    recorded_config(recorded, "maxclients:4000000000\n");
    assert_result(recorded, "connections-rejected", FINDING_WARNING);
    assert_lacks(recorded->verdict.remedy, "maxclients");
    recorded_info_before(recorded, "master_repl_offset:0\n");
    recorded_info(recorded, "connected_slaves:1\nrepl_backlog_size:1048576\nsync_full:0\n"
                            "master_repl_offset:999999999999999\n");
    assert_result(recorded, "repl-backlog-small", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy,
                    "CONFIG SET repl-backlog-size 4294967296\n"); /* a quarter of RAM */
}

static void nofile_low__never_lowers(void **state)
{
    struct recorded *recorded = *state;

    recorded_config(recorded, "maxclients:200000\n");
    beneath.process.limits.open_files = 100000;
    assert_result(recorded, "nofile-low", FINDING_CRITICAL);
    assert_lacks(recorded->verdict.remedy, "65536");
    beneath.process.limits.open_files = 1024;
    assert_result(recorded, "nofile-low", FINDING_CRITICAL);
    assert_contains(recorded->verdict.remedy, "prlimit --pid 812 --nofile=65536:65536");
    process_has_unit(&beneath.process.process, "redis-server.service");
    assert_result(recorded, "nofile-low", FINDING_CRITICAL);
    assert_contains(recorded->verdict.remedy, "LimitNOFILE=65536");
    assert_lacks(recorded->verdict.remedy, "prlimit");
    process_has_unit(&beneath.process.process, "my-cache.service"); /* none that the generator knows */
    assert_result(recorded, "nofile-low", FINDING_CRITICAL);
    assert_true(text_has_prefix(recorded->verdict.remedy,
                                "printf '[units]\\nadd = %s\\n' my-cache.service | sudo install -D "));
    assert_contains(recorded->verdict.remedy,
                    "\nsudo redis-hosttune apply  # its generator gives the unit LimitNOFILE=65536\n");
    process_has_unit(&beneath.process.process, "run-p265-i565.service");
    assert_result(recorded, "nofile-low", FINDING_CRITICAL);
    assert_contains(recorded->verdict.remedy,
                    "of systemd-run's making: start it with -p LimitNOFILE=65536 -p");
    assert_lacks(recorded->verdict.remedy, "apply");
    process_stands_in(&beneath.process.process,
                      "/user.slice/user-1000.slice/user@1000.service/app.slice/r.service",
                      SERVER_PROOF_UNASKED);
    assert_result(recorded, "nofile-low", FINDING_CRITICAL);
    assert_contains(recorded->verdict.remedy,
                    "LimitNOFILE=65536, below [Service]: systemctl --user edit r.service, as user 1000");
    assert_lacks(recorded->verdict.remedy, "apply");
    process_stands_in(&beneath.process.process, "/docker/0123456789abcdef", SERVER_PROOF_UNASKED);
    assert_result(recorded, "nofile-low", FINDING_CRITICAL);
    assert_contains(recorded->verdict.remedy, "make the container anew with nofile=65536 (--ulimit;");
    assert_contains(recorded->verdict.remedy, "after a SAVE and with its dir on a volume");
    free(beneath.process.process.container);
    free(beneath.process.process.cgroup);
    beneath.process.process.container = beneath.process.process.cgroup = NULL;
    process_has_unit(&beneath.process.process, "redis-server.service");
    beneath.process.process.proof = SERVER_PROOF_UNASKED; /* the drop-in may be for another */
    assert_result(recorded, "nofile-low", FINDING_CRITICAL);
    assert_lacks(recorded->verdict.remedy, "LimitNOFILE");
    server_process_done(&beneath.process.process);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        beneath_test(commands__numbers_of_a_server_are_bounded),
        beneath_test(nofile_low__never_lowers),
        beneath_test(listen_queue_overflow__of_its_own_sockets),
        beneath_test(listen_queue_overflow__where_no_socket_is_counted),
        beneath_test(backlog_low__below_the_default_or_the_queue),
        beneath_test(nofile_low__against_what_was_asked_for),
        beneath_test(open_to_network__by_address_and_password),
        beneath_test(open_to_network__says_what_is_so),
        beneath_test(open_to_network__password_from_elsewhere),
        beneath_test(runs_as_root__by_uid),
    };

    return cmocka_run_group_tests_name("diagnose-sockets", tests, NULL, NULL);
}
