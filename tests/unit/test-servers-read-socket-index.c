/* SPDX-License-Identifier: MIT */
/* Whose socket a socket is. */
#include "servers/read-socket-index.h"

#include <math.h>
#include <time.h>

#include "support.h"
#include "util/cleanup.h"

static void add(struct server_listeners *all, unsigned inode)
{
    char address[32];

    snprintf(address, sizeof(address), "/run/%u", inode);
    assert_int_equal(array_grow(&all->items, all->count, sizeof(*all->items)), 0);
    all->items[all->count].inode = inode;
    all->items[all->count++].address = strdup(address);
}

/* 1: the share did not suffice. */
static int keep_own(const struct tree *tree, const struct server_listeners *all, size_t share_amount,
                    struct server_listeners *own)
{
    _cleanup_closedir_ DIR *dir = opendir(tree_path(tree, "fd"));
    struct budget_share share = {.amount = share_amount, .until = INFINITY};
    struct socket_index index;
    int result;

    assert_non_null(dir);
    socket_index_make(all, &index);
    result = socket_index_keep_own(&index, all, dir, &share, own);
    socket_index_done(&index);
    return result;
}

static void own__in_the_order_of_the_list_and_once(void **state)
{
    struct server_listeners all = {0}, own = {0};

    tree_link(*state, "fd/0", "socket:[7]");
    tree_link(*state, "fd/1", "socket:[5]");
    tree_link(*state, "fd/2", "socket:[7]");
    tree_link(*state, "fd/3", "pipe:[9]");
    tree_link(*state, "fd/4", "socket:[");
    add(&all, 9);
    add(&all, 7);
    add(&all, 5);
    assert_int_equal(keep_own(*state, &all, 100, &own), 0);
    assert_int_equal(own.count, 2);
    assert_text(own.items[0].address, "/run/7");
    assert_text(own.items[1].address, "/run/5");
    server_listeners_done(&own);
    assert_int_equal(keep_own(*state, &all, 3, &own), 1);
    assert_int_equal(own.count, 0);
    server_listeners_done(&all);
}

/* Each of so many descriptors against each of so many sockets would take minutes. */
static void index__many_sockets_and_descriptors(void **state)
{
    enum { MANY = 300000 };
    struct server_listeners all = {.count = MANY};
    struct socket_index index;
    clock_t began = clock();
    size_t place = 0;

    (void)state;
    all.items = calloc(MANY, sizeof(*all.items));
    assert_non_null(all.items);
    for (size_t i = 0; i < MANY; i++)
        all.items[i].inode = (i * 7919) % MANY;
    socket_index_make(&all, &index);
    for (size_t i = 0; i < MANY; i++) {
        assert_int_equal(socket_index_find(&index, (i * 7919) % MANY, &place), 0);
        assert_int_equal(place, i);
    }
    assert_int_equal(socket_index_find(&index, MANY, &place), -ENOENT);
    assert_true((double)(clock() - began) / CLOCKS_PER_SEC < 30);
    socket_index_done(&index);
    free(all.items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(own__in_the_order_of_the_list_and_once, tree_setup, tree_teardown),
        cmocka_unit_test(index__many_sockets_and_descriptors),
    };

    return cmocka_run_group_tests_name("servers-read-socket-index", tests, NULL, NULL);
}
