/* SPDX-License-Identifier: MIT */
#include "servers/unit.h"

#include "support.h"

#define ID   "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define PODS "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1.slice"

struct home_row {
    const char *cgroup;
    struct server_home home;
};

static void assert_homes(const struct home_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        __attribute__((cleanup(server_home_done))) struct server_home home = {0};

        server_home_find(rows[i].cgroup, &home);
        if (home.kind != rows[i].home.kind || home.manager != rows[i].home.manager ||
            home.uid != rows[i].home.uid)
            fail_msg("%s: kind %d, manager %d, uid %u", rows[i].cgroup, home.kind, home.manager, home.uid);
        if (!text_equal(home.unit, rows[i].home.unit) || !text_equal(home.name, rows[i].home.name))
            fail_msg("%s: unit %s, name %s", rows[i].cgroup, home.unit ? home.unit : "none",
                     home.name ? home.name : "none");
    }
}

#define ROW(path, ...)                        \
    {                                         \
        path,                                 \
        {                                     \
            .kind = SERVER_HOME_##__VA_ARGS__ \
        }                                     \
    }
#define UNIT(text) .unit = (char *)(text)
#define NAME(text) .name = (char *)(text)

static void home__a_service_is_the_outermost_component_that_is_no_slice(void **state)
{
    static const struct home_row rows[] = {
        ROW("/system.slice/redis-server.service", SERVICE, UNIT("redis-server.service")),
        ROW("/redis.service", SERVICE, UNIT("redis.service")),
        ROW("//system.slice//redis.service", SERVICE, UNIT("redis.service")),
        ROW("/redis.slice/redis-server.service", SERVICE, UNIT("redis-server.service")),
        ROW("/redis.slice/redis-big.slice/redis-server.service", SERVICE, UNIT("redis-server.service")),
        ROW("/system.slice/system-redis\\x2dserver.slice/redis-server@a.service", SERVICE,
            UNIT("redis-server@a.service")),
        ROW("/system.slice/redis\\x2dodd.service", SERVICE, UNIT("redis\\x2dodd.service")),
        ROW("/system.slice/docker-redis.service", SERVICE, UNIT("docker-redis.service")),
        ROW("/system.slice/machine-redis.service", SERVICE, UNIT("machine-redis.service")),
        ROW("/system.slice/kubepods-cache.service", SERVICE, UNIT("kubepods-cache.service")),
        ROW("/system.slice/redis.service/payload", SERVICE,
            UNIT("redis.service")),                                       /* its own cgroup below it */
        ROW("/user.slice/redis.service", SERVICE, UNIT("redis.service")), /* Slice=user.slice */
        ROW("/system.slice/user@x.service", SERVICE, UNIT("user@x.service")),
    };

    (void)state;
    assert_homes(rows, ELEMENTS(rows));
}

static void home__nothing_below_a_service_counts(void **state)
{
    static const struct home_row rows[] = {
        ROW("/system.slice/runner.service/redis-server.service", NESTED, NAME("runner.service")),
        ROW("/system.slice/runner.service/job.slice/redis-server.service", NESTED, NAME("runner.service")),
        ROW("/system.slice/runner.service/job/run-1.scope", NESTED, NAME("runner.service")),
        ROW("/system.slice/runner.service/.service", NESTED, NAME("runner.service")),
        ROW("/system.slice/runner.service/docker-" ID ".scope", NESTED, NAME("runner.service")),
        ROW("/system.slice/lxc.service/lxc.payload.web/system.slice/redis-server.service", NESTED,
            NAME("lxc.service")),
        /* left to PID 1, which knows their main processes */
        ROW("/system.slice/containerd.service/kubepods-podx.slice:cri-containerd:" ID, SERVICE,
            UNIT("containerd.service")),
        ROW("/system.slice/redis.service/libpod-payload-" ID, SERVICE, UNIT("redis.service")),
    };

    (void)state;
    assert_homes(rows, ELEMENTS(rows));
}

static void home__what_is_no_unit(void **state)
{
    static const struct home_row rows[] = {
        ROW(NULL, UNKNOWN),
        ROW("", UNKNOWN),
        ROW("redis.service", UNKNOWN),
        ROW("/", NONE),
        ROW("/system.slice", NONE),
        ROW("/user.slice/user-1000.slice", NONE),
        ROW("/../../system.slice/redis.service", NONE, NAME("..")), /* seen from within a cgroup namespace */
        ROW("/default/4f5a/system.slice/redis-server.service", NONE, NAME("default")),
        ROW("/system.slice/redis.service (deleted)", NONE, NAME("redis.service (deleted)")),
        ROW("/system.slice/redis server.service", NONE, NAME("redis server.service")),
        ROW("/system.slice/$(reboot).service", NONE, NAME("$(reboot).service")),
        ROW("/system.slice/a;b.service", NONE, NAME("a;b.service")),
        ROW("/system.slice/'.service", NONE, NAME("'.service")),
        ROW("/system.slice/-f.service", NONE, NAME("-f.service")),
        ROW("/system.slice/.service", NONE, NAME(".service")),
        ROW("/system.slice/redis*.service", NONE, NAME("redis*.service")),
        ROW("/user.slice/user-1000.slice/session-3.scope", SCOPE, NAME("session-3.scope")),
        ROW("/init.scope", SCOPE, NAME("init.scope")),
        ROW("/system.slice/run-r1.scope/redis.service", SCOPE, NAME("run-r1.scope")),
        ROW("/system.slice/docker-redis.scope", SCOPE, NAME("docker-redis.scope")), /* no identity */
        ROW("/docker", NONE, NAME("docker")),
        ROW("/lxc", NONE, NAME("lxc")),
    };

    (void)state;
    assert_homes(rows, ELEMENTS(rows));
}

static void home__below_a_users_manager_it_is_the_users(void **state)
{
#define USER "/user.slice/user-1000.slice/user@1000.service"
    static const struct home_row rows[] = {
        ROW(USER "/app.slice/sshd.service", USER, .uid = 1000, UNIT("sshd.service")),
        ROW(USER "/redis-server.service", USER, .uid = 1000, UNIT("redis-server.service")),
        ROW("/user@0.service/app.slice/redis.service", USER, UNIT("redis.service")),
        ROW(USER "/app.slice/a.service/b.service", USER, .uid = 1000),
        ROW(USER "/app.slice/user@0.service", USER, .uid = 1000),
        ROW(USER "/init.scope", USER, .uid = 1000),
        ROW(USER "/user.slice/libpod-" ID ".scope/container", USER, .uid = 1000),
        ROW(USER, USER, .uid = 1000),
        ROW(USER "/app.slice/$(id).service", USER, .uid = 1000),
        ROW("/system.slice/user@-1.service", SERVICE, UNIT("user@-1.service")),
        ROW("/system.slice/user@4294967295.service/a", SERVICE, UNIT("user@4294967295.service")),
        ROW("/system.slice/user@99999999999999999999.service", SERVICE,
            UNIT("user@99999999999999999999.service")),
    };

    (void)state;
    assert_homes(rows, ELEMENTS(rows));
}

static void home__containers_by_the_outermost_component(void **state)
{
    static const struct home_row rows[] = {
        ROW("/system.slice/docker-" ID ".scope", CONTAINER, .manager = CONTAINER_DOCKER, NAME(ID)),
        ROW("/docker/" ID, CONTAINER, .manager = CONTAINER_DOCKER, NAME(ID)),
        ROW("/docker/" ID "/system.slice/redis.service", CONTAINER, .manager = CONTAINER_DOCKER, NAME(ID),
            UNIT("redis.service")),
        ROW("/docker/$(id)", NONE, NAME("docker")),
        ROW("/machine.slice/libpod-" ID ".scope/container", CONTAINER, .manager = CONTAINER_PODMAN, NAME(ID)),
        ROW("/machine.slice/libpod-" ID ".scope/container/system.slice/redis.service", CONTAINER,
            .manager = CONTAINER_PODMAN, NAME(ID), UNIT("redis.service")),
        ROW("/libpod_parent/libpod-" ID, CONTAINER, .manager = CONTAINER_PODMAN, NAME(ID)),
        ROW("/libpod-payload-" ID, CONTAINER, .manager = CONTAINER_PODMAN, NAME(ID)),
        ROW("/system.slice/nerdctl-" ID ".scope", CONTAINER, .manager = CONTAINER_NERDCTL, NAME(ID)),
        ROW(PODS "/cri-containerd-" ID ".scope", CONTAINER, .manager = CONTAINER_KUBERNETES),
        ROW(PODS "/docker-" ID ".scope", CONTAINER, .manager = CONTAINER_KUBERNETES),
        ROW("/kubepods/burstable/pod1/" ID, CONTAINER, .manager = CONTAINER_KUBERNETES),
        ROW("/lxc.payload.web/system.slice/redis-server.service", CONTAINER, .manager = CONTAINER_LXC,
            NAME("web"), UNIT("redis-server.service")),
        ROW("/lxc.payload.web/user.slice/user-0.slice/user@0.service/redis.service", CONTAINER,
            .manager = CONTAINER_LXC, NAME("web")),
        ROW("/lxc.payload.a;b/init.scope", CONTAINER, .manager = CONTAINER_LXC, NAME("a;b")),
        ROW("/lxc/web/system.slice/redis.service", CONTAINER, .manager = CONTAINER_LXC, NAME("web"),
            UNIT("redis.service")),
        ROW("/lxc.payload/web", CONTAINER, .manager = CONTAINER_LXC, NAME("web")),
        ROW("/machine.slice/systemd-nspawn@my\\x2dbox.service/payload/system.slice/redis.service", CONTAINER,
            .manager = CONTAINER_NSPAWN, NAME("my-box"), UNIT("redis.service")),
        ROW("/machine.slice/systemd-nspawn@box.service/payload", CONTAINER, .manager = CONTAINER_NSPAWN,
            NAME("box")),
        ROW("/machine.slice/machine-my\\x2dbox.scope/payload/system.slice/redis.service", CONTAINER,
            .manager = CONTAINER_MACHINE, NAME("my-box"), UNIT("redis.service")),
        ROW("/machine.slice/machine-bad\\x2.scope", SCOPE, NAME("machine-bad\\x2.scope")),
    };

    (void)state;
    assert_homes(rows, ELEMENTS(rows));
}

/* --- PID 1 --- */

#define CGROUP "/system.slice/redis-server.service"

static struct system_unit debians_unit(void)
{
    static char *argv[] = {(char *)"/usr/bin/redis-server", (char *)"/etc/redis/redis.conf", NULL};

    return (struct system_unit){.name = (char *)"redis-server.service",
                                .load_state = (char *)"loaded",
                                .control_group = (char *)CGROUP,
                                .main_pid = 812,
                                .exec_path = (char *)"/usr/bin/redis-server",
                                .exec_argv = argv};
}

static void prove__main_process_or_member_of_a_loaded_unit(void **state)
{
    struct system_unit unit = debians_unit();

    (void)state;
    assert_int_equal(server_unit_prove(812, CGROUP, NULL), SERVER_PROOF_UNASKED);
    assert_int_equal(server_unit_prove(812, CGROUP, &unit), SERVER_PROOF_MAIN);
    assert_int_equal(server_unit_prove(812, NULL, &unit), SERVER_PROOF_MAIN);
    assert_int_equal(server_unit_prove(900, CGROUP, &unit), SERVER_PROOF_MEMBER);
    assert_int_equal(server_unit_prove(900, NULL, &unit), SERVER_PROOF_REFUTED);
    assert_int_equal(server_unit_prove(900, CGROUP "/below", &unit), SERVER_PROOF_REFUTED);
    unit.exec_path = (char *)"/usr/bin/supervisord";
    assert_int_equal(server_unit_prove(900, CGROUP, &unit), SERVER_PROOF_REFUTED);
    assert_int_equal(server_unit_prove(812, CGROUP, &unit), SERVER_PROOF_MAIN);
    unit.load_state = (char *)"not-found"; /* its file went while it runs: it cannot be started again */
    assert_int_equal(server_unit_prove(812, CGROUP, &unit), SERVER_PROOF_REFUTED);
    unit.load_state = NULL;
    assert_int_equal(server_unit_prove(812, CGROUP, &unit), SERVER_PROOF_REFUTED);
}

static void runs_server__by_the_programs_name(void **state)
{
    static const struct {
        const char *words[5];
        bool runs;
    } rows[] = {
        {{"/usr/bin/redis-server"}, true},
        {{"/opt/valkey/bin/valkey-server", "--port", "6380"}, true},
        {{"/usr/bin/redis-sentinel", "/etc/redis/sentinel.conf"}, true},
        {{"/usr/lib/redis-hosttune/redis-hosttune-exec", "--", "/usr/bin/redis-server"}, true},
        {{"/usr/bin/numactl", "--interleave=all", "/usr/bin/redis-server"}, true},
        {{"/usr/bin/numactl", "--interleave=all", "/usr/bin/memcached", "redis-server"}, false},
        {{"/bin/sh", "-c", "exec /usr/bin/redis-server"}, false},
        {{"/usr/local/bin/ci-runner", "/usr/bin/redis-server"}, false},
        {{"/usr/bin/redis-server-exporter"}, false},
        {{NULL}, false},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        const struct system_unit unit = {.exec_path = (char *)rows[i].words[0],
                                         .exec_argv = rows[i].words[0] ? (char **)rows[i].words : NULL};

        if (system_unit_runs_server(&unit) != rows[i].runs)
            fail_msg("%s", rows[i].words[0]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(home__a_service_is_the_outermost_component_that_is_no_slice),
        cmocka_unit_test(home__nothing_below_a_service_counts),
        cmocka_unit_test(home__what_is_no_unit),
        cmocka_unit_test(home__below_a_users_manager_it_is_the_users),
        cmocka_unit_test(home__containers_by_the_outermost_component),
        cmocka_unit_test(prove__main_process_or_member_of_a_loaded_unit),
        cmocka_unit_test(runs_server__by_the_programs_name),
    };

    return cmocka_run_group_tests_name("servers-unit", tests, NULL, NULL);
}
