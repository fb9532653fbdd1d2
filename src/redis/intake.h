/* SPDX-License-Identifier: MIT */
/* How much of an answer is taken: hiredis' reader would allocate for any length that a server announces. */
#pragma once

#include <hiredis/hiredis.h>
#include <stdbool.h>
#include <stddef.h>

#include "util/memory-pool.h"

struct intake {
    redisReplyObjectFunctions functions; /* ours: they count, then call those of hiredis */
    const redisReplyObjectFunctions *inner;
    size_t bytes, limit;            /* of this answer */
    size_t buffered;                /* what the reader has of it that was not taken yet */
    struct memory_account *account; /* NULL: none */
    bool is_too_large, is_too_deep, is_beyond_account;
};

/* From now on the reader takes no more than limit bytes for an answer: .bytes is set to 0 before each. The
 * intake must live as long as the reader. */
void intake_attach(struct intake *intake, redisReader *reader, size_t limit);

/* Whether the account has room for what the answer takes by now. -ENOBUFS. */
int intake_hold(struct intake *intake, const redisReader *reader);

/* What an error of the reader was in truth: hiredis takes our refusals for a lack of memory. */
int intake_error(const struct intake *intake, int error);
