/* SPDX-License-Identifier: MIT */
/* The table: what every row must have, and that what it says of a kernel is true of that kernel. */
#include "support.h"

#include "plan/observation.h"
#include "policy/tunable.h"
#include "policy/value.h"

#define assert_row(row, condition)                               \
    do {                                                         \
        if (!(condition))                                        \
            fail_msg("%s: not so: %s", (row)->name, #condition); \
    } while (0)

#define FOR_EACH_ROW(row) for (const struct tunable *row = tunables; row < tunables + tunables_count; row++)

static void rows__are_complete(void **state)
{
    (void)state;
    FOR_EACH_ROW(row)
    {
        assert_non_null(row->name);
        assert_row(row, row->path && *row->path && *row->path != '/');
        assert_row(row, row->standard && *row->standard);
        assert_row(row, row->summary && *row->summary);
        assert_row(row, row->rationale && strlen(row->rationale) > 50);
        assert_row(row, row->searched_word && *row->searched_word);
        assert_row(row, row->documentation && text_has_prefix(row->documentation, "https://"));
        assert_row(row, !strpbrk(row->documentation, " \t\n"));
        if (row->syntax == SYNTAX_INTEGER)
            assert_row(row, row->minimum < row->maximum && !row->choices);
        else
            assert_row(row, row->choices && row->choices[0] && row->choices[1]);
        assert_row(row, (row->satisfied_when == SATISFIED_ONE_OF) == (row->satisfying != NULL));
        assert_row(row, row->satisfied_when != SATISFIED_AT_LEAST || row->syntax == SYNTAX_INTEGER);
        assert_row(row,
                   (row->persistence == PERSIST_SYSCTL_FLOOR) == (row->satisfied_when == SATISFIED_AT_LEAST));
    }
}

static void rows__of_units_come_last(void **state)
{
    (void)state;
    for (size_t i = 0; i < tunables_and_units_count; i++) {
        const struct tunable *row = &tunables[i];
        bool is_of_unit = i >= tunables_count;

        assert_row(row, (row->scope == SCOPE_UNIT) == is_of_unit && (row->path == NULL) == is_of_unit);
        assert_ptr_equal(tunable_find_any(row->name), row);
        assert_ptr_equal(tunable_find(row->name), is_of_unit ? NULL : row);
        assert_row(row, !is_of_unit || row->judge != JUDGE_NOBODY);
        assert_row(row, *row->standard && strlen(row->summary) <= 50 && text_has_suffix(row->rationale, "."));
    }
    assert_non_null(tunable_find_any(TUNABLE_PLACEMENT));
    assert_non_null(tunable_find_any(TUNABLE_OPEN_FILES));
}

static void rows__texts_are_plain(void **state)
{
    (void)state;
    FOR_EACH_ROW(row)
    {
        assert_row(row, strlen(row->summary) <= 50);
        assert_row(row, !strchr(row->summary, '\n') && !strchr(row->rationale, '\n'));
        assert_row(row, !strstr(row->rationale, "  "));
        assert_row(row, text_has_suffix(row->rationale, "."));
        for (const struct remark *remark = row->remarks; remark && remark->text; remark++)
            if (strchr(remark->text, '\n') || strstr(remark->text, "  ") ||
                !text_has_suffix(remark->text, "."))
                fail_msg("%s: \"%s\"", row->name, remark->text);
    }
}

static void rows__names_are_unique(void **state)
{
    (void)state;
    FOR_EACH_ROW(row)
    for (const struct tunable *other = row + 1; other < tunables + tunables_count; other++) {
        assert_row(row, strcmp(row->name, other->name) != 0);
        assert_row(row, strcmp(row->path, other->path) != 0);
    }
}

/* The sysctl's own name, and "thp." for /sys/kernel/mm/transparent_hugepage. */
static void rows__paths_follow_from_names(void **state)
{
    static const char thp[] = "sys/kernel/mm/transparent_hugepage/";

    (void)state;
    FOR_EACH_ROW(row)
    {
        char path[256];

        if (text_has_prefix(row->name, "thp.")) {
            snprintf(path, sizeof(path), "%s%s%s", thp, row->name + strlen("thp."),
                     strchr(row->name, '*') ? "/enabled" : "");
            assert_row(row, row->persistence == PERSIST_TMPFILES);
        } else {
            size_t start = (size_t)snprintf(path, sizeof(path), "proc/sys/%s", row->name);

            for (char *c = path + start - strlen(row->name); *c; c++)
                *c = *c == '.' ? '/' : *c;
            assert_row(row, row->persistence != PERSIST_TMPFILES);
        }
        assert_text(row->path, path);
        assert_row(row, text_has_prefix(row->name, "net.") == (row->scope == SCOPE_NETWORK_NAMESPACE));
    }
}

static void rows__standard_is_valid_and_satisfies_itself(void **state)
{
    (void)state;
    FOR_EACH_ROW(row)
    {
        _cleanup_free_ char *canonical = NULL, *printed = NULL, *message = NULL;

        assert_row(row, value_parse_configured(row, row->standard, &canonical, &message) == 0);
        assert_text(canonical, row->standard);
        assert_row(row, value_satisfies(row, row->standard, row->standard, false));
        assert_row(row, value_satisfies(row, row->standard, row->standard, true));
        assert_row(row, value_parse(row, row->standard, &printed) == 0);
        for (const char *const *value = row->satisfying; value && *value; value++) {
            _cleanup_free_ char *satisfying = NULL;

            assert_row(row, value_parse(row, *value, &satisfying) == 0);
        }
    }
}

static void rows__follow_rows_that_are_there(void **state)
{
    (void)state;
    FOR_EACH_ROW(row)
    if (row->follows) {
        assert_row(row, tunable_find(row->follows) && tunable_find(row->follows) != row);
        assert_row(row, !tunable_find(row->follows)->follows);
    }
    assert_text(tunable_find("thp.hugepages-*kB")->follows, "thp.enabled");
}

static void sizes__the_pmd_size_inherits_and_the_others_are_off(void **state)
{
    const struct tunable *sizes = tunable_find("thp.hugepages-*kB");
    const struct host_facts facts = {.pmd_size_kib = 2048}, unknown = {0};

    (void)state;
    assert_text(sizes->standard_for("thp.hugepages-2048kB", &facts), "inherit");
    assert_null(sizes->standard_for("thp.hugepages-64kB", &facts));
    assert_null(sizes->standard_for("thp.hugepages-20480kB", &facts));
    assert_null(sizes->standard_for("thp.hugepages-2048kB", &unknown));
    assert_text(sizes->standard, "never");
}

/* --- what is said of a host --- */

/* All remarks of the row that hold there; static buffer. */
static const char *said(const char *name, const struct host_facts *facts)
{
    static char text[8192];

    text[0] = '\0';
    for (const struct remark *remark = tunable_find(name)->remarks; remark && remark->text; remark++)
        if (!remark->applies || remark->applies(facts))
            strcat(strcat(text, remark->text), "\n");
    return text;
}

static struct host_facts kernel(int major, int minor)
{
    return (struct host_facts){.kernel_major = major, .kernel_minor = minor};
}

/* Since 5.8 a write to a shared huge page copies a small one, commit 3917c80280c9. How large they are differs
 * between machines: no number. */
static void remarks__the_copy_of_a_huge_page_is_of_old_kernels_only(void **state)
{
    static const char *const old_claims[] = {"copies all of it", "-fold", "512 times", "500"};
    const struct host_facts before = kernel(5, 7), unknown = kernel(0, 0);

    (void)state;
    for (int major = 5; major <= 9; major++)
        for (int minor = major == 5 ? 8 : 0; minor <= 30; minor++) {
            const struct host_facts facts = kernel(major, minor);

            assert_contains(said("thp.enabled", &facts), "copies one small page");
            for (size_t i = 0; i < ELEMENTS(old_claims); i++)
                FOR_EACH_ROW(row)
            assert_lacks(said(row->name, &facts), old_claims[i]);
        }
    assert_contains(said("thp.enabled", &before), "copies all of it");
    assert_lacks(said("thp.enabled", &before), "one small page");
    assert_lacks(said("thp.enabled", &unknown), "copies all of it");
    assert_lacks(said("thp.enabled", &unknown), "one small page");
}

/* What stands in .rationale is said everywhere, so it must hold for every kernel. */
static void rationale__claims_no_copy_of_huge_pages(void **state)
{
    (void)state;
    FOR_EACH_ROW(row)
    {
        assert_lacks(row->rationale, "-fold");
        assert_lacks(row->rationale, "512 times");
        if (text_has_prefix(row->name, "thp."))
            assert_lacks(row->rationale, "fork");
    }
}

/* Since 5.2 the heuristic looks at nothing but the size of one mapping, commit 8c7829b04c52. */
static void remarks__the_heuristic_changed_with_5_2(void **state)
{
    const struct host_facts before = kernel(5, 1), since = kernel(5, 2), unknown = kernel(0, 0);

    (void)state;
    assert_contains(said("vm.overcommit_memory", &before), "can be freed at the moment");
    assert_lacks(said("vm.overcommit_memory", &before), "with all RAM and swap");
    assert_contains(said("vm.overcommit_memory", &since), "with all RAM and swap");
    assert_lacks(said("vm.overcommit_memory", &since), "can be freed at the moment");
    assert_lacks(said("vm.overcommit_memory", &unknown), "with all RAM and swap");
    assert_lacks(said("vm.overcommit_memory", &unknown), "can be freed at the moment");
}

static void remarks__swappiness_looks_at_swap_lru_and_cgroups(void **state)
{
    struct host_facts facts = {.has_swap = TRAIT_NO, .has_multi_gen_lru = TRAIT_YES};

    (void)state;
    assert_contains(said("vm.swappiness", &facts), "has no swap");
    assert_contains(said("vm.swappiness", &facts), "multi-generational");
    assert_lacks(said("vm.swappiness", &facts), "0 is no safer");
    assert_lacks(said("vm.swappiness", &facts), "cgroup v1");
    facts = (struct host_facts){
        .has_swap = TRAIT_YES, .has_multi_gen_lru = TRAIT_NO, .has_cgroup_v1_memory = TRAIT_YES};
    assert_lacks(said("vm.swappiness", &facts), "has no swap");
    assert_lacks(said("vm.swappiness", &facts), "multi-generational");
    assert_contains(said("vm.swappiness", &facts), "0 is no safer");
    assert_contains(said("vm.swappiness", &facts), "cgroup v1");
    facts = (struct host_facts){0};
    assert_text(said("vm.swappiness", &facts), ""); /* nothing known, nothing claimed */
}

static void remarks__syn_backlog_looks_at_syncookies(void **state)
{
    const struct host_facts on = {.has_syncookies = TRAIT_YES}, off = {.has_syncookies = TRAIT_NO};
    const struct host_facts unknown = {0};

    (void)state;
    assert_contains(said("net.ipv4.tcp_max_syn_backlog", &on), "does not look at this limit");
    assert_lacks(said("net.ipv4.tcp_max_syn_backlog", &on), "is 0 here");
    assert_contains(said("net.ipv4.tcp_max_syn_backlog", &off), "is 0 here");
    assert_lacks(said("net.ipv4.tcp_max_syn_backlog", &off), "does not look at this limit");
    assert_text(said("net.ipv4.tcp_max_syn_backlog", &unknown), "");
}

static void remarks__somaxconn_is_4096_since_5_4(void **state)
{
    const struct host_facts before = kernel(5, 3), since = kernel(5, 4);

    (void)state;
    assert_lacks(said("net.core.somaxconn", &before), "4096");
    assert_contains(said("net.core.somaxconn", &since), "4096");
    assert_contains(said("net.core.somaxconn", &before), "tcp-backlog");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows__are_complete),
        cmocka_unit_test(rows__of_units_come_last),
        cmocka_unit_test(rows__texts_are_plain),
        cmocka_unit_test(rows__names_are_unique),
        cmocka_unit_test(rows__paths_follow_from_names),
        cmocka_unit_test(rows__standard_is_valid_and_satisfies_itself),
        cmocka_unit_test(rows__follow_rows_that_are_there),
        cmocka_unit_test(sizes__the_pmd_size_inherits_and_the_others_are_off),
        cmocka_unit_test(remarks__the_copy_of_a_huge_page_is_of_old_kernels_only),
        cmocka_unit_test(rationale__claims_no_copy_of_huge_pages),
        cmocka_unit_test(remarks__the_heuristic_changed_with_5_2),
        cmocka_unit_test(remarks__swappiness_looks_at_swap_lru_and_cgroups),
        cmocka_unit_test(remarks__syn_backlog_looks_at_syncookies),
        cmocka_unit_test(remarks__somaxconn_is_4096_since_5_4),
    };

    return cmocka_run_group_tests_name("policy-tunables", tests, NULL, NULL);
}
