/* SPDX-License-Identifier: MIT */
/* The next boot.
 * Owns the order in which the writers have their turn; pure. */
#include "boot/forecast.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot/kernel-command-line.h"
#include "boot/set-by.h"
#include "plan/dropin.h"
#include "policy/value.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

#define TUNED_LINKS "the links that enable tuned.service"

/* --- one object --- */

struct builder {
    const struct plan_item *item;
    const struct host_facts *facts;
    const struct boot_config *config;
    struct forecast *forecast;
};

static void add_step(struct forecast *forecast, enum forecast_source source, enum forecast_fate fate,
                     const char *value, const char *file, unsigned line)
{
    struct forecast_step *step;

    memory_grow(&forecast->steps, forecast->steps_count, sizeof(*forecast->steps));
    step = &forecast->steps[forecast->steps_count++];
    *step = (struct forecast_step){.source = source, .fate = fate, .line = line};
    memory_set_text(&step->value, value);
    memory_set_text(&step->file, file);
}

/* Adds what is written and, where the kernel takes it, lets it decide. */
static void add_written(struct builder *builder, enum forecast_source source, const char *written,
                        const char *file, unsigned line)
{
    struct forecast *forecast = builder->forecast;
    _cleanup_free_ char *value = NULL;
    int error = memory_check(value_parse_written(builder->item->tunable, written, &value));

    if (error < 0) {
        add_step(forecast, source, FORECAST_REFUSED, written, file, line);
        return;
    }
    add_step(forecast, source, FORECAST_SET, value, file, line);
    forecast->decided = forecast->steps_count - 1;
    memory_set_text(&forecast->at_boot, value);
}

/* It has the last word so far, and nobody here knows what that is. */
static void add_undecided(struct builder *builder, enum forecast_source source, enum forecast_fate fate,
                          const char *value, const char *file, unsigned line)
{
    add_step(builder->forecast, source, fate, value, file, line);
    builder->forecast->decided = builder->forecast->steps_count - 1;
    memory_set_text(&builder->forecast->at_boot, NULL);
}

static void add_unseen(struct builder *builder, enum forecast_source source, const char *what)
{
    add_undecided(builder, source, FORECAST_UNSEEN, NULL, what, 0);
}

static void add_kernel(struct builder *builder)
{
    const struct tunable *tunable = builder->item->tunable;
    const char *value =
        tunable->kernel_default ? tunable->kernel_default(builder->item->object, builder->facts) : NULL;

    add_step(builder->forecast, FORECAST_KERNEL, value ? FORECAST_SET : FORECAST_UNKNOWN, value, NULL, 0);
    builder->forecast->decided = 0;
    memory_set_text(&builder->forecast->at_boot, value);
}

static void add_command_line(struct builder *builder)
{
    _cleanup_(kernel_parameter_done) struct kernel_parameter parameter = {0};

    if (builder->config->is_command_line_unseen)
        add_unseen(builder, FORECAST_COMMAND_LINE, "/proc/cmdline");
    if (!builder->config->command_line)
        return;
    kernel_command_line_find(builder->config->command_line, builder->item->tunable, builder->item->path,
                             builder->facts, &parameter);
    if (parameter.value)
        add_written(builder, FORECAST_COMMAND_LINE, parameter.value, "/proc/cmdline", 1);
}

static void add_sysctl(struct builder *builder)
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
            add_step(builder->forecast, FORECAST_SYSCTL, FORECAST_UNREAD, rule->value, rule->file,
                     rule->line);
        else if (is_written)
            add_written(builder, FORECAST_SYSCTL, rule->value, rule->file, rule->line);
        else if (rule->value && matches[i].fate != SYSCTL_REPEATED)
            add_step(builder->forecast, FORECAST_SYSCTL, FORECAST_OVERRIDDEN, rule->value, rule->file,
                     rule->line);
    }
    if (key && !builder->config->sysctl_mask && sysctl_rules_may_lose(rules, matches, count))
        add_unseen(builder, FORECAST_SYSCTL, rules->unseen);
}

static void add_tmpfiles(struct builder *builder)
{
    _cleanup_free_ struct tmpfiles_match *matches = NULL;
    _cleanup_free_ char *path = memory_format("/%s", builder->item->path);
    size_t count = 0;

    tmpfiles_rules_match(builder->config->tmpfiles, path, &matches, &count);
    for (size_t i = 0; i < count; i++) {
        const struct tmpfiles_rule *rule = matches[i].rule;
        const char *argument = rule->argument ? rule->argument : "";

        if (matches[i].is_written && *argument && builder->config->tmpfiles_mask)
            add_step(builder->forecast, FORECAST_TMPFILES, FORECAST_UNREAD, argument, rule->file, rule->line);
        else if (matches[i].is_written && *argument)
            add_written(builder, FORECAST_TMPFILES, argument, rule->file, rule->line);
        else if (*argument)
            add_step(builder->forecast, FORECAST_TMPFILES, FORECAST_OVERRIDDEN, argument, rule->file,
                     rule->line);
    }
    if (builder->config->tmpfiles->unseen && !builder->config->tmpfiles_mask)
        add_unseen(builder, FORECAST_TMPFILES, builder->config->tmpfiles->unseen);
}

/* --- tuned --- */

/* What tuned's own reading of the files leaves: explicit keys with dots, the last one counts. */
static const struct sysctl_rule *find_read_again(const struct boot_config *config, const char *name)
{
    const char *key = name;

    for (size_t i = config->procps->items_count; i > 0; i--) {
        const struct sysctl_rule *rule = &config->procps->items[i - 1];

        if (rule->is_plain && strcmp(rule->key, key) == 0 &&
            (text_has_prefix(rule->file, "/etc/sysctl.d/") || strcmp(rule->file, "/etc/sysctl.conf") == 0))
            return rule;
    }
    return NULL;
}

static void add_tuned_option(struct builder *builder, const struct tuned_option *option)
{
    _cleanup_free_ char *value = NULL;
    bool is_known;

    tuned_option_apply(option, builder->forecast->at_boot, &value, &is_known);
    if (!is_known) {
        add_undecided(builder, FORECAST_TUNED, FORECAST_UNKNOWN, option->value, option->file, option->line);
        return;
    }
    if (!value)
        return;
    add_written(builder, FORECAST_TUNED, value, option->file, option->line);
}

static void add_tuned_sysctl(struct builder *builder, const struct tuned_profile *profile)
{
    const struct tuned_option *option = tuned_profile_find_sysctl(profile, builder->item->tunable->name);
    const struct sysctl_rule *rule =
        find_read_again(builder->config, tunable_sysctl_key(builder->item->tunable));

    if (option)
        add_tuned_option(builder, option);
    if (!rule || !profile->reapplies_sysctl || !tuned_profile_has_sysctl(profile) ||
        text_equal(rule->value, builder->forecast->at_boot))
        return;
    add_written(builder, FORECAST_TUNED_SYSCTL, rule->value, rule->file, rule->line);
}

/* It leaves alone what the command line decides, other than as its first word. */
static bool is_left_by_tuned(const struct tunable *tunable, const char *command_line)
{
    _cleanup_free_ char *parameter = NULL;

    if (!tunable->kernel_parameter || !command_line || !*command_line)
        return false;
    parameter = memory_format("%s=", tunable->kernel_parameter);
    return strstr(command_line + 1, parameter) != NULL;
}

static void add_tuned_values(struct builder *builder)
{
    const struct tunable *tunable = builder->item->tunable;
    const struct tuned_profile *profile = builder->config->tuned;
    const char *command_line = builder->config->command_line;
    const struct tuned_option *option = NULL;

    if (tunable_sysctl_key(tunable))
        add_tuned_sysctl(builder, profile);
    else if (tunable->tuned_option && !is_left_by_tuned(tunable, command_line))
        option = tuned_profile_find_vm(profile, tunable->tuned_option);
    if (option)
        add_tuned_option(builder, option);
}

/* What it would leave; forecast_done. */
static void try_tuned(const struct builder *builder, struct forecast *ret)
{
    struct builder again = *builder;

    again.forecast = ret;
    memory_set_text(&ret->at_boot, builder->forecast->at_boot);
    add_tuned_values(&again);
}

static void add_tuned(struct builder *builder)
{
    _cleanup_(forecast_done) struct forecast after = {0};
    const struct tuned_profile *profile = builder->config->tuned;

    if (!profile || !(profile->starts_at_boot || profile->is_start_unseen))
        return;
    if (profile->unseen) {
        add_unseen(builder, FORECAST_TUNED, profile->unseen);
    } else if (profile->starts_at_boot) {
        add_tuned_values(builder);
    } else {
        try_tuned(builder, &after);
        if (!text_equal(after.at_boot, builder->forecast->at_boot))
            add_unseen(builder, FORECAST_TUNED, TUNED_LINKS);
    }
}

/* --- our unit, and what comes of it all --- */

static void add_unit(struct builder *builder)
{
    const struct plan_item *item = builder->item;

    if (!forecast_wish(item) || item->state == ITEM_REFUSED ||
        forecast_satisfies(item, builder->forecast->at_boot))
        return;
    if (builder->config->unit_unseen)
        add_unseen(builder, FORECAST_UNIT, builder->config->unit_unseen);
    if (!builder->config->unit_path)
        return;
    add_written(builder, FORECAST_UNIT, forecast_unit_writes(builder->item), builder->config->unit_path, 0);
}

/* Tuned sets its values in a thread of its own: they may come behind ours. */
static void add_late(struct builder *builder)
{
    _cleanup_(forecast_done) struct forecast after = {0};
    struct forecast *forecast = builder->forecast;
    const struct tuned_profile *profile = builder->config->tuned;

    if (!profile || !profile->starts_at_boot || profile->unseen)
        return;
    try_tuned(builder, &after);
    if (text_equal(after.at_boot, forecast->at_boot))
        return;
    forecast->is_late_unknown = !after.at_boot;
    memory_set_text(&forecast->late, after.at_boot);
}

const char *forecast_mask(const struct boot_config *config, const struct tunable *tunable)
{
    return tunable->persistence == PERSIST_TMPFILES ? config->tmpfiles_mask : config->sysctl_mask;
}

/* Whether a line of our own loses to one that leaves something else than what is wished for. A row that is
 * left has none: what stands at a drop-in's path then is somebody else's file that is back. */
static void judge_dropin(struct builder *builder)
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

static void add_by_hand(struct builder *builder)
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

static void forecast_item(struct builder *builder)
{
    static void (*const turns[])(struct builder * builder) = {
        add_kernel, add_command_line, add_sysctl, add_tmpfiles, add_by_hand,
    };
    struct forecast *forecast = builder->forecast;

    forecast->ours = -1;
    for (size_t i = 0; i < ELEMENTS(turns); i++)
        turns[i](builder);
    drop_by_hand_if_same(forecast);
    add_tuned(builder);
    judge_dropin(builder);
    add_unit(builder);
    drop_by_hand_if_same(forecast);
    add_late(builder);
}

void boot_forecast(struct plan *plan, const struct boot_input *input)
{
    for (size_t i = 0; i < plan->items_count; i++) {
        struct plan_item *item = &plan->items[i];
        struct builder builder = {.item = item, .facts = input->facts, .config = input->config};

        plan_item_forget_boot(item);
        if (item->is_selected && item->state != ITEM_ABSENT && item->state != ITEM_REFUSED) {
            builder.forecast = item->boot = memory_new(1, sizeof(*item->boot));
            forecast_item(&builder);
        }
        item->set_by = set_by_find(input, item);
    }
}
