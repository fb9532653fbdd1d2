/* SPDX-License-Identifier: MIT */
/* Units with their drop-ins, checked against what systemd 252 loads from the same trees (systemd-analyze
 * verify). */
#include "systemd/read-unit.h"

#include "support.h"

#define ETC "etc/systemd/system/"
#define RUN "run/systemd/system/"
#define LIB "usr/lib/systemd/system/"
#define LOC "usr/local/lib/systemd/system/"

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

/* --- which drop-ins, in which order --- */

static void dropins__come_behind_the_unit_by_name_over_all_directories(void **state)
{
    const struct tree *tree = *state;

    put(tree, LIB "redis.service", "unit");
    put(tree, ETC "redis.service.d/10-a.conf", "a");
    put(tree, LIB "redis.service.d/50-b.conf", "b");
    put(tree, RUN "redis.service.d/20-c.conf", "c");
    put(tree, LOC "redis.service.d/99-d.conf", "d");
    assert_text(read_unit(tree, "redis.service"), "redis.service: unit a c b d");
}

static void dropins__of_one_name_the_first_directory_counts(void **state)
{
    const struct tree *tree = *state;

    put(tree, LIB "redis.service", "unit");
    put(tree, LIB "redis.service.d/a.conf", "lib");
    assert_text(read_unit(tree, "redis.service"), "redis.service: unit lib");
    put(tree, RUN "redis.service.d/a.conf", "run");
    assert_text(read_unit(tree, "redis.service"), "redis.service: unit run");
    put(tree, ETC "redis.service.d/a.conf", "etc");
    assert_text(read_unit(tree, "redis.service"), "redis.service: unit etc");
}

static void dropins__other_files_do_not_count(void **state)
{
    const struct tree *tree = *state;

    put(tree, LIB "redis.service", "unit");
    put(tree, ETC "redis.service.d/a.conf~", "no");
    put(tree, ETC "redis.service.d/.hidden.conf", "no");
    put(tree, ETC "redis.service.d/.#override.conf", "no");
    put(tree, ETC "redis.service.d/a.conf.dpkg-old", "no");
    put(tree, ETC "redis.service.d/#b.conf", "hash");
    put(tree, ETC "redis-server.service.d/a.conf", "no");
    put(tree, ETC "redi.service.d/a.conf", "no");
    assert_text(read_unit(tree, "redis.service"), "redis.service: unit hash");
}

static void dropins__of_all_services_come_from_service_d(void **state)
{
    const struct tree *tree = *state;

    put(tree, LIB "redis.service", "unit");
    put(tree, ETC "service.d/50-all.conf", "all");
    put(tree, LIB "redis.service.d/60-own.conf", "own");
    put(tree, ETC "socket.d/50-all.conf", "no");
    assert_text(read_unit(tree, "redis.service"), "redis.service: unit all own");
    /* the unit's own before that of all, even from a later directory */
    put(tree, LIB "redis.service.d/50-all.conf", "instead");
    assert_text(read_unit(tree, "redis.service"), "redis.service: unit instead own");
}

static void dropins__of_prefixes_end_in_a_dash(void **state)
{
    const struct tree *tree = *state;

    put(tree, LIB "a-b-c.service", "unit");
    put(tree, ETC "a-b-.service.d/3.conf", "a-b-");
    put(tree, ETC "a-.service.d/2.conf", "a-");
    put(tree, ETC "a.service.d/1.conf", "no");
    put(tree, ETC "a-b.service.d/1.conf", "no");
    assert_text(read_unit(tree, "a-b-c.service"), "a-b-c.service: unit a- a-b-");
    put(tree, ETC "a-.service.d/3.conf", "shadowed");
    assert_text(read_unit(tree, "a-b-c.service"), "a-b-c.service: unit a- a-b-");
    put(tree, LIB "redis-server.service", "redis");
    put(tree, ETC "redis-.service.d/a.conf", "prefix");
    assert_text(read_unit(tree, "redis-server.service"), "redis-server.service: redis prefix");
}

static void dropins__of_prefixes_with_dots_and_dashes_in_a_row(void **state)
{
    const struct tree *tree = *state;

    put(tree, LIB "foo--b.x-z.service", "unit");
    put(tree, ETC "foo-.service.d/1.conf", "foo-");
    put(tree, ETC "foo--.service.d/2.conf", "foo--");
    put(tree, ETC "foo--b.x-.service.d/3.conf", "foo--b.x-");
    put(tree, ETC "foo--b.service.d/4.conf", "no");
    assert_text(read_unit(tree, "foo--b.x-z.service"), "foo--b.x-z.service: unit foo- foo-- foo--b.x-");
    put(tree, LIB "-x.service", "dash");
    put(tree, ETC "-.service.d/1.conf", "no");
    assert_text(read_unit(tree, "-x.service"), "-x.service: dash");
}

static void dropins__of_an_instance_its_template_and_the_prefixes_of_both(void **state)
{
    const struct tree *tree = *state;

    put(tree, LIB "redis-server@.service", "unit");
    put(tree, ETC "redis-server@a.service.d/5.conf", "instance");
    put(tree, ETC "redis-server@.service.d/4.conf", "template");
    put(tree, ETC "redis-.service.d/3.conf", "prefix");
    put(tree, ETC "redis-@a.service.d/2.conf", "prefix-of-instance");
    put(tree, ETC "redis-@.service.d/1.conf", "prefix-of-template");
    put(tree, ETC "redis-server@b.service.d/6.conf", "no");
    assert_text(
        read_unit(tree, "redis-server@a.service"),
        "redis-server@a.service: unit prefix-of-template prefix-of-instance prefix template instance");
    assert_text(read_unit(tree, "redis-server@.service"), "redis-server@.service: unit prefix template");
}

static void dropins__of_an_instance_come_before_its_templates(void **state)
{
    static const char *const directories[] = {
        "service.d",        "redis-@.service.d",       "redis-@a.service.d",
        "redis-.service.d", "redis-server@.service.d", "redis-server@a.service.d"};
    const struct tree *tree = *state;

    put(tree, LIB "redis-server@.service", "unit");
    for (size_t i = 0; i < ELEMENTS(directories); i++) {
        char path[128], expected[128];

        snprintf(path, sizeof(path), LIB "%s/x.conf", directories[i]);
        put(tree, path, directories[i]);
        snprintf(expected, sizeof(expected), "redis-server@a.service: unit %s", directories[i]);
        assert_text(read_unit(tree, "redis-server@a.service"), expected);
    }
    /* but the directory's rank comes first */
    put(tree, ETC "redis-.service.d/x.conf", "etc");
    assert_text(read_unit(tree, "redis-server@a.service"), "redis-server@a.service: unit etc");
}

/* --- drop-ins of aliases --- */

static void dropins__of_each_name_count(void **state)
{
    const struct tree *tree = *state;

    put(tree, LIB "redis-server.service", "unit");
    tree_link(tree, ETC "redis.service", "/lib/systemd/system/redis-server.service");
    tree_link(tree, RUN "cache.service", "/etc/systemd/system/redis.service");
    put(tree, ETC "redis.service.d/a.conf", "a");
    put(tree, ETC "redis-server.service.d/b.conf", "b");
    put(tree, ETC "cache.service.d/c.conf", "c");
    assert_text(read_unit(tree, "redis-server.service"), "redis-server.service: unit a b c");
    assert_text(read_unit(tree, "redis.service"), "redis-server.service: unit a b c");
    assert_text(read_unit(tree, "cache.service"), "redis-server.service: unit a b c");
}

static void dropins__of_fedoras_compatible_name(void **state)
{
    const struct tree *tree = *state;

    put(tree, LIB "valkey.service", "unit");
    tree_link(tree, LIB "redis.service", "valkey.service");
    put(tree, ETC "redis.service.d/limit.conf", "limit");
    assert_text(read_unit(tree, "redis.service"), "valkey.service: unit limit");
}

static void dropins__of_a_name_that_became_another_unit_do_not_count(void **state)
{
    const struct tree *tree = *state;

    put(tree, LIB "valkey.service", "unit");
    tree_link(tree, LIB "redis.service", "valkey.service");
    put(tree, ETC "redis.service", "other");
    put(tree, ETC "redis.service.d/a.conf", "a");
    assert_text(read_unit(tree, "valkey.service"), "valkey.service: unit");
    assert_text(read_unit(tree, "redis.service"), "redis.service: other a");
}

static void dropins__of_a_templates_alias_count_for_its_instances(void **state)
{
    const struct tree *tree = *state;

    put(tree, LIB "valkey@.service", "unit");
    tree_link(tree, LIB "redis@.service", "valkey@.service");
    put(tree, ETC "redis@a.service.d/a.conf", "redis-a");
    put(tree, ETC "redis@.service.d/b.conf", "redis");
    put(tree, ETC "valkey@a.service.d/c.conf", "valkey-a");
    put(tree, ETC "redis@b.service.d/d.conf", "no");
    assert_text(read_unit(tree, "redis@a.service"), "valkey@a.service: unit redis-a redis valkey-a");
    assert_text(read_unit(tree, "valkey@a.service"), "valkey@a.service: unit redis-a redis valkey-a");
    assert_text(read_unit(tree, "valkey@.service"), "valkey@.service: unit redis");
}

/* --- masks and links --- */

static void dropins__masked_ones_count_for_nothing(void **state)
{
    const struct tree *tree = *state;

    put(tree, LIB "redis.service", "unit");
    put(tree, LIB "redis.service.d/a.conf", "a");
    put(tree, LIB "redis.service.d/b.conf", "b");
    put(tree, LIB "redis.service.d/c.conf", "c");
    tree_link(tree, ETC "redis.service.d/a.conf", "/dev/null");
    tree_write(tree, ETC "redis.service.d/b.conf", "");
    assert_text(read_unit(tree, "redis.service"), "redis.service: unit c");
    /* a tree that has a /dev/null, which a test that is not root cannot make */
    tree_mkdir(tree, "dev");
    assert_int_equal(mkfifo(tree_path(tree, "dev/null"), 0644), 0);
    assert_text(read_unit(tree, "redis.service"), "redis.service: unit c");
}

static void dropins__links_are_followed_within_the_tree(void **state)
{
    const struct tree *tree = *state;

    put(tree, LIB "redis.service", "unit");
    put(tree, "opt/a.conf", "a");
    put(tree, "opt/d/b.conf", "b");
    tree_link(tree, ETC "redis.service.d/a.conf", "/opt/a.conf");
    tree_link(tree, RUN "redis.service.d", "/opt/d");
    tree_link(tree, ETC "redis.service.d/gone.conf", "/opt/gone.conf");
    assert_text(read_unit(tree, "redis.service"), "redis.service: unit a b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        tree_test(dropins__come_behind_the_unit_by_name_over_all_directories),
        tree_test(dropins__of_one_name_the_first_directory_counts),
        tree_test(dropins__other_files_do_not_count),
        tree_test(dropins__of_all_services_come_from_service_d),
        tree_test(dropins__of_prefixes_end_in_a_dash),
        tree_test(dropins__of_prefixes_with_dots_and_dashes_in_a_row),
        tree_test(dropins__of_an_instance_its_template_and_the_prefixes_of_both),
        tree_test(dropins__of_an_instance_come_before_its_templates),
        tree_test(dropins__of_each_name_count),
        tree_test(dropins__of_fedoras_compatible_name),
        tree_test(dropins__of_a_name_that_became_another_unit_do_not_count),
        tree_test(dropins__of_a_templates_alias_count_for_its_instances),
        tree_test(dropins__masked_ones_count_for_nothing),
        tree_test(dropins__links_are_followed_within_the_tree),
    };

    return cmocka_run_group_tests_name("systemd-read-unit-dropins", tests, NULL, NULL);
}
