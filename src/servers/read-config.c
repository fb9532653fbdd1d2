/* SPDX-License-Identifier: MIT */
/* What a server was told: by its command line, where it still stands in /proc (Redis writes a title over it),
 * else by its unit's ExecStart=, and by the file that these name. Owns where a configuration is looked for.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "servers/config.h"
#include "servers/read-process.h"
#include "servers/read-redis-conf.h"
#include "servers/readers.h"
#include "systemd/exec-line.h"
#include "systemd/read-unit.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

enum { COMMAND_LINE_MAX = 64 * 1024 };

/* The words of /proc/PID/cmdline, which end in NULs; one word where there is a title. */
static int read_command_line(const struct root *root, int pid, char ***ret)
{
    _cleanup_strings_ char **words = NULL;
    _cleanup_free_ char *content = NULL;
    size_t size, count = 0;
    char path[64];
    int error;

    snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
    error = memory_check(root_read_file(root, path, COMMAND_LINE_MAX, &content, &size));
    if (error < 0)
        return error;
    memory_grow(&words, 0, sizeof(*words));
    for (const char *word = content; word < content + size; word += strlen(word) + 1) {
        if (count == REDIS_CONFIG_WORDS_MAX)
            return -E2BIG;
        memory_add_text(&words, count++, memory_copy(word));
    }
    *ret = TAKE_POINTER(words);
    return 0;
}

/* "%i" and "%I" of an instance's unit; a name with other specifiers stays as it is and is not found then. */
static int expand_instance(char **word, const char *unit)
{
    const char *at = strchr(unit, '@'), *dot = strrchr(unit, '.');
    char *expanded, *specifier;

    while (at && dot > at &&
           (specifier = strstr(*word, "%i"), specifier || (specifier = strstr(*word, "%I")))) {
        expanded = memory_format("%.*s%.*s%s", (int)(specifier - *word), *word, (int)(dot - at - 1), at + 1,
                                 specifier + 2);
        free(*word);
        *word = expanded;
        if (strlen(expanded) > COMMAND_LINE_MAX)
            return -E2BIG;
    }
    return 0;
}

/* An ExecStart= read as Redis reads its own lines: near enough to systemd's quoting for a path. Without
 * prefixes, and without what '@' calls the program. */
static int split_command(const char *value, char ***ret)
{
    _cleanup_free_ char *command = NULL;
    struct exec_line line;
    int error = exec_line_parse(value, &line);

    if (error < 0)
        return error;
    command = memory_format("%.*s%s", (int)line.program_length, line.program, line.rest);
    return redis_config_split(command, ret);
}

static int read_unit_command(const struct root *root, const char *name, char ***ret)
{
    _cleanup_(unit_directories_done) struct unit_directories directories = {0};
    _cleanup_(unit_done) struct unit unit = {0};
    _cleanup_free_ char *message = NULL;
    _cleanup_strings_ char **words = NULL;
    const struct unit_setting *command;
    size_t position;
    int error = unit_directories_read(root, &directories, NULL);

    if (error == 0)
        error = unit_file_read(root, &directories, name, &unit, &message);
    if (error < 0)
        return error;
    position = unit_list_begin(&unit, "ExecStart");
    command = unit_next(&unit, "ExecStart", &position);
    if (!command)
        return -ENOENT;
    error = split_command(command->value, &words);
    for (char **word = words; error == 0 && *word; word++)
        error = expand_instance(word, name);
    if (error < 0)
        return error;
    *ret = TAKE_POINTER(words);
    return 0;
}

/* What tells more than a name: a title has a single word. */
static bool find_command(char **words, const char **ret_file, char *const **ret_options)
{
    return words && words[0] && words[1] && redis_config_find_command(words, ret_file, ret_options);
}

static int read_words(const struct root *root, struct server_facts *server, char ***ret,
                      const char **ret_file, char *const **ret_options)
{
    if (read_command_line(root, server->process.pid, ret) == 0 && find_command(*ret, ret_file, ret_options))
        return 0;
    strings_free(*ret);
    *ret = NULL;
    if (!server->process.unit || server->process.container)
        return -ENOENT;
    if (read_unit_command(root, server->process.unit, ret) < 0)
        return -ENOENT;
    return find_command(*ret, ret_file, ret_options) ? 0 : -ENOENT;
}

static bool read_told(const struct root *root, struct server_facts *server, const char *file,
                      char *const *options, struct budget_share *share)
{
    struct server_config *config = &server->config;
    _cleanup_free_ char *message = NULL;
    int error = 0;

    redis_config_begin(config);
    if (file && *file != '/') {
        error = memory_error(&message, -ENOTSUP, "its configuration file has no absolute path: %s", file);
        memory_check(text_escape(&message));
    } else if (file) {
        error = redis_conf_read(root, file, share, config, &message);
        memory_set_text(&config->path, file);
        memory_check(text_escape(&config->path));
    }
    if (error == 0) {
        redis_config_add_options(config, options);
        redis_config_end(config, server->process.kind);
    }
    memory_set_text(&config->unknown, message);
    return error == -ENOBUFS || error == -ETIME;
}

bool server_config_read(const struct root *root, struct server_facts *server, struct budget_share *share)
{
    _cleanup_strings_ char **words = NULL;
    const char *file = NULL, *unknown = NULL;
    char *const *options = NULL;

    redis_config_begin(&server->config);
    if (budget_share_is_over(share))
        unknown = server_no_time;
    else if (server->process.container)
        unknown = "it runs in a container, whose files are not looked at";
    else if (read_words(root, server, &words, &file, &options) < 0)
        unknown = "neither its command line nor a unit says what it was told";
    if (unknown) {
        memory_set_text(&server->config.unknown, unknown);
        return false;
    }
    return read_told(root, server, file, options, share);
}

bool server_config_read_named(const struct root *root, struct server_facts *server, const char *path,
                              struct budget_share *share, struct config_pairs *pairs)
{
    const struct conf_reader reader = {server->process.uid, redis_process_gid(root, server->process.pid)};
    struct server_config config = {0}, *kept = &server->config;
    struct config_pairs read = {0};
    _cleanup_free_ char *message = NULL;
    int error;

    if (*path != '/' || server->process.container)
        return false;
    redis_config_begin(&config);
    error = redis_conf_read_named(root, path, &reader, share, &config, &read, &message);
    if (error == 0) {
        redis_config_end(&config, server->process.kind);
        config.path = memory_copy(path);
        memory_check(text_escape(&config.path));
        *pairs = read;
        read = (struct config_pairs){0};
    }
    if (error == 0 && (kept->unknown || !text_equal(kept->path, config.path))) {
        server_config_done(kept);
        *kept = config;
        config = (struct server_config){0};
    }
    if (!kept->dir) /* these have no default that is known here */
        kept->dir = TAKE_POINTER(config.dir);
    if (!kept->dbfilename)
        kept->dbfilename = TAKE_POINTER(config.dbfilename);
    server_config_done(&config);
    config_pairs_done(&read);
    return error == -ENOBUFS || error == -ETIME;
}
