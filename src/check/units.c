/* SPDX-License-Identifier: MIT */
/* Units in a report: those of Redis that cannot be ordered, and our own where it failed.
 * Owns these sentences; pure. */
#include <stdlib.h>

#include "check/report.h"
#include "util/cleanup.h"

void check_report_add_orders(struct check_report *report, const struct redis_units *units)
{
    for (size_t i = 0; i < units->items_count; i++) {
        const struct redis_unit *unit = &units->items[i];
        _cleanup_free_ char *text = NULL;

        if (!unit->wrap.order.refused || unit->problem || unit->shielded_because || unit->is_as_template)
            continue;
        text = unit_order_describe(&unit->wrap.order, unit->name);
        check_lines_add(unit->wrap.order.is_early ? &report->problems : &report->notes, unit->name, "%s",
                        text);
    }
}

void check_report_add_tuner(struct check_report *report, const struct tuner_status *tuner,
                            const struct plan *plan)
{
    _cleanup_free_ char *how = NULL, *unreached = NULL;

    if (!tuner->has_failed)
        return;
    how = tuner_status_describe(tuner);
    unreached = tuner_status_unreached(plan);
    check_lines_add(&report->problems, TUNER_UNIT,
                    "%s; %s%s: sudo systemctl restart " TUNER_UNIT
                    ", and where it fails again, journalctl -b -u " TUNER_UNIT,
                    how, *unreached ? "not set: " : "all values are set now", unreached);
}
