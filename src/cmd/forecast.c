/* SPDX-License-Identifier: MIT */
/* The next boot, from reading to the plan.
 * Owns which readers take part. */
#include "cmd/forecast.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "boot/read-change-journal.h"
#include "units/tuner.h"
#include "util/cleanup.h"
#include "util/log.h"
#include "util/text.h"

void forecast_read(const struct options *options, const struct survey *survey, bool is_full,
                   struct plan *plan, struct boot_survey *ret)
{
    boot_files_read(options->root, &survey->observation, is_full, &ret->files);
    ret->facts = survey->observation.facts;
    if (is_full)
        ret->facts.thp_built_in = boot_read_thp_built_in(options->root);
    /* the state knows better, and needs no journal to be opened */
    if (is_full && !survey->state.machine_id)
        change_journal_read(options->root, ret->facts.boot_id, &ret->changes, &ret->changes_count);
    ret->input = (struct boot_input){
        .config = &ret->files.config,
        .state = &survey->state,
        .facts = &ret->facts,
        .changes = ret->changes,
        .changes_count = ret->changes_count,
    };
    boot_forecast(plan, &ret->input);
}

void forecast_read_for_json(const struct options *options, const struct survey *survey, struct plan *plan)
{
    _cleanup_(boot_survey_done) struct boot_survey boot = {0};

    if (options->format == FORMAT_JSON || options->out)
        forecast_read(options, survey, true, plan, &boot);
}

/* Root is let in, and finds a loop of links or a file without end as it is. */
static bool may_root_see(const char *unseen)
{
    return geteuid() != 0 && text_has_suffix(unseen, strerror(EACCES));
}

bool forecast_say_unseen(const struct boot_survey *boot)
{
    for (char **unseen = boot->files.unseen; unseen && *unseen; unseen++)
        log_error("cannot see %s%s", *unseen,
                  may_root_see(*unseen) ? ": run sudo redis-hosttune check"
                                        : ", so what it says of the next boot is not known");
    return boot->files.unseen != NULL;
}

/* Without our unit, which sets it right. */
static bool warn_of_mask(const struct plan_item *item, const struct boot_survey *boot)
{
    const char *mask = forecast_mask(&boot->files.config, item->tunable);
    const struct forecast_step *ours = &item->boot->steps[item->boot->ours];

    if (ours->fate != FORECAST_UNREAD || boot->files.config.unit_path)
        return false;
    log_warning("%s: nothing reads %s:%u at boot, for the unit that would is masked (%s): unmask it, or %s",
                item->object, ours->file, ours->line, mask,
                tuner_enable_command(boot->files.config.unit_mask));
    return true;
}

/* winner: who decides without our unit. */
static void warn_of_loss(const struct plan_item *item, const struct forecast_step *winner,
                         const struct boot_survey *boot)
{
    const struct forecast_step *ours = &item->boot->steps[item->boot->ours];
    const char *value = winner->value ? winner->value : "a value of its own";
    _cleanup_free_ char *who = forecast_step_describe(winner);

    if (boot->files.config.unit_path)
        log_warning(
            "%s: %s:%u loses at the next boot to %s, which sets %s (redis-hosttune.service then sets it "
            "right)",
            item->object, ours->file, ours->line, who, value);
    else if (winner->unit)
        log_warning("%s: %s:%u loses at the next boot to %s, which sets %s: %s", item->object, ours->file,
                    ours->line, who, value, winner->mended_by);
    else
        log_warning("%s: %s:%u loses at the next boot to %s, which sets %s: take that line out, or %s",
                    item->object, ours->file, ours->line, who, value,
                    tuner_enable_command(boot->files.config.unit_mask));
}

bool forecast_warn(const struct plan *plan, const struct boot_survey *boot)
{
    bool warned = false;

    for (size_t i = 0; i < plan->items_count; i++) {
        const struct forecast *forecast = plan->items[i].boot;
        const struct forecast_step *winner;

        if (!forecast || forecast->ours < 0)
            continue;
        warned = warn_of_mask(&plan->items[i], boot) || warned;
        winner = &forecast->steps[forecast->decided_without_unit];
        if (!winner->file)
            continue;
        warn_of_loss(&plan->items[i], winner, boot);
        warned = true;
    }
    return warned;
}

void boot_survey_done(struct boot_survey *boot)
{
    boot_files_done(&boot->files);
    change_records_free(boot->changes, boot->changes_count);
}
