/* SPDX-License-Identifier: MIT */
/* Values for jansson, and from a value to its text.
 * Owns where jansson's memory comes from, and what becomes of texts that are no UTF-8. */
#include "util/json.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "util/memory.h"
#include "util/text.h"

static void *allocate(size_t size)
{
    return memory_new(1, size);
}

void json_memory_begin(void)
{
    json_set_alloc_funcs(allocate, free);
}

void json_memory_end(void)
{
    json_set_alloc_funcs(malloc, free);
}

json_t *json_of_text(const char *value)
{
    _cleanup_free_ char *escaped = NULL;
    json_t *json;

    if (!value)
        return json_null();
    json = json_string(value);
    if (json)
        return json;
    escaped = text_escaped(value, strlen(value));
    return json_string(memory_require(escaped));
}

char *json_to_text(json_t *json, size_t flags)
{
    _cleanup_free_ char *dumped = json_dumps(json, JSON_INDENT(2) | flags);
    char *text;

    assert(dumped); /* others' texts come by json_of_text */
    text = memory_format("%s\n", dumped);
    json_decref(json);
    json_memory_end();
    return text;
}
