/* SPDX-License-Identifier: MIT */
#include "servers/process.h"

#include "support.h"

static struct server_process process_in(const char *cgroup)
{
    return (struct server_process){.pid = 812, .cgroup = (char *)cgroup};
}

static void name__a_process_is_called_by_its_id(void **state)
{
    const struct server_process process = process_in("/system.slice/redis-server.service");

    (void)state;
    assert_true(server_is_called(&process, "812"));
    assert_false(server_is_called(&process, "81"));
    assert_false(server_is_called(&process, "8120"));
    assert_false(server_is_called(&process, ""));
    assert_false(server_is_called(&process, "pid 812"));
}

static void name__a_unit_is_the_outermost_component_that_is_no_slice(void **state)
{
    static const struct {
        const char *cgroup, *name;
    } rows[] = {
        {"/system.slice/redis-server.service", "redis-server.service"},
        {"//redis.slice//redis-big.slice/redis@a.service", "redis@a.service"},
        {"/system.slice/redis\\x2dodd.service", "redis\\x2dodd.service"},
        {"/system.slice/runner.service/job/redis.service", "runner.service"},
        {"/user.slice/user-1000.slice/user@1000.service/app.slice/redis.service", "user@1000.service"},
        {"/user.slice/user-1000.slice/session-3.scope", "session-3.scope"},
        {"/system.slice/docker-0123456789ab.scope", "docker-0123456789ab.scope"},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        const struct server_process process = process_in(rows[i].cgroup);

        if (!server_is_called(&process, rows[i].name))
            fail_msg("%s is not called %s", rows[i].cgroup, rows[i].name);
    }
}

/* Below a unit of its own a stranger calls its cgroups as it likes: not like another's server. */
static void name__what_a_stranger_chooses_is_no_name(void **state)
{
    static const char *const cgroups[] = {
        "/user.slice/user-1000.slice/user@1000.service/app.slice/redis.service",
        "/system.slice/runner.service/redis.service",
        "/system.slice/docker-0123456789ab.scope/redis.service",
        "/redis.service.slice/other.service",
        "/system.slice/redis.service2",
        "/system.slice/my-redis.service",
        "/redis.slice",
        "/",
        "",
        NULL,
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(cgroups); i++) {
        const struct server_process process = process_in(cgroups[i]);

        if (server_is_called(&process, "redis.service") || server_is_called(&process, "redis.slice") ||
            server_is_called(&process, ""))
            fail_msg("%s", cgroups[i]);
    }
}

static void name__any_of_several_will_do(void **state)
{
    const struct server_process process = process_in("/system.slice/redis.service");

    (void)state;
    assert_true(server_is_among(&process, (const char *const[]){"1", "redis.service", NULL}));
    assert_false(server_is_among(&process, (const char *const[]){"1", "2", NULL}));
    assert_false(server_is_among(&process, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(name__a_process_is_called_by_its_id),
        cmocka_unit_test(name__a_unit_is_the_outermost_component_that_is_no_slice),
        cmocka_unit_test(name__what_a_stranger_chooses_is_no_name),
        cmocka_unit_test(name__any_of_several_will_do),
    };

    return cmocka_run_group_tests_name("servers-process", tests, NULL, NULL);
}
