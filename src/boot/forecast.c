/* SPDX-License-Identifier: MIT */
/* The next boot.
 * Owns the order in which the writers have their turn; pure. */
#include "boot/forecast.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot/forecast-turn.h"
#include "boot/kernel-command-line.h"
#include "boot/set-by.h"
#include "plan/dropin.h"
#include "policy/value.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

static void add_kernel(struct forecast_builder *builder)
{
    const struct tunable *tunable = builder->item->tunable;
    const char *value =
        tunable->kernel_default ? tunable->kernel_default(builder->item->object, builder->facts) : NULL;

    forecast_add_step(builder->forecast, FORECAST_KERNEL, value ? FORECAST_SET : FORECAST_UNKNOWN, value,
                      NULL, 0);
    builder->forecast->decided = 0;
    memory_set_text(&builder->forecast->at_boot, value);
}

static void add_command_line(struct forecast_builder *builder)
{
    _cleanup_(kernel_parameter_done) struct kernel_parameter parameter = {0};

    if (builder->config->is_command_line_unseen)
        forecast_add_unseen(builder, FORECAST_COMMAND_LINE, "/proc/cmdline");
    if (!builder->config->command_line)
        return;
    kernel_command_line_find(builder->config->command_line, builder->item->tunable, builder->item->path,
                             builder->facts, &parameter);
    if (parameter.value)
        forecast_add_written(builder, FORECAST_COMMAND_LINE, parameter.value, "/proc/cmdline", 1);
}

static void add_sysctl(struct forecast_builder *builder)
{
    _cleanup_free_ struct sysctl_match *matches = NULL;
    const struct sysctl_rules *rules = builder->config->sysctl;
    const char *key = tunable_sysctl_key(builder->item->tunable);
    size_t count = 0;

    if (key)
        sysctl_rules_match(rules, key, &matches, &count);
    for (size_t i = 0; i < count; i++) {
        const struct sysctl_rule *rule = matches[i].rule;

        bool is_written = matches[i].fate == SYSCTL_WRITTEN;

        if (builder->config->sysctl_mask && (is_written || matches[i].fate == SYSCTL_REPEATED))
            forecast_add_step(builder->forecast, FORECAST_SYSCTL, FORECAST_UNREAD, rule->value, rule->file,
                              rule->line);
        else if (is_written)
            forecast_add_written(builder, FORECAST_SYSCTL, rule->value, rule->file, rule->line);
        else if (rule->value && matches[i].fate != SYSCTL_REPEATED)
            forecast_add_step(builder->forecast, FORECAST_SYSCTL, FORECAST_OVERRIDDEN, rule->value,
                              rule->file, rule->line);
    }
    if (key && !builder->config->sysctl_mask && sysctl_rules_may_lose(rules, matches, count))
        forecast_add_unseen(builder, FORECAST_SYSCTL, rules->unseen);
}

static void add_tmpfiles(struct forecast_builder *builder)
{
    _cleanup_free_ struct tmpfiles_match *matches = NULL;
    _cleanup_free_ char *path = memory_format("/%s", builder->item->path);
    size_t count = 0;

    tmpfiles_rules_match(builder->config->tmpfiles, path, &matches, &count);
    for (size_t i = 0; i < count; i++) {
        const struct tmpfiles_rule *rule = matches[i].rule;
        const char *argument = rule->argument ? rule->argument : "";

        if (matches[i].is_written && *argument && builder->config->tmpfiles_mask)
            forecast_add_step(builder->forecast, FORECAST_TMPFILES, FORECAST_UNREAD, argument, rule->file,
                              rule->line);
        else if (matches[i].is_written && *argument)
            forecast_add_written(builder, FORECAST_TMPFILES, argument, rule->file, rule->line);
        else if (*argument)
            forecast_add_step(builder->forecast, FORECAST_TMPFILES, FORECAST_OVERRIDDEN, argument, rule->file,
                              rule->line);
    }
    if (builder->config->tmpfiles->unseen && !builder->config->tmpfiles_mask)
        forecast_add_unseen(builder, FORECAST_TMPFILES, builder->config->tmpfiles->unseen);
}

/* --- our unit, and what comes of it all --- */

static void add_unit(struct forecast_builder *builder)
{
    const struct plan_item *item = builder->item;

    if (!forecast_wish(item) || item->state == ITEM_REFUSED ||
        forecast_satisfies(item, builder->forecast->at_boot))
        return;
    if (builder->config->unit_unseen)
        forecast_add_unseen(builder, FORECAST_UNIT, builder->config->unit_unseen);
    if (!builder->config->unit_path)
        return;
    forecast_add_written(builder, FORECAST_UNIT, forecast_unit_writes(builder->item),
                         builder->config->unit_path, 0);
}

const char *forecast_mask(const struct boot_config *config, const struct tunable *tunable)
{
    return tunable->persistence == PERSIST_TMPFILES ? config->tmpfiles_mask : config->sysctl_mask;
}

/* Whether a line of our own loses to one that leaves something else than what is wished for. A row that is
 * left has none: what stands at a drop-in's path then is somebody else's file that is back. */
static void judge_dropin(struct forecast_builder *builder)
{
    struct forecast *forecast = builder->forecast;

    for (size_t i = 0; i < forecast->steps_count && builder->item->state != ITEM_LEFT; i++)
        if (dropin_is_path(forecast->steps[i].file))
            forecast->ours = (int)i;
    forecast->has_our_line = forecast->ours >= 0;
    if (forecast->ours < 0 || forecast_satisfies(builder->item, forecast->at_boot) ||
        forecast_decided_by(forecast)->fate == FORECAST_UNSEEN)
        forecast->ours = -1;
    forecast->decided_without_unit = forecast->decided;
}

static void add_by_hand(struct forecast_builder *builder)
{
    _cleanup_free_ struct sysctl_match *matches = NULL;
    struct forecast *forecast = builder->forecast;
    const char *key = tunable_sysctl_key(builder->item->tunable);
    size_t count = 0;

    if (key)
        sysctl_rules_match_procps(builder->config->procps, key, &matches, &count);
    for (size_t i = 0; i < count; i++) {
        const struct sysctl_rule *rule = matches[i].rule;
        _cleanup_free_ char *value = NULL, *from = NULL;

        if (matches[i].fate != SYSCTL_WRITTEN ||
            memory_check(value_parse_written(builder->item->tunable, rule->value, &value)) < 0)
            continue;
        from = memory_format("%s:%u", rule->file, rule->line);
        if (text_has_prefix(rule->file, "/run/"))
            memory_set_text(&forecast->lost_file, from);
        free(forecast->by_hand);
        free(forecast->by_hand_from);
        forecast->by_hand = TAKE_POINTER(value);
        forecast->by_hand_from = TAKE_POINTER(from);
    }
}

/* The same as the files at boot, or as what our unit makes of it, is not worth a word. */
static void drop_by_hand_if_same(struct forecast *forecast)
{
    if (!text_equal(forecast->by_hand, forecast->at_boot))
        return;
    free(forecast->by_hand);
    free(forecast->by_hand_from);
    forecast->by_hand = forecast->by_hand_from = NULL;
}

static void forecast_item(struct forecast_builder *builder)
{
    static void (*const turns[])(struct forecast_builder * builder) = {
        add_kernel, add_command_line, add_sysctl, add_tmpfiles, add_by_hand,
    };
    struct forecast *forecast = builder->forecast;

    forecast->ours = -1;
    for (size_t i = 0; i < ELEMENTS(turns); i++)
        turns[i](builder);
    drop_by_hand_if_same(forecast);
    forecast_add_others(builder);
    forecast_add_tuned(builder);
    judge_dropin(builder);
    add_unit(builder);
    drop_by_hand_if_same(forecast);
    forecast_add_late(builder);
}

void boot_forecast(struct plan *plan, const struct boot_input *input)
{
    for (size_t i = 0; i < plan->items_count; i++) {
        struct plan_item *item = &plan->items[i];
        struct forecast_builder builder = {.item = item, .facts = input->facts, .config = input->config};

        plan_item_forget_boot(item);
        if (item->is_selected && item->state != ITEM_ABSENT && item->state != ITEM_REFUSED) {
            builder.forecast = item->boot = memory_new(1, sizeof(*item->boot));
            forecast_item(&builder);
        }
        item->set_by = set_by_find(input, item);
    }
}
