/* SPDX-License-Identifier: MIT */
/* Whose file it is that stands in a drop-in's place, and what becomes of it. */
#include "plan/dropin-plan.h"
#include <errno.h>

#include "model.h"

#define PATH   "/etc/sysctl.d/99-zz-redis-hosttune.conf"
#define OURS   DROPIN_FIRST_LINE "\nvm.swappiness = 1\n"
#define NEWER  DROPIN_FIRST_LINE "\nvm.swappiness = 10\n"
#define THEIRS "# mine\n"
#define EDITED OURS "# note\n"

/* What stands there, what the state says, what is wanted; and what is planned. */
struct row {
    const char *what;
    const char *content, *kept;     /* on disk; NULL: no such file */
    bool is_kept_itself;            /* both names are one file */
    const char *original, *written; /* saved; written NULL: no entry */
    bool is_left;
    const char *ours; /* wanted; NULL: it goes back */
    bool is_forced;

    enum file_action action;
    const char *new_content;
    const char
        *steps; /* k: keeps the original, m: moves the kept one, c: keeps a change, r: restores, d: drops */
};

/* clang-format off */
static const struct row apply_rows[] = {
    {.what = "nothing there", .ours = OURS, .action = FILE_CREATE, .new_content = OURS, .steps = ""},
    {.what = "as it is wanted", .content = OURS, .written = OURS, .ours = OURS,
     .action = FILE_KEEP, .new_content = OURS, .steps = ""},
    {.what = "an older one of ours", .content = OURS, .written = OURS, .ours = NEWER,
     .action = FILE_REPLACE, .new_content = NEWER, .steps = ""},
    {.what = "ours by its first line, no state", .content = OURS, .ours = NEWER,
     .action = FILE_REPLACE, .new_content = NEWER, .steps = ""},
    {.what = "somebody's, for the first time", .content = THEIRS, .ours = OURS,
     .action = FILE_REPLACE, .new_content = OURS, .steps = "k"},
    {.what = "somebody's, no state, and an older one is kept", .content = "# newer\n", .kept = THEIRS, .ours = OURS,
     .action = FILE_REPLACE, .new_content = OURS, .steps = "km"},
    {.what = "cut off between link and rename", .content = THEIRS, .kept = THEIRS, .is_kept_itself = true,
     .original = THEIRS, .written = OURS, .ours = OURS,
     .action = FILE_REPLACE, .new_content = OURS, .steps = "k"},
    {.what = "brought back by a revert that was cut off", .content = THEIRS, .original = THEIRS, .written = OURS,
     .ours = OURS, .action = FILE_REPLACE, .new_content = OURS, .steps = "k"},
    {.what = "edited since", .content = EDITED, .kept = THEIRS, .original = THEIRS, .written = OURS, .ours = NEWER,
     .action = FILE_REPLACE, .new_content = NEWER, .steps = "c"},
    {.what = "edited, and left by a revert", .content = EDITED, .kept = THEIRS, .original = THEIRS, .written = OURS,
     .is_left = true, .ours = OURS, .action = FILE_REPLACE, .new_content = OURS, .steps = "km"},
    {.what = "no row goes there, nothing of ours was", .content = THEIRS,
     .action = FILE_KEEP, .new_content = THEIRS, .steps = ""},
    {.what = "no row goes there any more, somebody's is kept", .content = OURS, .kept = THEIRS, .original = THEIRS,
     .written = OURS, .action = FILE_REPLACE, .new_content = THEIRS, .steps = "r"},
    {.what = "no row goes there any more, and it was edited", .content = EDITED, .written = OURS,
     .action = FILE_LEFT, .steps = ""},
};

static const struct row revert_rows[] = {
    {.what = "what we made", .content = OURS, .written = OURS, .action = FILE_REMOVE, .steps = ""},
    {.what = "ours, no state", .content = OURS, .action = FILE_REMOVE, .steps = ""},
    {.what = "ours, no state, one is kept", .content = OURS, .kept = THEIRS,
     .action = FILE_REPLACE, .new_content = THEIRS, .steps = "r"},
    {.what = "never ours", .content = THEIRS, .action = FILE_KEEP, .new_content = THEIRS, .steps = ""},
    {.what = "nothing there, nothing was", .action = FILE_KEEP, .steps = ""},
    {.what = "ours is gone, nothing was before", .written = OURS, .action = FILE_KEEP, .steps = ""},
    {.what = "ours is gone, theirs was before", .kept = THEIRS, .original = THEIRS, .written = OURS,
     .action = FILE_LEFT, .new_content = THEIRS, .steps = ""},
    {.what = "kept itself", .content = OURS, .kept = THEIRS, .original = THEIRS, .written = OURS,
     .action = FILE_REPLACE, .new_content = THEIRS, .steps = "r"},
    {.what = "kept as text by an older version", .content = OURS, .original = THEIRS, .written = OURS,
     .action = FILE_REPLACE, .new_content = THEIRS, .steps = ""},
    {.what = "never got further than its second name", .content = THEIRS, .kept = THEIRS, .is_kept_itself = true,
     .original = THEIRS, .written = OURS, .action = FILE_KEEP, .new_content = THEIRS, .steps = "d"},
    {.what = "back already", .content = THEIRS, .original = THEIRS, .written = OURS,
     .action = FILE_KEEP, .new_content = THEIRS, .steps = ""},
    {.what = "back already, and an older one is kept", .content = EDITED, .kept = THEIRS, .original = EDITED,
     .written = OURS, .action = FILE_KEEP, .new_content = EDITED, .steps = "m"},
    {.what = "back already by a copy, and kept itself", .content = THEIRS, .kept = THEIRS, .original = THEIRS,
     .written = OURS, .action = FILE_KEEP, .new_content = THEIRS, .steps = "r"},
    {.what = "edited", .content = EDITED, .written = OURS, .action = FILE_LEFT, .steps = ""},
    {.what = "edited, and theirs is kept", .content = EDITED, .kept = THEIRS, .original = THEIRS, .written = OURS,
     .action = FILE_LEFT, .new_content = THEIRS, .steps = ""},
    {.what = "edited, forced", .content = EDITED, .kept = THEIRS, .original = THEIRS, .written = OURS,
     .is_forced = true, .action = FILE_REPLACE, .new_content = THEIRS, .steps = "cr"},
    {.what = "edited, forced, nothing was before", .content = EDITED, .written = OURS, .is_forced = true,
     .action = FILE_REMOVE, .steps = "c"},
    {.what = "gone, forced", .kept = THEIRS, .original = THEIRS, .written = OURS, .is_forced = true,
     .action = FILE_CREATE, .new_content = THEIRS, .steps = "r"},
    {.what = "--only: ours with less", .content = NEWER, .written = NEWER, .ours = OURS,
     .action = FILE_REPLACE, .new_content = OURS, .steps = ""},
    {.what = "--only: edited", .content = EDITED, .written = OURS, .ours = NEWER,
     .action = FILE_LEFT, .new_content = NEWER, .steps = ""},
    {.what = "--only: edited, forced", .content = EDITED, .written = OURS, .ours = NEWER, .is_forced = true,
     .action = FILE_REPLACE, .new_content = NEWER, .steps = "c"},
    {.what = "--only: never ours", .content = THEIRS, .ours = OURS,
     .action = FILE_KEEP, .new_content = THEIRS, .steps = ""},
    {.what = "--only: gone", .written = OURS, .ours = NEWER, .action = FILE_KEEP, .steps = ""},
};
/* clang-format on */

static const char *steps_of(const struct plan_file *file)
{
    static char steps[8];

    snprintf(steps, sizeof(steps), "%s%s%s%s%s", file->keeps_original ? "k" : "", file->moved_path ? "m" : "",
             file->changed_path ? "c" : "", file->restores_kept ? "r" : "", file->drops_kept ? "d" : "");
    return steps;
}

static void plan_row(struct host *host, const struct row *row, bool is_revert)
{
    struct saved_file saved = {
        .original = (char *)row->original, .written = (char *)row->written, .is_left = row->is_left};
    struct dropin_seen seen = {
        .content = (char *)row->content,
        .mode = 0640,
        .has_kept = row->kept != NULL,
        .kept = (char *)row->kept,
        .kept_mode = 0600,
        .is_kept_itself = row->is_kept_itself,
        .moved_free = 1,
        .changed_free = 1,
    };
    const struct dropin_request request = {
        .dropin = &dropins[1],
        .seen = &seen,
        .saved = row->written ? &saved : NULL,
        .ours = row->ours,
        .is_revert = is_revert,
        .is_forced = row->is_forced,
    };

    plan_done(&host->plan);
    plan_add_dropin(&host->plan, &request);
}

static void check_row(struct host *host, const struct row *row, bool is_revert)
{
    const struct plan_file *file;

    plan_row(host, row, is_revert);
    file = &host->plan.files[0];
    if (strcmp(file_action_name(file->action), file_action_name(row->action)) != 0 ||
        strcmp(steps_of(file), row->steps) != 0)
        fail_msg("%s: %s with steps \"%s\"", row->what, file_action_name(file->action), steps_of(file));
    assert_text(file->new_content, row->new_content);
    assert_true((file->reason != NULL) == (file->action == FILE_LEFT));
    if (file->reason)
        assert_contains(file->reason, "--forget=" PATH);
}

static void apply__each_case(void **state)
{
    for (size_t i = 0; i < ELEMENTS(apply_rows); i++)
        check_row(*state, &apply_rows[i], false);
}

static void revert__each_case(void **state)
{
    for (size_t i = 0; i < ELEMENTS(revert_rows); i++)
        check_row(*state, &revert_rows[i], true);
}

static void revert__the_kept_ones_permissions(void **state)
{
    struct host *host = *state;
    const struct row row = {.content = OURS, .kept = THEIRS, .written = OURS};

    plan_row(host, &row, true);
    assert_int_equal(host->plan.files[0].new_mode, 0600);
    assert_int_equal(host->plan.files[0].old_mode, 0640);
}

/* A link, a directory: said where it keeps us from something, and no matter of ours where it does not. */
static void in_the_way__is_said_where_it_matters(void **state)
{
    struct host *host = *state;
    struct saved_file saved = {.written = (char *)OURS};
    struct dropin_seen seen = {.in_the_way = (char *)"a link"};
    struct dropin_request request = {.dropin = &dropins[1], .seen = &seen, .ours = OURS};

    plan_add_dropin(&host->plan, &request);
    assert_int_equal(host->plan.files[0].action, FILE_REFUSED);
    assert_text(host->plan.files[0].reason, "a link");
    request.ours = NULL;
    request.is_revert = true;
    plan_add_dropin(&host->plan, &request);
    assert_int_equal(host->plan.files[1].action, FILE_KEEP);
    request.saved = &saved;
    seen.is_unreadable = true;
    plan_add_dropin(&host->plan, &request);
    assert_int_equal(host->plan.files[2].action, FILE_LEFT);
    assert_true(host->plan.files[2].is_unreadable);
}

/* Nine names are taken: what would need a tenth is not touched. */
static void names__that_are_all_taken_refuse(void **state)
{
    struct host *host = *state;
    struct saved_file saved = {.written = (char *)OURS};
    struct dropin_seen seen = {.content = (char *)EDITED, .moved_free = -EEXIST, .changed_free = -EEXIST};
    struct dropin_request request = {.dropin = &dropins[1], .seen = &seen, .saved = &saved, .ours = NEWER};

    plan_add_dropin(&host->plan, &request);
    assert_int_equal(host->plan.files[0].action, FILE_REFUSED);
    assert_contains(host->plan.files[0].reason, PATH ".changed-redis-hosttune-1 to -9");
    saved.is_left = seen.has_kept = true;
    plan_add_dropin(&host->plan, &request);
    assert_int_equal(host->plan.files[1].action, FILE_REFUSED);
    assert_contains(host->plan.files[1].reason, PATH ".before-redis-hosttune-1 to -9");
}

/* A name that may be taken is not free. */
static void names__that_cannot_be_seen_refuse(void **state)
{
    struct host *host = *state;
    struct saved_file saved = {.written = (char *)OURS};
    struct dropin_seen seen = {.content = (char *)EDITED, .moved_free = 1, .changed_free = -EIO};
    struct dropin_request request = {.dropin = &dropins[1], .seen = &seen, .saved = &saved, .ours = NEWER};

    plan_add_dropin(&host->plan, &request);
    assert_int_equal(host->plan.files[0].action, FILE_REFUSED);
    assert_contains(host->plan.files[0].reason, "cannot be seen: Input/output error");
}

/* What cannot be read may be ours: it is not taken for a stranger's, nor for absent. */
static void unreadable__is_never_passed_over(void **state)
{
    struct host *host = *state;
    struct dropin_seen seen = {.in_the_way = (char *)"no", .is_unreadable = true};
    struct dropin_request request = {.dropin = &dropins[1], .seen = &seen};

    plan_add_dropin(&host->plan, &request);
    assert_int_equal(host->plan.files[0].action, FILE_REFUSED);
    request.is_revert = true;
    plan_add_dropin(&host->plan, &request);
    assert_int_equal(host->plan.files[1].action, FILE_LEFT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        host_test(apply__each_case),
        host_test(revert__each_case),
        host_test(revert__the_kept_ones_permissions),
        host_test(in_the_way__is_said_where_it_matters),
        host_test(names__that_are_all_taken_refuse),
        host_test(names__that_cannot_be_seen_refuse),
        host_test(unreadable__is_never_passed_over),
    };

    return cmocka_run_group_tests_name("plan-dropin-plan", tests, NULL, NULL);
}
