/* SPDX-License-Identifier: MIT */
/* hiredis' allocators.
 * Owns the two ways to set them. */
#include "redis/allocators.h"

#include <hiredis/hiredis.h>
#include <pthread.h>
#include <stdlib.h>

#include "util/memory.h"

static void *allocate(size_t size)
{
    return memory_require(malloc(size ? size : 1));
}

static void *allocate_zeroed(size_t count, size_t size)
{
    return memory_new(count, size ? size : 1);
}

static void *resize(void *block, size_t size)
{
    return memory_resize(block, size ? size : 1, 1);
}

#if HIREDIS_MAJOR >= 1

static void set(void)
{
    hiredisAllocFuncs functions = {.mallocFn = allocate,
                                   .callocFn = allocate_zeroed,
                                   .reallocFn = resize,
                                   .strdupFn = memory_copy,
                                   .freeFn = free};

    hiredisSetAllocators(&functions);
}

void redis_use_memory(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, set);
}

#else

/* 0.14 has functions of these names, which end the program by abort(), and calls them through its symbol
 * table: those of the program stand in front of its own. It calls malloc(3) besides, see connection.c and
 * answer.c. */
void *hi_malloc(size_t size)
{
    return allocate(size);
}

void *hi_calloc(size_t nmemb, size_t size)
{
    return allocate_zeroed(nmemb, size);
}

void *hi_realloc(void *ptr, size_t size)
{
    return resize(ptr, size);
}

char *hi_strdup(const char *str)
{
    return memory_copy(str);
}

void redis_use_memory(void)
{
}

#endif
