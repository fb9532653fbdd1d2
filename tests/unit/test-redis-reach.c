/* SPDX-License-Identifier: MIT */
/* Which of a server's addresses is taken, and how long that takes. */
#include "redis/reach.h"

#include <poll.h>

#include "support.h"
#include "util/budget.h"

enum {
    ADDRESSES_MAX = 60,
    ALL_PATIENCE = 600, /* where nothing may be tried for want of it, on however loaded a machine */
};

/* What an address does: it answers after so many seconds, by this error; a silent one ends with the limits,
 * or when it is told to. */
struct address {
    double after;
    int error;
    const char *message;
};

static struct scene {
    const struct address *addresses;
    size_t tried, at_once, most_at_once, cancelled;
} scene;

static int meet(void *data, size_t index, const struct redis_limits *limits, struct redis_connection **ret,
                char **ret_error)
{
    const struct address *address = &scene.addresses[index];
    struct pollfd cancel = {.fd = limits->cancel ? *limits->cancel : -1, .events = POLLIN};
    bool is_late = address->after > limits->total;
    size_t at_once = __atomic_add_fetch(&scene.at_once, 1, __ATOMIC_SEQ_CST);

    (void)data;
    (void)ret;
    __atomic_add_fetch(&scene.tried, 1, __ATOMIC_SEQ_CST);
    for (size_t most = __atomic_load_n(&scene.most_at_once, __ATOMIC_SEQ_CST); at_once > most;)
        if (__atomic_compare_exchange_n(&scene.most_at_once, &most, at_once, false, __ATOMIC_SEQ_CST,
                                        __ATOMIC_SEQ_CST))
            break;
    if (poll(&cancel, 1, (int)((is_late ? limits->total : address->after) * 1000)) != 0) {
        __atomic_add_fetch(&scene.cancelled, 1, __ATOMIC_SEQ_CST);
        is_late = true;
    }
    __atomic_sub_fetch(&scene.at_once, 1, __ATOMIC_SEQ_CST);
    if (is_late)
        return error_make(ret_error, -ETIMEDOUT, "no answer");
    return address->error < 0 ? error_make(ret_error, address->error, "%s", address->message) : 0;
}

struct outcome {
    int error;
    size_t used;
    double seconds;
    char *message;
};

static void reach_with(double patience, const struct address *addresses, size_t count, size_t at_once,
                       double total, struct outcome *ret)
{
    const struct redis_way way = {.count = count, .at_once = at_once, .patience = patience, .connect = meet};
    const struct redis_limits limits = {.total = total};
    struct redis_connection *connection = NULL;
    struct redis_reach *under_way = NULL;
    double began = budget_now();

    scene = (struct scene){.addresses = addresses};
    free(ret->message);
    ret->message = NULL;
    ret->error = redis_reach(&way, &limits, &under_way, &ret->used, &connection, &ret->message);
    ret->seconds = budget_now() - began;
    redis_reach_end(under_way);
}

static void reach(const struct address *addresses, size_t count, size_t at_once, double total,
                  struct outcome *ret)
{
    reach_with(redis_patience, addresses, count, at_once, total, ret);
}

#define REACH(ret, at_once, total, ...)          \
    reach((const struct address[]){__VA_ARGS__}, \
          sizeof((const struct address[]){__VA_ARGS__}) / sizeof(struct address), at_once, total, ret)

#define SILENT       \
    {                \
        .after = 1e6 \
    }

static void reach__the_first_that_answers_is_the_only_one_tried(void **state)
{
    const struct address answering[3] = {{0}};
    const struct address refusing[3] = {{.error = -ECONNREFUSED, .message = "refused"}};
    struct outcome outcome = {0};

    (void)state;
    reach_with(ALL_PATIENCE, answering, 3, 9, ALL_PATIENCE, &outcome);
    assert_int_equal(outcome.error, 0);
    assert_int_equal(outcome.used, 0);
    assert_int_equal(scene.tried, 1);
    reach_with(ALL_PATIENCE, refusing, 3, 9, ALL_PATIENCE, &outcome);
    assert_int_equal(outcome.used, 1);
    assert_int_equal(scene.tried, 2);
    free(outcome.message);
}

static void reach__silent_ones_cost_the_time_of_one(void **state)
{
    struct outcome outcome = {0};
    struct address addresses[ADDRESSES_MAX];

    (void)state;
    for (size_t i = 0; i < ADDRESSES_MAX; i++)
        addresses[i] = (struct address)SILENT;
    reach(addresses, 60, 60, 3, &outcome);
    assert_int_equal(outcome.error, -ETIMEDOUT);
    assert_text(outcome.message, "no answer");
    assert_int_equal(scene.tried, 60);
    assert_true(outcome.seconds < 9); /* one after another it would be three minutes */
    addresses[59] = (struct address){0};
    reach(addresses, 60, 60, 60, &outcome);
    assert_int_equal(outcome.error, 0);
    assert_int_equal(outcome.used, 59);
    assert_true(outcome.seconds < 30);
    assert_true(scene.cancelled > 50);
    free(outcome.message);
}

static void reach__no_more_at_once_than_allowed(void **state)
{
    struct outcome outcome = {0};
    struct address addresses[ADDRESSES_MAX];

    (void)state;
    for (size_t i = 0; i < ADDRESSES_MAX; i++)
        addresses[i] = (struct address)SILENT;
    reach_with(0, addresses, 10, 4, 2, &outcome); /* without patience all four begin at once */
    assert_int_equal(outcome.error, -ETIMEDOUT);
    assert_true(scene.most_at_once <= 4);
    assert_contains(outcome.message, "; of its 10 addresses 6 were not tried in that time");
    free(outcome.message);
}

static void reach__a_better_one_is_waited_for_a_little(void **state)
{
    struct outcome outcome = {0};

    (void)state;
    REACH(&outcome, 9, 9, SILENT, {.after = 0.1}, {0});
    assert_int_equal(outcome.used, 1);
    REACH(&outcome, 9, 9, SILENT, {.after = 5}, {0});
    assert_int_equal(outcome.used, 2);
    assert_true(outcome.seconds < 4);
    free(outcome.message);
}

static void reach__what_the_server_says_is_final(void **state)
{
    const struct address refused[2] = {{.error = -EACCES, .message = "a password"}};
    struct outcome outcome = {0};

    (void)state;
    reach_with(ALL_PATIENCE, refused, 2, 9, ALL_PATIENCE, &outcome);
    assert_int_equal(outcome.error, -EACCES);
    assert_text(outcome.message, "a password");
    assert_int_equal(scene.tried, 1);
    REACH(&outcome, 9, 9, {.error = -ECONNREFUSED, .message = "refused"},
          {.error = -EPROTO, .message = "garbage"});
    assert_int_equal(outcome.error, -ECONNREFUSED); /* of the best */
    assert_text(outcome.message, "refused");
    free(outcome.message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reach__the_first_that_answers_is_the_only_one_tried),
        cmocka_unit_test(reach__silent_ones_cost_the_time_of_one),
        cmocka_unit_test(reach__no_more_at_once_than_allowed),
        cmocka_unit_test(reach__a_better_one_is_waited_for_a_little),
        cmocka_unit_test(reach__what_the_server_says_is_final),
    };

    return cmocka_run_group_tests_name("redis-reach", tests, NULL, NULL);
}
