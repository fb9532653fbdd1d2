/* SPDX-License-Identifier: MIT */
/* Globs as glob(3) with GLOB_BRACE has them: '*' and '?' stay within a component, "{a,b}" stands for both. */
#pragma once

#include <stdbool.h>

/* A pattern without any of these matches itself. */
bool glob_matches(const char *pattern, const char *path);
