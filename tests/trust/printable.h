/* SPDX-License-Identifier: MIT */
/* What a terminal may be given. */
#pragma once

#include "support.h"

/* Says the first byte that a terminal would obey: C0 but newline and tab, DEL, C1, what is no UTF-8, and what
 * turns the direction of text. True: none. */
bool judge_printable(const char *text, const char *where, struct text *complaint);
