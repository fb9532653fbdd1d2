/* SPDX-License-Identifier: MIT */
/* What is asked of PID 1, by a PID 1 that the test has of its own: in namespaces where it listens on the
 * private socket. For root alone. */
#include "support.h"

#include <dlfcn.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "boot/read-tuner-status.h"
#include "privileged/unit-control.h"
#include "systemd/read-manager-bus.h"
#include "systemd/read-unit-restarts.h"

enum { PASSED, FAILED, RESTARTS = 7, STATUS = 15 };

/* --- PID 1 --- */

/* The serving half of sd-bus, which the program has no use for. */
static struct {
    int (*set_fd)(sd_bus *bus, int in, int out);
    int (*set_server)(sd_bus *bus, int is_server, sd_id128_t id);
    int (*reply)(sd_bus_message *call, const char *types, ...);
    int (*reply_errno)(sd_bus_message *call, int error, const sd_bus_error *detail);
    const char *(*member)(sd_bus_message *call);
} serving;

static bool load_serving(void)
{
    void *library = dlopen("libsystemd.so.0", RTLD_LAZY);
    void **functions = (void **)&serving;
    static const char *const names[] = {"sd_bus_set_fd", "sd_bus_set_server", "sd_bus_reply_method_return",
                                        "sd_bus_reply_method_errno", "sd_bus_message_get_member"};

    for (size_t i = 0; i < ELEMENTS(names); i++) {
        functions[i] = library ? dlsym(library, names[i]) : NULL;
        if (!functions[i])
            return false;
    }
    return true;
}

static int answer_property(sd_bus_message *call)
{
    const char *interface, *property;

    if (sd_bus_message_read(call, "ss", &interface, &property) < 0)
        return -EBADMSG;
    if (strcmp(property, "NRestarts") == 0)
        return serving.reply(call, "v", "u", RESTARTS);
    if (strcmp(property, "ExecMainStatus") == 0)
        return serving.reply(call, "v", "i", STATUS);
    if (strcmp(property, "ActiveState") == 0)
        return serving.reply(call, "v", "s", "failed");
    if (strcmp(property, "Result") == 0)
        return serving.reply(call, "v", "s", "timeout");
    if (strcmp(property, "LoadState") == 0)
        return serving.reply(call, "v", "s", "loaded");
    if (strcmp(property, "UnitFileState") == 0)
        return serving.reply(call, "v", "s", "enabled-runtime");
    return serving.reply_errno(call, EINVAL, NULL);
}

static int answer(sd_bus_message *call)
{
    const char *name = NULL;

    if (strcmp(serving.member(call), "Get") == 0)
        return answer_property(call);
    if (strcmp(serving.member(call), "LoadUnit") == 0)
        return serving.reply(call, "o", SYSTEMD_PATH "/unit/redis_2dhosttune_2eservice");
    if (strcmp(serving.member(call), "GetUnit") != 0)
        return serving.reply_errno(call, EOPNOTSUPP, NULL);
    (void)sd_bus_message_read(call, "s", &name);
    if (!text_equal(name, "redis-server.service"))
        return serving.reply_errno(call, ENOENT, NULL);
    return serving.reply(call, "o", SYSTEMD_PATH "/unit/redis_2dserver_2eservice");
}

/* Until it hangs up. */
static void serve(int fd)
{
    sd_bus *bus = NULL;
    int error = sd_bus_new(&bus);

    if (error >= 0)
        error = serving.set_fd(bus, fd, fd);
    if (error >= 0)
        error = serving.set_server(bus, 1, (sd_id128_t){.bytes = {1}});
    if (error >= 0)
        error = sd_bus_start(bus);
    while (error >= 0) {
        sd_bus_message *call = NULL;

        error = sd_bus_process(bus, &call);
        if (error == 0)
            error = sd_bus_wait(bus, UINT64_MAX);
        else if (error > 0 && call)
            error = answer(call);
        sd_bus_message_unref(call);
    }
    sd_bus_close_unref(bus);
}

static int listen_privately(void)
{
    const struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/run/systemd/private"};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (mount("none", "/run", "tmpfs", 0, NULL) < 0 || mkdir("/run/systemd", 0755) < 0 ||
        mkdir("/run/systemd/system", 0755) < 0 ||
        bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 || listen(fd, 5) < 0)
        return -1;
    return fd;
}

/* Number 1 of its namespace: what its child asks, it answers. */
static int be_first(void *test)
{
    int (*const *client)(void) = test;
    int fd = listen_privately(), status;
    pid_t server, child;

    if (fd < 0 || !load_serving())
        return CHILD_IMPOSSIBLE;
    child = fork();
    if (child == 0)
        _exit((*client)());
    server = fork();
    while (server == 0)
        serve(accept(fd, NULL, NULL));
    if (waitpid(child, &status, 0) != child || !WIFEXITED(status))
        return FAILED;
    kill(server, SIGKILL);
    return WEXITSTATUS(status);
}

static int enter(void *test)
{
    int status;
    pid_t first;

    if (geteuid() != 0 || !child_unshare_mounts() || unshare(CLONE_NEWPID) < 0)
        return CHILD_IMPOSSIBLE;
    first = fork();
    if (first == 0)
        _exit(be_first(test));
    /* the end of a sanitizer would start a thread, and here nothing can be started any more */
    _exit(waitpid(first, &status, 0) == first && WIFEXITED(status) ? WEXITSTATUS(status) : FAILED);
}

static void assert_passes(int (*client)(void))
{
    assert_child_passes(enter, &client);
}

/* --- those who ask --- */

static int ask_restarts(void)
{
    long long restarts = -1;

    if (unit_restarts_read("redis-server.service", &restarts) != 0 || restarts != RESTARTS)
        return FAILED;
    return unit_restarts_read("other.service", &restarts) == -ENOENT && restarts == RESTARTS ? PASSED
                                                                                             : FAILED;
}

static void unit_restarts__are_those_that_pid_1_counts(void **state)
{
    (void)state;
    assert_passes(ask_restarts);
}

static int ask_tuner(void)
{
    struct tuner_status status;

    tuner_status_read(&status);
    return status.has_failed && strcmp(status.result, "timeout") == 0 && status.status == STATUS ? PASSED
                                                                                                 : FAILED;
}

static void tuner_status__is_what_pid_1_says(void **state)
{
    (void)state;
    assert_passes(ask_tuner);
}

static int ask_unit(void)
{
    struct unit_status status;
    char *error = NULL;

    return unit_status_read(&status, &error) == 0 && status.is_known && status.is_enabled && !status.is_active
               ? PASSED
               : FAILED;
}

static void unit_status__is_what_pid_1_says(void **state)
{
    (void)state;
    assert_passes(ask_unit);
}

/* A listener that is not PID 1 is not believed. */
static int ask_another(void)
{
    const struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/run/systemd/private"};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    long long restarts;

    unlink(address.sun_path);
    if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 || listen(fd, 5) < 0)
        return CHILD_IMPOSSIBLE;
    setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", 1);
    return unit_restarts_read("redis-server.service", &restarts) < 0 ? PASSED : FAILED;
}

static void manager__is_pid_1_and_nobody_else(void **state)
{
    (void)state;
    assert_passes(ask_another);
}

/* --- the opener --- */

static int open_as_root(void)
{
    sd_bus *bus = NULL;
    struct ucred peer = {0};
    socklen_t size = sizeof(peer);

    setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", 1);
    if (systemd_bus_open_any(&bus) < 0)
        return FAILED;
    if (getsockopt(sd_bus_get_fd(bus), SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0 || peer.pid != 1)
        return FAILED;
    sd_bus_close_unref(bus);
    return PASSED;
}

static void systemd_bus__is_the_private_socket_for_root(void **state)
{
    (void)state;
    assert_passes(open_as_root);
}

static int open_as_another(void)
{
    sd_bus *bus = NULL;

    setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", 1);
    if (setresuid(65534, 65534, 65534) < 0)
        return CHILD_IMPOSSIBLE;
    return systemd_bus_open(true, &bus) == -EPERM && systemd_bus_open_any(&bus) < 0 && !bus ? PASSED : FAILED;
}

static void systemd_bus__is_never_the_private_socket_for_others(void **state)
{
    (void)state;
    assert_passes(open_as_another);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unit_restarts__are_those_that_pid_1_counts),
        cmocka_unit_test(tuner_status__is_what_pid_1_says),
        cmocka_unit_test(unit_status__is_what_pid_1_says),
        cmocka_unit_test(manager__is_pid_1_and_nobody_else),
        cmocka_unit_test(systemd_bus__is_the_private_socket_for_root),
        cmocka_unit_test(systemd_bus__is_never_the_private_socket_for_others),
    };

    return cmocka_run_group_tests_name("systemd-read-manager-bus", tests, NULL, NULL);
}
