/* SPDX-License-Identifier: MIT */
/* What CONFIG REWRITE would do to the file of a server, and what that file may be read for. */
#include "servers.h"

#include <sys/stat.h>
#include <unistd.h>

#include "servers/read-config-file.h"
#include "servers/readers.h"

static struct config_file look(const struct tree *tree, const char *path)
{
    struct server_facts server = {.process = {.pid = 10, .uid = 107}};
    struct config_file file = {0};

    server_config_file_read(tree->root, &server, path, &file);
    return file;
}

static void set_mode(const struct tree *tree, const char *path, unsigned mode)
{
    assert_int_equal(chmod(tree_path(tree, path), mode), 0);
}

static void config_file__mode_and_umask(void **state)
{
    struct config_file file;

    tree_write(*state, "etc/redis/redis.conf", "port 6379\n");
    set_mode(*state, "etc/redis/redis.conf", 0640);
    tree_write(*state, "proc/10/status", "Name:\tredis-server\nUmask:\t0027\n");
    file = look(*state, "/etc/redis/redis.conf");
    assert_true(file.is_known && !file.is_link);
    assert_int_equal(file.mode, 0640);
    assert_int_equal(file.umask, 027);
    assert_int_equal(file.uid, getuid());
}

static void config_file__a_link(void **state)
{
    struct config_file file;

    tree_write(*state, "srv/redis.conf", "port 6379\n");
    set_mode(*state, "srv/redis.conf", 0600);
    tree_mkdir(*state, "etc");
    tree_link(*state, "etc/redis.conf", "/srv/redis.conf");
    file = look(*state, "/etc/redis.conf");
    assert_true(file.is_known && file.is_link);
    assert_int_equal(file.mode, 0600);
}

/* By the owner, the group and the others of its directory, to a server of another user. */
static void config_file__in_a_directory_that_takes_no_new_file(void **state)
{
    tree_write(*state, "etc/redis/redis.conf", "port 6379\n");
    set_mode(*state, "etc/redis", 0755);
    assert_true(look(*state, "/etc/redis/redis.conf").is_closed);
    set_mode(*state, "etc/redis", 0777);
    assert_false(look(*state, "/etc/redis/redis.conf").is_closed);
}

static void config_file__what_is_none_is_not_known(void **state)
{
    tree_mkdir(*state, "etc/redis");
    assert_false(look(*state, "/etc/redis").is_known);
    assert_false(look(*state, "/nonexistent").is_known);
    assert_false(look(*state, "-").is_known);
    assert_false(look(*state, "redis.conf").is_known);
}

static bool read_named(const struct tree *tree, unsigned uid, struct server_facts *server)
{
    struct budget_share share = {.amount = 1 << 20, .until = budget_now() + 60};
    struct config_pairs pairs = {0};
    bool is_read;

    server->process.pid = 10;
    server->process.uid = uid;
    server->config.unknown = strdup("its command line is not known");
    assert_false(server_config_read_named(tree->root, server, "/etc/redis.conf", &share, &pairs));
    is_read = pairs.count > 0;
    config_pairs_done(&pairs);
    return is_read;
}

/* A file that the server's own user could not read is none of the server's. */
static void named__only_what_the_server_may_read(void **state)
{
    struct server_facts server = {0};

    tree_write(*state, "etc/redis.conf", "dir /srv/redis\nrequirepass planted-secret\n");
    set_mode(*state, "etc/redis.conf", 0600);
    assert_false(read_named(*state, getuid() + 1, &server));
    assert_text(server.config.unknown, "its command line is not known");
    server_config_done(&server.config);
    assert_true(read_named(*state, getuid(), &server));
    assert_null(server.config.unknown);
    assert_text(server.config.dir, "/srv/redis");
    assert_int_equal(server_config_password(&server.config), TRAIT_YES);
    server_config_done(&server.config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        tree_test(config_file__mode_and_umask),
        tree_test(config_file__a_link),
        tree_test(config_file__in_a_directory_that_takes_no_new_file),
        tree_test(config_file__what_is_none_is_not_known),
        tree_test(named__only_what_the_server_may_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
