/* SPDX-License-Identifier: MIT */
/* Shared by the two halves of tmpfiles-rules.h. */
#pragma once

#include <stdbool.h>

bool tmpfiles_type_is_known(char type);

/* Whether a line of that type keeps later ones from the same path. */
bool tmpfiles_type_takes_path(char type);
