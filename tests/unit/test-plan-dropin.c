/* SPDX-License-Identifier: MIT */
#include "plan/dropin.h"

#include "support.h"

#define HEADER DROPIN_FIRST_LINE "\n" DROPIN_SECOND_LINE "\n"

static const struct dropin *dropin_of(enum persistence persistence)
{
    for (size_t i = 0; i < dropins_count; i++)
        if (dropins[i].persistence == persistence)
            return &dropins[i];
    fail();
    return NULL;
}

/* The exact file is the last one of sysctl.d, 99-sysctl.conf before it; the others the first of theirs. */
static void names__sort_where_they_must(void **state)
{
    const char *exact = strrchr(dropin_of(PERSIST_SYSCTL_EXACT)->path, '/') + 1;
    const char *floor = strrchr(dropin_of(PERSIST_SYSCTL_FLOOR)->path, '/') + 1;
    const char *tmpfiles = strrchr(dropin_of(PERSIST_TMPFILES)->path, '/') + 1;

    (void)state;
    assert_int_equal(dropins_count, 3);
    assert_true(strcmp(exact, "99-sysctl.conf") > 0);
    assert_true(strcmp(exact, "99-redis.conf") > 0);
    assert_true(strcmp(floor, "10-default.conf") < 0);
    assert_true(strcmp(tmpfiles, "10-default.conf") < 0);
    for (size_t i = 0; i < dropins_count; i++) {
        assert_true(text_has_prefix(dropins[i].path, "/etc/"));
        assert_true(text_has_suffix(dropins[i].path, ".conf"));
    }
    assert_text(dropin_sysctl_names[0], floor);
    assert_text(dropin_sysctl_names[1], exact);
    assert_null(dropin_sysctl_names[2]);
}

static void is_ours__by_the_whole_first_line(void **state)
{
    (void)state;
    assert_true(dropin_is_ours(HEADER));
    assert_false(dropin_is_ours(""));
    assert_false(dropin_is_ours("# Written by somebody else\n"));
    assert_false(dropin_is_ours("\n" HEADER));
    assert_false(dropin_is_ours(DROPIN_FIRST_LINE)); /* cut short */
    assert_false(dropin_is_ours(DROPIN_FIRST_LINE " Or not.\n"));
}

/* The caller's. */
static char *original(const char *content, const char *object)
{
    size_t length;
    const char *value = dropin_original(content, object, &length);

    return value ? strndup(value, length) : NULL;
}

static void original__comes_from_the_header(void **state)
{
    static const char content[] =
        HEADER DROPIN_BEFORE "vm.overcommit_memory = 0\n" DROPIN_BEFORE "vm.swappiness = 60\n"
                             "vm.overcommit_memory = 1\nvm.swappiness = 1\n";
    _cleanup_free_ char *first = original(content, "vm.overcommit_memory");
    _cleanup_free_ char *second = original(content, "vm.swappiness");

    (void)state;
    assert_text(first, "0");
    assert_text(second, "60");
    assert_null(original(content, "vm.swap"));
    assert_null(original(content, "vm.swappiness2"));
    assert_null(original(content, "net.core.somaxconn"));
}

static void original__is_nothing_where_unknown_or_not_ours(void **state)
{
    _cleanup_free_ char *longer = NULL;

    (void)state;
    assert_null(original(HEADER DROPIN_BEFORE "vm.swappiness = unknown\n", "vm.swappiness"));
    assert_null(original(DROPIN_BEFORE "vm.swappiness = 60\n", "vm.swappiness"));
    assert_null(original("# theirs\n" DROPIN_BEFORE "vm.swappiness = 60\n", "vm.swappiness"));
    assert_null(original(HEADER DROPIN_BEFORE "vm.swappiness : 60\n", "vm.swappiness"));
    assert_null(original("", "vm.swappiness"));
    assert_null(original(HEADER DROPIN_BEFORE "vm.swappiness", "vm.swappiness"));
    assert_null(original(HEADER DROPIN_BEFORE, "vm.swappiness"));
    longer = original(HEADER DROPIN_BEFORE "vm.swappiness = unknowns\n", "vm.swappiness");
    assert_text(longer, "unknowns");
}

static void original__of_a_file_cut_short(void **state)
{
    _cleanup_free_ char *value = original(HEADER DROPIN_BEFORE "vm.swappiness = 6", "vm.swappiness");

    (void)state;
    assert_text(value, "6");
}

static int recover(const struct dropin *dropin, const char *content, struct saved_state *saved)
{
    char copy[1024];
    struct dropin_seen seen = {.content = copy};

    snprintf(copy, sizeof(copy), "%s", content);
    return dropin_recover(dropin, &seen, saved);
}

static void recover__takes_values_and_the_file(void **state)
{
    static const char content[] =
        HEADER DROPIN_BEFORE "vm.overcommit_memory = 0\n" DROPIN_BEFORE "vm.swappiness = unknown\n"
                             "vm.overcommit_memory = 1\nvm.swappiness = 1\n";
    const struct dropin *dropin = dropin_of(PERSIST_SYSCTL_EXACT);
    struct saved_state saved = {0};
    struct saved_value *value;

    (void)state;
    assert_int_equal(recover(dropin, content, &saved), 1);
    assert_int_equal(saved.values_count, 2);
    value = saved_state_value(&saved, "vm.overcommit_memory");
    assert_text(value->original, "0");
    assert_text(value->written, "1");
    assert_true(value->is_persisted);
    value = saved_state_value(&saved, "vm.swappiness");
    assert_null(value->original); /* never the value of now */
    assert_text(value->written, "1");
    assert_null(saved_state_file(&saved, dropin->path)->original);
    assert_text(saved_state_file(&saved, dropin->path)->written, content);
    saved_state_done(&saved);
}

static void recover__reads_tmpfiles_lines(void **state)
{
    static const char content[] =
        HEADER DROPIN_BEFORE "thp.enabled = always\n" DROPIN_BEFORE "thp.hugepages-64kB = madvise\n"
                             "w /sys/kernel/mm/transparent_hugepage/enabled - - - - never\n"
                             "w /sys/kernel/mm/transparent_hugepage/hugepages-64kB/enabled - - - - inherit\n";
    struct saved_state saved = {0};

    (void)state;
    assert_int_equal(recover(dropin_of(PERSIST_TMPFILES), content, &saved), 1);
    assert_text(saved_state_value(&saved, "thp.enabled")->original, "always");
    assert_text(saved_state_value(&saved, "thp.enabled")->written, "never");
    assert_text(saved_state_value(&saved, "thp.hugepages-64kB")->original, "madvise");
    assert_text(saved_state_value(&saved, "thp.hugepages-64kB")->written, "inherit");
    saved_state_done(&saved);
}

static void recover__does_nothing_for_others_files(void **state)
{
    struct saved_state saved = {0};

    (void)state;
    assert_int_equal(recover(&dropins[0], DROPIN_BEFORE "vm.swappiness = 60\n", &saved), 0);
    assert_int_equal(recover(&dropins[0], "", &saved), 0);
    assert_int_equal(saved.values_count, 0);
    assert_int_equal(saved.files_count, 0);
}

static void recover__keeps_what_the_state_knows(void **state)
{
    static const char content[] =
        HEADER DROPIN_BEFORE "vm.swappiness = 60\n" DROPIN_BEFORE "vm.overcommit_memory = 0\n";
    struct saved_state saved = {0};

    (void)state;
    assert_int_equal(text_replace(&saved_state_add_value(&saved, "vm.swappiness")->original, "30"), 0);
    assert_int_equal(recover(&dropins[1], content, &saved), 1);
    assert_text(saved_state_value(&saved, "vm.swappiness")->original, "30");
    assert_text(saved_state_value(&saved, "vm.overcommit_memory")->original, "0");
    assert_null(saved_state_value(&saved, "vm.overcommit_memory")->written); /* no line sets it */
    assert_false(saved_state_value(&saved, "vm.overcommit_memory")->is_persisted);
    saved_state_done(&saved);
}

/* Somebody's file that is kept beside ours is the original, also where nothing else is left to say so. */
/* What was written while the header could not be read: its value from before is known again. */
static void recover__knows_again_what_could_not_be_read(void **state)
{
    static const char content[] = HEADER DROPIN_BEFORE "vm.swappiness = 60\nvm.swappiness = 1\n";
    struct saved_state saved = {0};
    struct dropin_seen seen = {.content = (char *)content};

    (void)state;
    assert_int_equal(text_replace(&saved_state_add_value(&saved, "vm.swappiness")->written, "2"), 0);
    assert_int_equal(dropin_recover(dropin_of(PERSIST_SYSCTL_EXACT), &seen, &saved), 1);
    assert_text(saved_state_value(&saved, "vm.swappiness")->original, "60");
    assert_text(saved_state_value(&saved, "vm.swappiness")->written, "2");
    assert_int_equal(dropin_recover(dropin_of(PERSIST_SYSCTL_EXACT), &seen, &saved), 0);
    saved_state_done(&saved);
}

static void recover__takes_what_is_kept_beside(void **state)
{
    char kept[] = "# mine\n", ours[] = HEADER;
    struct dropin_seen seen = {.content = ours, .has_kept = true, .kept = kept, .kept_mode = 0600};
    struct saved_state saved = {0};
    const struct saved_file *file;

    (void)state;
    assert_int_equal(dropin_recover(&dropins[1], &seen, &saved), 1);
    file = saved_state_file(&saved, dropins[1].path);
    assert_true(file->is_kept);
    assert_text(file->original, "# mine\n");
    assert_int_equal(file->original_mode, 0600);
    assert_text(file->written, HEADER);
    seen.content = NULL;
    assert_int_equal(dropin_recover(&dropins[0], &seen, &saved), 1);
    assert_text(saved_state_file(&saved, dropins[0].path)->original, "# mine\n");
    assert_null(saved_state_file(&saved, dropins[0].path)->written);
    saved_state_done(&saved);
}

static void names__beside_a_dropin_are_no_dropins(void **state)
{
    _cleanup_free_ char *kept = dropin_kept_path("/etc/x.conf");

    (void)state;
    assert_text(kept, "/etc/x.conf.before-redis-hosttune");
}

static void recover__passes_rows_of_other_versions_over(void **state)
{
    static const char content[] = HEADER DROPIN_BEFORE "vm.future = 60\n" DROPIN_BEFORE "\n" DROPIN_BEFORE
                                                       "vm.swappiness = 30\nvm.future = 1\n";
    struct saved_state saved = {0};

    (void)state;
    assert_int_equal(recover(&dropins[1], content, &saved), 1);
    assert_int_equal(recover(&dropins[1], content, &saved), 0); /* nothing more the second time */
    assert_int_equal(saved.values_count, 1);
    assert_text(saved.values[0].object, "vm.swappiness");
    saved_state_done(&saved);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names__sort_where_they_must),
        cmocka_unit_test(is_ours__by_the_whole_first_line),
        cmocka_unit_test(original__comes_from_the_header),
        cmocka_unit_test(original__is_nothing_where_unknown_or_not_ours),
        cmocka_unit_test(original__of_a_file_cut_short),
        cmocka_unit_test(recover__takes_values_and_the_file),
        cmocka_unit_test(recover__reads_tmpfiles_lines),
        cmocka_unit_test(recover__does_nothing_for_others_files),
        cmocka_unit_test(recover__keeps_what_the_state_knows),
        cmocka_unit_test(recover__takes_what_is_kept_beside),
        cmocka_unit_test(recover__knows_again_what_could_not_be_read),
        cmocka_unit_test(names__beside_a_dropin_are_no_dropins),
        cmocka_unit_test(recover__passes_rows_of_other_versions_over),
    };

    return cmocka_run_group_tests_name("plan-dropin", tests, NULL, NULL);
}
