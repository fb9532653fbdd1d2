/* SPDX-License-Identifier: MIT */
/* Whether a disturbed run kept what is promised: nothing is half written, nothing is lost, and every way on
 * ends where an undisturbed run ends. */
#pragma once

#include "scenario.h"
#include "support.h"

/* Looks at the tree in directory as the disturbed run left it, and goes every way on from there. True: all is
 * as it should be; else each difference is in *complaint. The tree is changed. */
bool judge_aftermath(const struct reference *reference, const char *directory, struct text *complaint);

/* Whether all undisturbed ways to the same end leave the same there. */
bool judge_agreement(const struct reference *reference, struct text *complaint);

/* Whether the run said what did not work: an exit status of ours, and a word on stderr wherever its end is
 * not an undisturbed one. To be called before judge_aftermath. */
bool judge_words(const struct reference *reference, const char *directory, const struct outcome *outcome,
                 struct text *complaint);
