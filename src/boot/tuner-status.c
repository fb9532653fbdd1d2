/* SPDX-License-Identifier: MIT */
/* Words for a tuner that failed.
 * Owns them; pure. */
#include "boot/tuner-status.h"

#include <stdlib.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

char *tuner_status_describe(const struct tuner_status *status)
{
    if (strcmp(status->result, "timeout") == 0)
        return memory_copy("its time limit ended it half-way (Result=timeout)");
    if (strcmp(status->result, "exit-code") == 0)
        return memory_format("it failed with exit status %d", status->status);
    if (strcmp(status->result, "signal") == 0 || strcmp(status->result, "core-dump") == 0)
        return memory_format("it was ended by signal %d (Result=%s)", status->status, status->result);
    return memory_format("it failed (Result=%s)", status->result);
}

char *tuner_status_unreached(const struct plan *plan)
{
    struct text_builder list = {0};
    size_t count = 0;

    for (size_t i = 0; i < plan->items_count; i++)
        if (plan->items[i].is_selected && plan->items[i].state == ITEM_CHANGE)
            text_builder_add(&list, "%s%s", count++ > 0 ? ", " : "", plan->items[i].object);
    return memory_require(text_builder_take(&list));
}
