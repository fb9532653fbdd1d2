/* SPDX-License-Identifier: MIT */
/* Units as files. Which drop-ins they have is in test-systemd-read-unit-dropins.c. Checked against what
 * systemd 252 loads from the same trees (systemd-analyze verify). */
#include "systemd/read-unit.h"

#include "support.h"

#define ETC "etc/systemd/system/"
#define RUN "run/systemd/system/"
#define LIB "usr/lib/systemd/system/"

static void cleanup_directories(struct unit_directories *directories)
{
    unit_directories_done(directories);
}

/* A file with one setting, N=name. */
static void put(const struct tree *tree, const char *path, const char *name)
{
    char text[128];

    snprintf(text, sizeof(text), "[Service]\nN=%s\n", name);
    tree_write(tree, path, text);
}

/* "NAME: VALUE VALUE…" in the order in which they count, or the error; static buffer. */
static const char *read_unit(const struct tree *tree, const char *name)
{
    static char shown[2048];
    _cleanup_(cleanup_directories) struct unit_directories directories = {0};
    _cleanup_(unit_done) struct unit unit = {0};
    _cleanup_free_ char *message = NULL;
    int error = unit_directories_read(tree->root, &directories, NULL);

    assert_int_equal(error, 0);
    error = unit_file_read(tree->root, &directories, name, &unit, &message);
    if (error == -ENOENT) {
        assert_null(message);
        return "none";
    }
    if (error < 0) {
        assert_non_null(message);
        snprintf(shown, sizeof(shown), "%s", message);
        return shown;
    }
    assert_null(message);
    snprintf(shown, sizeof(shown), "%s:", unit.name);
    for (size_t i = 0; i < unit.settings_count; i++)
        strcat(strcat(shown, " "), unit.settings[i].value);
    return shown;
}

/* --- what is there, and what cannot be read --- */

static void unit_file__a_linked_unit_has_its_links_name(void **state)
{
    const struct tree *tree = *state;

    put(tree, "opt/mine.service", "mine");
    tree_link(tree, ETC "redis.service", "/opt/mine.service");
    put(tree, ETC "redis.service.d/a.conf", "a");
    put(tree, ETC "mine.service.d/b.conf", "no");
    assert_text(read_unit(tree, "redis.service"), "redis.service: mine a");
    tree_link(tree, ETC "gone.service", "/opt/gone.service");
    assert_text(read_unit(tree, "gone.service"), "none");
}

static void unit_file__masked_or_missing_is_none(void **state)
{
    const struct tree *tree = *state;

    put(tree, LIB "a.service", "a");
    tree_link(tree, ETC "a.service", "/dev/null");
    tree_write(tree, ETC "b.service", "");
    assert_text(read_unit(tree, "a.service"), "none");
    assert_text(read_unit(tree, "b.service"), "none");
    assert_text(read_unit(tree, "c.service"), "none");
}

static void unit_file__a_circle_of_links_is_named(void **state)
{
    const struct tree *tree = *state;

    tree_link(tree, LIB "a.service", "b.service");
    tree_link(tree, LIB "b.service", "a.service");
    assert_text(read_unit(tree, "a.service"), "its links lead in a circle, or through too many names");
}

static void unit_file__garbage_is_named_with_its_file(void **state)
{
    const struct tree *tree = *state;

    put(tree, LIB "redis.service", "unit");
    tree_write(tree, ETC "redis.service.d/a.conf", "[Service]\n\n[Broken\n");
    assert_text(read_unit(tree, "redis.service"),
                "/etc/systemd/system/redis.service.d/a.conf:3: broken section header");
    tree_write_bytes(tree, ETC "redis.service.d/a.conf", "\0\1\2", 3);
    assert_text(read_unit(tree, "redis.service"),
                "/etc/systemd/system/redis.service.d/a.conf: not a text file");
    tree_write(tree, LIB "redis.service",
               "\x7f"
               "ELF");
    assert_text(read_unit(tree, "redis.service"),
                "/usr/lib/systemd/system/redis.service:1: not a line of text in UTF-8");
}

/* alarm() ends the program where one of them is waited for. */
static void unit_file__what_is_no_file_is_refused_at_once(void **state)
{
    const struct tree *tree = *state;

    alarm(20);
    put(tree, LIB "redis.service", "unit");
    tree_mkdir(tree, ETC "redis.service.d");
    assert_int_equal(mkfifo(tree_path(tree, ETC "redis.service.d/a.conf"), 0644), 0);
    assert_text(read_unit(tree, "redis.service"),
                "/etc/systemd/system/redis.service.d/a.conf: cannot be read: No such device");
    assert_int_equal(unlink(tree_path(tree, ETC "redis.service.d/a.conf")), 0);
    tree_mkdir(tree, ETC "redis.service.d/a.conf");
    assert_text(read_unit(tree, "redis.service"),
                "/etc/systemd/system/redis.service.d/a.conf: cannot be read: Is a directory");
    assert_int_equal(rmdir(tree_path(tree, ETC "redis.service.d/a.conf")), 0);
    tree_link(tree, ETC "redis.service.d/a.conf", "a.conf");
    assert_contains(read_unit(tree, "redis.service"), "redis.service.d/a.conf: cannot be read: Too many");
    tree_mkdir(tree, "opt");
    assert_int_equal(mkfifo(tree_path(tree, "opt/fifo"), 0644), 0);
    tree_link(tree, ETC "valkey.service", "/opt/fifo");
    assert_text(read_unit(tree, "valkey.service"),
                "/etc/systemd/system/valkey.service: cannot be read: No such device");
    alarm(0);
}

static void unit_file__what_is_too_large_is_refused(void **state)
{
    enum { SIZE = 5 * 1024 * 1024 };
    const struct tree *tree = *state;
    _cleanup_free_ char *text = malloc(SIZE);

    assert_non_null(text);
    memset(text, '#', SIZE);
    put(tree, LIB "redis.service", "unit");
    tree_write_bytes(tree, ETC "redis.service.d/a.conf", text, SIZE);
    assert_text(read_unit(tree, "redis.service"),
                "/etc/systemd/system/redis.service.d/a.conf: cannot be read: File too large");
    tree_write_bytes(tree, ETC "redis.service.d/a.conf", text, UNIT_FILE_SIZE_MAX);
    assert_text(read_unit(tree, "redis.service"), "redis.service: unit");
    tree_write_bytes(tree, ETC "redis.service", text, SIZE);
    assert_text(read_unit(tree, "redis.service"),
                "/etc/systemd/system/redis.service: cannot be read: File too large");
}

static void unit_file__too_many_dropins_are_refused(void **state)
{
    const struct tree *tree = *state;

    put(tree, LIB "redis.service", "unit");
    for (int i = 0; i <= UNIT_DROPINS_MAX; i++) {
        char path[64];

        snprintf(path, sizeof(path), ETC "redis.service.d/%d.conf", i);
        tree_write(tree, path, "[Service]\n");
        if (i == UNIT_DROPINS_MAX - 1)
            assert_text(read_unit(tree, "redis.service"), "redis.service: unit");
    }
    assert_text(read_unit(tree, "redis.service"), "it has more names or drop-ins than any unit has");
}

static void unit_file__a_file_name_that_is_no_text_is_refused(void **state)
{
    const struct tree *tree = *state;

    put(tree, LIB "redis.service", "unit");
    put(tree, ETC "redis.service.d/a\nb.conf", "a");
    assert_text(read_unit(tree, "redis.service"), "the file name of a drop-in is not text in UTF-8");
}

/* --- instances --- */

/* The names with blanks between them; static buffer. */
static const char *list_instances(const struct tree *tree, const char *template)
{
    static char shown[1024];
    _cleanup_(cleanup_directories) struct unit_directories directories = {0};
    _cleanup_strings_ char **names = NULL;

    assert_int_equal(unit_directories_read(tree->root, &directories, NULL), 0);
    assert_int_equal(unit_file_instances(&directories, template, &names), 0);
    shown[0] = '\0';
    for (char **name = names; *name; name++)
        strcat(strcat(shown, *shown ? " " : ""), *name);
    return shown;
}

static void instances__are_those_with_something_of_their_own(void **state)
{
    const struct tree *tree = *state;

    put(tree, LIB "redis-server@.service", "unit");
    assert_text(list_instances(tree, "redis-server@.service"), "");
    put(tree, ETC "redis-server@a.service.d/x.conf", "x");
    put(tree, ETC "redis-server@b.service", "x");
    put(tree, ETC "redis-@c.service.d/x.conf", "x");
    put(tree, RUN "redis-server@a.service", "x");
    put(tree, RUN "redis@d.service", "no");
    put(tree, RUN "redis-server.service", "no");
    put(tree, RUN "redis-server@e.socket", "no");
    put(tree, ETC "redis-server@.service.d/x.conf", "no");
    put(tree, ETC "redis@f.service.d/x.conf", "no");
    tree_link(tree, ETC "redis-server@g.service", "/lib/systemd/system/redis-server@.service");
    assert_text(
        list_instances(tree, "redis-server@.service"),
        "redis-server@c.service redis-server@a.service redis-server@b.service redis-server@g.service");
}

static void instances__by_any_name_of_the_template(void **state)
{
    const struct tree *tree = *state;

    put(tree, LIB "valkey@.service", "unit");
    tree_link(tree, LIB "cache@.service", "valkey@.service");
    put(tree, ETC "cache@a.service.d/x.conf", "x");
    assert_text(list_instances(tree, "valkey@.service"), "cache@a.service");
}

static void instances__may_be_many(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(cleanup_directories) struct unit_directories directories = {0};
    _cleanup_strings_ char **names = NULL;
    size_t n = 0;

    put(tree, LIB "redis@.service", "unit");
    for (int i = 0; i < 300; i++) {
        char path[64];

        snprintf(path, sizeof(path), ETC "redis@%d.service.d/x.conf", 7000 + i);
        put(tree, path, "x");
    }
    assert_int_equal(unit_directories_read(tree->root, &directories, NULL), 0);
    assert_int_equal(unit_file_instances(&directories, "redis@.service", &names), 0);
    while (names[n])
        n++;
    assert_int_equal(n, 300);
}

/* --- enabled --- */

static int is_enabled(const struct tree *tree)
{
    _cleanup_(cleanup_directories) struct unit_directories directories = {0};

    assert_int_equal(unit_directories_read(tree->root, &directories, NULL), 0);
    return unit_file_is_enabled(tree->root, &directories, "t.service");
}

static void enabled__by_a_link_in_any_wants_or_requires(void **state)
{
    static const char *const links[] = {ETC "multi-user.target.wants/t.service",
                                        RUN "x.service.requires/t.service",
                                        LIB "multi-user.target.wants/t.service"};
    const struct tree *tree = *state;

    put(tree, LIB "t.service", "x");
    assert_false(is_enabled(tree));
    for (size_t i = 0; i < ELEMENTS(links); i++) {
        tree_link(tree, links[i], "/lib/systemd/system/t.service");
        assert_true(is_enabled(tree));
        assert_int_equal(unlink(tree_path(tree, links[i])), 0);
    }
    assert_false(is_enabled(tree));
    tree_link(tree, ETC "multi-user.target.d/t.service", "/lib/systemd/system/t.service");
    assert_false(is_enabled(tree));
}

static void enabled__not_without_the_unit_or_with_a_mask(void **state)
{
    const struct tree *tree = *state;

    tree_link(tree, ETC "multi-user.target.wants/t.service", "/lib/systemd/system/t.service");
    assert_false(is_enabled(tree));
    put(tree, LIB "t.service", "x");
    assert_true(is_enabled(tree));
    tree_link(tree, ETC "t.service", "/dev/null");
    assert_false(is_enabled(tree));
}

/* --- system.conf --- */

/* The value of K, "none", or the error; static buffer. */
static const char *read_manager(const struct tree *tree)
{
    static char shown[256];
    _cleanup_(unit_done) struct unit manager = {0};
    _cleanup_free_ char *message = NULL;
    const struct unit_setting *setting;

    if (unit_file_read_manager(tree->root, &manager, &message) < 0) {
        snprintf(shown, sizeof(shown), "%s", TEXT_OR_NULL(message));
        return shown;
    }
    setting = unit_find(&manager, "K");
    snprintf(shown, sizeof(shown), "%s", setting ? setting->value : "none");
    return shown;
}

static void manager__is_system_conf_with_its_dropins(void **state)
{
    const struct tree *tree = *state;

    assert_text(read_manager(tree), "none");
    tree_write(tree, "etc/systemd/system.conf", "[Manager]\n#K=0\nK=1\n[Service]\nK=2\n");
    assert_text(read_manager(tree), "1");
    tree_write(tree, "usr/lib/systemd/system.conf.d/50.conf", "[Manager]\nK=3\n");
    assert_text(read_manager(tree), "3");
    tree_write(tree, "etc/systemd/system.conf.d/40.conf", "[Manager]\nK=4\n");
    assert_text(read_manager(tree), "3");
    tree_write(tree, "run/systemd/system.conf.d/50.conf", "[Manager]\nK=5\n");
    assert_text(read_manager(tree), "5");
    tree_link(tree, "etc/systemd/system.conf.d/50.conf", "/dev/null");
    assert_text(read_manager(tree), "4");
}

static void manager__that_is_not_understood_is_an_error(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, "etc/systemd/system.conf", "[Manager\n");
    assert_text(read_manager(tree), "/etc/systemd/system.conf:1: broken section header");
}

/* Not to be seen is not disabled: whoever asks is to do nothing on it. */
static void enabled__or_not_to_be_seen(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(cleanup_directories) struct unit_directories directories = {0};

    tree_write(tree, LIB "t.service", "[Service]\nExecStart=/bin/true\n");
    assert_int_equal(is_enabled(tree), 0);
    tree_link(tree, ETC "multi-user.target.wants", "multi-user.target.wants"); /* whatever the reason is */
    assert_int_equal(is_enabled(tree), -ELOOP);
    assert_int_equal(unlink(tree_path(tree, ETC "multi-user.target.wants")), 0);
    assert_int_equal(rmdir(tree_path(tree, "etc/systemd/system")), 0);
    tree_link(tree, "etc/systemd/system", "system");
    assert_int_equal(unit_directories_read(tree->root, &directories, NULL), -ELOOP);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        tree_test(unit_file__a_linked_unit_has_its_links_name),
        tree_test(unit_file__masked_or_missing_is_none),
        tree_test(unit_file__a_circle_of_links_is_named),
        tree_test(unit_file__garbage_is_named_with_its_file),
        tree_test(unit_file__what_is_no_file_is_refused_at_once),
        tree_test(unit_file__what_is_too_large_is_refused),
        tree_test(unit_file__too_many_dropins_are_refused),
        tree_test(unit_file__a_file_name_that_is_no_text_is_refused),
        tree_test(instances__are_those_with_something_of_their_own),
        tree_test(instances__by_any_name_of_the_template),
        tree_test(instances__may_be_many),
        tree_test(enabled__by_a_link_in_any_wants_or_requires),
        tree_test(enabled__not_without_the_unit_or_with_a_mask),
        tree_test(manager__is_system_conf_with_its_dropins),
        tree_test(manager__that_is_not_understood_is_an_error),
        tree_test(enabled__or_not_to_be_seen),
    };

    return cmocka_run_group_tests_name("systemd-read-unit", tests, NULL, NULL);
}
