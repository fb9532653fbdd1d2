/* SPDX-License-Identifier: MIT */
/* Words for our own unit.
 * Owns them; pure. */
#include "units/tuner.h"

#include <stdbool.h>
#include <stddef.h>

#include "systemd/read-unit-directories.h"
#include "util/text.h"

static bool is_of_command_line(const char *mask)
{
    return text_has_prefix(mask, UNIT_BOOT_MASKS);
}

const char *tuner_idle_because(const char *mask)
{
    if (!mask)
        return "redis-hosttune.service is not enabled";
    return is_of_command_line(mask)
               ? "redis-hosttune.service is masked by systemd.mask= on the kernel's command line"
               : "redis-hosttune.service is masked";
}

const char *tuner_enable_command(const char *mask)
{
    if (!mask)
        return "sudo systemctl enable redis-hosttune.service";
    return is_of_command_line(mask) ? "take systemd.mask=redis-hosttune.service off the kernel's command line"
                                    : "sudo systemctl unmask redis-hosttune.service && sudo systemctl enable "
                                      "redis-hosttune.service";
}
