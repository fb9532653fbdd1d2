/* SPDX-License-Identifier: MIT */
/* Owns the decision whether there is anything to interleave over and whether
 * that must be tried in a child first, from the text of /proc/self/status. Pure. */
#include "exec/decision.h"

#include <errno.h>
#include <string.h>

int status_field(const char *text, const char *key, const char **ret_value, size_t *ret_length)
{
    const char *value = strstr(text, key);
    size_t length = 0;

    if (!value)
        return -ENOENT;
    while (*value++ != ':')
        ;
    while (*value == ' ' || *value == '\t')
        value++;
    while (value[length] && value[length] != '\n')
        length++;
    *ret_value = value;
    *ret_length = length;
    return 0;
}

int status_parse(const char *text, struct task_status *ret_task)
{
    struct task_status task = {.limited = false};
    const char *value;
    size_t length;

    if (status_field(text, "\nMems_allowed_list:", &value, &length) == 0) {
        int r = nodelist_parse(value, length, &task.allowed);

        if (r < 0)
            return r;
        task.limited = true;
    }
    if (status_field(text, "\nSeccomp:", &value, &length) == 0)
        task.filtered = length != 1 || *value != '0';
    *ret_task = task;
    return 0;
}

enum decision decision_make(const struct nodelist *memory, const struct task_status *task)
{
    struct nodelist nodes = *memory;

    if (task->limited)
        nodelist_intersect(&nodes, &task->allowed);
    if (nodelist_count(&nodes) <= 1)
        return DECISION_RUN_AS_IS;
    return task->filtered ? DECISION_TRIAL_FIRST : DECISION_INTERLEAVE;
}
