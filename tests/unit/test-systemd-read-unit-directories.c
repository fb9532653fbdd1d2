/* SPDX-License-Identifier: MIT */
/* Names, aliases and masks, checked against what systemd 252 loads from the same trees (systemd-analyze
 * verify). */
#include "systemd/read-unit-directories.h"

#include "support.h"

#define ETC "etc/systemd/system/"
#define RUN "run/systemd/system/"
#define LIB "usr/lib/systemd/system/"

static void cleanup_directories(struct unit_directories *directories)
{
    unit_directories_done(directories);
}

/* "NAME PATH" of the unit by any of its names, or the error; static buffer. */
static const char *resolve(const struct tree *tree, const char *name)
{
    static char shown[UNIT_NAME_SIZE + UNIT_PATH_LENGTH_MAX];
    _cleanup_(cleanup_directories) struct unit_directories directories = {0};
    char known_by[UNIT_NAME_SIZE], path[UNIT_PATH_LENGTH_MAX];
    int error = unit_directories_read(tree->root, &directories, NULL);

    assert_int_equal(error, 0);
    error = unit_directories_resolve(tree->root, &directories, name, known_by, path);
    if (error < 0)
        return strerror(-error);
    snprintf(shown, sizeof(shown), "%s %s", known_by, path);
    return shown;
}

#define NONE strerror(ENOENT)

/* --- precedence --- */

static void directories__the_first_has_the_unit(void **state)
{
    static const char *const directories[] = {
        "/lib/systemd/system",          "/usr/lib/systemd/system", "/usr/local/lib/systemd/system",
        "/run/systemd/system.attached", "/run/systemd/system",     "/etc/systemd/system.attached",
        "/etc/systemd/system",          "/run/systemd/transient",  "/run/systemd/system.control",
        "/etc/systemd/system.control",
    };
    const struct tree *tree = *state;

    assert_text(resolve(tree, "redis.service"), NONE);
    for (size_t i = 0; i < ELEMENTS(directories); i++) {
        char path[64], expected[128];

        snprintf(path, sizeof(path), "%s/redis.service", directories[i]);
        snprintf(expected, sizeof(expected), "redis.service %s", path);
        tree_write(tree, path, "x");
        assert_text(resolve(tree, "redis.service"), expected);
    }
}

static void directories__a_merged_lib_is_read_once(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(cleanup_directories) struct unit_directories directories = {0};

    tree_write(tree, LIB "redis.service", "x");
    tree_link(tree, "lib", "usr/lib");
    assert_int_equal(unit_directories_read(tree->root, &directories, NULL), 0);
    for (size_t i = 0; i < directories.items_count; i++)
        assert_true(*directories.items[i].path == '/' &&
                    !text_has_prefix(directories.items[i].path, "/lib/"));
    assert_text(resolve(tree, "redis.service"), "redis.service /usr/lib/systemd/system/redis.service");
}

static void directories__only_files_and_links_are_units(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, LIB "redis.service", "x");
    tree_mkdir(tree, ETC "redis.service");
    assert_text(resolve(tree, "redis.service"), "redis.service /usr/lib/systemd/system/redis.service");
    tree_mkdir(tree, RUN);
    assert_int_equal(mkfifo(tree_path(tree, RUN "redis.service"), 0644), 0);
    assert_text(resolve(tree, "redis.service"), "redis.service /usr/lib/systemd/system/redis.service");
}

static void directories__hold_what_belongs_to_units_only(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(cleanup_directories) struct unit_directories directories = {0};
    static const char *const others[] = {"a.target",    "b.service~", ".c.service",
                                         "d\n.service", "e",          "f.socket"};
    static const char *const units[] = {"a.service", "a.service.d", "b.target.wants", "c@.service",
                                        "service.d"};

    for (size_t i = 0; i < ELEMENTS(others); i++) {
        char path[64];

        snprintf(path, sizeof(path), LIB "%s", others[i]);
        tree_write(tree, path, "x");
    }
    for (size_t i = ELEMENTS(units); i > 0; i--) {
        char path[64];

        snprintf(path, sizeof(path), LIB "%s", units[i - 1]);
        tree_write(tree, path, "x");
    }
    assert_int_equal(unit_directories_read(tree->root, &directories, NULL), 0);
    for (size_t i = 0; i < directories.items_count; i++) {
        const struct unit_directory *directory = &directories.items[i];

        if (strcmp(directory->path, "/usr/lib/systemd/system") != 0)
            continue;
        assert_int_equal(directory->entries_count, ELEMENTS(units));
        for (size_t j = 0; j < ELEMENTS(units); j++)
            assert_text(directory->entries[j].name, units[j]);
        assert_non_null(unit_directory_find(directory, "c@.service"));
        assert_null(unit_directory_find(directory, "c.service"));
    }
}

/* --- instances --- */

static void directories__an_instance_has_its_templates_file_or_its_own(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, LIB "redis@.service", "x");
    assert_text(resolve(tree, "redis@a.service"), "redis@a.service /usr/lib/systemd/system/redis@.service");
    assert_text(resolve(tree, "redis@.service"), "redis@.service /usr/lib/systemd/system/redis@.service");
    assert_text(resolve(tree, "redis.service"), NONE);
    tree_write(tree, RUN "redis@a.service", "x");
    assert_text(resolve(tree, "redis@a.service"), "redis@a.service /run/systemd/system/redis@a.service");
    assert_text(resolve(tree, "redis@b.service"), "redis@b.service /usr/lib/systemd/system/redis@.service");
}

/* --- aliases --- */

static void alias__is_a_link_to_another_name_in_the_search_path(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, LIB "redis-server.service", "x");
    tree_link(tree, ETC "redis.service", "/lib/systemd/system/redis-server.service");
    assert_text(resolve(tree, "redis.service"),
                "redis-server.service /usr/lib/systemd/system/redis-server.service");
    tree_write(tree, LIB "valkey.service", "x");
    tree_link(tree, LIB "cache.service", "valkey.service");
    assert_text(resolve(tree, "cache.service"), "valkey.service /usr/lib/systemd/system/valkey.service");
    tree_link(tree, RUN "far.service", "./../../../usr/lib//systemd/../systemd/system/valkey.service");
    assert_text(resolve(tree, "far.service"), "valkey.service /usr/lib/systemd/system/valkey.service");
}

static void alias__goes_by_name_through_the_precedence(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, LIB "valkey.service", "x");
    tree_link(tree, LIB "redis.service", "valkey.service");
    tree_write(tree, ETC "valkey.service", "x");
    assert_text(resolve(tree, "redis.service"), "valkey.service /etc/systemd/system/valkey.service");
    tree_write(tree, ETC "redis.service", "x");
    assert_text(resolve(tree, "redis.service"), "redis.service /etc/systemd/system/redis.service");
}

static void alias__chains_are_followed_to_a_limit(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, LIB "u0.service", "x");
    for (int i = 1; i <= 8; i++) {
        char path[64], target[32];

        snprintf(path, sizeof(path), LIB "u%d.service", i);
        snprintf(target, sizeof(target), "u%d.service", i - 1);
        tree_link(tree, path, target);
    }
    assert_text(resolve(tree, "u7.service"), "u0.service /usr/lib/systemd/system/u0.service");
    assert_text(resolve(tree, "u8.service"), strerror(ELOOP));
}

static void alias__a_circle_is_an_error(void **state)
{
    const struct tree *tree = *state;

    tree_link(tree, LIB "a.service", "b.service");
    tree_link(tree, LIB "b.service", "a.service");
    assert_text(resolve(tree, "a.service"), strerror(ELOOP));
    assert_text(resolve(tree, "b.service"), strerror(ELOOP));
}

static void alias__to_nothing_is_no_unit(void **state)
{
    const struct tree *tree = *state;

    tree_link(tree, ETC "redis.service", "/usr/lib/systemd/system/gone.service");
    assert_text(resolve(tree, "redis.service"), NONE);
    tree_write(tree, LIB "redis.service", "x");
    assert_text(resolve(tree, "redis.service"), NONE);
}

static void alias__to_itself_is_passed_over(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, LIB "redis.service", "x");
    tree_link(tree, ETC "redis.service", "/usr/lib/systemd/system/redis.service");
    assert_text(resolve(tree, "redis.service"), "redis.service /usr/lib/systemd/system/redis.service");
}

static void alias__of_another_kind_is_passed_over(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, LIB "redis.service", "x");
    tree_write(tree, LIB "redis@.service", "x");
    tree_link(tree, ETC "redis.service", "/usr/lib/systemd/system/redis@a.service");
    assert_text(resolve(tree, "redis.service"), "redis.service /usr/lib/systemd/system/redis.service");
    tree_link(tree, RUN "redis.service", "/usr/lib/systemd/system/redis.socket");
    assert_text(resolve(tree, "redis.service"), "redis.service /usr/lib/systemd/system/redis.service");
}

static void alias__of_a_template_keeps_the_instance(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, LIB "valkey@.service", "x");
    tree_link(tree, LIB "redis@.service", "valkey@.service");
    assert_text(resolve(tree, "redis@a-b.service"),
                "valkey@a-b.service /usr/lib/systemd/system/valkey@.service");
    assert_text(resolve(tree, "redis@.service"), "valkey@.service /usr/lib/systemd/system/valkey@.service");
    tree_link(tree, ETC "cache@x.service", "/usr/lib/systemd/system/redis@.service");
    assert_text(resolve(tree, "cache@x.service"), "valkey@x.service /usr/lib/systemd/system/valkey@.service");
    tree_link(tree, ETC "cache@y.service", "/usr/lib/systemd/system/valkey@y.service");
    assert_text(resolve(tree, "cache@y.service"), "valkey@y.service /usr/lib/systemd/system/valkey@.service");
}

/* "systemctl link" and what some packages install: not an alias. */
static void alias__of_an_instance_to_its_own_template_is_the_instance(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, LIB "redis@.service", "x");
    tree_link(tree, ETC "redis@a.service", "/usr/lib/systemd/system/redis@.service");
    assert_text(resolve(tree, "redis@a.service"), "redis@a.service /usr/lib/systemd/system/redis@.service");
}

static void alias__a_link_out_of_the_search_path_is_a_unit_of_its_own(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, "opt/redis/redis.service", "x");
    tree_write(tree, "opt/redis/other.service", "x");
    tree_link(tree, ETC "redis.service", "/opt/redis/redis.service");
    tree_link(tree, ETC "cache.service", "/opt/redis/other.service");
    assert_text(resolve(tree, "redis.service"), "redis.service /etc/systemd/system/redis.service");
    assert_text(resolve(tree, "cache.service"), "cache.service /etc/systemd/system/cache.service");
    assert_text(resolve(tree, "other.service"), NONE);
}

/* --- masks --- */

static void mask__is_a_link_to_dev_null_or_an_empty_file(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, LIB "a.service", "x");
    tree_write(tree, LIB "b.service", "x");
    tree_write(tree, LIB "c.service", "x");
    tree_write(tree, LIB "t@.service", "x");
    tree_link(tree, ETC "a.service", "/dev/null");
    tree_link(tree, ETC "b.service", "../../../dev/null");
    tree_write(tree, ETC "c.service", "");
    tree_link(tree, ETC "t@.service", "/dev/null");
    assert_text(resolve(tree, "a.service"), NONE);
    assert_text(resolve(tree, "b.service"), NONE);
    assert_text(resolve(tree, "c.service"), NONE);
    assert_text(resolve(tree, "t@x.service"), NONE);
}

static void mask__holds_for_the_aliases_too(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, LIB "valkey.service", "x");
    tree_link(tree, LIB "redis.service", "valkey.service");
    tree_link(tree, ETC "valkey.service", "/dev/null");
    assert_text(resolve(tree, "redis.service"), NONE);
}

static void mask__of_an_alias_leaves_the_unit(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, LIB "valkey.service", "x");
    tree_link(tree, LIB "redis.service", "valkey.service");
    tree_link(tree, ETC "redis.service", "/dev/null");
    assert_text(resolve(tree, "redis.service"), NONE);
    assert_text(resolve(tree, "valkey.service"), "valkey.service /usr/lib/systemd/system/valkey.service");
}

static void mask__below_a_unit_is_not_seen(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, ETC "redis.service", "x");
    tree_link(tree, LIB "redis.service", "/dev/null");
    assert_text(resolve(tree, "redis.service"), "redis.service /etc/systemd/system/redis.service");
}

/* --- systemd.mask= --- */

/* The path of the mask, NULL: none; static buffer. */
static const char *find_mask(const struct tree *tree, const char *name)
{
    static char path[UNIT_PATH_LENGTH_MAX];
    _cleanup_(cleanup_directories) struct unit_directories directories = {0};

    assert_int_equal(unit_directories_read(tree->root, &directories, NULL), 0);
    return unit_directories_mask(tree->root, &directories, name, path) ? path : NULL;
}

static void mask__of_the_kernels_command_line(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, LIB "a.service", "x");
    tree_write(tree, ETC "b.service", "x");
    tree_write(tree, ETC "c.service", "x");
    tree_write(tree, "run/systemd/transient/b.service", "x"); /* comes before */
    tree_write(tree, "proc/cmdline",
               "ro systemd.mask=a \"systemd.mask=b.service\" systemd.mask=x.socket "
               "systemd.mask=../c rd.systemd.mask=c.service\n");
    assert_text(resolve(tree, "a.service"), NONE);
    assert_text(resolve(tree, "b.service"), "b.service /run/systemd/transient/b.service");
    assert_text(resolve(tree, "c.service"), "c.service /etc/systemd/system/c.service");
    assert_text(find_mask(tree, "a.service"), UNIT_BOOT_MASKS "/a.service");
    assert_null(find_mask(tree, "b.service"));
}

static void mask__of_a_link_or_an_empty_file(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, LIB "a.service", "x");
    assert_null(find_mask(tree, "a.service"));
    assert_null(find_mask(tree, "none.service"));
    tree_link(tree, RUN "a.service", "/dev/null");
    assert_text(find_mask(tree, "a.service"), "/run/systemd/system/a.service");
    tree_write(tree, ETC "a.service", "");
    assert_text(find_mask(tree, "a.service"), "/etc/systemd/system/a.service");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        tree_test(directories__the_first_has_the_unit),
        tree_test(mask__of_the_kernels_command_line),
        tree_test(mask__of_a_link_or_an_empty_file),
        tree_test(directories__a_merged_lib_is_read_once),
        tree_test(directories__only_files_and_links_are_units),
        tree_test(directories__hold_what_belongs_to_units_only),
        tree_test(directories__an_instance_has_its_templates_file_or_its_own),
        tree_test(alias__is_a_link_to_another_name_in_the_search_path),
        tree_test(alias__goes_by_name_through_the_precedence),
        tree_test(alias__chains_are_followed_to_a_limit),
        tree_test(alias__a_circle_is_an_error),
        tree_test(alias__to_nothing_is_no_unit),
        tree_test(alias__to_itself_is_passed_over),
        tree_test(alias__of_another_kind_is_passed_over),
        tree_test(alias__of_a_template_keeps_the_instance),
        tree_test(alias__of_an_instance_to_its_own_template_is_the_instance),
        tree_test(alias__a_link_out_of_the_search_path_is_a_unit_of_its_own),
        tree_test(mask__is_a_link_to_dev_null_or_an_empty_file),
        tree_test(mask__holds_for_the_aliases_too),
        tree_test(mask__of_an_alias_leaves_the_unit),
        tree_test(mask__below_a_unit_is_not_seen),
    };

    return cmocka_run_group_tests_name("systemd-read-unit-directories", tests, NULL, NULL);
}
