/* SPDX-License-Identifier: MIT */
#include "servers/read-credentials.h"

#include "support.h"

static int parse(const char *content, struct credentials *ret, char **ret_error)
{
    _cleanup_free_ char *copy = strdup(content);

    return credentials_parse(copy, "file", ret, ret_error);
}

static void parse__takes_a_password_as_it_stands(void **state)
{
    __attribute__((cleanup(credentials_done))) struct credentials credentials = {0};

    (void)state;
    assert_int_equal(
        parse("# cache\n\n[redis-server.service]\n  user=monitor\npassword =  a#b \"c\" = d;\t\r\n"
              "[other@.service]\npassword=x\n[other@one.service]\npassword=y",
              &credentials, NULL),
        0);
    assert_int_equal(credentials.count, 3);
    assert_text(credentials.items[0].unit, "redis-server.service");
    assert_text(credentials.items[0].user, "monitor");
    assert_text(credentials.items[0].password, "a#b \"c\" = d;");
    assert_null(credentials.items[1].user);
    assert_text(credentials_find(&credentials, "other@one.service")->password, "y");
    assert_text(credentials_find(&credentials, "other@two.service")->password, "x");
    assert_null(credentials_find(&credentials, "other.service"));
    assert_null(credentials_find(&credentials, "another@two.service"));
}

static void parse__what_is_wrong_is_said_with_its_line_and_without_a_value(void **state)
{
    static const struct {
        const char *content, *error;
    } rows[] = {
        {"password=SECRET", "file:1: this stands in no section: put it below [UNIT]"},
        {"[redis-server.service", "file:1: no \"]\" at the end of the section's line"},
        {"\n[SECRET]", "file:2: the section must be the name of a service, such as [redis-server.service]"},
        {"[]", "file:1: the section must be the name of a service, such as [redis-server.service]"},
        {"[", "file:1: no \"]\" at the end of the section's line"},
        {"[a.service]\nSECRET", "file:2: allowed are [UNIT], user = NAME, password = WORDS and # comment"},
        {"[a.service]\npasword=SECRET", "file:2: neither user nor password"},
        {"[a.service]\npassword=", "file:2: it has no value"},
        {"[a.service]\npassword=x\npassword=SECRET", "file:3: set a second time: keep one of them"},
        {"[a.service]\npassword=x\n[a.service]", "file:3: this section is there already: keep one of them"},
        {"[a.service]\nuser=SECRET", "file: [a.service] has no password"},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        struct credentials credentials = {0};
        _cleanup_free_ char *error = NULL;

        assert_int_equal(parse(rows[i].content, &credentials, &error), -EINVAL);
        assert_text(error, rows[i].error);
        assert_null(credentials.items);
        assert_lacks(error, "SECRET");
    }
}

/* --- the file --- */

static int read_with(const struct tree *tree, const char *content, mode_t mode, unsigned uid,
                     struct credentials *ret, char **ret_error)
{
    const char *path = tree_path(tree, CREDENTIALS_PATH);

    tree_write(tree, CREDENTIALS_PATH, content);
    assert_int_equal(chown(path, uid, uid), 0);
    assert_int_equal(chmod(path, mode), 0);
    return credentials_read(tree->root, ret, ret_error);
}

static void read__no_file_is_no_credentials(void **state)
{
    const struct tree *tree = *state;
    struct credentials credentials = {0};

    assert_int_equal(credentials_read(tree->root, &credentials, NULL), 0);
    assert_int_equal(credentials.count, 0);
}

static void read__only_roots_own_file_is_taken(void **state)
{
    static const char content[] = "[a.service]\npassword=SECRET\n";
    __attribute__((cleanup(credentials_done))) struct credentials credentials = {0};
    struct credentials none = {0};
    const struct tree *tree = *state;
    _cleanup_free_ char *error = NULL;

    if (!may_be_others())
        skip();
    assert_int_equal(read_with(tree, content, 0644, 0, &none, &error), -EPERM);
    assert_text(error, CREDENTIALS_PATH
                " has mode 0644, others than root may use it: sudo chown root " CREDENTIALS_PATH
                " && sudo chmod 600 " CREDENTIALS_PATH);
    assert_int_equal(read_with(tree, content, 0640, 0, &none, NULL), -EPERM);
    assert_int_equal(read_with(tree, content, 0602, 0, &none, NULL), -EPERM);
    assert_int_equal(read_with(tree, content, 0600, 65534, &none, &error), -EPERM);
    assert_contains(error, "belongs to uid 65534, not to root");
    assert_null(none.items);
    assert_int_equal(read_with(tree, content, 0400, 0, &credentials, NULL), 0);
    assert_int_equal(credentials.count, 1);
}

static void read__what_is_no_file_or_no_text_is_refused(void **state)
{
    const struct tree *tree = *state;
    struct credentials none = {0};
    _cleanup_free_ char *error = NULL;

    if (!may_be_others())
        skip();
    assert_int_equal(read_with(tree, "[a.service]\npassword=\x01\n", 0600, 0, &none, &error), -EINVAL);
    assert_text(error, CREDENTIALS_PATH ": not a text file in UTF-8");
    tree_write_bytes(tree, CREDENTIALS_PATH, "[a.service]\0x", 13);
    assert_int_equal(credentials_read(tree->root, &none, &error), -EINVAL);
    assert_int_equal(unlink(tree_path(tree, CREDENTIALS_PATH)), 0);
    assert_int_equal(mkfifo(tree_path(tree, CREDENTIALS_PATH), 0600), 0);
    assert_int_equal(credentials_read(tree->root, &none, &error), -ENODEV);
    assert_contains(error, "cannot be read");
}

/* --- what a unit's own configuration has --- */

struct told {
    struct redis_secret secret;
    char *from;
};

static void told_done(struct told *told)
{
    secret_free(told->secret.requirepass);
    free(told->from);
}

static struct told read_unit(const struct tree *tree, const char *option, const char *value, unsigned uid)
{
    char *words[] = {(char *)"/usr/bin/redis-server", (char *)"/etc/redis.conf", (char *)option,
                     (char *)value, NULL};
    const struct system_unit unit = {.exec_argv = words};
    struct told told = {0};

    unit_secret_read(tree->root, &unit, uid, 4242, &told.secret, &told.from);
    return told;
}

static void unit__requirepass_is_found_with_where_it_stands(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(told_done) struct told file = {0}, line = {0}, none = {0};

    tree_write(tree, "etc/redis.conf",
               "port 0\nrequirepass first\ninclude /etc/more.conf\nuser bob on #0123\n");
    tree_write(tree, "etc/more.conf", "REQUIREPASS \"se\\x63ond one\"\n");
    file = read_unit(tree, NULL, NULL, 0);
    assert_text(file.secret.requirepass, "second one");
    assert_text(file.from, "/etc/redis.conf");
    assert_true(file.secret.has_acl);
    line = read_unit(tree, "--requirepass", "third", 0);
    assert_text(line.secret.requirepass, "third");
    assert_text(line.from, "its command line");
    tree_write(tree, "etc/more.conf", "requirepass \"\"\n");
    none = read_unit(tree, "--port", "0", 0);
    assert_null(none.secret.requirepass);
    assert_null(none.from);
}

/* Whoever may write redis.conf must not get the password of another by an include. */
static void unit__what_its_server_could_not_read_is_nobodys(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(told_done) struct told server = {0}, root = {0}, all = {0};

    if (!may_be_others())
        skip();
    tree_write(tree, "etc/redis.conf", "include /etc/others.conf\n");
    tree_write(tree, "etc/others.conf", "requirepass SECRET\n");
    assert_int_equal(chmod(tree_path(tree, "etc/others.conf"), 0640), 0);
    server = read_unit(tree, NULL, NULL, 1234);
    assert_null(server.secret.requirepass);
    root = read_unit(tree, NULL, NULL, 0);
    assert_text(root.secret.requirepass, "SECRET");
    assert_int_equal(chmod(tree_path(tree, "etc/others.conf"), 0644), 0);
    all = read_unit(tree, NULL, NULL, 1234);
    assert_text(all.secret.requirepass, "SECRET");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parse__takes_a_password_as_it_stands),
        cmocka_unit_test(parse__what_is_wrong_is_said_with_its_line_and_without_a_value),
        tree_test(read__no_file_is_no_credentials),
        tree_test(read__only_roots_own_file_is_taken),
        tree_test(read__what_is_no_file_or_no_text_is_refused),
        tree_test(unit__requirepass_is_found_with_where_it_stands),
        tree_test(unit__what_its_server_could_not_read_is_nobodys),
    };

    return cmocka_run_group_tests_name("servers-credentials", tests, NULL, NULL);
}
