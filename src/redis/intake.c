/* SPDX-License-Identifier: MIT */
/* From what a server sent to answers.
 * Owns how much of one is taken. */
#include "redis/intake.h"

#include <errno.h>

#include "redis/allocators.h"
#include "redis/answer.h"
#include "util/memory.h"

/* Elements of one array: above CLIENT LIST's and CONFIG GET's by far, and nothing to allocate for at once. */
enum {
    ELEMENTS_MAX = 100000,
    DEPTH_MAX = 8,
};

/* --- how much is taken --- */

static int hold(struct intake *intake)
{
    if (!intake->account || memory_account_hold(intake->account, intake->buffered + intake->bytes) == 0)
        return 0;
    intake->is_beyond_account = true;
    return -ENOBUFS;
}

static bool take_bytes(struct intake *intake, size_t bytes)
{
    if (intake->is_too_large || bytes > intake->limit - intake->bytes) {
        intake->is_too_large = true;
        return false;
    }
    intake->bytes += bytes;
    return hold(intake) == 0;
}

int intake_hold(struct intake *intake, const redisReader *reader)
{
    /* hiredis' strings grow by as much again, at most 1 MiB */
    size_t growth = reader->len < 1U << 20 ? reader->len : 1U << 20;

    intake->buffered = reader->len + growth;
    return hold(intake);
}

static void *create_string(const redisReadTask *task, char *text, size_t size)
{
    struct intake *intake = task->privdata;

    return take_bytes(intake, sizeof(redisReply) + size)
               ? memory_require(intake->inner->createString(task, text, size))
               : NULL;
}

#if HIREDIS_MAJOR >= 1
typedef size_t element_count;
#else
typedef int element_count;
#endif

/* Lists in lists: newer ones of hiredis follow them without end, and free them by recursion. */
static bool is_too_deep(const redisReadTask *task)
{
    int depth = 0;

    for (; task; task = task->parent)
        depth++;
    return depth > DEPTH_MAX;
}

static void *create_array(const redisReadTask *task, element_count elements)
{
    struct intake *intake = task->privdata;

    if (elements > ELEMENTS_MAX)
        intake->is_too_large = true;
    if (is_too_deep(task)) {
        intake->is_too_deep = true;
        return NULL;
    }
    if (!take_bytes(intake,
                    sizeof(redisReply) + (elements > 0 ? (size_t)elements : 0) * sizeof(redisReply *)))
        return NULL;
    return memory_require(intake->inner->createArray(task, elements));
}

static void *create_integer(const redisReadTask *task, long long value)
{
    struct intake *intake = task->privdata;

    return take_bytes(intake, sizeof(redisReply)) ? memory_require(intake->inner->createInteger(task, value))
                                                  : NULL;
}

static void *create_nil(const redisReadTask *task)
{
    struct intake *intake = task->privdata;

    return take_bytes(intake, sizeof(redisReply)) ? memory_require(intake->inner->createNil(task)) : NULL;
}

/* The other kinds of RESP3 are never asked for; hiredis' own functions for them stay. */
void intake_attach(struct intake *intake, redisReader *reader, size_t limit)
{
    intake->inner = reader->fn;
    intake->functions = *reader->fn;
    intake->functions.createString = create_string;
    intake->functions.createArray = create_array;
    intake->functions.createInteger = create_integer;
    intake->functions.createNil = create_nil;
    intake->limit = limit;
    reader->maxbuf = 0; /* 0.14 would take a smaller buffer then, and abort() where there is none */
    reader->fn = &intake->functions;
    reader->privdata = intake;
}

int intake_error(const struct intake *intake, int error)
{
    if (intake->is_too_deep)
        return -EPROTO;
    return intake->is_too_large ? -EMSGSIZE : intake->is_beyond_account ? -ENOBUFS : error;
}

int redis_answer_parse(const char *bytes, size_t size, size_t limit, struct redis_answer **ret)
{
    struct intake intake = {0};
    redisReader *reader;
    void *reply = NULL;
    int error = 0;

    redis_use_memory();
    reader = memory_require(redisReaderCreate());
    intake_attach(&intake, reader, limit);
    if (redisReaderFeed(reader, bytes, size) != REDIS_OK)
        memory_exhausted();
    if (redisReaderGetReply(reader, &reply) != REDIS_OK)
        error = intake_error(&intake, -EPROTO);
    else if (!reply)
        error = -EAGAIN;
    redisReaderFree(reader);
    if (error < 0)
        return error;
    *ret = reply;
    return 0;
}
