/* SPDX-License-Identifier: MIT */
/* From a value to its text.
 * Owns where jansson's memory comes from. */
#include "util/json-memory.h"

#include <stdlib.h>

#include "util/cleanup.h"
#include "util/memory.h"

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

char *json_to_text(json_t *json, size_t flags)
{
    _cleanup_free_ char *dumped = json ? json_dumps(json, JSON_INDENT(2) | flags) : NULL;
    char *text = dumped ? memory_format("%s\n", dumped) : NULL;

    json_decref(json);
    json_memory_end();
    return text;
}
