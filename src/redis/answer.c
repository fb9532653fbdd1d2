/* SPDX-License-Identifier: MIT */
/* Answers, which are hiredis' replies under our name.
 * Owns how one is looked at; what is taken of it: redis/intake. */
#include "redis/answer.h"

#include <hiredis/hiredis.h>
#include <stdbool.h>

static const redisReply *to_reply(const struct redis_answer *answer)
{
    return (const redisReply *)answer;
}

enum answer_kind redis_answer_kind(const struct redis_answer *answer)
{
    switch (to_reply(answer)->type) {
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
        return ANSWER_TEXT;
    case REDIS_REPLY_ERROR:
        return ANSWER_ERROR;
    case REDIS_REPLY_INTEGER:
        return ANSWER_INTEGER;
    case REDIS_REPLY_ARRAY:
        return ANSWER_ARRAY;
    default:
        return ANSWER_NIL;
    }
}

static bool is_text(const struct redis_answer *answer)
{
    enum answer_kind kind = redis_answer_kind(answer);

    return (kind == ANSWER_TEXT || kind == ANSWER_ERROR) && to_reply(answer)->str;
}

const char *redis_answer_text(const struct redis_answer *answer)
{
    return is_text(answer) ? to_reply(answer)->str : "";
}

size_t redis_answer_size(const struct redis_answer *answer)
{
    return is_text(answer) ? (size_t)to_reply(answer)->len : 0;
}

long long redis_answer_integer(const struct redis_answer *answer)
{
    return redis_answer_kind(answer) == ANSWER_INTEGER ? to_reply(answer)->integer : 0;
}

size_t redis_answer_count(const struct redis_answer *answer)
{
    return redis_answer_kind(answer) == ANSWER_ARRAY ? to_reply(answer)->elements : 0;
}

const struct redis_answer *redis_answer_at(const struct redis_answer *answer, size_t index)
{
    return (const struct redis_answer *)to_reply(answer)->element[index];
}

void redis_answer_free(struct redis_answer *answer)
{
    if (answer)
        freeReplyObject(answer);
}
