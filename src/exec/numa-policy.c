/* SPDX-License-Identifier: MIT */
/* Owns libnuma: loaded only when called, because loading 2.0.16 already makes
 * system calls that a filter may answer with SIGSYS. */
#include "exec/numa-policy.h"

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <numa.h>
#include <numaif.h>
#include <stdio.h>
#include <string.h>

#define LIBRARY "libnuma.so.1"

enum { LIBRARY_PATH_SIZE = 256 };

struct library {
    __typeof__(numa_available) *available;
    __typeof__(numa_get_mems_allowed) *get_mems_allowed;
    __typeof__(numa_set_interleave_mask) *set_interleave_mask;
    __typeof__(get_mempolicy) *get_policy;
};

/* The version is named because numa_set_interleave_mask also has an older one, with another argument. */
static const struct {
    const char *name;
    const char *version;
    size_t offset;
} symbols[] = {
    {"numa_available", "libnuma_1.1", offsetof(struct library, available)},
    {"numa_get_mems_allowed", "libnuma_1.2", offsetof(struct library, get_mems_allowed)},
    {"numa_set_interleave_mask", "libnuma_1.2", offsetof(struct library, set_interleave_mask)},
    {"get_mempolicy", "libnuma_1.1", offsetof(struct library, get_policy)},
};

static int complaint;

/* These two take the place of libnuma's weak ones, which print lines of their own. */
void numa_error(char *where) /* NOLINT(readability-non-const-parameter) */
{
    (void)where;
    complaint = errno;
}

void numa_warn(int num, char *fmt, ...) /* NOLINT(readability-non-const-parameter) */
{
    (void)num;
    (void)fmt;
}

static void complaint_reset(void)
{
    complaint = 0;
    errno = 0;
}

/* The functions return nothing; a libnuma that does not call ours still leaves errno. */
static int complaint_take(void)
{
    return complaint ? complaint : errno;
}

static void copy_detail(struct policy_result *result, const char *text)
{
    snprintf(result->detail, sizeof(result->detail), "%s", text ? text : "");
}

/* libnuma lies beside libc in every distribution; taking it from there spares a second search of the
 * loader's cache. path has LIBRARY_PATH_SIZE bytes. */
static int find_beside_libc(struct dl_phdr_info *info, size_t size, void *path)
{
    const char *name = strrchr(info->dlpi_name, '/');
    size_t directory = name ? (size_t)(name - info->dlpi_name) + 1 : 0;

    (void)size;
    if (!name || strcmp(name, "/libc.so.6") != 0 || directory + sizeof(LIBRARY) > LIBRARY_PATH_SIZE)
        return 0;
    memcpy(path, info->dlpi_name, directory);
    memcpy((char *)path + directory, LIBRARY, sizeof(LIBRARY));
    return 1;
}

static void *library_open(void)
{
    char path[LIBRARY_PATH_SIZE];
    void *handle = NULL;

    if (dl_iterate_phdr(find_beside_libc, path) == 1)
        handle = dlopen(path, RTLD_LAZY | RTLD_LOCAL);
    return handle ? handle : dlopen(LIBRARY, RTLD_LAZY | RTLD_LOCAL);
}

static enum policy_step library_load(struct library *ret_library, struct policy_result *result)
{
    void *handle = library_open();

    if (!handle) {
        copy_detail(result, dlerror());
        return POLICY_LOAD;
    }
    for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++) {
        void *address = dlvsym(handle, symbols[i].name, symbols[i].version);

        if (!address) {
            copy_detail(result, symbols[i].name);
            return POLICY_SYMBOL;
        }
        memcpy((char *)ret_library + symbols[i].offset, &address, sizeof(address));
    }
    return POLICY_DONE;
}

/* Leaves in mask what is also in memory, and copies that to *ret_nodes. */
static void mask_intersect(struct bitmask *mask, const struct nodelist *memory, struct nodelist *ret_nodes)
{
    struct nodelist nodes = {{0}};
    size_t words = (mask->size + NODELIST_WORD_BITS - 1) / NODELIST_WORD_BITS;

    for (size_t i = 0; i < words; i++) {
        if (i < NODELIST_WORDS)
            nodes.words[i] = mask->maskp[i] & memory->words[i];
        mask->maskp[i] = i < NODELIST_WORDS ? nodes.words[i] : 0;
    }
    *ret_nodes = nodes;
}

/* result->nodes: on entry what is expected, afterwards what the kernel keeps. */
static enum policy_step read_back(const struct library *library, struct policy_result *result)
{
    struct nodelist expected = result->nodes;

    /* One more than there are bits: the kernel takes the number of the first bit that is not there. */
    if (library->get_policy(&result->mode, result->nodes.words, NODELIST_NODES + 1, NULL, 0) < 0) {
        result->error = errno;
        return POLICY_VERIFY;
    }
    if (result->mode != MPOL_INTERLEAVE || !nodelist_equal(&result->nodes, &expected))
        return POLICY_DIFFERS;
    return POLICY_DONE;
}

static enum policy_step set_policy(const struct library *library, struct bitmask *mask,
                                   struct policy_result *result)
{
    enum policy_step step;
    int error;

    complaint_reset();
    library->set_interleave_mask(mask);
    error = complaint_take();
    step = read_back(library, result);
    if (step == POLICY_DONE || error == 0)
        return step;
    result->error = error;
    return POLICY_SET;
}

static enum policy_step interleave(const struct nodelist *memory, struct policy_result *result)
{
    struct library library;
    struct bitmask *mask;
    enum policy_step step = library_load(&library, result);

    if (step != POLICY_DONE)
        return step;
    complaint_reset();
    if (library.available() < 0) {
        result->error = complaint_take();
        return POLICY_KERNEL;
    }
    complaint_reset();
    mask = library.get_mems_allowed();
    result->error = complaint_take();
    if (!mask)
        return POLICY_ALLOWED;
    mask_intersect(mask, memory, &result->nodes);
    if (nodelist_count(&result->nodes) == 0)
        return POLICY_ALLOWED;
    result->error = 0;
    return set_policy(&library, mask, result);
}

void policy_interleave(const struct nodelist *memory, struct policy_result *ret_result)
{
    struct policy_result result = {.mode = MPOL_DEFAULT};

    result.step = interleave(memory, &result);
    *ret_result = result;
}
