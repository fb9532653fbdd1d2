/* SPDX-License-Identifier: MIT */
#include "host/read-kernel.h"

#include "support.h"

static void kernel_facts__reads_each_from_its_file(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(kernel_facts_done) struct kernel_facts facts = {0};

    tree_write(tree, "/proc/sys/vm/overcommit_memory", "2\n");
    tree_write(tree, "/proc/sys/vm/overcommit_kbytes", "0\n");
    tree_write(tree, "/proc/sys/vm/admin_reserve_kbytes", "8192\n");
    tree_write(tree, "/proc/sys/vm/user_reserve_kbytes", "131072\n");
    tree_write(tree, "/proc/sys/vm/max_map_count", "65530\n");
    tree_write(tree, "/proc/sys/vm/zone_reclaim_mode", "1\n");
    tree_write(tree, "/proc/sys/net/ipv4/tcp_tw_reuse", "2\n");
    tree_write(tree, "/proc/sys/net/core/somaxconn", "4096\n");
    tree_write(tree, "/sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
    tree_write(tree, "/sys/devices/system/clocksource/clocksource0/current_clocksource", "kvm-clock\n");
    tree_write(tree, "/sys/devices/system/clocksource/clocksource0/available_clocksource",
               "kvm-clock tsc \n");
    kernel_facts_read(tree->root, &facts);
    assert_int_equal(facts.overcommit_memory, 2);
    assert_int_equal(facts.admin_reserve_bytes, 8 << 20);
    assert_int_equal(facts.user_reserve_bytes, 128 << 20);
    assert_int_equal(facts.max_map_count, 65530);
    assert_int_equal(facts.zone_reclaim_mode, 1);
    assert_int_equal(facts.tcp_tw_reuse, 2);
    assert_int_equal(facts.tcp_tw_recycle, -1);
    assert_int_equal(facts.somaxconn, 4096);
    assert_text(facts.thp_enabled, "madvise");
    assert_text(facts.clocksource, "kvm-clock");
    assert_text(facts.clocksources, "kvm-clock tsc");
    assert_int_equal(facts.nodes_count, 0);
}

static void kernel_facts__nothing_is_unknown(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(kernel_facts_done) struct kernel_facts facts = {0};

    tree_write(tree, "/proc/sys/vm/overcommit_memory", "nonsense\n");
    tree_write(tree, "/proc/sys/vm/admin_reserve_kbytes", "-1\n");
    tree_write(tree, "/proc/sys/vm/user_reserve_kbytes", "9223372036854775807\n");
    tree_write(tree, "/sys/kernel/mm/transparent_hugepage/enabled", "[a word that does not fit]\n");
    tree_write(tree, "/sys/devices/system/clocksource/clocksource0/current_clocksource", "\033[2J\n");
    kernel_facts_read(tree->root, &facts);
    assert_int_equal(facts.overcommit_memory, -1);
    assert_int_equal(facts.admin_reserve_bytes, -1);
    assert_int_equal(facts.user_reserve_bytes, -1);
    assert_text(facts.thp_enabled, "");
    assert_text(facts.clocksource, "");
}

static void kernel_facts__nodes_by_number(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(kernel_facts_done) struct kernel_facts facts = {0};

    tree_write(tree, "/sys/devices/system/node/node10/meminfo",
               "Node 10 MemTotal:       1024 kB\nNode 10 MemFree:        512 kB\nNode 10 MemUsed: 512 kB\n");
    tree_write(tree, "/sys/devices/system/node/node2/meminfo",
               "Node 2 MemTotal: 2048 kB\nNode 2 MemFree: many\n");
    tree_write(tree, "/sys/devices/system/node/node3/meminfo",
               "Node 3 MemTotal: 0 kB\nNode 3 MemFree: 0 kB\n");
    tree_mkdir(tree, "/sys/devices/system/node/node4");
    kernel_facts_read(tree->root, &facts);
    assert_int_equal(facts.nodes_count, 2);
    assert_int_equal(facts.nodes[0].number, 2);
    assert_int_equal(facts.nodes[0].total, 2 << 20);
    assert_int_equal(facts.nodes[0].free, -1);
    assert_int_equal(facts.nodes[1].number, 10);
    assert_int_equal(facts.nodes[1].free, 512 << 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        tree_test(kernel_facts__reads_each_from_its_file),
        tree_test(kernel_facts__nothing_is_unknown),
        tree_test(kernel_facts__nodes_by_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
