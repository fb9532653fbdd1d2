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
    char *name; /* no alias: the one that systemd knows it by */
    struct unit_setting *settings;
    size_t settings_count;
};

enum {
    UNIT_FILE_SIZE_MAX = 1024 * 1024,
    UNIT_SETTINGS_MAX = 4096,
    UNIT_DROPINS_MAX = 256,
    UNIT_NAME_SIZE = 256, /* with its NUL, as systemd has it */
};

/* Adds the assignments that one file has in `section`. content is cut up; size is without its NUL. -EBADMSG
 * when it is not what systemd would take (a broken section header, no UTF-8) or what no person wrote (a NUL
 * byte, a control character; in a comment anything may stand), -E2BIG above UNIT_SETTINGS_MAX;
 * *ret_error says where. */
int unit_parse(struct unit *unit, const char *section, const char *file, char *content, size_t size,
               char **ret_error);

/* The last assignment of a key, NULL: none. For settings that hold one value. */
const struct unit_setting *unit_find(const struct unit *unit, const char *key);

/* The index of the first assignment of a list that still counts: behind its last reset; settings_count: none.
 */
size_t unit_list_begin(const struct unit *unit, const char *key);

/* The next assignment of a list from *position on, which moves behind it; NULL: none. */
const struct unit_setting *unit_next(const struct unit *unit, const char *key, size_t *position);

void unit_done(struct unit *unit);

/* --- names, each in a buffer of the caller's --- */

/* False: it does not fit. */
bool unit_name_copy(char buffer[static UNIT_NAME_SIZE], const char *name);

/* What systemd takes as a service's name, template or instance. */
bool unit_name_is_service(const char *name);

bool unit_name_is_template(const char *name);

/* "redis-server@a.service" → "redis-server@.service". False: no instance, or it does not fit. */
bool unit_name_template(const char *name, char *buffer, size_t size);

/* "valkey@.service", "redis@a.service" → "valkey@a.service". False: these are no template and instance. */
bool unit_name_of_instance(const char *template, const char *instance, char *buffer, size_t size);

/* Whether a link `name` to `target` is an alias: a plain name of a plain one, a template of a template, an
 * instance of a template or of an instance by the same name. */
bool unit_name_may_alias(const char *name, const char *target);
