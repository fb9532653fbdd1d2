/* SPDX-License-Identifier: MIT */
#include "plan/read-observation.h"

#include "support.h"

#define THP "sys/kernel/mm/transparent_hugepage/"

/* The tree's observation; the test ends it. */
static struct observation observe_tree(const struct tree *tree)
{
    struct observation observation;

    observe(tree->root, &observation);
    return observation;
}

static const struct observed *seen(const struct observation *observation, const char *object)
{
    for (size_t i = 0; i < observation->items_count; i++)
        if (strcmp(observation->items[i].object, object) == 0)
            return &observation->items[i];
    return NULL;
}

/* A running host with all knobs as a kernel prints them. */
static void make_host(const struct tree *tree)
{
    for (size_t i = 0; i < tunables_count; i++) /* whatever a later table has besides */
        if (tunables[i].path && !strchr(tunables[i].path, '*') && tunables[i].syntax == SYNTAX_INTEGER)
            tree_write(tree, tunables[i].path, tunables[i].standard);
    tree_write(tree, "proc/sys/vm/swappiness", "60\n");
    tree_write(tree, "proc/sys/net/core/somaxconn", "4096\n");
    tree_write(tree, "proc/sys/net/ipv4/tcp_max_syn_backlog", "512\n");
    tree_write(tree, THP "enabled", "[always] madvise never\n");
    tree_write(tree, THP "defrag", "always defer defer+madvise [madvise] never\n");
    tree_write(tree, THP "hugepages-2048kB/enabled", "always [inherit] madvise never\n");
    tree_write(tree, THP "hugepages-64kB/enabled", "always inherit madvise [never]\n");
    tree_write(tree, THP "hugepages-128kB/enabled", "[always] inherit madvise never\n");
}

static void observe__sees_all_rows_in_the_tables_order(void **state)
{
    _cleanup_(observation_done) struct observation observation = {0};
    size_t row = 0;

    make_host(*state);
    observation = observe_tree(*state);
    assert_int_equal(observation.items_count, tunables_count + 2); /* three sizes instead of one row */
    for (size_t i = 0; i < observation.items_count; i++) {
        while (observation.items[i].tunable != &tunables[row])
            assert_true(++row < tunables_count);
        assert_int_equal(observation.items[i].error, 0);
        assert_non_null(observation.items[i].current);
    }
    assert_text(seen(&observation, "vm.swappiness")->current, "60");
    assert_text(seen(&observation, "vm.swappiness")->path, "proc/sys/vm/swappiness");
    assert_text(seen(&observation, "thp.enabled")->current, "always");
    assert_text(seen(&observation, "thp.defrag")->current, "madvise");
    assert_true(observation.facts.is_running);
}

static void observe__sees_each_size_by_number(void **state)
{
    _cleanup_(observation_done) struct observation observation = {0};
    const struct observed *last;

    make_host(*state);
    observation = observe_tree(*state);
    last = &observation.items[observation.items_count - 1];
    assert_text(last[-2].object, "thp.hugepages-64kB");
    assert_text(last[-1].object, "thp.hugepages-128kB");
    assert_text(last[0].object, "thp.hugepages-2048kB");
    assert_text(last[-2].current, "never");
    assert_text(last[-1].current, "always");
    assert_text(last[0].current, "inherit");
    assert_text(last[-1].path, THP "hugepages-128kB/enabled");
}

/* Sizes for shared memory only have a directory and no switch. */
static void observe__passes_sizes_without_a_switch_over(void **state)
{
    _cleanup_(observation_done) struct observation observation = {0};

    make_host(*state);
    tree_write(*state, THP "hugepages-8kB/shmem_enabled", "never\n");
    tree_write(*state, THP "hugepages-other/enabled", "never\n");
    observation = observe_tree(*state);
    assert_null(seen(&observation, "thp.hugepages-8kB"));
    assert_int_equal(observation.items_count, tunables_count + 2);
}

static void observe__the_least_size_with_a_switch(void **state)
{
    _cleanup_(observation_done) struct observation none = observe_tree(*state), observation = {0};

    assert_int_equal(none.facts.least_thp_kib, 0);
    tree_write(*state, THP "hugepages-2048kB/enabled", "never\n");
    tree_write(*state, THP "hugepages-64kB/enabled", "never\n");
    tree_write(*state, THP "hugepages-32kB/shmem_enabled", "never\n");
    observation = observe_tree(*state);
    assert_int_equal(observation.facts.least_thp_kib, 64);
}

static void observe__without_sizes_has_no_object_of_that_row(void **state)
{
    _cleanup_(observation_done) struct observation observation = {0};

    tree_write(*state, THP "enabled", "always [madvise] never\n");
    observation = observe_tree(*state);
    assert_int_equal(observation.items_count, tunables_count - 1);
    assert_text(seen(&observation, "thp.enabled")->current, "madvise");
}

static void observe__an_absent_knob_is_an_entry_with_its_error(void **state)
{
    _cleanup_(observation_done) struct observation observation = {0};

    tree_mkdir(*state, "proc/sys/vm");
    observation = observe_tree(*state);
    assert_null(seen(&observation, "vm.swappiness")->current);
    assert_int_equal(seen(&observation, "vm.swappiness")->error, -ENOENT);
    assert_int_equal(seen(&observation, "thp.enabled")->error, -ENOENT);
}

static void observe__what_cannot_be_understood_is_an_error(void **state)
{
    _cleanup_(observation_done) struct observation observation = {0};
    char line[8192];

    make_host(*state);
    memset(line, '1', sizeof(line));
    tree_write_bytes(*state, "proc/sys/vm/overcommit_memory", line, sizeof(line));
    tree_write(*state, "proc/sys/vm/swappiness", "sixty\n");
    tree_write(*state, THP "enabled", "[sometimes] never\n");
    tree_write(*state, THP "hugepages-64kB/enabled", "\n");
    observation = observe_tree(*state);
    assert_int_equal(seen(&observation, "vm.overcommit_memory")->error, -EFBIG);
    assert_int_equal(seen(&observation, "vm.swappiness")->error, -EINVAL);
    assert_null(seen(&observation, "vm.swappiness")->current);
    assert_text(seen(&observation, "vm.swappiness")->printed, "sixty");
    assert_int_equal(seen(&observation, "thp.enabled")->error, -EINVAL);
    assert_int_equal(seen(&observation, "thp.hugepages-64kB")->error, -EINVAL);
}

static void observe__what_others_set_at_boot(void **state)
{
    _cleanup_(observation_done) struct observation observation = {0};
    const struct observed *observed;

    make_host(*state);
    tree_write(*state, "etc/sysctl.d/60-admin.conf", "# ours\nnet.core.somaxconn = 0262144\n");
    tree_write(*state, "etc/sysctl.d/70-odd.conf", "vm.swappiness = sixty\n");
    observation = observe_tree(*state);
    observed = seen(&observation, "net.core.somaxconn");
    assert_text(observed->elsewhere, "262144");
    assert_text(observed->elsewhere_from, "/etc/sysctl.d/60-admin.conf:2");
    assert_text(observed->current, "4096");
    assert_null(seen(&observation, "vm.swappiness")->elsewhere); /* no value of that row */
    assert_null(seen(&observation, "vm.overcommit_memory")->elsewhere);
}

static void observe__our_own_drop_ins_are_nobodys_wish(void **state)
{
    _cleanup_(observation_done) struct observation observation = {0};

    make_host(*state);
    tree_write(*state, "etc/sysctl.d/00-redis-hosttune.conf", "net.core.somaxconn = 65535\n");
    tree_write(*state, "etc/sysctl.d/99-zz-redis-hosttune.conf", "vm.swappiness = 1\n");
    tree_write(*state, "etc/sysctl.d/50.conf", "vm.swappiness = 10\n");
    observation = observe_tree(*state);
    assert_null(seen(&observation, "net.core.somaxconn")->elsewhere);
    assert_text(seen(&observation, "vm.swappiness")->elsewhere, "10");
}

static void observe__a_sysctl_d_that_cannot_be_read_hides_nothing_else(void **state)
{
    _cleanup_(observation_done) struct observation observation = {0};

    make_host(*state);
    tree_write(*state, "etc/sysctl.d", "a file");
    observation = observe_tree(*state);
    assert_text(seen(&observation, "net.core.somaxconn")->current, "4096");
    assert_null(seen(&observation, "net.core.somaxconn")->elsewhere);
}

/* A list that cannot be read is no empty one: the row stands for its objects, with the error. */
static void observe__sizes_that_cannot_be_listed_are_unknown(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(observation_done) struct observation observation = {0};

    make_host(tree);
    assert_int_equal(rename(tree_path(tree, "sys/kernel"), tree_path(tree, "sys/away")), 0);
    tree_link(tree, "sys/kernel", "kernel"); /* whatever the reason is */
    observation = observe_tree(tree);
    assert_int_equal(seen(&observation, "thp.hugepages-*kB")->error, -ELOOP);
    assert_null(seen(&observation, "thp.hugepages-64kB"));
    assert_int_equal(seen(&observation, "thp.enabled")->error, -ELOOP);
}

static void object__that_the_table_did_not_find(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(observation_done) struct observation observation = {0};

    make_host(tree);
    observation = observe_tree(tree);
    observe_object(tree->root, "thp.hugepages-32kB", &observation);
    assert_int_equal(seen(&observation, "thp.hugepages-32kB")->error, -ENOENT);
    assert_text(seen(&observation, "thp.hugepages-32kB")->path, THP "hugepages-32kB/enabled");
    observe_object(tree->root, "vm.future", &observation);
    assert_null(seen(&observation, "vm.future"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        tree_test(observe__sees_all_rows_in_the_tables_order),
        tree_test(observe__sees_each_size_by_number),
        tree_test(observe__passes_sizes_without_a_switch_over),
        tree_test(observe__the_least_size_with_a_switch),
        tree_test(observe__without_sizes_has_no_object_of_that_row),
        tree_test(observe__an_absent_knob_is_an_entry_with_its_error),
        tree_test(observe__what_cannot_be_understood_is_an_error),
        tree_test(observe__what_others_set_at_boot),
        tree_test(observe__our_own_drop_ins_are_nobodys_wish),
        tree_test(observe__a_sysctl_d_that_cannot_be_read_hides_nothing_else),
        tree_test(observe__sizes_that_cannot_be_listed_are_unknown),
        tree_test(object__that_the_table_did_not_find),
    };

    return cmocka_run_group_tests_name("plan-read-observation", tests, NULL, NULL);
}
