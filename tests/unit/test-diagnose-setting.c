/* SPDX-License-Identifier: MIT */
#include "diagnose/remedy.h"

#include "recorded.h"
#include "servers/facts.h"

/* The remedy that sets and keeps this. */
static const char *change(struct recorded *recorded, const char *setting)
{
    verdict_done(&recorded->verdict);
    remedy_set(&recorded->diagnosis, &recorded->verdict, "%s", setting);
    remedy_keep(&recorded->diagnosis, &recorded->verdict);
    return recorded->verdict.remedy;
}

static struct server_facts *with_process(struct recorded *recorded)
{
    static struct server_facts process;

    process = (struct server_facts){.process = {.pid = 812, .uid = 110, .comm = "redis-server"}};
    recorded->diagnosis.process = &process;
    return &process;
}

static void set__by_a_server_without_config(void **state)
{
    struct recorded *recorded = *state;

    recorded->diagnosis.redis.config_refusal = REFUSAL_MISSING;
    recorded_info(recorded, "config_file:/etc/redis/redis.conf\n");
    with_process(recorded);
    assert_text(
        change(recorded, "client-output-buffer-limit 'normal 1mb 1mb 60'"),
        "in /etc/redis/redis.conf: client-output-buffer-limit normal 1mb 1mb 60\n"
        "restart the server with pid 812 (a process named redis-server of user 110, its unit is not known) "
        "by what started it, in a quiet hour: it holds no keys");
    recorded_info(recorded, "config_file:\n");
    assert_contains(change(recorded, "maxmemory 1gb"),
                    "on the command line that starts it: --maxmemory 1gb\nrestart the server with pid 812");
    recorded->diagnosis.process = NULL;
    recorded_info(recorded, "os:Amazon ElastiCache\nconfig_file:-\n");
    assert_text(change(recorded, "maxmemory 1gb"),
                "in the parameter group, or what its provider has for that: maxmemory 1gb");
}

static void set__by_a_user_who_may(void **state)
{
    struct recorded *recorded = *state;

    recorded_info(recorded, "config_file:/etc/redis/redis.conf\n");
    recorded->diagnosis.redis.user = strdup("look");
    recorded_acl(recorded,
                 "user app on #00 ~* +@all -acl\nuser op on #00 ~* +@all\nuser look on #00 +info\n");
    assert_text(change(recorded, "timeout 300"),
                "user look may not call CONFIG SET, but op may: with that user's password in REDISCLI_AUTH:\n"
                "redis-cli -s /run/test.sock --user op CONFIG SET timeout 300\n"
                "redis-cli -s /run/test.sock --user op CONFIG REWRITE");
    recorded_acl(recorded, "user look on #00 +info +config|get\nuser off off #00 +@all\n");
    assert_text(change(recorded, "timeout 300"),
                "in /etc/redis/redis.conf of its host: timeout 300\nand restart it there");
    recorded_acl(recorded, "user look on #00 +config\n");
    assert_text(change(recorded, "timeout 300"),
                "redis-cli -s /run/test.sock --user look CONFIG SET timeout 300\n"
                "redis-cli -s /run/test.sock --user look CONFIG REWRITE");
}

/* CONFIG GET refused by an ACL that may not be read either. */
static void set__by_nobody_that_is_known(void **state)
{
    struct recorded *recorded = *state;

    recorded->diagnosis.redis.config_refusal = REFUSAL_ACL;
    recorded_info(recorded, "config_file:/etc/redis/redis.conf\n");
    with_process(recorded);
    assert_contains(change(recorded, "timeout 300"), "in /etc/redis/redis.conf: timeout 300\nrestart ");
}

static void set__what_config_set_does_not_take(void **state)
{
    static const struct {
        const char *version;
        bool is_valkey;
        const char *setting, *expected;
    } cases[] = {
        {"6.2.0", false, "bind 127.0.0.1", "in /etc/redis/redis.conf: bind 127.0.0.1\n"},
        {"6.2.1", false, "bind 127.0.0.1", "redis-cli -s /run/test.sock CONFIG SET bind 127.0.0.1\n"},
        {"8.1.0", true, "bind 127.0.0.1", "redis-cli -s /run/test.sock CONFIG SET bind 127.0.0.1\n"},
        {"8.1.0", true, "tcp-backlog 511", "in /etc/redis/redis.conf: tcp-backlog 511\n"},
        {"8.0.2", false, "timeout 300", "redis-cli -s /run/test.sock CONFIG SET timeout 300\n"},
    };
    struct recorded *recorded = *state;

    recorded_info(recorded, "config_file:/etc/redis/redis.conf\n");
    with_process(recorded);
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        free(recorded->diagnosis.redis.version);
        recorded->diagnosis.redis.version = strdup(cases[i].version);
        recorded->diagnosis.redis.is_valkey = cases[i].is_valkey;
        assert_int_equal(
            strncmp(change(recorded, cases[i].setting), cases[i].expected, strlen(cases[i].expected)), 0);
    }
}

static void keep__mends_the_mode_of_a_file_with_a_password(void **state)
{
    struct recorded *recorded = *state;

    recorded_info(recorded, "config_file:/etc/my redis.conf\n");
    with_process(recorded);
    recorded->diagnosis.config_file =
        (struct config_file){.is_known = true, .mode = 0600, .uid = 110, .gid = 110};
    assert_text(change(recorded, "timeout 300"),
                "redis-cli -s /run/test.sock CONFIG SET timeout 300\n"
                "redis-cli -s /run/test.sock CONFIG REWRITE\n"
                "sudo chmod 0600 '/etc/my redis.conf'  # CONFIG REWRITE has made it 0644");
    recorded->diagnosis.config_file.uid = 0;
    assert_contains(change(recorded, "timeout 300"),
                    "sudo chown 0:110 '/etc/my redis.conf'  # CONFIG REWRITE has made it the server's\n");
    recorded->diagnosis.config_file.umask = 077;
    assert_lacks(change(recorded, "timeout 300"), "chmod");
    recorded->diagnosis.config_file.umask = 0;
    recorded->diagnosis.config_file.mode = 0664;
    assert_lacks(change(recorded, "timeout 300"), "chmod");
    recorded->diagnosis.config_file.mode = 0640;
    recorded->diagnosis.redis.version = strdup("6.0.8"); /* writes into the file as it is */
    assert_lacks(change(recorded, "timeout 300"), "chmod");
}

static void keep__replaces_no_link_and_fails_nowhere(void **state)
{
    struct recorded *recorded = *state;
    struct server_facts *process = with_process(recorded);

    recorded_info(recorded, "config_file:/etc/redis.conf\n");
    recorded->diagnosis.config_file = (struct config_file){.is_known = true, .mode = 0644, .is_link = true};
    assert_text(
        change(recorded, "timeout 300"),
        "redis-cli -s /run/test.sock CONFIG SET timeout 300\n"
        "in /etc/redis.conf: timeout 300\n"
        "to keep it, write the same into /etc/redis.conf: CONFIG REWRITE would put a file in the place of "
        "that link");
    recorded->diagnosis.config_file = (struct config_file){.is_known = true, .mode = 0644, .is_closed = true};
    assert_contains(change(recorded, "timeout 300"), "CONFIG REWRITE would fail");
    assert_lacks(recorded->verdict.remedy, "redis-cli -s /run/test.sock CONFIG REWRITE");
    recorded->diagnosis.config_file = (struct config_file){.is_known = true, .mode = 0644};
    assert_contains(change(recorded, "timeout 300"), "redis-cli -s /run/test.sock CONFIG REWRITE");
    process->config.included_users = 1;
    assert_contains(change(recorded, "timeout 300"),
                    "CONFIG REWRITE would declare the users of an included file twice");
    assert_lacks(recorded->verdict.remedy, "redis-cli -s /run/test.sock CONFIG REWRITE");
}

static void keep__without_knowing_whether_there_is_a_file(void **state)
{
    struct recorded *recorded = *state;

    recorded->diagnosis.unknown[FACT_INFO] = strdup("this server has no INFO");
    assert_contains(change(recorded, "timeout 300"), "if it has one: without INFO that is not known");
}

static void cli__of_a_user_whose_rights_are_not_known(void **state)
{
    struct recorded *recorded = *state;

    recorded_info(recorded, "config_file:/etc/redis.conf\n");
    recorded->diagnosis.redis.whoami = strdup("info");
    recorded->diagnosis.unknown[FACT_ACL] = strdup("the ACL forbids ACL LIST");
    verdict_remedy_cli(&recorded->verdict, &recorded->diagnosis, "BGSAVE");
    assert_text(recorded->verdict.remedy, "redis-cli -s /run/test.sock BGSAVE");
    verdict_done(&recorded->verdict);
    recorded->diagnosis.redis.config_refusal = REFUSAL_ACL;
    verdict_remedy_cli(&recorded->verdict, &recorded->diagnosis, "BGSAVE");
    assert_text(recorded->verdict.remedy, "(what the user that asks may do is not known, as ACL LIST is "
                                          "refused: where a command is, give it as "
                                          "one who may, by --user)\nredis-cli -s /run/test.sock BGSAVE");
}

/* The second command must reach the server as the first one did. */
static void bind_loopback__over_the_address_that_it_closes(void **state)
{
    struct recorded *recorded = *state;

    recorded_info(recorded, "config_file:/etc/redis.conf\n");
    with_process(recorded);
    remedy_bind_loopback(&recorded->diagnosis, &recorded->verdict);
    assert_text(recorded->verdict.remedy, "redis-cli -s /run/test.sock CONFIG SET bind 127.0.0.1\n"
                                          "redis-cli -s /run/test.sock CONFIG REWRITE");
    verdict_done(&recorded->verdict);
    free(recorded->diagnosis.redis.cli);
    recorded->diagnosis.redis.cli = strdup("redis-cli -h 10.0.0.1");
    remedy_bind_loopback(&recorded->diagnosis, &recorded->verdict);
    assert_text(recorded->verdict.remedy, "redis-cli -h 10.0.0.1 CONFIG SET bind 127.0.0.1\n"
                                          "in /etc/redis.conf: bind 127.0.0.1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        recorded_test(set__by_a_server_without_config),
        recorded_test(set__by_a_user_who_may),
        recorded_test(set__by_nobody_that_is_known),
        recorded_test(set__what_config_set_does_not_take),
        recorded_test(bind_loopback__over_the_address_that_it_closes),
        recorded_test(keep__mends_the_mode_of_a_file_with_a_password),
        recorded_test(keep__replaces_no_link_and_fails_nowhere),
        recorded_test(keep__without_knowing_whether_there_is_a_file),
        recorded_test(cli__of_a_user_whose_rights_are_not_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
