/* SPDX-License-Identifier: MIT */
/* The words of a row with its numbers put in.
 * Owns what stands for {NAME}. */
#include "diagnose/finding-words.h"

#include <stdlib.h>
#include <string.h>

#include "util/memory.h"
#include "util/text.h"

static double value_in_force(const struct finding *finding, const struct policy *policy,
                             const struct threshold *threshold)
{
    const struct threshold_setting *setting =
        policy ? policy_threshold(policy, finding->id, threshold->name) : NULL;

    return setting ? setting->value : threshold->standard;
}

static const struct threshold *find_named(const struct finding *finding, const char *name, size_t size)
{
    for (size_t i = 0; i < FINDING_THRESHOLDS_MAX && finding->thresholds[i].name; i++)
        if (text_equals_part(finding->thresholds[i].name, name, size))
            return &finding->thresholds[i];
    return NULL;
}

char *finding_words(const struct finding *finding, const struct policy *policy, const char *words)
{
    struct text_builder text = {0};

    while (*words) {
        size_t plain = strcspn(words, "{"), name;
        const struct threshold *threshold;
        char shown[QUANTITY_TEXT_MAX];

        text_builder_add_part(&text, words, plain);
        words += plain;
        if (!*words)
            break;
        name = strcspn(words, "}") - 1;
        threshold = find_named(finding, words + 1, name);
        if (threshold)
            text_builder_add_text(&text, quantity_format(threshold->quantity,
                                                         value_in_force(finding, policy, threshold), shown));
        words += 1 + name;
        words += *words == '}';
    }
    return memory_require(text_builder_take(&text));
}

char *finding_threshold_describe(const struct finding *finding, const struct policy *policy,
                                 const struct threshold *threshold)
{
    const struct threshold_setting *setting =
        policy ? policy_threshold(policy, finding->id, threshold->name) : NULL;
    char shown[QUANTITY_TEXT_MAX];

    quantity_format(threshold->quantity, value_in_force(finding, policy, threshold), shown);
    if (setting)
        return memory_format("%s (%s:%u)", shown, setting->file, setting->line);
    return memory_format("%s (built in)", shown);
}
