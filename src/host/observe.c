/* SPDX-License-Identifier: MIT */
/* From the rows of the table to what the kernel has.
 * Owns how objects are found below the root. */
#include "host/observe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "host/facts.h"
#include "host/sysctl-d.h"
#include "model/dropin.h"
#include "model/value.h"
#include "util/cleanup.h"
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

static int read_current(const struct root *root, struct observed *observed)
{
    _cleanup_free_ char *printed = NULL;
    int error = root_read_file(root, observed->path, KNOB_SIZE_MAX, &printed, NULL);

    if (error == -ENOENT || error == -ENOTDIR)
        error = missing_knob(root, observed->path);
    if (error == 0)
        error = value_parse(observed->tunable, printed, &observed->current);
    if (error == -ENOMEM)
        return error;
    observed->error = error;
    if (error == -EINVAL && printed)
        observed->printed = strdup(text_trim(printed));
    return 0;
}

static int read_elsewhere(const struct sysctl_rules *rules, struct observed *observed)
{
    const struct sysctl_rule *rule = NULL;

    if (observed->tunable->persistence != PERSIST_TMPFILES &&
        sysctl_rules_find(rules, observed->tunable->name, &rule) < 0)
        return -ENOMEM;
    if (!rule || value_parse(observed->tunable, rule->value, &observed->elsewhere) < 0)
        return 0;
    return asprintf(&observed->elsewhere_from, "%s:%u", rule->file, rule->line) < 0 ? -ENOMEM : 0;
}

static int add_object(const struct root *root, const struct tunable *tunable, const char *matched,
                      const struct sysctl_rules *rules, struct observation *observation)
{
    struct observed *observed;
    int error;

    error = array_grow(&observation->items, observation->items_count, sizeof(*observation->items));

    if (error < 0)
        return error;
    observed = &observation->items[observation->items_count++];
    observed->tunable = tunable;
    observed->object = tunable_expand(tunable->name, matched);
    observed->path = tunable_expand(tunable->path, matched);
    if (!observed->object || !observed->path)
        return -ENOMEM;
    error = read_current(root, observed);
    return error < 0 ? error : read_elsewhere(rules, observed);
}

/* The '*' of a path stands in one component; what it stood for in "hugepages-64kB" is "64". */
static char *matched_part(const char *name, const char *pattern)
{
    size_t before = strcspn(pattern, "*"), after = strlen(pattern) - before - 1;

    return strndup(name + before, strlen(name) - before - after);
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
static int add_unlisted(const struct tunable *tunable, int cause, struct observation *observation)
{
    struct observed *observed;

    if (array_grow(&observation->items, observation->items_count, sizeof(*observation->items)) < 0)
        return -ENOMEM;
    observed = &observation->items[observation->items_count++];
    observed->tunable = tunable;
    observed->object = strdup(tunable->name);
    observed->path = strdup(tunable->path);
    observed->error = cause;
    return observed->object && observed->path ? 0 : -ENOMEM;
}

static int add_objects(const struct root *root, const struct tunable *tunable,
                       const struct sysctl_rules *rules, struct observation *observation)
{
    _cleanup_free_ char *directory = strdup(tunable->path), *pattern = NULL;
    _cleanup_strings_ char **names = NULL;
    size_t n = 0;
    char *slash;
    int error;

    if (!directory)
        return -ENOMEM;
    *strchr(directory, '*') = '\0'; /* the last slash in front of the '*' ends the directory */
    slash = strrchr(directory, '/');
    pattern = strndup(tunable->path + (slash + 1 - directory),
                      strcspn(tunable->path + (slash + 1 - directory), "/"));
    *slash = '\0';
    if (!pattern)
        return -ENOMEM;
    error = root_list(root, directory, pattern, &names);
    if (error == -ENOENT || error == -ENOTDIR) /* no such directory: no objects */
        return 0;
    if (error < 0)
        return error == -ENOMEM ? error : add_unlisted(tunable, error, observation);
    while (names[n])
        n++;
    qsort(names, n, sizeof(*names), compare_as_numbers);
    for (char **name = names; *name && error == 0; name++) {
        _cleanup_free_ char *matched = matched_part(*name, pattern);

        error = matched ? add_object(root, tunable, matched, rules, observation) : -ENOMEM;
        if (error == 0)
            drop_last_if_absent(observation);
    }
    return error;
}

int observe_object(const struct root *root, const char *object, struct observation *observation)
{
    _cleanup_free_ char *path = tunable_object_path(object);
    struct observed *observed;

    if (!path)
        return tunable_find(object) ? -ENOMEM : 0;
    if (array_grow(&observation->items, observation->items_count, sizeof(*observation->items)) < 0)
        return -ENOMEM;
    observed = &observation->items[observation->items_count++];
    observed->tunable = tunable_find(object);
    observed->object = strdup(object);
    observed->path = TAKE_POINTER(path);
    return observed->object ? read_current(root, observed) : -ENOMEM;
}

int observe(const struct root *root, struct observation *ret)
{
    _cleanup_(observation_done) struct observation observation = {0};
    const char *wanted[SYSCTL_KEYS_MAX];
    _cleanup_(sysctl_rules_done) struct sysctl_rules rules = {.wanted = wanted};
    const struct sysctl_d_request request = {.except = dropin_sysctl_names, .now = &rules};
    int error;

    facts_read(root, &observation.facts);
    tunable_sysctl_keys(wanted);
    error = sysctl_d_read(root, &request);
    if (error < 0)
        return error;
    for (size_t i = 0; i < tunables_count; i++) {
        if (tunable_has_objects(&tunables[i]))
            error = add_objects(root, &tunables[i], &rules, &observation);
        else
            error = add_object(root, &tunables[i], "", &rules, &observation);
        if (error < 0)
            return error;
    }
    *ret = observation;
    observation = (struct observation){0};
    return 0;
}
