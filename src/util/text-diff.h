/* SPDX-License-Identifier: MIT */
/* Unified differences of small texts, as diff -u prints them. */
#pragma once

/* Owned by the caller; an empty string where the texts are equal. NULL stands for "no such file" and is shown
 * as /dev/null. Texts of more than 2,000 lines are shown as replaced as a whole. */
char *text_diff_unified(const char *path, const char *old_text, const char *new_text);
