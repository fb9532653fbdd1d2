/* SPDX-License-Identifier: MIT */
/* Names with values, as INFO and CONFIG GET give them. Whatever a server sends is taken: lines that make no
 * sense are passed over, and a number that does not fit is no number. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct redis_field {
    const char *name, *value; /* point into struct redis_fields' text */
};

struct redis_fields {
    char *text;
    struct redis_field *fields; /* by name, byte order; of equal names the first that the server sent */
    size_t count;
};

/* Lines of "name:value", '#' comments and empty ones passed over. text may hold any byte. At most 65,536
 * fields: -E2BIG. */
int redis_info_parse(const char *text, size_t size, struct redis_fields *ret);

/* From pairs (CONFIG GET); copies. */
void redis_fields_from_pairs(const char *const *strings, size_t pairs, struct redis_fields *ret);

void redis_fields_done(struct redis_fields *fields);

/* NULL: no such field. NULL for fields too. */
const char *redis_fields_find(const struct redis_fields *fields, const char *name);

/* A whole number. -ENOENT: no such field; -EINVAL, -ERANGE: no such number. *ret is untouched then. */
int redis_fields_integer(const struct redis_fields *fields, const char *name, long long *ret);

/* A number with or without a point ("1.07", "12"), finite. Errors as above. */
int redis_fields_number(const struct redis_fields *fields, const char *name, double *ret);

/* The fields whose name begins with prefix stand together: the first one and how many, for "cmdstat_",
 * "errorstat_", "db", "slave". */
const struct redis_field *redis_fields_with_prefix(const struct redis_fields *fields, const char *prefix,
                                                   size_t *ret_count);

/* A part of a value such as "calls=12,usec=5" or "ip=::1,port=6379": copied to part (cut to its size).
 * -ENOENT. */
int redis_value_part(const char *value, const char *name, char *part, size_t size);
int redis_value_integer(const char *value, const char *name, long long *ret); /* -ENOENT, -EINVAL, -ERANGE */

/* The first release line whose INFO has the field ("6.2"), for messages; NULL: as old as can be, or not
 * known. */
const char *redis_info_since(const char *name);
