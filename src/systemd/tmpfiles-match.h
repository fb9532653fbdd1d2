/* SPDX-License-Identifier: MIT */
/* Shared by the two halves of tmpfiles-rules.h. */
#pragma once

#include <stdbool.h>

bool tmpfiles_type_is_known(char type);

/* Whether a line of that type is dropped without an argument. */
bool tmpfiles_type_needs_argument(char type);
