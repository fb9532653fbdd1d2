/* SPDX-License-Identifier: MIT */
/* The configuration, for all commands.
 * Owns which command takes which sections, and who is told of a mistake in those that it does not use. */
#include "cmd/configuration.h"

#include "config/keys.h"
#include "config/read-file.h"
#include "util/cleanup.h"
#include "util/log.h"
#include "util/text.h"

static void warn_of_finding_settings(const struct options *options)
{
    _cleanup_(policy_done) struct policy policy = {0};
    _cleanup_free_ char *message = NULL;
    int error = config_file_read(options->root, config_finding_sections, &policy, &message);

    if (error < 0)
        log_warning("%s (only check and diagnose need it, and end at it)", error_words(error, message));
}

bool configuration_read(const struct options *options, enum finding_settings finding_settings,
                        struct policy *ret)
{
    _cleanup_free_ char *message = NULL;
    int error = config_file_read(
        options->root, finding_settings == FINDING_SETTINGS_USED ? config_all_sections : config_host_sections,
        ret, &message);

    if (!log_result(error, message))
        return false;
    if (finding_settings == FINDING_SETTINGS_CHECKED)
        warn_of_finding_settings(options);
    return true;
}
