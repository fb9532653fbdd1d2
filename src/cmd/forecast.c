/* SPDX-License-Identifier: MIT */
/* The next boot, from reading to report.
 * Owns which readers take part. */
#include "cmd/forecast.h"

#include <errno.h>
#include <string.h>

#include "util/log.h"

bool forecast_read(const struct options *options, struct survey *survey, const struct plan *plan,
                   struct boot_files *files, struct forecasts *ret)
{
    int error = boot_files_read(options->root, &survey->observation, files);

    survey->observation.facts.thp_built_in = boot_read_thp_built_in(options->root);
    if (error == 0)
        error = forecast_build(plan, &survey->observation.facts, &files->config, ret);
    if (error == -ENOMEM)
        out_of_memory();
    else if (error < 0)
        log_error("what the next boot sets cannot be read: %s", strerror(-error));
    return error == 0;
}

int forecast_report(const struct survey *survey, const struct plan *plan, const struct boot_files *files,
                    const struct forecasts *forecasts, struct check_report *ret)
{
    const struct check_input input = {
        .plan = plan,
        .forecasts = forecasts,
        .config = &files->config,
        .state = &survey->state,
        .facts = &survey->observation.facts,
    };

    return check_report_build(&input, ret);
}
