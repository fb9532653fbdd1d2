/* SPDX-License-Identifier: MIT */
#include "host/read-facts.h"

#include "support.h"

static struct host_facts facts_of(const struct tree *tree)
{
    struct host_facts facts;

    memset(&facts, 0x5a, sizeof(facts));
    facts_read(tree->root, &facts);
    return facts;
}

static void facts__of_nothing_are_unknown(void **state)
{
    const struct host_facts facts = facts_of(*state);

    assert_int_equal(facts.kernel_major, 0);
    assert_text(facts.machine_id, "");
    assert_text(facts.boot_id, "");
    assert_false(facts.is_running);
    assert_null(facts.container);
    assert_int_equal(facts.has_swap, TRAIT_UNKNOWN);
    assert_int_equal(facts.has_syncookies, TRAIT_UNKNOWN);
    assert_int_equal(facts.has_multi_gen_lru, TRAIT_NO);
    assert_int_equal(facts.has_cgroup_v1_memory, TRAIT_NO);
    assert_int_equal(facts.memory_nodes, 0);
    assert_int_equal(facts.pmd_size_kib, 0);
}

static void facts__is_running_with_any_part_of_proc_sys(void **state)
{
    const struct tree *tree = *state;

    tree_mkdir(tree, "proc/sys");
    assert_false(facts_of(tree).is_running); /* the mount point of an image */
    tree_mkdir(tree, "proc/sys/net");
    assert_true(facts_of(tree).is_running);
}

static void facts__kernel_version(void **state)
{
    static const struct {
        const char *release;
        int major, minor;
    } rows[] = {
        {"6.1.0-18-amd64\n", 6, 1},
        {"5.10.0-28-cloud-arm64\n", 5, 10},
        {"6.18.44\n", 6, 18},
        {"4.18.0-553.el8_10.x86_64\n", 4, 18},
        {"7.0-rc1\n", 7, 0},
        {"", 0, 0},
        {"6\n", 0, 0},
        {"unknown\n", 0, 0},
    };

    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        struct host_facts facts;

        tree_write(*state, "proc/sys/kernel/osrelease", rows[i].release);
        facts = facts_of(*state);
        assert_int_equal(facts.kernel_major, rows[i].major);
        assert_int_equal(facts.kernel_minor, rows[i].minor);
    }
}

static void facts__ids_fit_or_are_unknown(void **state)
{
    const struct tree *tree = *state;
    char long_id[300];

    tree_write(tree, "etc/machine-id", "0123456789abcdef0123456789abcdef\n");
    tree_write(tree, "proc/sys/kernel/random/boot_id", "11111111-2222-3333-4444-555555555555\n");
    assert_text(facts_of(tree).machine_id, "0123456789abcdef0123456789abcdef");
    assert_text(facts_of(tree).boot_id, "11111111-2222-3333-4444-555555555555");
    memset(long_id, 'a', sizeof(long_id));
    long_id[sizeof(long_id) - 1] = '\0';
    tree_write(tree, "etc/machine-id", long_id);
    tree_write(tree, "proc/sys/kernel/random/boot_id", "11111111-2222-3333-4444-5555555555555\n");
    assert_text(facts_of(tree).machine_id, "");
    assert_text(facts_of(tree).boot_id, "");
}

static void facts__swap(void **state)
{
    static const char heading[] = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n";
    char two_lines[256];

    tree_write(*state, "proc/swaps", heading);
    assert_int_equal(facts_of(*state).has_swap, TRAIT_NO);
    snprintf(two_lines, sizeof(two_lines), "%s/dev/vda2  partition\t1048572\t0\t-2\n", heading);
    tree_write(*state, "proc/swaps", two_lines);
    assert_int_equal(facts_of(*state).has_swap, TRAIT_YES);
}

static void facts__switches(void **state)
{
    static const struct {
        const char *content;
        enum trait trait;
    } rows[] = {
        {"0\n", TRAIT_NO},       {"1\n", TRAIT_YES},  {"2\n", TRAIT_YES},    {"0x0000\n", TRAIT_NO},
        {"0x0007\n", TRAIT_YES}, {"10\n", TRAIT_YES}, {"\n", TRAIT_UNKNOWN}, {"y\n", TRAIT_UNKNOWN},
    };

    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        tree_write(*state, "sys/kernel/mm/lru_gen/enabled", rows[i].content);
        tree_write(*state, "proc/sys/net/ipv4/tcp_syncookies", rows[i].content);
        assert_int_equal(facts_of(*state).has_multi_gen_lru, rows[i].trait);
        assert_int_equal(facts_of(*state).has_syncookies, rows[i].trait);
    }
    tree_write(*state, "sys/fs/cgroup/memory/memory.swappiness", "60\n");
    assert_int_equal(facts_of(*state).has_cgroup_v1_memory, TRAIT_YES);
}

static void facts__selinux_enforces_or_not(void **state)
{
    struct host_facts facts = {.selinux_enforcing = true};

    facts_read_placement(((struct tree *)*state)->root, &facts);
    assert_false(facts.selinux_enforcing);
    tree_write(*state, "sys/fs/selinux/enforce", "0");
    assert_false(facts_of(*state).selinux_enforcing);
    tree_write(*state, "sys/fs/selinux/enforce", "1");
    assert_true(facts_of(*state).selinux_enforcing);
}

static void facts__memory_nodes_are_counted(void **state)
{
    static const struct {
        const char *list;
        int count;
    } rows[] = {
        {"0\n", 1}, {"0-1\n", 2}, {"0-1,4\n", 3}, {"0,2,4-7\n", 6}, {"1-3\n", 3}, {"\n", 0}, {"all\n", 0},
    };

    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        tree_write(*state, "sys/devices/system/node/has_memory", rows[i].list);
        assert_int_equal(facts_of(*state).memory_nodes, rows[i].count);
    }
}

/* No kernel prints these, a captured tree may: no undefined arithmetic, and never fewer than none. */
static void facts__a_kernel_without_numa_has_one_memory_node(void **state)
{
    assert_int_equal(facts_of(*state).memory_nodes, 0); /* no sysfs at all */
    tree_mkdir(*state, "sys/devices/system/cpu");
    assert_int_equal(facts_of(*state).memory_nodes, 1);
    tree_mkdir(*state, "sys/devices/system/node");
    assert_int_equal(facts_of(*state).memory_nodes, 0);
}

static void facts__memory_nodes_of_a_broken_list(void **state)
{
    static const char *const lists[] = {"0-2147483647\n", "5-2\n", "99999999999\n", "-1\n",
                                        "0-2147483647,0-2147483647\n"};

    for (size_t i = 0; i < ELEMENTS(lists); i++) {
        tree_write(*state, "sys/devices/system/node/has_memory", lists[i]);
        assert_true(facts_of(*state).memory_nodes >= 0);
    }
}

static void facts__pmd_size_in_kib(void **state)
{
    tree_write(*state, "sys/kernel/mm/transparent_hugepage/hpage_pmd_size", "2097152\n");
    assert_int_equal(facts_of(*state).pmd_size_kib, 2048);
    tree_write(*state, "sys/kernel/mm/transparent_hugepage/hpage_pmd_size", "garbage\n");
    assert_int_equal(facts_of(*state).pmd_size_kib, 0);
}

/* --- containers --- */

/* Another tree may hold the marks of the container that it was captured in. */
static void container__another_tree_is_none(void **state)
{
    tree_write(*state, ".dockerenv", "");
    tree_write(*state, "run/systemd/container", "lxc");
    tree_write(*state, "proc/self/uid_map", "0 100000 65536\n");
    assert_null(facts_of(*state).container);
}

static int read_host_container(const char *expected)
{
    struct host_facts facts;
    struct root *root;

    if (root_open("/", &root) < 0)
        return 1;
    facts_read(root, &facts);
    root_free(root);
    return facts.container && strcmp(facts.container, expected) == 0 ? 0 : 2;
}

static int read_in_user_namespace(void *argument)
{
    unsigned uid = geteuid();
    int fd;

    if (unshare(CLONE_NEWUSER) < 0)
        return CHILD_IMPOSSIBLE;
    fd = open("/proc/self/uid_map", O_WRONLY | O_CLOEXEC);
    if (fd < 0 || dprintf(fd, "0 %u 1\n", uid) < 0)
        return CHILD_IMPOSSIBLE;
    close(fd);
    return read_host_container(argument);
}

static void container__a_user_namespace_is_one(void **state)
{
    (void)state;
    assert_child_passes(read_in_user_namespace, (void *)"a user namespace of its own");
}

static int read_as_init(void *argument)
{
    struct host_facts facts;
    struct root *root;

    (void)argument;
    if (root_open("/", &root) < 0)
        return 1;
    facts_read(root, &facts);
    root_free(root);
    return facts.container ? 0 : 2;
}

static int read_in_pid_namespace(void *argument)
{
    int status;
    pid_t pid;

    if (unshare(CLONE_NEWPID) < 0)
        return CHILD_IMPOSSIBLE;
    pid = fork(); /* the first one of the new namespace */
    if (pid == 0)
        _exit(read_as_init(argument));
    if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
        return 3;
    /* the end of a sanitizer would start a thread, and here nothing can be started any more */
    _exit(WEXITSTATUS(status));
}

static void container__a_pid_namespace_is_one(void **state)
{
    (void)state;
    assert_child_passes(read_in_pid_namespace, NULL);
}

/* What is there and cannot be read is no absence: it is named, and what follows is not known. */
static void unread__is_named(void **state)
{
    const struct tree *tree = *state;
    struct host_facts facts;

    tree_mkdir(tree, "etc/machine-id"); /* whatever the reason is */
    tree_mkdir(tree, "proc/sys/kernel/random/boot_id");
    facts = facts_of(tree);
    assert_text(facts.machine_id, "");
    assert_int_equal(facts.unread_count, 2);
    assert_text(facts.unread[0].path, "/etc/machine-id");
    assert_int_equal(facts.unread[0].error, -EISDIR);
    assert_text(facts.unread[1].path, "/proc/sys/kernel/random/boot_id");
}

static void unread__is_not_what_is_missing(void **state)
{
    assert_int_equal(facts_of(*state).unread_count, 0);
}

/* Not to be seen is not an image: its values are unknown then, and not absent. */
static int run_without_sight(void *argument)
{
    const struct tree *tree = argument;

    if (chmod(tree_path(tree, "proc"), 0) < 0 || setuid(65534) < 0)
        return 1;
    return facts_of(tree).is_running ? 0 : 2;
}

static void running__where_it_cannot_be_seen(void **state)
{
    if (!may_be_others())
        skip();
    tree_mkdir(*state, "proc");
    assert_int_equal(in_child(run_without_sight, *state), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        tree_test(facts__of_nothing_are_unknown),
        tree_test(facts__is_running_with_any_part_of_proc_sys),
        tree_test(facts__kernel_version),
        tree_test(facts__ids_fit_or_are_unknown),
        tree_test(facts__swap),
        tree_test(facts__switches),
        tree_test(facts__selinux_enforces_or_not),
        tree_test(facts__memory_nodes_are_counted),
        tree_test(facts__a_kernel_without_numa_has_one_memory_node),
        tree_test(facts__memory_nodes_of_a_broken_list),
        tree_test(facts__pmd_size_in_kib),
        tree_test(unread__is_named),
        tree_test(unread__is_not_what_is_missing),
        tree_test(running__where_it_cannot_be_seen),
        tree_test(container__another_tree_is_none),
        cmocka_unit_test(container__a_user_namespace_is_one),
        cmocka_unit_test(container__a_pid_namespace_is_one),
    };

    return cmocka_run_group_tests_name("host-read-facts", tests, NULL, NULL);
}
