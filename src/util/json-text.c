/* SPDX-License-Identifier: MIT */
/* Texts that may hold any bytes, for jansson.
 * Owns what becomes of those that are no UTF-8. */
#include "util/json-text.h"

#include <string.h>

#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

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
