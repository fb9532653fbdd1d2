/* SPDX-License-Identifier: MIT */
#include "util/budget.h"

#include "support.h"

enum { SERVERS = 4, ALL = 1000 };

/* What each server wants, and what it got in each of its turns. */
static struct demand {
    size_t wants, got[2], turns;
} demands[SERVERS];

static bool serve(void *data, size_t index, struct budget_share *share)
{
    struct demand *demand = &demands[index];

    (void)data;
    assert_true(demand->turns < 2);
    demand->got[demand->turns++] = share->amount;
    share->used = demand->wants < share->amount ? demand->wants : share->amount;
    return demand->wants > share->amount;
}

static void share_out(size_t count, const size_t *wants, const size_t *order)
{
    struct budget budget;

    budget_begin(&budget, 0);
    budget.total[BUDGET_CONFIG] = ALL;
    for (size_t i = 0; i < count; i++)
        demands[i] = (struct demand){.wants = wants[i]};
    budget_serve(&budget, BUDGET_CONFIG, &(struct budget_queue){count, order, 0}, serve, NULL);
}

#define SHARE_OUT(...) \
    share_out(sizeof((const size_t[]){__VA_ARGS__}) / sizeof(size_t), (const size_t[]){__VA_ARGS__}, NULL)

static void share__one_alone_has_all(void **state)
{
    (void)state;
    SHARE_OUT(ALL);
    assert_int_equal(demands[0].got[0], ALL);
    assert_int_equal(demands[0].turns, 1);
    SHARE_OUT(ALL + 1); /* it would get no more the second time */
    assert_int_equal(demands[0].turns, 1);
}

static void share__is_one_part_at_least(void **state)
{
    (void)state;
    SHARE_OUT(9 * ALL, 9 * ALL, 9 * ALL, 9 * ALL);
    for (size_t i = 0; i < SERVERS; i++) {
        assert_true(demands[i].got[0] >= ALL / SERVERS);
        assert_int_equal(demands[i].got[1], ALL / SERVERS); /* together no more than there is */
    }
    SHARE_OUT(ALL / 4, ALL / 4, ALL / 4, ALL / 4);
    for (size_t i = 0; i < SERVERS; i++)
        assert_int_equal(demands[i].turns, 1);
}

static void share__is_what_the_others_leave(void **state)
{
    (void)state;
    SHARE_OUT(700, 1, 1, 1); /* the first knows nothing of the others yet */
    assert_int_equal(demands[0].got[0], ALL / 4);
    assert_int_equal(demands[0].got[1], ALL - 3);
    SHARE_OUT(1, 1, 1, 700);
    assert_int_equal(demands[3].got[0], ALL - 3);
    assert_int_equal(demands[3].turns, 1);
}

/* Those behind are not given what is held for those in front. */
static void share__what_was_cut_keeps_its_part(void **state)
{
    size_t last = 0;

    (void)state;
    SHARE_OUT(400, 400, 400, 400);
    for (size_t i = 0; i < SERVERS; i++)
        last += demands[i].got[demands[i].turns - 1];
    assert_true(last <= ALL);
    for (size_t i = 0; i < SERVERS; i++)
        assert_true(demands[i].got[demands[i].turns - 1] >= ALL / SERVERS);
}

static void share__goes_by_the_order(void **state)
{
    const size_t wants[] = {300, 900}, order[] = {1, 0};

    (void)state;
    share_out(2, wants, order);
    assert_int_equal(demands[1].got[0], ALL / 2);
    assert_int_equal(demands[0].got[0], ALL / 2);
    assert_int_equal(demands[1].got[1], ALL - 300);
}

static bool look_at_time(void *data, size_t index, struct budget_share *share)
{
    double *until = data;

    until[index] = share->until - budget_now();
    return false;
}

static void share__time_is_shared_too(void **state)
{
    double until[2];
    struct budget budget;

    (void)state;
    budget_begin(&budget, 2);
    assert_true(budget_time_left(&budget) > 11 && budget_time_left(&budget) <= 12);
    budget_serve(&budget, BUDGET_TIME, &(struct budget_queue){.count = 2}, look_at_time, until);
    assert_true(until[0] > 5 && until[0] <= 6);
    assert_true(until[1] > 11 && until[1] <= 12);
    budget.deadline = budget_now() - 1;
    assert_true(budget_time_left(&budget) == 0);
    budget_serve(&budget, BUDGET_TIME, &(struct budget_queue){.count = 2}, look_at_time, until);
    assert_true(until[0] <= 0 && until[1] <= 0);
}

/* Of strangers there may be any number, and each may take what it is let. */
static void share__strangers_leave_half_of_the_time(void **state)
{
    const size_t order[] = {2, 0, 1};
    double until[3];
    struct budget budget;

    (void)state;
    budget_begin(&budget, 2);
    budget_serve(&budget, BUDGET_TIME, &(struct budget_queue){3, order, 1}, look_at_time, until);
    assert_true(until[2] > 3.5 && until[2] <= 4);
    assert_true(until[0] > 2.5 && until[0] <= 3);
    assert_true(until[1] > 5.5 && until[1] <= 6);
    budget_serve(&budget, BUDGET_TIME, &(struct budget_queue){2, NULL, 2}, look_at_time, until);
    assert_true(until[1] > 11 && until[1] <= 12);
}

static bool is_even(void *data, size_t index)
{
    ++*(size_t *)data;
    return index % 2 == 0;
}

static void order__has_those_who_are_trusted_in_front(void **state)
{
    const size_t expected[] = {0, 2, 4, 1, 3};
    size_t asked = 0, trusted = 0, *order = budget_order(5, is_even, &asked, &trusted);

    (void)state;
    assert_memory_equal(order, expected, sizeof(expected));
    assert_int_equal(trusted, 3);
    assert_true(asked >= 5);
    free(order);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(share__one_alone_has_all),
        cmocka_unit_test(share__is_one_part_at_least),
        cmocka_unit_test(share__is_what_the_others_leave),
        cmocka_unit_test(share__what_was_cut_keeps_its_part),
        cmocka_unit_test(share__goes_by_the_order),
        cmocka_unit_test(share__time_is_shared_too),
        cmocka_unit_test(share__strangers_leave_half_of_the_time),
        cmocka_unit_test(order__has_those_who_are_trusted_in_front),
    };

    return cmocka_run_group_tests_name("util-budget", tests, NULL, NULL);
}
