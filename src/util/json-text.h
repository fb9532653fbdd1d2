/* SPDX-License-Identifier: MIT */
/* What others wrote, as JSON. */
#pragma once

#include <jansson.h>

/* null for NULL. What is no UTF-8, which JSON cannot hold (jansson refuses it, and the whole output with it),
 * is escaped as on a terminal, util/escape.h. */
json_t *json_of_text(const char *value);
