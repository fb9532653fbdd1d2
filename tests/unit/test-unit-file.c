/* SPDX-License-Identifier: MIT */
/* Units with their drop-ins, checked against what systemd 252 loads from the same trees (systemd-analyze
 * verify). */
#include "host/unit-file.h"

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
    int error = unit_directories_read(tree->root, &directories);

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

/* --- masks, links, and what cannot be read --- */

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
    /* a tree that has a /dev/null */
    tree_link(tree, "dev/null", "/nowhere");
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
    assert_text(read_unit(tree, "a.service"), "a.service: its links lead in a circle");
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
    assert_text(read_unit(tree, "redis.service"), "redis.service: more names or drop-ins than any unit has");
}

static void unit_file__a_file_name_that_is_no_text_is_refused(void **state)
{
    const struct tree *tree = *state;

    put(tree, LIB "redis.service", "unit");
    put(tree, ETC "redis.service.d/a\nb.conf", "a");
    assert_text(read_unit(tree, "redis.service"),
                "redis.service: a drop-in's file name is not text in UTF-8");
}

/* --- instances --- */

/* The names with blanks between them; static buffer. */
static const char *list_instances(const struct tree *tree, const char *template)
{
    static char shown[1024];
    _cleanup_(cleanup_directories) struct unit_directories directories = {0};
    _cleanup_strings_ char **names = NULL;

    assert_int_equal(unit_directories_read(tree->root, &directories), 0);
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
    assert_int_equal(unit_directories_read(tree->root, &directories), 0);
    assert_int_equal(unit_file_instances(&directories, "redis@.service", &names), 0);
    while (names[n])
        n++;
    assert_int_equal(n, 300);
}

/* --- enabled --- */

static bool is_enabled(const struct tree *tree)
{
    _cleanup_(cleanup_directories) struct unit_directories directories = {0};

    assert_int_equal(unit_directories_read(tree->root, &directories), 0);
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
    };

    return cmocka_run_group_tests_name("unit-file", tests, NULL, NULL);
}
