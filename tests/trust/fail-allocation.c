/* SPDX-License-Identifier: MIT */
/* Owns which allocation fails. */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fail-allocation.h"

struct allocation_counts *allocation_counts;

/* Where this is a library that was loaded before the C library (LD_PRELOAD). */
__attribute__((constructor)) static void attach(void)
{
    const char *path = getenv(ALLOCATION_COUNTS_VARIABLE);
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void *shared;

    if (fd < 0)
        return;
    shared = mmap(NULL, sizeof(*allocation_counts), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (shared != MAP_FAILED &&
        __atomic_fetch_add(&((struct allocation_counts *)shared)->programs, 1, __ATOMIC_SEQ_CST) == 0)
        allocation_counts = shared;
}

#ifndef __SANITIZE_ADDRESS__

/* glibc's own, which it exports for just such libraries. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static bool fails(void)
{
    struct allocation_counts *counts = allocation_counts;
    unsigned long made;

    if (!counts)
        return false;
    made = __atomic_add_fetch(&counts->made, 1, __ATOMIC_SEQ_CST);
    if (!counts->fail_at || made < counts->fail_at || (made > counts->fail_at && !counts->fail_on))
        return false;
    __atomic_fetch_add(&counts->failed, 1, __ATOMIC_SEQ_CST);
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
    return fails() ? NULL : __libc_realloc(memory, size);
}

void *memalign(size_t alignment, size_t size)
{
    return fails() ? NULL : __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
    void *got = memalign(alignment, size);

    if (!got)
        return ENOMEM;
    *memory = got;
    return 0;
}

#endif
