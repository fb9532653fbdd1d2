/* SPDX-License-Identifier: MIT */
/* The kernel's settings, each from its own file.
 * Owns which file has which. */
#include "host/read-kernel.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

enum { SMALL_FILE_MAX = 64 * 1024 };

#define CLOCKSOURCE "/sys/devices/system/clocksource/clocksource0/"
#define NODES       "/sys/devices/system/node"

static const struct {
    const char *path;
    size_t offset;
    long long unit;
} numbers[] = {
    {"/proc/sys/vm/overcommit_memory", offsetof(struct kernel_facts, overcommit_memory), 1},
    {"/proc/sys/vm/admin_reserve_kbytes", offsetof(struct kernel_facts, admin_reserve_bytes), 1024},
    {"/proc/sys/vm/user_reserve_kbytes", offsetof(struct kernel_facts, user_reserve_bytes), 1024},
    {"/proc/sys/vm/max_map_count", offsetof(struct kernel_facts, max_map_count), 1},
    {"/proc/sys/vm/zone_reclaim_mode", offsetof(struct kernel_facts, zone_reclaim_mode), 1},
    {"/proc/sys/net/ipv4/tcp_tw_reuse", offsetof(struct kernel_facts, tcp_tw_reuse), 1},
    {"/proc/sys/net/ipv4/tcp_tw_recycle", offsetof(struct kernel_facts, tcp_tw_recycle), 1},
    {"/proc/sys/net/core/somaxconn", offsetof(struct kernel_facts, somaxconn), 1},
};

static void read_number(const struct root *root, const char *path, long long unit, long long *ret)
{
    _cleanup_free_ char *content = NULL;
    int error = memory_check(root_read_file(root, path, SMALL_FILE_MAX, &content, NULL));

    *ret = -1;
    if (error == 0 && parse_integer(content, ret) == 0 &&
        (*ret < 0 || __builtin_mul_overflow(*ret, unit, ret)))
        *ret = -1;
}

/* The trimmed text, where it fits and can be printed. */
static void read_text(const struct root *root, const char *path, char *ret, size_t size)
{
    _cleanup_free_ char *content = NULL;
    int error = memory_check(root_read_file(root, path, SMALL_FILE_MAX, &content, NULL));
    const char *text;

    ret[0] = '\0';
    if (error < 0)
        return;
    text = text_trim(content);
    if (strlen(text) < size && text_is_printable(text, strlen(text)))
        strcpy(ret, text);
}

static void read_thp(const struct root *root, struct kernel_facts *facts)
{
    char words[64], *open, *close;

    read_text(root, "/sys/kernel/mm/transparent_hugepage/enabled", words, sizeof(words));
    open = strchr(words, '[');
    close = open ? strchr(open, ']') : NULL;
    if (!close || (size_t)(close - open) > sizeof(facts->thp_enabled))
        return;
    *close = '\0';
    strcpy(facts->thp_enabled, open + 1);
}

/* "Node 0 MemTotal:       1013432 kB"; -1: no such line. */
static long long node_figure(const char *meminfo, const char *name)
{
    const char *found = strstr(meminfo, name);
    long long kib;

    if (!found || sscanf(found + strlen(name), " %lld kB", &kib) != 1 || kib < 0 || kib > (1LL << 52))
        return -1;
    return kib * 1024;
}

static void add_node(const struct root *root, const char *name, struct kernel_facts *facts)
{
    _cleanup_free_ char *content = NULL;
    struct memory_node node = {0};
    char path[300];
    long long number;

    if (parse_integer(name + strlen("node"), &number) < 0 || number < 0 || number > 65535)
        return;
    snprintf(path, sizeof(path), NODES "/%s/meminfo", name);
    if (memory_check(root_read_file(root, path, SMALL_FILE_MAX, &content, NULL)) < 0)
        return;
    node = (struct memory_node){(unsigned)number, node_figure(content, "MemTotal:"),
                                node_figure(content, "MemFree:")};
    if (node.total == 0)
        return;
    *memory_add(facts->nodes, facts->nodes_count) = node;
}

static int compare_nodes(const void *a, const void *b)
{
    const struct memory_node *first = a, *second = b;

    return (first->number > second->number) - (first->number < second->number);
}

static void read_nodes(const struct root *root, struct kernel_facts *facts)
{
    _cleanup_strings_ char **names = NULL;

    if (memory_check(root_list(root, NODES, "node[0-9]*", &names)) < 0)
        return;
    for (char **name = names; *name; name++)
        add_node(root, *name, facts);
    if (facts->nodes_count > 1)
        qsort(facts->nodes, facts->nodes_count, sizeof(*facts->nodes), compare_nodes);
}

/* One batch of readings, by the C library, which asks the kernel only where it must, or by a system call. */
static double time_readings(bool is_call)
{
    enum { READINGS = 200 };
    struct timespec began, ended, read;

    clock_gettime(CLOCK_MONOTONIC, &began);
    for (int i = 0; i < READINGS; i++)
        if (is_call)
            syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &read);
        else
            clock_gettime(CLOCK_MONOTONIC, &read);
    clock_gettime(CLOCK_MONOTONIC, &ended);
    return ((double)(ended.tv_sec - began.tv_sec) + (double)(ended.tv_nsec - began.tv_nsec) / 1e9) / READINGS;
}

/* The quickest of some batches: others may have been interrupted. */
static void measure_clock(struct kernel_facts *facts)
{
    enum { BATCHES = 10 };

    facts->clock_seconds = facts->clock_call_seconds = HUGE_VAL;
    for (int i = 0; i < BATCHES; i++) {
        facts->clock_seconds = fmin(facts->clock_seconds, time_readings(false));
        facts->clock_call_seconds = fmin(facts->clock_call_seconds, time_readings(true));
    }
}

void kernel_facts_read(const struct root *root, struct kernel_facts *ret)
{
    *ret = (struct kernel_facts){0};
    for (size_t i = 0; i < ELEMENTS(numbers); i++)
        read_number(root, numbers[i].path, numbers[i].unit, (long long *)((char *)ret + numbers[i].offset));
    read_thp(root, ret);
    read_text(root, CLOCKSOURCE "current_clocksource", ret->clocksource, sizeof(ret->clocksource));
    read_text(root, CLOCKSOURCE "available_clocksource", ret->clocksources, sizeof(ret->clocksources));
    read_nodes(root, ret);
    if (root_is_host(root))
        measure_clock(ret);
}

void kernel_facts_done(struct kernel_facts *facts)
{
    free(facts->nodes);
    *facts = (struct kernel_facts){0};
}
