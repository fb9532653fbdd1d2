/* SPDX-License-Identifier: MIT */
/* /proc/meminfo.
 * Owns which of its lines are known. */
#include "host/memory.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "util/text.h"

static const struct {
    const char *name;
    size_t offset;
} lines[] = {
    {"MemTotal:", offsetof(struct host_memory, total)},
    {"MemFree:", offsetof(struct host_memory, free)},
    {"MemAvailable:", offsetof(struct host_memory, available)},
    {"Buffers:", offsetof(struct host_memory, buffers)},
    {"Cached:", offsetof(struct host_memory, cached)},
    {"Shmem:", offsetof(struct host_memory, shmem)},
    {"SReclaimable:", offsetof(struct host_memory, slab_reclaimable)},
    {"SwapTotal:", offsetof(struct host_memory, swap_total)},
    {"SwapFree:", offsetof(struct host_memory, swap_free)},
    {"CommitLimit:", offsetof(struct host_memory, commit_limit)},
    {"Committed_AS:", offsetof(struct host_memory, committed)},
};

/* "   1234 kB" up to the end of the line; -1: something else. */
static long long read_kib(const char *text)
{
    char number[24];
    size_t blank = strspn(text, " \t"), digits = strspn(text + blank, "0123456789");
    long long kib;

    if (digits >= sizeof(number) || strncmp(text + blank + digits, " kB", 3) != 0)
        return -1;
    memcpy(number, text + blank, digits);
    number[digits] = '\0';
    if (parse_integer(number, &kib) < 0 || kib > LLONG_MAX / 1024)
        return -1;
    return kib * 1024;
}

int host_memory_parse(const char *meminfo, struct host_memory *ret)
{
    struct host_memory memory;

    for (size_t i = 0; i < ELEMENTS(lines); i++)
        *(long long *)((char *)&memory + lines[i].offset) = -1;
    for (const char *line = meminfo; *line; line += line[0] == '\n') {
        for (size_t i = 0; i < ELEMENTS(lines); i++)
            if (text_has_prefix(line, lines[i].name))
                *(long long *)((char *)&memory + lines[i].offset) = read_kib(line + strlen(lines[i].name));
        line += strcspn(line, "\n");
    }
    if (memory.total < 0)
        return -EINVAL;
    *ret = memory;
    return 0;
}
