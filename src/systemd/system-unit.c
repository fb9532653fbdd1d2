/* SPDX-License-Identifier: MIT */
/* The end of a unit of PID 1's.
 * Owns nothing else: it is asked for by host/. */
#include "systemd/system-unit.h"

#include <stdlib.h>

#include "util/text.h"

void system_unit_done(struct system_unit *unit)
{
    free(unit->name);
    free(unit->load_state);
    free(unit->control_group);
    free(unit->exec_path);
    strings_free(unit->exec_argv);
    *unit = (struct system_unit){0};
}
