/* SPDX-License-Identifier: MIT */
/* What a server answered: texts, numbers, and lists of answers. */
#pragma once

#include <stddef.h>

struct redis_answer;

enum answer_kind {
    ANSWER_NIL,
    ANSWER_TEXT, /* a string or a status */
    ANSWER_ERROR,
    ANSWER_INTEGER,
    ANSWER_ARRAY,
};

enum answer_kind redis_answer_kind(const struct redis_answer *answer);
const char *redis_answer_text(const struct redis_answer *answer);  /* NUL-terminated; "" for other kinds */
size_t redis_answer_size(const struct redis_answer *answer);       /* of the text, NULs in it counted */
long long redis_answer_integer(const struct redis_answer *answer); /* 0 for other kinds */
size_t redis_answer_count(const struct redis_answer *answer);      /* elements; 0 for other kinds */
const struct redis_answer *redis_answer_at(const struct redis_answer *answer, size_t index);
void redis_answer_free(struct redis_answer *answer);
static inline void cleanup_answer(struct redis_answer **answer)
{
    redis_answer_free(*answer);
}
#define _cleanup_answer_ __attribute__((cleanup(cleanup_answer)))

/* The first answer in what a server sent, by the same rules: for tests. -EAGAIN: it is not all there. Other
 * errors as redis_ask. */
int redis_answer_parse(const char *bytes, size_t size, size_t limit, struct redis_answer **ret);
