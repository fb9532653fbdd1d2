/* SPDX-License-Identifier: MIT */
#include "model/plan-revert.h"

#include "model.h"
#include "model/dropin.h"

#define PATH "/etc/sysctl.d/99-zz-redis-hosttune.conf"
#define OURS DROPIN_FIRST_LINE "\nvm.swappiness = 1\n"

static struct plan_item *revert_only(struct host *host, const char *object, const char *const *only)
{
    struct plan_input input = host_input(host, only);

    plan_done(&host->plan);
    assert_int_equal(plan_build_revert(&input, &host->plan), 0);
    return host->plan.items_count > 0 ? host_item(host, object) : NULL;
}

static struct plan_item *revert(struct host *host, const char *object)
{
    return revert_only(host, object, NULL);
}

/* Plans the way back of a file with this content. */
static const struct plan_file *revert_file(struct host *host, const char *content)
{
    plan_done(&host->plan);
    assert_int_equal(
        plan_add_file_revert(&host->plan, PATH, content ? strdup(content) : NULL, NULL, &host->state), 0);
    return &host->plan.files[0];
}

static void save_file(struct host *host, const char *original, const char *written)
{
    struct saved_file *file = saved_state_add_file(&host->state, PATH);

    assert_int_equal(text_replace(&file->original, original), 0);
    assert_int_equal(text_replace(&file->written, written), 0);
}

#define assert_file_plan(file, expected_action, expected_content)                        \
    do {                                                                                 \
        const struct plan_file *file_ = (file);                                          \
        assert_text(file_action_name(file_->action), file_action_name(expected_action)); \
        assert_text(file_->new_content, expected_content);                               \
    } while (0)

/* --- values --- */

static void revert__brings_the_original_back(void **state)
{
    struct host *host = *state;
    const struct plan_item *item;

    host_has(host, "vm.swappiness", "1", 0);
    host_wrote(host, "vm.swappiness", "60", "1", 0);
    item = revert(host, "vm.swappiness");
    assert_state(item, ITEM_CHANGE);
    assert_text(item->current, "1");
    assert_text(item->wanted, "60");
    assert_text(item->wanted_from, "before the first apply");
    assert_text(item->path, "proc/sys/vm/swappiness");
    assert_true(item->is_selected);
    assert_null(item->persisted);
}

static void revert__goes_over_any_number_of_applies(void **state)
{
    struct host *host = *state;

    host_has(host, "vm.swappiness", "10", 0);
    host_wrote(host, "vm.swappiness", "60", "1", 0);
    host_wrote(host, "vm.swappiness", "60", "5", 0);
    host_wrote(host, "vm.swappiness", "60", "10", 0);
    assert_text(revert(host, "vm.swappiness")->wanted, "60");
}

static void revert__leaves_what_somebody_else_changed(void **state)
{
    struct host *host = *state;
    const struct plan_item *item;

    host_has(host, "vm.swappiness", "30", 0);
    host_wrote(host, "vm.swappiness", "60", "1", 0);
    item = revert(host, "vm.swappiness");
    assert_state(item, ITEM_LEFT);
    assert_text(item->wanted, "30");
    assert_contains(item->reason, "30");
    assert_contains(item->reason, "redis-hosttune wrote 1");
}

/* The state was saved, and the write did not happen any more. */
static void revert__after_an_apply_that_was_cut_off(void **state)
{
    struct host *host = *state;

    host_has(host, "vm.swappiness", "1", 0);
    host_wrote(host, "vm.swappiness", "60", "1", 0);
    host_wrote(host, "vm.swappiness", "60", "10", 0);
    assert_state(revert(host, "vm.swappiness"), ITEM_CHANGE);
    assert_text(host_item(host, "vm.swappiness")->wanted, "60");
}

static void revert__nothing_to_do_where_it_is_back_or_never_was_ours(void **state)
{
    struct host *host = *state;

    host_has(host, "vm.swappiness", "60", 0);
    host_wrote(host, "vm.swappiness", "60", "1", 0);
    host_has(host, "vm.overcommit_memory", "0", 0);
    assert_int_equal(
        text_replace(&saved_state_add_value(&host->state, "vm.overcommit_memory")->original, "1"), 0);
    assert_state(revert(host, "vm.swappiness"), ITEM_IN_SYNC);
    assert_state(host_item(host, "vm.overcommit_memory"), ITEM_IN_SYNC);
}

static void revert__an_unknown_original_is_never_guessed(void **state)
{
    struct host *host = *state;
    const struct plan_item *item;

    host_has(host, "vm.swappiness", "1", 0);
    host_wrote(host, "vm.swappiness", NULL, "1", 0);
    item = revert(host, "vm.swappiness");
    assert_state(item, ITEM_LEFT);
    assert_contains(item->reason, "not known");
    assert_text(item->wanted, "1");
}

static void revert__knobs_that_are_gone_or_unreadable(void **state)
{
    struct host *host = *state;

    host_has(host, "thp.enabled", NULL, -ENOENT);
    host_has(host, "vm.swappiness", NULL, -EACCES);
    host_wrote(host, "thp.enabled", "always", "never", 0);
    host_wrote(host, "vm.swappiness", "60", "1", 0);
    host_wrote(host, "thp.hugepages-64kB", "always", "never", 0); /* not seen at all */
    assert_state(revert(host, "thp.enabled"), ITEM_ABSENT);
    assert_state(host_item(host, "thp.hugepages-64kB"), ITEM_ABSENT);
    assert_state(host_item(host, "vm.swappiness"), ITEM_UNKNOWN);
}

static void revert__passes_rows_of_other_versions_over(void **state)
{
    struct host *host = *state;

    host_wrote(host, "vm.future", "60", "1", 0);
    assert_null(revert(host, "vm.future"));
}

static void revert__only_what_was_asked_for(void **state)
{
    const char *const row[] = {"thp.hugepages-*kB", NULL}, *const object[] = {"thp.hugepages-64kB", NULL};
    struct host *host = *state;

    host_has(host, "vm.swappiness", "1", 0);
    host_has(host, "thp.hugepages-64kB", "never", 0);
    host_has(host, "thp.hugepages-128kB", "never", 0);
    host_wrote(host, "vm.swappiness", "60", "1", 0);
    host_wrote(host, "thp.hugepages-64kB", "always", "never", 0);
    host_wrote(host, "thp.hugepages-128kB", "always", "never", 0);
    assert_non_null(revert_only(host, "thp.hugepages-64kB", row));
    assert_int_equal(host->plan.items_count, 2);
    assert_non_null(revert_only(host, "thp.hugepages-64kB", object));
    assert_int_equal(host->plan.items_count, 1);
}

/* --- files --- */

static void revert_file__removes_what_we_made(void **state)
{
    struct host *host = *state;

    save_file(host, NULL, OURS);
    assert_file_plan(revert_file(host, OURS), FILE_REMOVE, NULL);
}

static void revert_file__brings_the_original_back(void **state)
{
    struct host *host = *state;

    save_file(host, "theirs\n", OURS);
    host->state.files[0].original_mode = 0640;
    assert_file_plan(revert_file(host, OURS), FILE_REPLACE, "theirs\n");
    assert_int_equal(host->plan.files[0].new_mode, 0640);
}

static void revert_file__leaves_what_somebody_else_changed(void **state)
{
    struct host *host = *state;
    const struct plan_file *file;

    save_file(host, NULL, OURS);
    file = revert_file(host, OURS "vm.swappiness = 30\n");
    assert_text(file_action_name(file->action), "refused");
    assert_contains(file->reason, PATH);
    assert_contains(file->reason, "somebody else");
}

static void revert_file__after_an_apply_that_was_cut_off(void **state)
{
    struct host *host = *state;
    struct saved_file *file;

    save_file(host, NULL, OURS "# the newer one\n");
    file = saved_state_file(&host->state, PATH);
    assert_int_equal(text_replace(&file->written_before, OURS), 0);
    assert_file_plan(revert_file(host, OURS), FILE_REMOVE, NULL);
    assert_int_equal(text_replace(&file->original, "theirs\n"), 0);
    assert_file_plan(revert_file(host, "theirs\n"), FILE_KEEP, "theirs\n");
}

static void revert_file__without_a_state(void **state)
{
    struct host *host = *state;

    assert_file_plan(revert_file(host, OURS), FILE_REMOVE, NULL);
    assert_file_plan(revert_file(host, "theirs\n"), FILE_KEEP, "theirs\n");
    assert_file_plan(revert_file(host, NULL), FILE_KEEP, NULL);
}

static void revert_file__that_is_gone_stays_gone(void **state)
{
    struct host *host = *state;

    save_file(host, "theirs\n", OURS);
    assert_file_plan(revert_file(host, NULL), FILE_KEEP, NULL);
}

/* A link or a directory in its place: said where we wrote there, and no matter of ours where we did not. */
static void revert_file__with_something_in_the_way(void **state)
{
    struct host *host = *state;

    assert_int_equal(plan_add_file_revert(&host->plan, PATH, NULL, strdup("a link"), &host->state), 0);
    assert_file_plan(&host->plan.files[0], FILE_KEEP, NULL);
    assert_null(host->plan.files[0].reason);
    save_file(host, NULL, OURS);
    assert_int_equal(plan_add_file_revert(&host->plan, PATH, NULL, strdup("a link"), &host->state), 0);
    assert_file_plan(&host->plan.files[1], FILE_REFUSED, NULL);
    assert_text(host->plan.files[1].reason, "a link");
}

/* revert --only rewrites the drop-ins without some rows: not those that somebody else changed. */
static void keep_changed_files__leaves_what_is_not_ours_any_more(void **state)
{
    struct host *host = *state;

    save_file(host, NULL, OURS);
    assert_int_equal(plan_add_file(&host->plan, PATH, strdup(OURS), strdup("less\n"), NULL), 0);
    assert_int_equal(plan_keep_changed_files(&host->plan, &host->state), 0);
    assert_file_plan(&host->plan.files[0], FILE_REPLACE, "less\n");
    plan_done(&host->plan);
    assert_int_equal(plan_add_file(&host->plan, PATH, strdup(OURS "theirs\n"), NULL, NULL), 0);
    assert_int_equal(plan_add_file(&host->plan, PATH, strdup("theirs\n"), strdup("theirs\n"), NULL), 0);
    assert_int_equal(plan_add_file(&host->plan, PATH, NULL, strdup("new\n"), NULL), 0);
    assert_int_equal(plan_keep_changed_files(&host->plan, &host->state), 0);
    assert_file_plan(&host->plan.files[0], FILE_REFUSED, NULL);
    assert_contains(host->plan.files[0].reason, PATH);
    assert_file_plan(&host->plan.files[1], FILE_KEEP, "theirs\n");
    assert_file_plan(&host->plan.files[2], FILE_CREATE, "new\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        host_test(revert__brings_the_original_back),
        host_test(revert__goes_over_any_number_of_applies),
        host_test(revert__leaves_what_somebody_else_changed),
        host_test(revert__after_an_apply_that_was_cut_off),
        host_test(revert__nothing_to_do_where_it_is_back_or_never_was_ours),
        host_test(revert__an_unknown_original_is_never_guessed),
        host_test(revert__knobs_that_are_gone_or_unreadable),
        host_test(revert__passes_rows_of_other_versions_over),
        host_test(revert__only_what_was_asked_for),
        host_test(revert_file__removes_what_we_made),
        host_test(revert_file__brings_the_original_back),
        host_test(revert_file__leaves_what_somebody_else_changed),
        host_test(revert_file__after_an_apply_that_was_cut_off),
        host_test(revert_file__without_a_state),
        host_test(revert_file__that_is_gone_stays_gone),
        host_test(revert_file__with_something_in_the_way),
        host_test(keep_changed_files__leaves_what_is_not_ours_any_more),
    };

    return cmocka_run_group_tests_name("plan-revert", tests, NULL, NULL);
}
