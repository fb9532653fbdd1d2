/* SPDX-License-Identifier: MIT */
#include "exec/observe.h"

#include "support.h"

/* Below the tree; the texts last until the next call. */
static struct sources sources_of(const struct tree *tree)
{
    static char nodes[PATH_MAX], processors[PATH_MAX], has_memory[PATH_MAX];

    strcpy(nodes, tree_path(tree, "sys/node"));
    strcpy(processors, tree_path(tree, "sys/cpu"));
    strcpy(has_memory, tree_path(tree, "sys/node/has_memory"));
    return (struct sources){.nodes = nodes, .processors = processors, .has_memory = has_memory};
}

static void observe__reads_the_nodes(void **state)
{
    struct nodelist nodes;
    struct sources sources = sources_of(*state);

    tree_write(*state, "sys/node/has_memory", "0,2-3\n");
    assert_int_equal(observe_memory_nodes(&sources, &nodes), 0);
    assert_int_equal(nodelist_count(&nodes), 3);
    assert_true(nodelist_has(&nodes, 3));
}

static void observe__takes_a_kernel_without_numa_for_one_node(void **state)
{
    struct nodelist nodes;
    struct sources sources = sources_of(*state);

    tree_mkdir(*state, "sys/cpu");
    assert_int_equal(observe_memory_nodes(&sources, &nodes), 0);
    assert_int_equal(nodelist_count(&nodes), 1);
    assert_true(nodelist_has(&nodes, 0));
}

static void observe__says_what_cannot_be_read(void **state)
{
    struct nodelist nodes;
    struct sources sources = sources_of(*state);

    assert_int_equal(observe_memory_nodes(&sources, &nodes), -ENOENT); /* no /sys at all */
    tree_mkdir(*state, "sys/cpu");
    tree_mkdir(*state, "sys/node");
    assert_int_equal(observe_memory_nodes(&sources, &nodes), -ENOENT); /* nodes, but not which have memory */
    tree_mkdir(*state, "sys/node/has_memory");
    assert_int_equal(observe_memory_nodes(&sources, &nodes), -EISDIR);
}

static void observe__refuses_nonsense_and_excess(void **state)
{
    char *long_text = malloc(100000);
    struct nodelist nodes;
    struct task_status task;

    assert_non_null(long_text);
    memset(long_text, '0', 100000);
    tree_write_bytes(*state, "long", long_text, 100000);
    free(long_text);
    tree_write(*state, "binary", "\x01\xff");
    assert_int_equal(observe_nodes(tree_path(*state, "long"), &nodes), -EFBIG);
    assert_int_equal(observe_nodes(tree_path(*state, "binary"), &nodes), -EINVAL);
    assert_int_equal(observe_status(tree_path(*state, "long"), &task), -EFBIG);
}

static void observe__reads_the_status_of_this_process(void **state)
{
    struct task_status task;

    (void)state;
    assert_int_equal(observe_status("/proc/self/status", &task), 0);
    assert_int_equal(observe_status("/proc/self/status/x", &task), -ENOTDIR);
}

static void observe__leaves_no_descriptor(void **state)
{
    struct nodelist nodes;
    int before = dup(STDIN_FILENO), after;

    close(before);
    tree_write(*state, "nodes", "0\n");
    tree_write(*state, "nonsense", "x\n");
    observe_nodes(tree_path(*state, "nodes"), &nodes);
    observe_nodes(tree_path(*state, "nonsense"), &nodes);
    after = dup(STDIN_FILENO);
    close(after);
    assert_int_equal(before, after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        tree_test(observe__reads_the_nodes),
        tree_test(observe__takes_a_kernel_without_numa_for_one_node),
        tree_test(observe__says_what_cannot_be_read),
        tree_test(observe__refuses_nonsense_and_excess),
        tree_test(observe__reads_the_status_of_this_process),
        tree_test(observe__leaves_no_descriptor),
    };

    return cmocka_run_group_tests_name("exec-observe", tests, NULL, NULL);
}
