/* SPDX-License-Identifier: MIT */
#include "servers/config.h"

#include <time.h>

#include "support.h"

#include "util/memory.h"

static struct server_config config;
static char **words;
static char *include;

static int config_end(void **state)
{
    (void)state;
    server_config_done(&config);
    strings_free(words);
    words = NULL;
    free(include);
    include = NULL;
    return 0;
}

static char **split(const char *line)
{
    strings_free(words);
    words = NULL;
    assert_int_equal(redis_config_split(line, &words), 0);
    return words;
}

static void add_lines(const char *const *lines)
{
    redis_config_begin(&config);
    for (; *lines; lines++)
        redis_config_add_line(&config, *lines, &include);
}

#define ADD_LINES(...) add_lines((const char *const[]){__VA_ARGS__, NULL})

static void split__words_and_quotes(void **state)
{
    (void)state;
    split("  save 3600 1 \r");
    assert_text(words[0], "save");
    assert_text(words[2], "1");
    assert_null(words[3]);
    split("dir \"/a b\\\\\\n\\x41\\\"\" 'it\\'s'");
    assert_text(words[1], "/a b\\\nA\"");
    assert_text(words[2], "it's");
    split("save \"\"");
    assert_text(words[1], "");
    assert_null(split("")[0]);
}

static void split__open_quotes_are_refused(void **state)
{
    static const char *const lines[] = {"dir \"x", "dir 'x", "dir \"x\"y", "dir 'x'y", "dir \"x\\", "dir \""};
    char **result = NULL;

    (void)state;
    for (size_t i = 0; i < ELEMENTS(lines); i++)
        assert_int_equal(redis_config_split(lines[i], &result), -EINVAL);
    assert_null(result);
}

static void split__no_more_words_than_needed(void **state)
{
    char line[2 * (REDIS_CONFIG_WORDS_MAX + 2)];
    char **result = NULL;

    (void)state;
    for (size_t i = 0; i < sizeof(line) - 1; i++)
        line[i] = i % 2 == 0 ? 'x' : ' ';
    line[sizeof(line) - 1] = '\0';
    assert_int_equal(redis_config_split(line, &result), -E2BIG);
}

static void line__settings_that_are_kept(void **state)
{
    (void)state;
    ADD_LINES("# port 1", "port 6380", "TCP-Backlog 1024", "tls-port 6390", "maxclients 20000",
              "unixsocket /run/redis/redis.sock", "bind 127.0.0.1 -::1", "logfile \"\"", "dir /var/lib/redis",
              "save 3600 1", "rename-command CONFIG \"\"");
    assert_int_equal(config.port, 6380);
    assert_int_equal(config.tcp_backlog, 1024);
    assert_int_equal(config.tls_port, 6390);
    assert_int_equal(config.maxclients, 20000);
    assert_text(config.unixsocket, "/run/redis/redis.sock");
    assert_null(config.logfile);
    assert_int_equal(server_config_password(&config), TRAIT_NO);
    assert_null(include);
}

/* Seconds for a list of so many long words. */
static double time_of_list(int count)
{
    enum { LENGTH = 64 * 1024 };
    char *line = malloc(8 + (size_t)count * (LENGTH + 1)), *end = line;
    clock_t began;

    assert_non_null(line);
    end = stpcpy(end, "bind");
    for (int i = 0; i < count; i++) {
        *end++ = ' ';
        memset(end, 'a', LENGTH);
        end += LENGTH;
    }
    *end = '\0';
    began = clock();
    redis_config_begin(&config);
    redis_config_add_line(&config, line, &include);
    assert_int_equal(config.port, AMOUNT_UNKNOWN);
    free(line);
    return (double)(clock() - began) / CLOCKS_PER_SEC;
}

/* Eight times the words take eight times the time, and would take sixty-four if what is there were copied
 * for each.
 */
static void line__long_lists_take_time_by_their_length(void **state)
{
    double few = time_of_list(50);

    (void)state;
    assert_true(time_of_list(400) < 24 * few + 0.1);
}

static void line__the_last_one_counts(void **state)
{
    (void)state;
    ADD_LINES("port 1", "port 2", "unixsocket /a", "unixsocket \"\"", "requirepass x", "requirepass \"\"");
    assert_int_equal(config.port, 2);
    assert_null(config.unixsocket);
    assert_int_equal(server_config_password(&config), TRAIT_NO);
}

static void line__passwords_are_seen_and_not_kept(void **state)
{
    (void)state;
    ADD_LINES("requirepass planted-secret");
    assert_int_equal(server_config_password(&config), TRAIT_YES);
    config_end(NULL);
    ADD_LINES("user default on >planted-secret ~* &* +@all");
    assert_int_equal(server_config_password(&config), TRAIT_YES);
}

/* Whose password it is, and whose it is not. */
static void line__a_password_of_the_default_user(void **state)
{
    static const struct {
        const char *first, *second;
        enum trait expected;
    } cases[] = {
        {"bind 0.0.0.0", "user default on nopass ~* &* +@all", TRAIT_NO},
        {"bind 0.0.0.0", "user app on >example ~app:* +@all", TRAIT_NO},
        {"requirepass x", "user app on >example ~app:* +@all", TRAIT_YES},
        {"requirepass x", "user default on nopass ~* +@all", TRAIT_NO},
        {"user default on nopass +@all", "user default on nopass >secret +@all", TRAIT_YES},
        {"user default on >secret nopass +@all", "port 0", TRAIT_NO},
        {"user default on nopass resetpass", "port 0", TRAIT_YES},
        {"user default on #0123 ~* +@all", "port 0", TRAIT_YES},
        {"user default off nopass ~* +@all", "port 0", TRAIT_YES},
        {"aclfile /etc/redis/users.acl", "port 0", TRAIT_UNKNOWN},
        {"aclfile \"\"", "port 0", TRAIT_NO},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        ADD_LINES(cases[i].first, cases[i].second);
        assert_int_equal(server_config_password(&config), cases[i].expected);
        config_end(NULL);
    }
}

static void line__what_redis_would_refuse_says_nothing(void **state)
{
    (void)state;
    ADD_LINES("port", "port x", "port -1", "port 1 2", "port \"1", "tcp-backlog 99999999999999999999",
              "portx 1", "unixsocket /a /b", "\"\" 1", "include", "include a b");
    assert_int_equal(config.port, AMOUNT_UNKNOWN);
    assert_int_equal(config.tcp_backlog, AMOUNT_UNKNOWN);
    assert_null(config.unixsocket);
    assert_null(include);
    redis_config_end(&config, SERVER_KIND_SERVER);
    assert_int_equal(config.port, 6379);
    assert_int_equal(config.tls_port, 0);
    assert_int_equal(config.tcp_backlog, 511);
    assert_int_equal(config.maxclients, 10000);
}

static void line__control_characters_are_escaped(void **state)
{
    (void)state;
    ADD_LINES("unixsocket \"/run/\\x1b[31m\\n\"", "logfile \"\\x07 x\"");
    assert_text(config.unixsocket, "/run/\\x1b[31m\\x0a");
    assert_text(config.logfile, "\\x07 x");
}

static void line__includes_are_the_callers(void **state)
{
    (void)state;
    ADD_LINES("Include /etc/redis/conf.d/*.conf");
    assert_text(include, "/etc/redis/conf.d/*.conf");
}

static void options__of_a_command_line(void **state)
{
    (void)state;
    redis_config_begin(&config);
    split(
        "stray --port 7000 --bind 127.0.0.1 ::1 --supervised systemd --unixsocket /s --requirepass x --save");
    redis_config_add_options(&config, words);
    assert_int_equal(config.port, 7000);
    assert_text(config.unixsocket, "/s");
    assert_int_equal(server_config_password(&config), TRAIT_YES);
}

static void command__file_and_options(void **state)
{
    static const struct {
        const char *line, *file, *option;
        bool is_server;
    } rows[] = {
        {"/usr/bin/redis-server /etc/redis/redis.conf --port 1", "/etc/redis/redis.conf", "--port", true},
        {"redis-server --port 1", NULL, "--port", true},
        {"redis-server -", NULL, "-", true},
        {"redis-server", NULL, NULL, true},
        {"numactl --interleave=all /usr/bin/valkey-server /etc/valkey.conf", "/etc/valkey.conf", NULL, true},
        {"/usr/bin/redis-cli -p 1", NULL, NULL, false},
        {"", NULL, NULL, false},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        const char *file = NULL;
        char *const *options = NULL;

        assert_int_equal(redis_config_find_command(split(rows[i].line), &file, &options), rows[i].is_server);
        assert_text(file, rows[i].file);
        if (rows[i].is_server)
            assert_text(*options, rows[i].option);
    }
}

static void end__sentinels_have_a_port_of_their_own(void **state)
{
    (void)state;
    redis_config_begin(&config);
    redis_config_end(&config, SERVER_KIND_SENTINEL);
    assert_int_equal(config.port, 26379);
}

static void memory_and_persistence__as_redis_reads_them(void **state)
{
    static const struct {
        const char *text;
        amount bytes;
    } sizes[] = {{"100mb", 100 << 20}, {"1G", 1000000000}, {"2kb", 2048}, {"7", 7}, {"5b", 5},
                 {"3K", 3000},         {"1gb", 1ULL << 30}};

    (void)state;
    for (size_t i = 0; i < ELEMENTS(sizes); i++) {
        _cleanup_free_ char *line = memory_format("maxmemory %s", sizes[i].text);

        ADD_LINES(line, "maxmemory 1tb", "maxmemory -1", "maxmemory 99999999999gb", "maxmemory");
        assert_int_equal(config.maxmemory, sizes[i].bytes);
    }
    assert_int_equal(config.has_save_points, TRAIT_UNKNOWN);
    assert_int_equal(config.has_append_only_file, TRAIT_UNKNOWN);
    redis_config_end(&config, SERVER_KIND_SERVER);
    assert_int_equal(config.has_append_only_file, TRAIT_NO);
    ADD_LINES("save 3600 1", "appendonly yes");
    assert_int_equal(config.has_save_points, TRAIT_YES);
    assert_int_equal(config.has_append_only_file, TRAIT_YES);
    ADD_LINES("save 3600 1", "save \"\"", "appendonly no");
    assert_int_equal(config.has_save_points, TRAIT_NO);
    assert_int_equal(config.has_append_only_file, TRAIT_NO);
}

int main(void)
{
#define config_test(function) cmocka_unit_test_teardown(function, config_end)
    const struct CMUnitTest tests[] = {
        config_test(split__words_and_quotes),
        config_test(split__open_quotes_are_refused),
        config_test(split__no_more_words_than_needed),
        config_test(line__settings_that_are_kept),
        config_test(line__long_lists_take_time_by_their_length),
        config_test(line__the_last_one_counts),
        config_test(line__passwords_are_seen_and_not_kept),
        config_test(line__a_password_of_the_default_user),
        config_test(line__what_redis_would_refuse_says_nothing),
        config_test(line__control_characters_are_escaped),
        config_test(line__includes_are_the_callers),
        config_test(options__of_a_command_line),
        config_test(command__file_and_options),
        config_test(end__sentinels_have_a_port_of_their_own),
        config_test(memory_and_persistence__as_redis_reads_them),
    };

    return cmocka_run_group_tests_name("servers-config", tests, NULL, NULL);
}
