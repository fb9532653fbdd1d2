/* SPDX-License-Identifier: MIT */
/* Reads the configuration for a command, and says what is wrong with it. */
#pragma once

#include "cmd/command.h"
#include "policy/policy.h"

/* What a mistake in [thresholds] or [suppress] is to the command. One elsewhere is an error of all. */
enum finding_settings {
    FINDING_SETTINGS_IGNORED, /* nothing: the boot unit goes on, whatever it is */
    FINDING_SETTINGS_CHECKED, /* a warning, for somebody is there to read it; none of them is returned */
    FINDING_SETTINGS_USED,    /* an error */
};

/* Logs on error and returns false; then nothing is returned. */
bool configuration_read(const struct options *options, enum finding_settings finding_settings,
                        struct policy *ret);
