/* SPDX-License-Identifier: MIT */
/* jansson that never says NULL: between json_memory_begin and its end its memory comes from util/memory, and
 * what others wrote is taken by json_of_text. What writes to the host reads its state by jansson too and must
 * not end there, so it is never between them. */
#pragma once

#include <jansson.h>

#include "util/cleanup.h"

static inline void cleanup_json(json_t **json)
{
    json_decref(*json);
}
#define _cleanup_json_ _cleanup_(cleanup_json)

void json_memory_begin(void);
void json_memory_end(void);

/* null for NULL. What is no UTF-8, which JSON cannot hold (jansson refuses it, and the whole output with it),
 * is escaped as on a terminal, util/escape.h. */
json_t *json_of_text(const char *value);

/* The value's text with a newline at its end, owned by the caller, and json_memory_end(). Takes the value
 * over. flags: as json_dumps(3) has them, besides the indentation. */
char *json_to_text(json_t *json, size_t flags);
