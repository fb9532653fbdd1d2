/* SPDX-License-Identifier: MIT */
/* A service unit as its files have it: the assignments of its [Service] section, in the order in which they
 * count. The syntax is systemd.syntax(7) and systemd.unit(5); the code that it was checked against is systemd
 * 252 and 257, src/shared/conf-parser.c. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct unit_setting {
    char *key;
    char *value; /* as it stands, continuation lines joined, specifiers and quotes untouched; "" resets a list
                  */
    char *file;
    unsigned line;
};

struct unit {
    char *name; /* without the '@' part of an alias: the name that systemd knows it by */
    struct unit_setting *settings;
    size_t settings_count;
};

enum {
    UNIT_FILE_SIZE_MAX = 1024 * 1024,
    UNIT_SETTINGS_MAX = 4096,
    UNIT_DROPINS_MAX = 256,
};

/* Adds one file's assignments. content is cut up. -EBADMSG when it is not what systemd would take (a broken
 * section header, no UTF-8, a NUL byte), -E2BIG above UNIT_SETTINGS_MAX, -ENOMEM; *ret_error says where. */
int unit_parse(struct unit *unit, const char *file, char *content, size_t size, char **ret_error);

/* The last assignment of a key, NULL: none. For settings that hold one value. */
const struct unit_setting *unit_find(const struct unit *unit, const char *key);

/* The index of the first assignment of a list that still counts: behind its last reset; settings_count: none.
 */
size_t unit_list_begin(const struct unit *unit, const char *key);

void unit_done(struct unit *unit);

/* "redis-server@a.service" → "redis-server@.service". False: no instance. */
bool unit_name_template(const char *name, char *buffer, size_t size);
bool unit_name_is_template(const char *name);
