/* SPDX-License-Identifier: MIT */
/* What a redis.conf and a server's command line tell of the few settings that matter here. Pure. Whoever owns
 * the server may write both: hostile input. Passwords are kept only where they are asked for:
 * redis_config_take_secret. */
#pragma once

#include "servers/facts.h"

enum { REDIS_CONFIG_WORDS_MAX = 1024 };

/* Splits a line as Redis does: words, "double quotes" with escapes, 'single quotes'. NULL-terminated, owned
 * by the caller (strings_free). -EINVAL for quotes that do not end, -E2BIG for more than
 * REDIS_CONFIG_WORDS_MAX words. */
int redis_config_split(const char *line, char ***ret);

/* "100mb", "1G", "4096": k is a thousand, kb 1024 (Redis' util.c, memtoull). AMOUNT_UNKNOWN: it is none. */
amount redis_config_size(const char *text);

/* Nothing is told yet. */
void redis_config_begin(struct server_config *config);

/* Takes over what one line of a configuration file says; later ones count. *ret_include is the pattern of a
 * file that is to be read here (the caller's), else it is not touched. A line that Redis would refuse says
 * nothing. */
void redis_config_add_line(struct server_config *config, const char *line, char **ret_include);

/* The same for the options of a command line, "--port 6380 --bind 127.0.0.1 ::1". */
void redis_config_add_options(struct server_config *config, char *const *words);

/* What a server is given as password, by what it was told. */
struct redis_secret {
    char *requirepass; /* NULL: none is told, or it is empty. Wiped when it is freed (secret_free) */
    bool has_acl;      /* users are told as well, whose passwords are hashes */
};

/* Takes over what a line says of it, *ret_include as above, or the options of a command line; later ones
 * count. The options' returns whether requirepass is among them. */
void redis_config_take_secret(struct redis_secret *secret, const char *line, char **ret_include);
bool redis_config_take_secret_option(struct redis_secret *secret, char *const *words);

/* Of the words of a command line: the one that names the configuration file, NULL where none does, and the
 * first option or the end. The program is found by its name, whatever runs it ("numactl --interleave=all
 * redis-server …"). False: it starts no server that we know. */
bool redis_config_find_command(char *const *words, const char **ret_file, char *const **ret_options);

/* What was not told has Redis' own default. */
void redis_config_end(struct server_config *config, enum server_kind kind);
