/* SPDX-License-Identifier: MIT */
/* From the rows of the table to what the kernel has.
 * Owns how objects are found below the root. */
#include "plan/read-observation.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "host/read-facts.h"
#include "plan/dropin.h"
#include "policy/value.h"
#include "systemd/read-sysctl-d.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

enum { KNOB_SIZE_MAX = 4096 };

/* A knob that is missing is one that this kernel does not have, but on the running host only where the kernel
 * shows its knobs at all. */
static int missing_knob(const struct root *root, const char *path)
{
    const char *top = text_has_prefix(path, "proc/") ? "/proc/sys/kernel" : "/sys/kernel";
    _cleanup_close_ int fd =
        root_is_host(root) ? root_open_path(root, top, O_RDONLY | O_DIRECTORY) : -ENODATA;

    return fd >= 0 || fd == -ENODATA ? -ENOENT : fd == -ENOENT ? -ENODEV : fd;
}

static void read_current(const struct root *root, struct observed *observed)
{
    _cleanup_free_ char *printed = NULL;
    int error = memory_check(root_read_file(root, observed->path, KNOB_SIZE_MAX, &printed, NULL));

    if (error == -ENOENT || error == -ENOTDIR)
        error = missing_knob(root, observed->path);
    if (error == 0)
        error = memory_check(value_parse(observed->tunable, printed, &observed->current));
    observed->error = error;
    if (error == -EINVAL && printed)
        observed->printed = memory_copy(text_trim(printed));
}

static void read_elsewhere(const struct sysctl_rules *rules, struct observed *observed)
{
    const struct sysctl_rule *rule = NULL;

    if (observed->tunable->persistence != PERSIST_TMPFILES)
        rule = sysctl_rules_find(rules, observed->tunable->name);
    if (!rule || memory_check(value_parse(observed->tunable, rule->value, &observed->elsewhere)) < 0)
        return;
    observed->elsewhere_from = memory_format("%s:%u", rule->file, rule->line);
}

static void add_object(const struct root *root, const struct tunable *tunable, const char *matched,
                       const struct sysctl_rules *rules, struct observation *observation)
{
    struct observed *observed;

    observed = memory_add(observation->items, observation->items_count);
    observed->tunable = tunable;
    observed->object = memory_require(tunable_expand(tunable->name, matched));
    observed->path = memory_require(tunable_expand(tunable->path, matched));
    read_current(root, observed);
    read_elsewhere(rules, observed);
}

/* The '*' of a path stands in one component; what it stood for in "hugepages-64kB" is "64". */
static char *matched_part(const char *name, const char *pattern)
{
    size_t before = strcspn(pattern, "*"), after = strlen(pattern) - before - 1;

    return memory_copy_part(name + before, strlen(name) - before - after);
}

/* Some sizes have a directory and no switch: those that exist for shared memory only. */
static void drop_last_if_absent(struct observation *observation)
{
    struct observed *last = &observation->items[observation->items_count - 1];

    if (last->error != -ENOENT)
        return;
    observed_done(last);
    observation->items_count--;
}

static int compare_as_numbers(const void *a, const void *b)
{
    const char *first = *(char *const *)a, *second = *(char *const *)b;
    size_t lengths[] = {strlen(first), strlen(second)};

    return lengths[0] != lengths[1] ? (lengths[0] < lengths[1] ? -1 : 1) : strcmp(first, second);
}

/* There may be objects, and none of them is known: the row itself stands for them. */
static void add_unlisted(const struct tunable *tunable, int cause, struct observation *observation)
{
    struct observed *observed;

    observed = memory_add(observation->items, observation->items_count);
    observed->tunable = tunable;
    observed->object = memory_copy(tunable->name);
    observed->path = memory_copy(tunable->path);
    observed->error = cause;
}

static void add_objects(const struct root *root, const struct tunable *tunable,
                        const struct sysctl_rules *rules, struct observation *observation)
{
    _cleanup_free_ char *directory = memory_copy(tunable->path), *pattern = NULL;
    _cleanup_strings_ char **names = NULL;
    size_t n = 0;
    char *slash;
    int error;

    *strchr(directory, '*') = '\0'; /* the last slash in front of the '*' ends the directory */
    slash = strrchr(directory, '/');
    pattern = memory_copy_part(tunable->path + (slash + 1 - directory),
                               strcspn(tunable->path + (slash + 1 - directory), "/"));
    *slash = '\0';
    error = memory_check(root_list(root, directory, pattern, &names));
    if (error == -ENOENT || error == -ENOTDIR) /* no such directory: no objects */
        return;
    if (error < 0) {
        add_unlisted(tunable, error, observation);
        return;
    }
    while (names[n])
        n++;
    qsort(names, n, sizeof(*names), compare_as_numbers);
    for (char **name = names; *name; name++) {
        _cleanup_free_ char *matched = matched_part(*name, pattern);

        add_object(root, tunable, matched, rules, observation);
        drop_last_if_absent(observation);
    }
}

void observe_object(const struct root *root, const char *object, struct observation *observation)
{
    _cleanup_free_ char *path = tunable_object_path(object);
    struct observed *observed;

    if (!tunable_find(object))
        return;
    observed = memory_add(observation->items, observation->items_count);
    observed->tunable = tunable_find(object);
    observed->object = memory_copy(object);
    observed->path = memory_require(TAKE_POINTER(path));
    read_current(root, observed);
}

/* The sizes stand in their order, and one of two pages, which is for shared memory alone, is none of them. */
static unsigned long least_thp_kib(const struct observation *observation)
{
    unsigned long size;

    for (size_t i = 0; i < observation->items_count; i++) {
        const char *sizes = strstr(observation->items[i].path, "/hugepages-");

        if (sizes && sscanf(sizes, "/hugepages-%lukB/", &size) == 1)
            return size;
    }
    return 0;
}

void observe(const struct root *root, struct observation *ret)
{
    const char *wanted[SYSCTL_KEYS_MAX];
    _cleanup_(sysctl_rules_done) struct sysctl_rules rules = {.wanted = wanted};
    const struct sysctl_d_request request = {.except = dropin_sysctl_names, .now = &rules};

    *ret = (struct observation){0};
    facts_read(root, &ret->facts);
    tunable_sysctl_keys(wanted);
    sysctl_d_read(root, &request);
    for (size_t i = 0; i < tunables_count; i++)
        if (tunable_has_objects(&tunables[i]))
            add_objects(root, &tunables[i], &rules, ret);
        else
            add_object(root, &tunables[i], "", &rules, ret);
    ret->facts.least_thp_kib = least_thp_kib(ret);
}
