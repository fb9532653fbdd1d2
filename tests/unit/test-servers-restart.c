/* SPDX-License-Identifier: MIT */
#include "servers/restart.h"

#include "homes.h"

#define ID   "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define USER "/user.slice/user-1000.slice/user@1000.service"

static const struct row {
    const char *cgroup;
    enum server_proof proof;
    const char *command, *words; /* one of both */
} rows[] = {
    /* the system's units */
    {"/system.slice/redis-server.service", SERVER_PROOF_MAIN, "sudo systemctl restart redis-server.service",
     NULL},
    {"/redis.slice/redis-server@a.service", SERVER_PROOF_MEMBER,
     "sudo systemctl restart redis-server@a.service", NULL},
    {"/system.slice/redis\\x2dodd.service", SERVER_PROOF_MAIN,
     "sudo systemctl restart 'redis\\x2dodd.service'", NULL},
    {"/system.slice/docker-redis.service", SERVER_PROOF_MAIN, "sudo systemctl restart docker-redis.service",
     NULL},
    {"/system.slice/redis-server.service", SERVER_PROOF_UNASKED, NULL,
     "(in redis-server.service by its cgroup, which systemd has not confirmed) by what started it"},
    {"/system.slice/runner.service", SERVER_PROOF_REFUTED, NULL,
     "(in runner.service, and not its main process) by what started it"},
    /* what only looks like one */
    {"/default/4f5a/system.slice/redis-server.service", SERVER_PROOF_MAIN, NULL,
     "(a process named redis-server of user nobody, in no unit) by what started it"},
    {"/system.slice/runner.service/redis-server.service", SERVER_PROOF_MAIN, NULL,
     "of user nobody, below runner.service, which runs units of its own)"},
    {"/user.slice/user-1000.slice/session-3.scope", SERVER_PROOF_MAIN, NULL,
     "of user nobody, in session-3.scope)"},
    {"/system.slice/x;reboot.service", SERVER_PROOF_MAIN, NULL, "in no unit)"},
    {"/system.slice/-f.service", SERVER_PROOF_MAIN, NULL, "in no unit)"},
    /* users' own */
    {USER "/app.slice/sshd.service", SERVER_PROOF_MAIN, "sudo systemctl --user -M 1000@ restart sshd.service",
     NULL},
    {USER "/a\\x2db.service", SERVER_PROOF_MAIN, "sudo systemctl --user -M 1000@ restart 'a\\x2db.service'",
     NULL},
    {USER "/user.slice/libpod-" ID ".scope/container", SERVER_PROOF_MAIN, NULL,
     "of user nobody, in no service of the manager of user 1000)"},
    /* containers */
    {"/system.slice/docker-" ID ".scope", SERVER_PROOF_MAIN, "sudo docker restart 0123456789ab", NULL},
    {"/docker/" ID "/system.slice/redis.service", SERVER_PROOF_MAIN, "sudo docker restart 0123456789ab",
     NULL},
    {"/machine.slice/libpod-" ID ".scope", SERVER_PROOF_MAIN, "sudo podman restart 0123456789ab", NULL},
    {"/system.slice/nerdctl-" ID ".scope", SERVER_PROOF_MAIN, "sudo nerdctl restart 0123456789ab", NULL},
    {"/lxc.payload.web/system.slice/redis-server.service", SERVER_PROOF_MAIN,
     "sudo lxc-attach -n web -- systemctl restart redis-server.service", NULL},
    {"/lxc.payload.web/init.scope", SERVER_PROOF_MAIN, NULL, "(lxc web) from within or by its manager"},
    {"/lxc.payload.a;b/system.slice/redis.service", SERVER_PROOF_MAIN, NULL, "(lxc a;b) from within"},
    {"/lxc.payload.-n/system.slice/redis.service", SERVER_PROOF_MAIN, NULL, "(lxc -n) from within"},
    {"/machine.slice/systemd-nspawn@my\\x2dbox.service/payload/system.slice/redis.service", SERVER_PROOF_MAIN,
     "sudo machinectl shell my-box /usr/bin/systemctl restart redis.service", NULL},
    {"/machine.slice/machine-my\\x2dbox.scope/payload/system.slice/redis\\x2d1.service", SERVER_PROOF_MAIN,
     "sudo machinectl shell my-box /usr/bin/systemctl restart 'redis\\x2d1.service'", NULL},
    {"/machine.slice/machine-a\\x1b\\x0ab.scope/payload/system.slice/redis.service", SERVER_PROOF_MAIN, NULL,
     "(machine a\\x1b\\x0ab) from within"},
    {"/kubepods/besteffort/pod1/" ID, SERVER_PROOF_MAIN, NULL, "(a Kubernetes pod) by its controller"},
};

static struct server_process process_of(const struct row *row)
{
    struct server_process process = {
        .pid = 812, .comm = "redis-server", .uid = 65534, .user = strdup("nobody"), .systemd_version = 252};

    process_stands_in(&process, row->cgroup, row->proof);
    return process;
}

/* A server whose data outlives a restart. */
static struct restart_stake saving(void)
{
    return (struct restart_stake){.is_kept = TRAIT_YES,
                                  .has_save_points = true,
                                  .keys = 1000,
                                  .changes = 5,
                                  .replicas = 0,
                                  .bytes = 1 << 30,
                                  .save_seconds = 4,
                                  .cli = strdup("redis-cli -p 6380")};
}

/* The command for this stake; its price is in *ret_price (static). */
static char *command_for(const struct server_process *process, struct restart_stake stake,
                         const char **ret_price)
{
    static char price[512];
    struct server_restart restart;
    char *command;

    server_restart_find(process, &stake, &restart);
    command = TAKE_POINTER(restart.command);
    snprintf(price, sizeof(price), "%s", restart.price);
    server_restart_done(&restart);
    restart_stake_done(&stake);
    if (ret_price)
        *ret_price = price;
    return command;
}

static void restart__reaches_that_server_or_is_left_to_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        _cleanup_(server_process_done) struct server_process process = process_of(&rows[i]);
        struct restart_stake stake = saving();
        struct server_restart restart;

        server_restart_find(&process, &stake, &restart);
        assert_text(restart.command, rows[i].command);
        if (rows[i].words) {
            assert_contains(restart.words, "restart the server with pid 812 (");
            assert_contains(restart.words, rows[i].words);
        }
        assert_text(restart.price, "it saves at its end and loads 1 GiB, each in about 4 s");
        server_restart_done(&restart);
        restart_stake_done(&stake);
    }
}

static void restart__of_a_users_manager_before_systemd_248(void **state)
{
    _cleanup_(server_process_done) struct server_process process = {.pid = 812};
    _cleanup_free_ char *command = NULL;

    (void)state;
    process_stands_in(&process, USER "/cache.service", SERVER_PROOF_UNASKED);
    command = command_for(&process, saving(), NULL);
    assert_text(command,
                "sudo -u '#1000' XDG_RUNTIME_DIR=/run/user/1000 systemctl --user restart cache.service");
}

static void set_property__only_for_a_confirmed_unit(void **state)
{
    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        _cleanup_(server_process_done) struct server_process process = process_of(&rows[i]);
        _cleanup_free_ char *command = NULL;
        bool is_systems = rows[i].command && text_has_prefix(rows[i].command, "sudo systemctl restart");

        command = server_set_property_command(&process, "TasksMax=512");
        assert_int_equal(command != NULL, is_systems);
        if (command)
            assert_contains(command, "sudo systemctl set-property ");
        assert_int_equal(server_confirmed_unit(&process) != NULL, is_systems);
    }
}

static void restart__pasted_in_a_shell_is_the_words_that_were_meant(void **state)
{
    static const char *const names[] = {"redis\\x2dodd.service", "a:b.service", "redis@1\\x2f2.service"};

    (void)state;
    for (size_t i = 0; i < ELEMENTS(names); i++) {
        _cleanup_(server_process_done) struct server_process process = {.pid = 1};
        _cleanup_free_ char *command = NULL, *line = NULL;
        char word[256] = "", cgroup[300];
        FILE *shell;

        snprintf(cgroup, sizeof(cgroup), "/system.slice/%s", names[i]);
        process_stands_in(&process, cgroup, SERVER_PROOF_MAIN);
        command = command_for(&process, saving(), NULL);
        assert_true(asprintf(&line, "sudo() { shift 2; printf %%s \"$1\"; }; %s", command) > 0);
        shell = popen(line, "r");
        assert_non_null(shell);
        assert_non_null(fgets(word, sizeof(word), shell));
        assert_int_equal(pclose(shell), 0);
        assert_text(word, names[i]);
    }
}

static void expect(const char *cgroup, struct restart_stake stake, const char *command, const char *price)
{
    _cleanup_(server_process_done) struct server_process process = {
        .pid = 812, .uid = 65534, .systemd_version = 252, .start_timeout = 90, .stop_timeout = 90};
    _cleanup_free_ char *found = NULL;
    const char *said = NULL;

    process_stands_in(&process, cgroup, SERVER_PROOF_MAIN);
    found = command_for(&process, stake, &said);
    assert_text(found, command);
    assert_contains(said, price);
}

#define SERVICE "/system.slice/redis.service"
#define PLAIN   "sudo systemctl restart redis.service"
#define SAVING  "redis-cli -p 6380 SHUTDOWN SAVE && sudo systemctl start redis.service"

static void restart__saves_first_where_data_would_be_lost(void **state)
{
    struct restart_stake stake = saving();

    (void)state;
    stake.is_kept = TRAIT_NO;
    stake.has_save_points = false;
    expect(SERVICE, stake, SAVING, "a plain restart loses 1000 keys");
    stake.cli = strdup("redis-cli -p 6380");
    stake.replicas = 2;
    expect(SERVICE, stake, SAVING, "and its replicas become as empty");
    stake.cli = strdup("redis-cli -p 6380");
    expect("/system.slice/docker-" ID ".scope", stake,
           "test \"$(redis-cli -p 6380 SAVE)\" = OK && sudo docker restart 0123456789ab", "saves nothing");
    stake.cli = strdup("redis-cli -p 6380");
    expect(USER "/cache.service", stake,
           "redis-cli -p 6380 SHUTDOWN SAVE && sudo systemctl --user -M 1000@ start cache.service",
           "1000 keys");
    stake.cli = strdup("redis-cli -p 6380");
    stake.is_kept = TRAIT_UNKNOWN; /* CONFIG is closed */
    expect(SERVICE, stake, SAVING, "may lose 1000 keys");
    stake.cli = NULL;
    stake.keys = 0;
    expect(SERVICE, stake, PLAIN, "it holds no keys");
    stake.keys = 10;
    stake.is_replica = true;
    expect(SERVICE, stake, PLAIN, "copies everything again from its primary");
}

static void restart__of_one_whose_last_save_failed(void **state)
{
    struct restart_stake stake = saving();

    (void)state;
    stake.has_failed = true;
    expect(SERVICE, stake, SAVING, "5 changes since then are in its memory alone");
}

/* CONFIG SET has changed whether it has an append-only file; what starts it has not. */
static void restart__starts_as_it_is_told(void **state)
{
    struct restart_stake stake = saving();

    (void)state;
    stake.file = RESTART_FILE_FORGOTTEN;
    expect(SERVICE, stake, PLAIN, "it saves at its end");
    stake.cli = strdup("redis-cli -p 6380");
    stake.is_kept = TRAIT_NO;
    stake.has_save_points = false;
    expect(SERVICE, stake, SAVING, "does not load that file and loses 1000 keys");
    stake = saving();
    stake.file = RESTART_FILE_STALE;
    expect(
        SERVICE, stake,
        "test \"$(redis-cli -p 6380 CONFIG SET appendonly yes)\" = OK && while redis-cli -p 6380 INFO "
        "persistence | grep -qE '^aof_rewrite_(in_progress|scheduled):1'; do sleep 1; done && redis-cli -p "
        "6380 INFO persistence | grep '^aof_last_bgrewrite_status:ok' && " PLAIN,
        "loads what that file held then, or nothing, whatever is saved");
    stake.cli = NULL;
    stake.keys = 0;
    expect(SERVICE, stake, PLAIN, "it holds no keys");
}

/* A save at its end that TimeoutStopSec= would kill is made before; a load that TimeoutStartSec= would end
 * gets its time. */
static void restart__minds_the_timeouts_of_its_unit(void **state)
{
    struct restart_stake stake = saving();

    (void)state;
    stake.save_seconds = 50;
    expect(SERVICE, stake,
           "sudo mkdir -p /etc/systemd/system/redis.service.d && printf "
           "'[Service]\\nTimeoutStartSec=infinity\\n' | "
           "sudo tee /etc/systemd/system/redis.service.d/TimeoutStartSec.conf && sudo systemctl "
           "daemon-reload\n" PLAIN,
           "each in about 50 s");
    stake.cli = strdup("redis-cli -p 6380");
    stake.save_seconds = 91;
    expect(SERVICE, stake,
           "sudo mkdir -p /etc/systemd/system/redis.service.d && printf "
           "'[Service]\\nTimeoutStartSec=infinity\\n' | "
           "sudo tee /etc/systemd/system/redis.service.d/TimeoutStartSec.conf && sudo systemctl "
           "daemon-reload\n" SAVING,
           "takes about 1.52 min");
}

static void stake__of_a_server_that_nobody_asked(void **state)
{
    struct server_facts server = {.config = {.port = 6381, .tls_port = 0, .has_append_only_file = TRAIT_NO}};
    struct restart_stake stake;
    _cleanup_free_ char *command = NULL;
    const char *price = NULL;

    (void)state;
    server.listeners.unknown = strdup("not looked at");
    process_has_unit(&server.process, "redis.service");
    server.config.has_save_points = TRAIT_NO;
    restart_stake_find(&server, &stake);
    command = command_for(&server.process, stake, &price);
    assert_text(command, "redis-cli -p 6381 SHUTDOWN SAVE && sudo systemctl start redis.service");
    assert_contains(price, "loses all that it holds");
    server.config.has_save_points = TRAIT_UNKNOWN; /* no line tells */
    restart_stake_find(&server, &stake);
    free(command);
    command = command_for(&server.process, stake, &price);
    assert_text(command, PLAIN);
    assert_contains(price, "by Redis' default");
    server.config.unknown = strdup("it cannot be read");
    restart_stake_find(&server, &stake);
    free(command);
    command = command_for(&server.process, stake, &price);
    assert_text(command, PLAIN);
    assert_contains(price, "CONFIG GET save and appendonly tell");
    free(server.config.unknown);
    free(server.listeners.unknown);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(restart__reaches_that_server_or_is_left_to_words),
        cmocka_unit_test(restart__of_a_users_manager_before_systemd_248),
        cmocka_unit_test(set_property__only_for_a_confirmed_unit),
        cmocka_unit_test(restart__pasted_in_a_shell_is_the_words_that_were_meant),
        cmocka_unit_test(restart__saves_first_where_data_would_be_lost),
        cmocka_unit_test(restart__of_one_whose_last_save_failed),
        cmocka_unit_test(restart__starts_as_it_is_told),
        cmocka_unit_test(restart__minds_the_timeouts_of_its_unit),
        cmocka_unit_test(stake__of_a_server_that_nobody_asked),
    };

    return cmocka_run_group_tests_name("servers-restart", tests, NULL, NULL);
}
