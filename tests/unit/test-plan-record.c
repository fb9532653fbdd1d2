/* SPDX-License-Identifier: MIT */
#include "plan/record.h"

#include "model.h"
#include "plan/dropin.h"

#define PATH "/etc/sysctl.d/99-zz-redis-hosttune.conf"
#define OURS DROPIN_FIRST_LINE "\nvm.swappiness = 1\n"

static const struct saved_value *record(struct host *host, const char *object)
{
    host_plan(host, NULL);
    plan_record_values(&host->plan, &host->observation.facts, 777, &host->state);
    return saved_state_value(&host->state, object);
}

/* Notes a file that goes from one content to the other, as plan_add_dropin plans it: of somebody else, what
 * is there is kept. */
static const struct saved_file *record_kept_file(struct host *host, const char *old_content,
                                                 const char *new_content, bool keeps_original)
{
    plan_done(&host->plan);
    plan_add_file(&host->plan, PATH, old_content ? strdup(old_content) : NULL,
                  new_content ? strdup(new_content) : NULL, NULL);
    host->plan.files[0].is_ours = new_content != NULL;
    host->plan.files[0].keeps_original = keeps_original;
    host->plan.files[0].old_mode = 0640;
    plan_record_files(&host->plan, &host->state);
    return saved_state_file(&host->state, PATH);
}

static const struct saved_file *record_file(struct host *host, const char *old_content,
                                            const char *new_content)
{
    return record_kept_file(host, old_content, new_content, false);
}

static void record__the_original_of_the_first_time(void **state)
{
    struct host *host = *state;
    const struct saved_value *value;

    host_has(host, "vm.swappiness", "60", 0);
    value = record(host, "vm.swappiness");
    assert_text(value->original, "60");
    assert_text(value->written, "1");
    assert_null(value->written_before);
    assert_text(value->boot_id, BOOT_ID);
    assert_int_equal(value->written_usec, 777);
}

static void record__the_original_stays_over_any_number_of_applies(void **state)
{
    struct host *host = *state;
    const struct saved_value *value;

    host_has(host, "vm.swappiness", "30", 0); /* somebody changed it since */
    host_wrote(host, "vm.swappiness", "60", "1", 5);
    value = record(host, "vm.swappiness");
    assert_text(value->original, "60");
    assert_text(value->written, "1");
    assert_int_equal(value->written_usec, 777);
    host_wants(host, "vm.swappiness", "10");
    value = record(host, "vm.swappiness");
    assert_text(value->original, "60");
    assert_text(value->written, "10");
    assert_text(value->written_before, "1");
}

/* The state said 10, the call ended there, and the kernel still has the 1 of the apply before. */
static void record__what_was_noted_and_never_written_is_forgotten(void **state)
{
    struct host *host = *state;
    const struct saved_value *value;

    host_has(host, "vm.swappiness", "1", 0);
    host_wrote(host, "vm.swappiness", "60", "1", 5);
    host_wrote(host, "vm.swappiness", "60", "10", 6);
    host_wants(host, "vm.swappiness", "20");
    value = record(host, "vm.swappiness");
    assert_text(value->original, "60");
    assert_text(value->written, "20");
    assert_text(value->written_before, "1");
}

/* In sync already: not written by us, but its line in the drop-in needs a way back. */
static void record__the_original_of_what_is_only_persisted(void **state)
{
    struct host *host = *state;
    const struct saved_value *value;

    host_has(host, "vm.swappiness", "1", 0);
    value = record(host, "vm.swappiness");
    assert_text(value->original, "1");
    assert_null(value->written);
}

/* Not ours so far, so what somebody made of it meanwhile is what was there before us. */
static void record__an_original_that_was_never_written_over_follows(void **state)
{
    struct host *host = *state;
    const struct saved_value *value;

    host_has(host, "net.core.somaxconn", "100000", 0);
    value = record(host, "net.core.somaxconn");
    assert_text(value->original, "100000");
    free(host->observation.items[0].current);
    host->observation.items[0].current = strdup("4096");
    value = record(host, "net.core.somaxconn");
    assert_text(value->original, "4096");
    assert_text(value->written, "65535");
}

static void record__nothing_of_what_is_left_absent_or_refused(void **state)
{
    struct host *host = *state;

    host->observation.facts.container = "docker";
    host_has(host, "vm.swappiness", "60", 0);
    host_has(host, "thp.enabled", NULL, -ENOENT);
    host_has(host, "net.core.somaxconn", "128", 0);
    host_wants(host, "net.core.somaxconn", "leave");
    assert_null(record(host, "vm.swappiness"));
    assert_int_equal(host->state.values_count, 0);
}

static void record__nothing_of_what_was_not_asked_for(void **state)
{
    const char *const only[] = {"vm.overcommit_memory", NULL};
    struct host *host = *state;

    host_has(host, "vm.swappiness", "60", 0);
    host_wrote(host, "vm.swappiness", "60", "1", 5);
    host_plan(host, only);
    plan_record_values(&host->plan, &host->observation.facts, 777, &host->state);
    assert_int_equal(saved_state_value(&host->state, "vm.swappiness")->written_usec, 5);
}

/* An image: what its kernel has before us is not known, and its own boot will set what the drop-in says. */
static void record__an_image_has_what_it_will_boot_with(void **state)
{
    struct host *host = *state;
    const struct saved_value *value;

    host->observation.facts.is_running = false;
    host->observation.facts.boot_id[0] = '\0';
    host_has(host, "vm.swappiness", NULL, -ENOENT);
    value = record(host, "vm.swappiness");
    assert_non_null(value);
    assert_null(value->original);
    assert_text(value->written, "1");
    assert_null(value->boot_id);
}

/* On a running host it may have any value. */
static void record__nothing_is_written_to_what_cannot_be_read(void **state)
{
    struct host *host = *state;
    const struct saved_value *value;

    host_has(host, "vm.swappiness", NULL, -EACCES);
    value = record(host, "vm.swappiness");
    assert_null(value->original);
    assert_null(value->written);
}

static void record__which_rows_are_persisted(void **state)
{
    struct host *host = *state;

    host_has(host, "vm.swappiness", "60", 0);
    host_has(host, "vm.overcommit_memory", "0", 0);
    host_wrote(host, "vm.overcommit_memory", "0", "1", 0);
    host_wants(host, "vm.overcommit_memory", "leave");
    assert_false(record(host, "vm.swappiness")->is_persisted); /* values alone say nothing of files */
    plan_record_files(&host->plan, &host->state);
    assert_false(saved_state_value(&host->state, "vm.swappiness")->is_persisted); /* --runtime has none */
    plan_add_file(&host->plan, PATH, NULL, strdup(OURS), NULL);
    plan_record_files(&host->plan, &host->state);
    assert_true(saved_state_value(&host->state, "vm.swappiness")->is_persisted);
    assert_false(saved_state_value(&host->state, "vm.overcommit_memory")->is_persisted);
}

static void record_file__that_was_not_there(void **state)
{
    const struct saved_file *file = record_file(*state, NULL, OURS);

    assert_null(file->original);
    assert_text(file->written, OURS);
    assert_null(file->written_before);
}

static void record_file__of_somebody_else(void **state)
{
    const struct saved_file *file = record_kept_file(*state, "theirs\n", OURS, true);

    assert_text(file->original, "theirs\n");
    assert_int_equal(file->original_mode, 0640);
    assert_true(file->is_kept);
    assert_text(file->written, OURS);
    assert_null(file->written_before); /* what is theirs was never written by us */
}

/* Left by a revert, it is the new original, and the older one keeps a name. */
static void record_file__of_somebody_else_again(void **state)
{
    struct host *host = *state;
    const struct saved_file *file;

    record_kept_file(host, "theirs\n", OURS, true);
    host->state.files[0].is_left = true;
    plan_done(&host->plan);
    plan_add_file(&host->plan, PATH, strdup("edited\n"), strdup(OURS), NULL);
    host->plan.files[0].is_ours = host->plan.files[0].keeps_original = true;
    host->plan.files[0].moved_path = strdup(PATH "-moved");
    plan_record_files(&host->plan, &host->state);
    file = &host->state.files[0];
    assert_text(file->original, "edited\n");
    assert_text(file->earlier[0], PATH "-moved");
    assert_null(file->earlier[1]);
    assert_false(file->is_left);
}

/* One of ours, whose state was lost, is nobody's original. */
static void record_file__of_ours_is_no_original(void **state)
{
    const struct saved_file *file = record_file(*state, OURS, OURS "vm.overcommit_memory = 1\n");

    assert_null(file->original);
}

static void record_file__the_original_stays(void **state)
{
    struct host *host = *state;
    const struct saved_file *file;

    record_kept_file(host, "theirs\n", OURS, true);
    file = record_file(host, OURS, OURS "# more\n");
    assert_text(file->original, "theirs\n");
    assert_int_equal(file->original_mode, 0640);
    assert_true(file->is_kept);
    assert_text(file->written, OURS "# more\n");
    assert_text(file->written_before, OURS);
}

/* What goes back is not of our making: the entry goes when it is back, and not before. */
static void record_file__nothing_of_what_goes_back(void **state)
{
    struct host *host = *state;
    const struct saved_file *file;

    record_file(host, NULL, OURS);
    file = record_file(host, OURS, NULL);
    assert_text(file->written, OURS);
}

/* The state was saved for "# never", the file was not written any more. */
static void record_file__what_was_noted_and_never_written_is_forgotten(void **state)
{
    struct host *host = *state;
    const struct saved_file *file;

    record_file(host, NULL, OURS);
    record_file(host, OURS, OURS "# never\n");
    file = record_file(host, OURS, OURS "# more\n");
    assert_text(file->written, OURS "# more\n");
    assert_text(file->written_before, OURS);
}

/* Somebody wrote there in between: that is not ours to take back to. */
static void record_file__what_somebody_else_wrote_since_is_not_ours(void **state)
{
    struct host *host = *state;
    const struct saved_file *file;

    record_file(host, NULL, OURS);
    file = record_file(host, "theirs\n", OURS "# more\n");
    assert_text(file->written, OURS "# more\n");
    assert_text(file->written_before, OURS);
    assert_null(file->original);
}

static void record_file__where_it_is_kept_only_what_the_state_does_not_say(void **state)
{
    struct host *host = *state;

    assert_null(record_file(host, NULL, NULL));
    assert_text(record_file(host, OURS, OURS)->written, OURS); /* the state was lost */
    record_file(host, OURS, OURS "# never\n");
    assert_text(record_file(host, OURS, OURS)->written, OURS);
}

/* 60, apply, 30 by hand, revert, apply: the way back leads to 30, and 60 is not forgotten. */
static void record__what_a_revert_left_begins_anew(void **state)
{
    struct host *host = *state;
    const struct saved_value *value;

    host_has(host, "vm.swappiness", "30", 0);
    host_wrote(host, "vm.swappiness", "60", "1", 0);
    host->state.values[0].is_left = true;
    value = record(host, "vm.swappiness");
    assert_text(value->original, "30");
    assert_text(value->written, "1");
    assert_null(value->written_before);
    assert_text(value->earlier[0], "60");
    assert_null(value->earlier[1]);
    assert_false(value->is_left);
}

static void record__what_cannot_be_read_keeps_its_original(void **state)
{
    struct host *host = *state;
    const struct saved_value *value;

    host_has(host, "vm.swappiness", NULL, -EIO);
    assert_int_equal(text_replace(&saved_state_add_value(&host->state, "vm.swappiness")->original, "60"), 0);
    value = record(host, "vm.swappiness");
    assert_text(value->original, "60");
}

static void writes__only_what_changes(void **state)
{
    struct host *host = *state;

    host_has(host, "vm.swappiness", "1", 0);
    assert_false(plan_writes_values(host_plan(host, NULL)));
    assert_false(plan_writes_files(&host->plan));
    host_has(host, "vm.overcommit_memory", "0", 0);
    assert_true(plan_writes_values(host_plan(host, NULL)));
    plan_add_file(&host->plan, PATH, strdup("a"), strdup("a"), NULL);
    assert_false(plan_writes_files(&host->plan));
    plan_add_file(&host->plan, PATH, strdup("a"), NULL, NULL);
    assert_true(plan_writes_files(&host->plan));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        host_test(record__the_original_of_the_first_time),
        host_test(record__the_original_stays_over_any_number_of_applies),
        host_test(record__what_was_noted_and_never_written_is_forgotten),
        host_test(record__the_original_of_what_is_only_persisted),
        host_test(record__an_original_that_was_never_written_over_follows),
        host_test(record__nothing_of_what_is_left_absent_or_refused),
        host_test(record__nothing_of_what_was_not_asked_for),
        host_test(record__an_image_has_what_it_will_boot_with),
        host_test(record__nothing_is_written_to_what_cannot_be_read),
        host_test(record__which_rows_are_persisted),
        host_test(record_file__that_was_not_there),
        host_test(record_file__of_somebody_else),
        host_test(record_file__of_ours_is_no_original),
        host_test(record_file__the_original_stays),
        host_test(record_file__what_was_noted_and_never_written_is_forgotten),
        host_test(record_file__what_somebody_else_wrote_since_is_not_ours),
        host_test(record_file__of_somebody_else_again),
        host_test(record_file__nothing_of_what_goes_back),
        host_test(record__what_a_revert_left_begins_anew),
        host_test(record__what_cannot_be_read_keeps_its_original),
        host_test(record_file__where_it_is_kept_only_what_the_state_does_not_say),
        host_test(writes__only_what_changes),
    };

    return cmocka_run_group_tests_name("plan-record", tests, NULL, NULL);
}
