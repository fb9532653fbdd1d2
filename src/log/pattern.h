/* SPDX-License-Identifier: MIT */
/* Patterns of messages: each character stands for itself, %d for a decimal number, %* for anything up to the
 * text that follows it, at the end for the rest. What comes behind the pattern may be anything. */
#pragma once

#include "log/frame.h"

enum log_fit {
    LOG_FIT_NOT,
    LOG_FIT_OPEN, /* up to a %*, and nothing of the text behind it: nothing says that it comes */
    LOG_FIT_PART, /* as far as the message goes */
    LOG_FIT_WHOLE,
};

enum { LITERAL_MIN = 16 }; /* characters of a message that must be there where the rest is cut off */

/* What %d and %* stood for goes to values, one by one. *ret_literal: how many characters stood for
 * themselves. */
enum log_fit log_pattern_match(const char *pattern, struct log_part message, struct log_part *values,
                               size_t *ret_literal);
