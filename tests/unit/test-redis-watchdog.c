/* SPDX-License-Identifier: MIT */
#include "redis/watchdog.h"

#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support.h"
#include "util/budget.h"

/* Both ends of a connection on which nobody says anything. */
static int ends[2];

static int ends_setup(void **state)
{
    (void)state;
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends);
}

static int ends_teardown(void **state)
{
    (void)state;
    close(ends[0]);
    close(ends[1]);
    return 0;
}

static void watchdog__ends_a_read_that_waits(void **state)
{
    double began = budget_now();
    struct watchdog *watchdog;
    char byte;

    (void)state;
    assert_int_equal(watchdog_begin(ends[0], 0.1, NULL, &watchdog), 0);
    assert_int_equal(read(ends[0], &byte, 1), 0);
    assert_true(budget_now() - began >= 0.1);
    assert_true(watchdog_end(watchdog));
}

static void watchdog__that_is_ended_shuts_nothing(void **state)
{
    struct watchdog *watchdog;
    char byte = 'x';

    (void)state;
    assert_int_equal(watchdog_begin(ends[0], 600, NULL, &watchdog), 0);
    assert_false(watchdog_end(watchdog));
    assert_int_equal(write(ends[1], &byte, 1), 1);
    assert_int_equal(read(ends[0], &byte, 1), 1);
    assert_false(watchdog_end(NULL));
}

static void watchdog__ends_it_when_it_is_cancelled(void **state)
{
    int cancel = eventfd(1, EFD_CLOEXEC);
    struct watchdog *watchdog;
    char byte;

    (void)state;
    assert_int_equal(watchdog_begin(ends[0], 600, &cancel, &watchdog), 0);
    assert_int_equal(read(ends[0], &byte, 1), 0);
    assert_true(watchdog_end(watchdog));
    close(cancel);
}

int main(void)
{
#define ends_test(function) cmocka_unit_test_setup_teardown(function, ends_setup, ends_teardown)
    const struct CMUnitTest tests[] = {
        ends_test(watchdog__ends_a_read_that_waits),
        ends_test(watchdog__that_is_ended_shuts_nothing),
        ends_test(watchdog__ends_it_when_it_is_cancelled),
    };

    return cmocka_run_group_tests_name("redis-watchdog", tests, NULL, NULL);
}
