/* SPDX-License-Identifier: MIT */
/* tuned and other units, which may come before our unit or behind it.
 * Owns what each of them leaves; pure. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot/forecast-turn.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

#define TUNED_LINKS "the links that enable tuned.service"

/* --- units --- */

/* Whether the writer's line is about the object. *ret_value: what it sets, owned by the caller; NULL: that
 * depends on the rest of its script. */
static bool writes(const struct forecast_builder *builder, size_t index, char **ret_value)
{
    const struct other_writers *others = builder->config->others;
    const struct other_writer *writer = &others->items[index];
    const struct tunable *tunable = builder->item->tunable;
    _cleanup_free_ char *value = NULL;

    if (!writer->unit || !other_writer_sets(writer, tunable, builder->item->path, &value))
        return false;
    for (size_t i = 0; i < others->count && writer->is_script; i++) {
        _cleanup_free_ char *other = NULL;

        if (text_equal(others->items[i].file, writer->file) &&
            other_writer_sets(&others->items[i], tunable, builder->item->path, &other) &&
            !text_equal(value, other))
            memory_set_text(&value, NULL);
    }
    *ret_value = TAKE_POINTER(value);
    return true;
}

void forecast_add_others(struct forecast_builder *builder)
{
    const struct other_writers *others = builder->config->others;

    for (size_t i = 0; others && i < others->count; i++) {
        const struct other_writer *writer = &others->items[i];
        _cleanup_free_ char *value = NULL;
        struct forecast_step *step;

        if (!writes(builder, i, &value))
            continue;
        if (value)
            forecast_add_written(builder, FORECAST_OTHER_UNIT, value, writer->file, writer->line);
        else
            forecast_add_undecided(builder, FORECAST_OTHER_UNIT, FORECAST_UNKNOWN, NULL, writer->file,
                                   writer->line);
        step = &builder->forecast->steps[builder->forecast->steps_count - 1];
        memory_set_text(&step->unit, writer->unit);
        memory_set_text(&step->mended_by, writer->mended_by);
    }
}

/* The last of them that is not ordered before our unit and leaves something else. */
static void add_late_unit(struct forecast_builder *builder)
{
    const struct other_writers *others = builder->config->others;
    struct forecast *forecast = builder->forecast;

    for (size_t i = 0; builder->config->unit_path && others && i < others->count; i++) {
        const struct other_writer *writer = &others->items[i];
        _cleanup_free_ char *value = NULL;

        if (writer->is_ordered_first || !writes(builder, i, &value) || text_equal(value, forecast->at_boot))
            continue;
        forecast->is_late_unknown = !value;
        memory_set_text(&forecast->late, value);
        memory_set_text(&forecast->late_unit, writer->unit);
        memory_set_text(&forecast->late_mended_by, writer->mended_by);
        free(forecast->late_from);
        forecast->late_from = memory_format("%s:%u", writer->file, writer->line);
    }
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

static void add_tuned_option(struct forecast_builder *builder, const struct tuned_option *option)
{
    _cleanup_free_ char *value = NULL;
    bool is_known;

    tuned_option_apply(option, builder->forecast->at_boot, &value, &is_known);
    if (!is_known) {
        forecast_add_undecided(builder, FORECAST_TUNED, FORECAST_UNKNOWN, option->value, option->file,
                               option->line);
        return;
    }
    if (!value)
        return;
    forecast_add_written(builder, FORECAST_TUNED, value, option->file, option->line);
}

static void add_tuned_sysctl(struct forecast_builder *builder, const struct tuned_profile *profile)
{
    const struct tuned_option *option = tuned_profile_find_sysctl(profile, builder->item->tunable->name);
    const struct sysctl_rule *rule =
        find_read_again(builder->config, tunable_sysctl_key(builder->item->tunable));

    if (option)
        add_tuned_option(builder, option);
    if (!rule || !profile->reapplies_sysctl || !tuned_profile_has_sysctl(profile) ||
        text_equal(rule->value, builder->forecast->at_boot))
        return;
    forecast_add_written(builder, FORECAST_TUNED_SYSCTL, rule->value, rule->file, rule->line);
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

static void add_tuned_values(struct forecast_builder *builder)
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
static void try_tuned(const struct forecast_builder *builder, struct forecast *ret)
{
    struct forecast_builder again = *builder;

    again.forecast = ret;
    memory_set_text(&ret->at_boot, builder->forecast->at_boot);
    add_tuned_values(&again);
}

void forecast_add_tuned(struct forecast_builder *builder)
{
    _cleanup_(forecast_done) struct forecast after = {0};
    const struct tuned_profile *profile = builder->config->tuned;

    if (!profile || !(profile->starts_at_boot || profile->is_start_unseen))
        return;
    if (profile->unseen) {
        forecast_add_unseen(builder, FORECAST_TUNED, profile->unseen);
    } else if (profile->starts_at_boot) {
        add_tuned_values(builder);
    } else {
        try_tuned(builder, &after);
        if (!text_equal(after.at_boot, builder->forecast->at_boot))
            forecast_add_unseen(builder, FORECAST_TUNED, TUNED_LINKS);
    }
}

/* Tuned sets its values in a thread of its own: they may come behind ours. */
static void add_late_tuned(struct forecast_builder *builder)
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
    if (after.steps_count > 0 && forecast_decided_by(&after)->source == FORECAST_TUNED_SYSCTL)
        forecast->late_from = forecast_step_describe(forecast_decided_by(&after));
}

void forecast_add_late(struct forecast_builder *builder)
{
    add_late_unit(builder);
    if (!builder->forecast->late_unit)
        add_late_tuned(builder);
}
