/* SPDX-License-Identifier: MIT */
#include "util/memory-pool.h"

#include <math.h>
#include <pthread.h>

#include "support.h"
#include "util/budget.h"

#define MIB (1UL << 20)

enum { SERVERS = 64 };

static struct memory_pool *pool;

static int setup(void **state)
{
    (void)state;
    pool = memory_pool_new(SERVERS);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    memory_pool_free(pool);
    return 0;
}

#define pool_test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

static struct memory_account account(double seconds)
{
    return (struct memory_account){.pool = pool, .until = budget_now() + seconds};
}

static void hold__one_alone_has_all(void **state)
{
    struct memory_pool *own = memory_pool_new(1);
    struct memory_account lone = {.until = budget_now() + 1};

    (void)state;
    lone.pool = own;
    assert_int_equal(memory_account_hold(&lone, 140 * MIB), 0);
    assert_int_equal(memory_account_hold(&lone, 200 * MIB), -ENOBUFS);
    assert_int_equal(memory_account_keep(&lone, 40 * MIB), 0);
    assert_int_equal(memory_account_keep(&lone, 1), -ENOBUFS);
    memory_account_end(&lone);
    memory_pool_free(own);
}

static void hold__all_have_a_part_and_one_much_more(void **state)
{
    struct memory_account first = account(9), second = account(0.05);

    (void)state;
    assert_int_equal(memory_account_hold(&first, 90 * MIB), 0);
    assert_int_equal(memory_account_hold(&second, MIB / 2), 0); /* its part */
    assert_int_equal(memory_account_hold(&second, 2 * MIB), -ENOBUFS);
    memory_account_let_go(&first);
    second.until = budget_now() + 9;
    assert_int_equal(memory_account_hold(&second, 2 * MIB), 0);
    memory_account_end(&second);
    assert_int_equal(memory_account_hold(&first, 2 * MIB), 0);
    memory_account_end(&first);
}

static void *take_a_turn(void *data)
{
    struct memory_account *waiting = data;

    return memory_account_hold(waiting, 2 * MIB) == 0 ? data : NULL;
}

/* Who lets others wait is cut, in whatever little steps its answer comes. */
static void hold__a_turn_ends_where_others_wait(void **state)
{
    struct memory_account slow = account(2), waiting = account(9);
    pthread_t thread;
    void *result;
    double began = budget_now();
    int error = 0;

    (void)state;
    assert_true(isinf(memory_account_patience(&slow)));
    assert_int_equal(memory_account_hold(&slow, 2 * MIB), 0);
    assert_true(memory_account_patience(&slow) <= 1);
    usleep(1100 * 1000);
    assert_int_equal(memory_account_hold(&slow, 2 * MIB), 0); /* nobody waits */
    assert_int_equal(pthread_create(&thread, NULL, take_a_turn, &waiting), 0);
    while (error == 0 && budget_now() - began < 9) {
        usleep(10 * 1000);
        error = memory_account_hold(&slow, 2 * MIB);
    }
    assert_int_equal(error, -ENOBUFS);
    memory_account_end(&slow);
    assert_int_equal(pthread_join(thread, &result), 0);
    assert_non_null(result);
    memory_account_end(&waiting);
}

static void keep__what_the_others_leave_and_a_part_at_least(void **state)
{
    struct memory_account accounts[SERVERS];

    (void)state;
    for (size_t i = 0; i < SERVERS; i++)
        accounts[i] = account(1);
    assert_int_equal(memory_account_keep(&accounts[0], 2 * MIB), -ENOBUFS); /* nobody has left anything yet */
    for (size_t i = 1; i < SERVERS - 1; i++)
        memory_account_end(&accounts[i]);
    assert_int_equal(memory_account_keep(&accounts[0], 30 * MIB), 0);
    assert_int_equal(memory_account_keep(&accounts[0], 10 * MIB), -ENOBUFS);
    memory_account_end(&accounts[0]);
    assert_int_equal(memory_account_keep(&accounts[SERVERS - 1], 40 * MIB / SERVERS), 0);
    memory_account_end(&accounts[SERVERS - 1]);
}

static void without_a_pool_nothing_is_limited(void **state)
{
    struct memory_account none = {0};

    (void)state;
    assert_int_equal(memory_account_hold(&none, SIZE_MAX / 2), 0);
    assert_int_equal(memory_account_keep(&none, SIZE_MAX / 2), 0);
    memory_account_let_go(&none);
    memory_account_end(&none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(hold__one_alone_has_all),
        pool_test(hold__all_have_a_part_and_one_much_more),
        pool_test(hold__a_turn_ends_where_others_wait),
        pool_test(keep__what_the_others_leave_and_a_part_at_least),
        pool_test(without_a_pool_nothing_is_limited),
    };

    return cmocka_run_group_tests_name("util-memory-pool", tests, NULL, NULL);
}
