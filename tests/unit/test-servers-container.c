/* SPDX-License-Identifier: MIT */
#include "servers/container.h"

#include "support.h"

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void container__named_by_its_manager(void **state)
{
    static const struct {
        const char *cgroup;
        bool has_inner_pid;
        const char *name;
    } rows[] = {
        {"/system.slice/docker-" ID ".scope", true, "docker 0123456789ab"},
        {"/docker/" ID, true, "docker 0123456789ab"},
        {"/docker/" ID, false, "docker 0123456789ab"}, /* --pid=host */
        {"/machine.slice/libpod-" ID ".scope/container", true, "podman 0123456789ab"},
        {"/libpod_parent/libpod-" ID, true, "podman 0123456789ab"},
        {"/system.slice/redis.service/libpod-payload-" ID, true, "a PID namespace of its own"},
        {"/system.slice/docker-redis.service", false, NULL},
        {"/system.slice/docker-redis.service", true, NULL}, /* PrivatePIDs= */
        {"/system.slice/runner.service/docker-" ID ".scope", false, NULL},
        {"/user.slice/user-1000.slice/user@1000.service/user.slice/docker-" ID ".scope", true,
         "a PID namespace of its own"},
        {"/kubepods.slice/kubepods-burstable.slice/kubepods-pod1.slice/cri-containerd-" ID ".scope", true,
         "a Kubernetes pod"},
        {"/lxc.payload.web/system.slice/redis.service", true, "lxc web"},
        {"/machine.slice/systemd-nspawn@box.service/payload", true, "systemd-nspawn box"},
        {"/machine.slice/machine-qemu\033[31m.scope", false, "machine qemu\\x1b[31m"},
        {"/system.slice/redis.service", false, NULL},
        {"/system.slice/redis.service", true, NULL}, /* PrivatePIDs= */
        {"/user.slice/session-1.scope", true, "a PID namespace of its own"},
        {"/", false, NULL},
        {"", false, NULL},
        {NULL, false, NULL},
        {NULL, true, "a PID namespace of its own"},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        _cleanup_free_ char *name = server_container_name(rows[i].cgroup, rows[i].has_inner_pid);

        assert_text(name, rows[i].name);
    }
}

static void container__long_names_are_cut(void **state)
{
    _cleanup_free_ char *name = NULL;
    char cgroup[512] = "/lxc/";

    (void)state;
    memset(cgroup + 5, 'x', 400);
    name = server_container_name(cgroup, true);
    assert_int_equal(strlen(name), strlen("lxc ") + 64);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(container__named_by_its_manager),
        cmocka_unit_test(container__long_names_are_cut),
    };

    return cmocka_run_group_tests_name("servers-container", tests, NULL, NULL);
}
