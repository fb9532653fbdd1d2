/* SPDX-License-Identifier: MIT */
#include "plan/print-dropin.h"

#include "model.h"

#define HEADER DROPIN_FIRST_LINE "\n" DROPIN_SECOND_LINE "\n"
#define THP    "/sys/kernel/mm/transparent_hugepage/"

/* The drop-in of these rows by the host's plan; owned by the caller, NULL: none. */
static char *rendered(struct host *host, enum persistence persistence, const char *old_content)
{
    char *text = (char *)"untouched";

    host_plan(host, NULL);
    for (size_t i = 0; i < dropins_count; i++)
        if (dropins[i].persistence == persistence)
            text = dropin_render(&dropins[i], &host->plan, &host->state, old_content);
    return text;
}

static void dropin__of_sysctl(void **state)
{
    struct host *host = *state;
    _cleanup_free_ char *exact = NULL, *floor = NULL;

    host_has(host, "vm.overcommit_memory", "0", 0);
    host_has(host, "vm.swappiness", "1", 0);
    host_has(host, "net.core.somaxconn", "262144", 0);
    exact = rendered(host, PERSIST_SYSCTL_EXACT, NULL);
    assert_text(exact, HEADER DROPIN_BEFORE "vm.overcommit_memory = 0\n" DROPIN_BEFORE "vm.swappiness = 1\n"
                                            "vm.overcommit_memory = 1\n"
                                            "vm.swappiness = 1\n");
    floor = rendered(host, PERSIST_SYSCTL_FLOOR, NULL);
    assert_text(floor, HEADER DROPIN_BEFORE "net.core.somaxconn = 262144\nnet.core.somaxconn = 65535\n");
}

static void dropin__of_tmpfiles(void **state)
{
    struct host *host = *state;
    _cleanup_free_ char *text = NULL;

    host_has(host, "thp.enabled", "always", 0);
    host_has(host, "thp.hugepages-64kB", "madvise", 0);
    host_has(host, "thp.hugepages-2048kB", "inherit", 0);
    text = rendered(host, PERSIST_TMPFILES, NULL);
    assert_text(text, HEADER DROPIN_BEFORE "thp.enabled = always\n" DROPIN_BEFORE
                                           "thp.hugepages-64kB = madvise\n" DROPIN_BEFORE
                                           "thp.hugepages-2048kB = inherit\n"
                                           "w " THP "enabled - - - - never\n"
                                           "w " THP "hugepages-64kB/enabled - - - - never\n"
                                           "w " THP "hugepages-2048kB/enabled - - - - inherit\n");
}

static void dropin__without_a_row_is_none(void **state)
{
    struct host *host = *state;

    host_has(host, "vm.swappiness", "60", 0);
    host_has(host, "thp.enabled", NULL, -ENOENT);
    host_wants(host, "vm.swappiness", "leave");
    assert_null(rendered(host, PERSIST_SYSCTL_EXACT, NULL));
    assert_null(rendered(host, PERSIST_SYSCTL_FLOOR, NULL));
    assert_null(rendered(host, PERSIST_TMPFILES, NULL));
}

static void original__comes_from_the_state_before_all(void **state)
{
    struct host *host = *state;
    _cleanup_free_ char *text = NULL, *unknown = NULL;

    host_has(host, "vm.swappiness", "1", 0);
    host_wrote(host, "vm.swappiness", "60", "1", 0);
    text = rendered(host, PERSIST_SYSCTL_EXACT, HEADER DROPIN_BEFORE "vm.swappiness = 30\n");
    assert_contains(text, DROPIN_BEFORE "vm.swappiness = 60\n");
    assert_int_equal(text_replace(&host->state.values[0].original, NULL), 0);
    unknown = rendered(host, PERSIST_SYSCTL_EXACT, HEADER DROPIN_BEFORE "vm.swappiness = 30\n");
    assert_contains(unknown, DROPIN_BEFORE "vm.swappiness = unknown\n");
}

static void original__comes_from_our_file_where_the_state_is_lost(void **state)
{
    struct host *host = *state;
    _cleanup_free_ char *text = NULL;

    host_has(host, "vm.swappiness", "1", 0);
    host_has(host, "vm.overcommit_memory", "1", 0);
    text = rendered(host, PERSIST_SYSCTL_EXACT, HEADER DROPIN_BEFORE "vm.swappiness = 30\n");
    assert_contains(text, DROPIN_BEFORE "vm.swappiness = 30\n");
    /* a row that our file says nothing of: what it was is unknown, and never what it is now */
    assert_contains(text, DROPIN_BEFORE "vm.overcommit_memory = unknown\n");
}

static void original__is_the_current_value_at_the_first_apply(void **state)
{
    struct host *host = *state;
    _cleanup_free_ char *text = NULL, *unread = NULL;

    host_has(host, "vm.swappiness", "60", 0);
    text = rendered(host, PERSIST_SYSCTL_EXACT, "# somebody else's\nvm.swappiness = 5\n");
    assert_contains(text, DROPIN_BEFORE "vm.swappiness = 60\n");
    free(host->observation.items[0].current);
    host->observation.items[0].current = NULL;
    host->observation.items[0].error = -EACCES;
    unread = rendered(host, PERSIST_SYSCTL_EXACT, NULL);
    assert_contains(unread, DROPIN_BEFORE "vm.swappiness = unknown\n");
}

/* What one call writes the next one must read, or a lost state could not be made good. */
static void dropin__can_be_recovered_from(void **state)
{
    struct host *host = *state;
    _cleanup_(saved_state_done) struct saved_state recovered = {0};

    host_has(host, "vm.overcommit_memory", "0", 0);
    host_has(host, "net.core.somaxconn", "128", 0);
    host_has(host, "thp.enabled", "always", 0);
    host_has(host, "thp.hugepages-64kB", "madvise", 0);
    for (size_t i = 0; i < dropins_count; i++) {
        _cleanup_free_ char *text = rendered(host, dropins[i].persistence, NULL);
        struct dropin_seen seen = {.content = text};

        assert_true(dropin_is_ours(text));
        assert_int_equal(dropin_recover(&dropins[i], &seen, &recovered), 1);
    }
    assert_int_equal(recovered.values_count, 4);
    for (size_t i = 0; i < host->plan.items_count; i++) {
        const struct plan_item *item = &host->plan.items[i];

        assert_text(saved_state_value(&recovered, item->object)->original, item->current);
        assert_text(saved_state_value(&recovered, item->object)->written, item->persisted);
    }
}

static void dropin__is_the_same_after_the_apply(void **state)
{
    struct host *host = *state;
    _cleanup_free_ char *first = NULL, *second = NULL;

    host_has(host, "vm.swappiness", "60", 0);
    first = rendered(host, PERSIST_SYSCTL_EXACT, NULL);
    host_wrote(host, "vm.swappiness", "60", "1", 0);
    free(host->observation.items[0].current);
    host->observation.items[0].current = strdup("1");
    second = rendered(host, PERSIST_SYSCTL_EXACT, first);
    assert_text(second, first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        host_test(dropin__of_sysctl),
        host_test(dropin__of_tmpfiles),
        host_test(dropin__without_a_row_is_none),
        host_test(original__comes_from_the_state_before_all),
        host_test(original__comes_from_our_file_where_the_state_is_lost),
        host_test(original__is_the_current_value_at_the_first_apply),
        host_test(dropin__can_be_recovered_from),
        host_test(dropin__is_the_same_after_the_apply),
    };

    return cmocka_run_group_tests_name("plan-print-dropin", tests, NULL, NULL);
}
