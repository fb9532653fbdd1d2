/* SPDX-License-Identifier: MIT */
/* The next boot, from reading to report.
 * Owns which readers take part. */
#include "cmd/forecast.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "boot/read-change-journal.h"
#include "util/log.h"
#include "util/text.h"

bool forecast_read(const struct options *options, struct survey *survey, const struct plan *plan,
                   bool is_full, struct boot_files *files, struct forecasts *ret)
{
    boot_files_read(options->root, &survey->observation, is_full, files);
    if (is_full)
        survey->observation.facts.thp_built_in = boot_read_thp_built_in(options->root);
    forecast_build(plan, &survey->observation.facts, &files->config, ret);
    return ret->items_count > 0;
}

void forecast_report(const struct options *options, const struct survey *survey, const struct plan *plan,
                     const struct boot_files *files, const struct forecasts *forecasts,
                     struct check_report *ret)
{
    struct change_record *changes = NULL;
    size_t changes_count = 0;

    /* the state knows better, and needs no journal to be opened */
    if (!survey->state.machine_id)
        change_journal_read(options->root, survey->observation.facts.boot_id, &changes, &changes_count);
    const struct boot_input input = {
        .plan = plan,
        .forecasts = forecasts,
        .config = &files->config,
        .state = &survey->state,
        .facts = &survey->observation.facts,
        .changes = changes,
        .changes_count = changes_count,
    };

    check_report_build(&input, ret);
    change_records_free(changes, changes_count);
}

/* Root is let in, and finds a loop of links or a file without end as it is. */
static bool may_root_see(const char *unseen)
{
    return geteuid() != 0 && text_has_suffix(unseen, strerror(EACCES));
}

bool forecast_say_unseen(const struct boot_files *files)
{
    for (char **unseen = files->unseen; unseen && *unseen; unseen++)
        log_error("cannot see %s%s", *unseen,
                  may_root_see(*unseen) ? ": run sudo redis-hosttune check"
                                        : ", so what it says of the next boot is not known");
    return files->unseen != NULL;
}

bool forecast_warn(const struct forecasts *forecasts, const struct boot_config *config)
{
    bool warned = false;

    for (size_t i = 0; i < forecasts->items_count; i++) {
        const struct forecast *forecast = &forecasts->items[i];
        const struct forecast_step *winner = &forecast->steps[forecast->decided_without_unit];
        const struct forecast_step *ours = forecast->ours < 0 ? NULL : &forecast->steps[forecast->ours];

        if (!ours || !winner->file)
            continue;
        log_warning(
            "%s: %s:%u loses at the next boot to %s:%u, which sets %s%s", forecast->item->object, ours->file,
            ours->line, winner->file, winner->line, winner->value ? winner->value : "a value of its own",
            config->unit_path ? " (redis-hosttune.service then sets it right)"
                              : ": take that line out, or sudo systemctl enable redis-hosttune.service");
        warned = true;
    }
    return warned;
}
