/* SPDX-License-Identifier: MIT */
/* Words for a tuner that failed.
 * Owns them; pure. */
#include "model/tuner-status.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/cleanup.h"

char *tuner_status_describe(const struct tuner_status *status)
{
    char *text;
    int length;

    if (strcmp(status->result, "timeout") == 0)
        length = asprintf(&text, "its time limit ended it half-way (Result=timeout)");
    else if (strcmp(status->result, "exit-code") == 0)
        length = asprintf(&text, "it failed with exit status %d", status->status);
    else if (strcmp(status->result, "signal") == 0 || strcmp(status->result, "core-dump") == 0)
        length = asprintf(&text, "it was ended by signal %d (Result=%s)", status->status, status->result);
    else
        length = asprintf(&text, "it failed (Result=%s)", status->result);
    return length < 0 ? NULL : text;
}

char *tuner_status_unreached(const struct plan *plan)
{
    char *text = NULL;
    size_t size, count = 0;
    FILE *out = open_memstream(&text, &size);

    if (!out)
        return NULL;
    for (size_t i = 0; i < plan->items_count; i++)
        if (plan->items[i].is_selected && plan->items[i].state == ITEM_CHANGE)
            fprintf(out, "%s%s", count++ > 0 ? ", " : "", plan->items[i].object);
    if (fclose(out) != 0) {
        free(text);
        return NULL;
    }
    return text;
}
