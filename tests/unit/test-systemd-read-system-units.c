/* SPDX-License-Identifier: MIT */
/* Who does not answer. That PID 1 does is looked at by tests/system. */
#include "systemd/read-system-units.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

#include "support.h"

static const char *const names[] = {"redis-server.service", "redis.service"};

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* PID 1's private socket is for a root that runs under systemd; the test is for all others. */
static bool has_manager(void)
{
    return geteuid() == 0 && access("/run/systemd/private", F_OK) == 0;
}

static void units__no_bus_is_no_answer_and_no_error(void **state)
{
    _cleanup_(system_units_done) struct system_units units = {0};

    (void)state;
    if (has_manager())
        skip();
    setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", 1);
    system_units_ask(names, ELEMENTS(names), &units);
    assert_contains(units.unknown, "PID 1 cannot be asked over the bus");
    assert_int_equal(units.count, 0);
    assert_null(system_units_find(&units, names[0]));
}

static void units__a_silent_bus_costs_two_seconds_in_all(void **state)
{
    struct tree *tree = *state;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    _cleanup_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    char variable[200];
    double began = now();

    if (has_manager())
        skip();
    snprintf(address.sun_path, sizeof(address.sun_path), "%s/bus", tree->path);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(fd, 5), 0);
    snprintf(variable, sizeof(variable), "unix:path=%s/bus", tree->path);
    setenv("DBUS_SYSTEM_BUS_ADDRESS", variable, 1);
    for (int i = 0; i < 3; i++) {
        _cleanup_(system_units_done) struct system_units units = {0};

        system_units_ask(names, ELEMENTS(names), &units);
        assert_text(units.unknown, "PID 1 did not answer within 2 s");
        assert_int_equal(units.count, 0);
    }
    assert_true(now() - began >= 1.9);
    assert_true(now() - began < 3.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(units__no_bus_is_no_answer_and_no_error),
        tree_test(units__a_silent_bus_costs_two_seconds_in_all),
    };

    return cmocka_run_group_tests_name("systemd-read-system-units", tests, NULL, NULL);
}
