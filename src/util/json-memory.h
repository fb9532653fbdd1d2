/* SPDX-License-Identifier: MIT */
/* jansson, whose NULL says one thing only: between these two its memory comes from util/memory, so NULL is a
 * text that is no UTF-8. What writes to the host reads its state by jansson too and must not end there, so it
 * is never between them. */
#pragma once

#include <jansson.h>

void json_memory_begin(void);
void json_memory_end(void);

/* The value's text with a newline at its end, owned by the caller, and json_memory_end(); NULL for NULL.
 * Takes the value over. flags: as json_dumps(3) has them, besides the indentation. */
char *json_to_text(json_t *json, size_t flags);
