/* SPDX-License-Identifier: MIT */
/* Where a server's configuration is looked for, and the bounds of what is read there. */
#include "servers.h"

#include <math.h>

#include "servers/read-redis-conf.h"

#define UNIT "usr/lib/systemd/system/"

static const struct server_config *read_config(const struct tree *tree)
{
    server_runs(tree, 10, 1, "redis-server");
    return &read_server(tree, SERVER_GROUP_CONFIG)->config;
}

static void has_command_line(const struct tree *tree, const char *words, size_t size)
{
    tree_write_bytes(tree, "proc/10/cmdline", words, size);
}

#define HAS_COMMAND_LINE(tree, words) has_command_line(tree, words, sizeof(words))

static void in_unit(const struct tree *tree, const char *unit, const char *command)
{
    char cgroup[256], file[512], path[256];

    snprintf(cgroup, sizeof(cgroup), "0::/system.slice/%s\n", unit);
    server_has(tree, 10, "cgroup", cgroup);
    snprintf(file, sizeof(file), "[Service]\nExecStart=%s\n", command);
    snprintf(path, sizeof(path), UNIT "%s", unit);
    tree_write(tree, path, file);
}

static void config__by_the_command_line(void **state)
{
    const struct server_config *config;

    tree_write(*state, "etc/redis/redis.conf", "port 6380\nrequirepass planted-secret\n");
    HAS_COMMAND_LINE(*state, "/usr/bin/redis-server\0/etc/redis/redis.conf\0--tcp-backlog\0"
                             "900");
    config = read_config(*state);
    assert_null(config->unknown);
    assert_text(config->path, "/etc/redis/redis.conf");
    assert_int_equal(config->port, 6380);
    assert_int_equal(config->tcp_backlog, 900);
    assert_int_equal(config->maxclients, 10000);
    assert_int_equal(server_config_password(config), TRAIT_YES);
}

static void config__by_the_unit_where_there_is_a_title(void **state)
{
    const struct server_config *config;

    tree_write(*state, "etc/redis/redis.conf", "tcp-backlog 700\n");
    HAS_COMMAND_LINE(*state, "/usr/bin/redis-server 127.0.0.1:6379");
    in_unit(*state, "redis-server.service",
            "/usr/bin/redis-server /etc/redis/redis.conf --supervised systemd");
    config = read_config(*state);
    assert_null(config->unknown);
    assert_text(config->path, "/etc/redis/redis.conf");
    assert_int_equal(config->tcp_backlog, 700);
}

static void config__of_an_instance(void **state)
{
    const struct server_config *config;

    tree_write(*state, "etc/redis/redis-cache.conf", "port 7000\n");
    tree_write(*state, UNIT "redis-server@.service",
               "[Service]\nExecStart=/usr/bin/redis-server /etc/redis/redis-%i.conf --daemonize no\n");
    server_has(*state, 10, "cgroup", "0::/system.slice/system-redis.slice/redis-server@cache.service\n");
    config = read_config(*state);
    assert_null(config->unknown);
    assert_int_equal(config->port, 7000);
    server_has(*state, 10, "cgroup", "0::/system.slice/redis-server@%i.service\n");
    assert_contains(read_config(*state)->unknown, "neither its command line nor a unit"); /* no unit's name */
    tree_write(*state, "usr/lib/systemd/system/redis-server@.service",
               "[Service]\nExecStart=/usr/bin/redis-server /etc/%i/%I/redis-%i.conf\n");
    server_has(*state, 10, "cgroup", "0::/system.slice/redis-server@b.service\n");
    assert_contains(read_config(*state)->unknown, "/etc/b/b/redis-b.conf: No such file");
}

static void config__of_a_unit_that_a_drop_in_changed(void **state)
{
    tree_write(*state, "etc/mine.conf", "port 1\n");
    in_unit(*state, "redis.service", "/usr/bin/redis-server /etc/redis.conf");
    tree_write(
        *state, "etc/systemd/system/redis.service.d/x.conf",
        "[Service]\nExecStart=\nExecStart=/usr/bin/numactl -i all /usr/bin/redis-server /etc/mine.conf\n");
    assert_int_equal(read_config(*state)->port, 1);
}

/* As systemd-run writes it. */
static void config__of_a_program_by_another_name(void **state)
{
    tree_write(*state, "etc/redis.conf", "port 7\n");
    in_unit(*state, "run.service", "@/usr/bin/redis-server \"/usr/bin/redis-server\" \"--port\" \"8\"");
    assert_int_equal(read_config(*state)->port, 8);
    assert_null(read_config(*state)->path);
    in_unit(*state, "run.service", "-@/usr/bin/redis-server cache /etc/redis.conf");
    assert_int_equal(read_config(*state)->port, 7);
    in_unit(*state, "run.service", "!/usr/bin/redis-server /etc/redis.conf");
    assert_int_equal(read_config(*state)->port, 7);
}

static void config__includes(void **state)
{
    const struct server_config *config;

    tree_write(*state, "etc/redis/redis.conf",
               "port 1\ninclude /etc/redis/more.conf\ninclude /etc/redis/d/*.conf\n");
    tree_write(*state, "etc/redis/more.conf", "port 2\nmaxclients 5\n");
    tree_write(*state, "etc/redis/d/10.conf", "port 3\n");
    tree_write(*state, "etc/redis/d/20.conf", "port 4\n");
    tree_write(*state, "etc/redis/d/30.other", "port 5\n");
    HAS_COMMAND_LINE(*state, "redis-server\0/etc/redis/redis.conf");
    config = read_config(*state);
    assert_null(config->unknown);
    assert_int_equal(config->port, 4);
    assert_int_equal(config->maxclients, 5);
}

static void unknown__with_the_reason(void **state)
{
    const struct tree *tree = *state;

    assert_contains(read_config(tree)->unknown, "neither its command line nor a unit");
    HAS_COMMAND_LINE(tree, "redis-server *:6379");
    assert_contains(read_config(tree)->unknown, "neither its command line nor a unit");
    HAS_COMMAND_LINE(tree, "redis-server\0/etc/redis/redis.conf");
    assert_contains(read_config(tree)->unknown, "/etc/redis/redis.conf: No such file");
    HAS_COMMAND_LINE(tree, "redis-server\0redis\033.conf");
    assert_contains(read_config(tree)->unknown, "no absolute path: redis\\x1b.conf");
    server_has(tree, 10, "cgroup", "0::/docker/0123456789abcdef\n");
    assert_contains(read_config(tree)->unknown, "in a container");
}

/* A user's manager has units by the same names. */
static void unknown__for_a_users_own_unit(void **state)
{
    tree_write(*state, "etc/redis/redis.conf", "port 1\n");
    in_unit(*state, "redis.service", "/usr/bin/redis-server /etc/redis/redis.conf");
    server_has(*state, 10, "cgroup",
               "0::/user.slice/user-1000.slice/user@1000.service/app.slice/redis.service\n");
    assert_contains(read_config(*state)->unknown, "neither its command line nor a unit");
}

static void hostile__includes_end(void **state)
{
    tree_write(*state, "etc/a.conf", "include /etc/a.conf\n");
    HAS_COMMAND_LINE(*state, "redis-server\0/etc/a.conf");
    assert_contains(read_config(*state)->unknown, "too many included files");
    tree_write(*state, "etc/a.conf", "include secret\n");
    assert_contains(read_config(*state)->unknown, "absolute path");
    tree_write(*state, "etc/a.conf", "include /etc/d/*\n");
    for (int i = 0; i < 70; i++) {
        char path[32];

        snprintf(path, sizeof(path), "etc/d/%d", i);
        tree_write(*state, path, "port 1\n");
    }
    assert_contains(read_config(*state)->unknown, "too many included files");
}

static void hostile__only_regular_files_of_some_size(void **state)
{
    const struct tree *tree = *state;

    HAS_COMMAND_LINE(tree, "redis-server\0/etc/a.conf");
    tree_mkdir(tree, "etc");
    assert_int_equal(mkfifo(tree_path(tree, "etc/a.conf"), 0600), 0);
    assert_contains(read_config(tree)->unknown, "No such device");
    assert_int_equal(unlink(tree_path(tree, "etc/a.conf")), 0);
    tree_mkdir(tree, "etc/a.conf");
    assert_contains(read_config(tree)->unknown, "Is a directory");
    assert_int_equal(rmdir(tree_path(tree, "etc/a.conf")), 0);
    tree_write(tree, "etc/a.conf", "port 1\n");
    assert_int_equal(truncate(tree_path(tree, "etc/a.conf"), 5 << 20), 0);
    assert_contains(read_config(tree)->unknown, "File too large");
    assert_int_equal(unlink(tree_path(tree, "etc/a.conf")), 0);
    tree_link(tree, "etc/a.conf", "a.conf");
    assert_contains(read_config(tree)->unknown, "symbolic links");
}

/* A list whose length is its own choice: so many included files of so many bytes. */
static void includes(const struct tree *tree, int pid, int files, size_t bytes)
{
    _cleanup_free_ char *content = malloc(bytes + 1);
    char path[64], command[128];

    assert_non_null(content);
    memset(content, '#', bytes);
    for (size_t i = 999; i < bytes; i += 1000)
        content[i] = '\n';
    content[bytes] = '\0';
    for (int i = 0; i < files; i++) {
        snprintf(path, sizeof(path), "etc/%d/%03d", pid, i);
        tree_write(tree, path, content);
    }
    snprintf(path, sizeof(path), "etc/%d.conf", pid);
    snprintf(command, sizeof(command), "port %d\ninclude /etc/%d/*\n", pid, pid);
    tree_write(tree, path, command);
    server_runs(tree, pid, 1, "redis-server");
    snprintf(path, sizeof(path), "proc/%d/cmdline", pid);
    snprintf(command, sizeof(command), "redis-server%c/etc/%d.conf%c", 0, pid, 0);
    tree_write_bytes(tree, path, command, strlen("redis-server") + strlen(command + 13) + 2);
}

static void hostile__what_all_servers_include_has_an_end(void **state)
{
    const struct server_list *list;

    includes(*state, 20, 12, 1 << 20); /* more than a third, while the others need little */
    includes(*state, 21, 20, 1 << 20);
    includes(*state, 22, 1, 1000);
    list = read_servers(*state, SERVER_GROUP_CONFIG);
    assert_int_equal(list->count, 3);
    assert_contains(list->servers[1].config.unknown, "larger than what one run reads");
    assert_null(list->servers[2].config.unknown);
    assert_int_equal(list->servers[2].config.port, 22);
}

static void config__a_server_may_have_what_others_leave(void **state)
{
    const struct server_list *list;

    includes(*state, 20, 12, 1 << 20);
    includes(*state, 21, 1, 1000);
    list = read_servers(*state, SERVER_GROUP_CONFIG);
    assert_null(list->servers[0].config.unknown);
    assert_null(list->servers[1].config.unknown);
}

static void hostile__patterns_end(void **state)
{
    char content[70 * 32] = "";

    for (int i = 0; i < 70; i++)
        strcat(content, "include /etc/d/*.none\n");
    tree_write(*state, "etc/a.conf", content);
    tree_mkdir(*state, "etc/d");
    HAS_COMMAND_LINE(*state, "redis-server\0/etc/a.conf");
    assert_contains(read_config(*state)->unknown, "too many included files");
}

/* Where so many names take no minute. */
static int tree_in_memory_setup(void **state)
{
    struct tree *tree = calloc(1, sizeof(*tree));

    assert_non_null(tree);
    strcpy(tree->path,
           access("/dev/shm", W_OK) == 0 ? "/dev/shm/hosttune-unit-XXXXXX" : "/tmp/hosttune-unit-XXXXXX");
    assert_non_null(mkdtemp(tree->path));
    assert_int_equal(root_open(tree->path, &tree->root), 0);
    *state = tree;
    return 0;
}

static void fill_directory(const struct tree *tree, int others)
{
    char path[128];

    tree_write(tree, "etc/d/first", "");
    for (int i = 0; i < others; i++) {
        snprintf(path, sizeof(path), "%s/etc/d/%d", tree->path, i);
        assert_int_equal(symlink("first", path), 0);
    }
}

/* What was cut is no answer: the settings behind it are not known. */
static void hostile__a_directory_with_too_many_names_is_said(void **state)
{
    tree_write(*state, "etc/a.conf", "include /etc/d/*\nport 7000\n");
    fill_directory(*state, 65536);
    HAS_COMMAND_LINE(*state, "redis-server\0/etc/a.conf");
    assert_contains(read_config(*state)->unknown, "/etc/d/*: too many included files");
}

static int read_within(struct tree *tree, double seconds, char **ret_message)
{
    struct budget_share share = {.amount = 1 << 24, .until = budget_now() + seconds};
    struct server_facts server = {0};
    int result;

    redis_config_begin(&server.config);
    result = redis_conf_read(tree->root, "/etc/a.conf", &share, &server.config, ret_message);
    server_facts_done(&server);
    return result;
}

/* Not only between two files: a long one takes its time on a machine at work. */
static void hostile__time_ends_within_a_file(void **state)
{
    _cleanup_free_ char *content = malloc(1 << 20), *message = NULL, *said = NULL;

    for (size_t i = 0; i < (1 << 20) - 2; i += 2)
        memcpy(content + i, "x\n", 3);
    tree_write(*state, "etc/a.conf", content);
    assert_int_equal(read_within(*state, INFINITY, &message), 0);
    assert_int_equal(read_within(*state, 0.005, &said), -ETIME);
    assert_contains(said, "/etc/a.conf: not looked at: the time of this run is used up");
}

static void hostile__time_ends_within_a_directory(void **state)
{
    _cleanup_free_ char *message = NULL, *said = NULL;
    char content[60 * 32] = "";

    for (int i = 0; i < 60; i++)
        strcat(content, "include /etc/d/*.none\n");
    tree_write(*state, "etc/a.conf", content);
    fill_directory(*state, 5000);
    assert_int_equal(read_within(*state, INFINITY, &message), 0);
    assert_int_equal(read_within(*state, 0.01, &said), -ETIME);
    assert_contains(said, "the time of this run is used up");
}

/* They look regular to stat. */
static void hostile__files_that_the_kernel_makes_up_are_not_read(void **state)
{
    _cleanup_free_ char *message = NULL;
    _cleanup_root_ struct root *host = NULL;
    struct budget_share share = {.amount = 1 << 20, .until = INFINITY};
    struct server_config config = {0};

    (void)state;
    assert_int_equal(root_open("/", &host), 0);
    assert_int_equal(redis_conf_read(host, "/proc/self/status", &share, &config, &message), -ENODEV);
    assert_contains(message, "/proc/self/status: No such device");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        server_test(config__by_the_command_line),
        server_test(config__by_the_unit_where_there_is_a_title),
        server_test(config__of_an_instance),
        server_test(config__of_a_unit_that_a_drop_in_changed),
        server_test(config__of_a_program_by_another_name),
        server_test(config__includes),
        server_test(unknown__with_the_reason),
        server_test(unknown__for_a_users_own_unit),
        server_test(hostile__includes_end),
        server_test(hostile__patterns_end),
        cmocka_unit_test_setup_teardown(hostile__a_directory_with_too_many_names_is_said,
                                        tree_in_memory_setup, servers_end),
        server_test(hostile__time_ends_within_a_file),
        cmocka_unit_test_setup_teardown(hostile__time_ends_within_a_directory, tree_in_memory_setup,
                                        servers_end),
        server_test(hostile__what_all_servers_include_has_an_end),
        server_test(config__a_server_may_have_what_others_leave),
        server_test(hostile__only_regular_files_of_some_size),
        server_test(hostile__files_that_the_kernel_makes_up_are_not_read),
    };

    return cmocka_run_group_tests_name("servers-read-config", tests, NULL, NULL);
}
