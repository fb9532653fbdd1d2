/* SPDX-License-Identifier: MIT */
/* Units in a report: what is special about those of Redis, and our own where it failed.
 * Owns these sentences; pure. */
#include <stdlib.h>

#include "check/report.h"
#include "units/unknown.h"
#include "util/cleanup.h"
#include "util/memory.h"

static void add_order(struct check_report *report, const struct redis_unit *unit)
{
    const struct unit_order *order = &unit->wrap.order;
    _cleanup_free_ char *text = order->refused ? unit_order_describe(order, unit->name) : NULL;

    if (text)
        check_lines_add(order->is_early ? &report->problems : &report->notes, unit->name, "%s", text);
}

void check_report_add_units(struct check_report *report, const struct redis_units *units)
{
    for (size_t i = 0; i < units->items_count; i++) {
        const struct redis_unit *unit = &units->items[i];
        const struct unit_wrap *wrap = &unit->wrap;

        if (unit->problem || unit->shielded_because || unit->is_as_template)
            continue;
        add_order(report, unit);
        if (wrap->handed_over)
            check_lines_add(&report->notes, unit->name, "%s", wrap->handed_over);
        if (wrap->limit_instead_of)
            check_lines_add(
                &report->notes, unit->name,
                "redis-hosttune raises LimitNOFILE=%s to %s (%s): %s.LimitNOFILE = leave, below [units] "
                "of redis-hosttune.conf, keeps it",
                wrap->limit_instead_of, wrap->limit_nofile, wrap->limit_from, unit->name);
    }
}

void check_report_add_unknown_units(struct check_report *report, const struct redis_units *units,
                                    long long open_files)
{
    _cleanup_free_ char *names = NULL, *command = NULL;
    const char **list = memory_new(units->unknown_count + 1, sizeof(*list));
    size_t count = 0;

    for (size_t i = 0; i < units->unknown_count; i++) {
        const struct unknown_unit *unit = &units->unknown[i];
        _cleanup_free_ char *text = NULL;

        if (!unit->made_of) {
            list[count++] = unit->name;
            memory_join(&names, ", ", unit->name);
            continue;
        }
        text = unknown_unit_describe(unit, open_files, units->memory_nodes > 1);
        check_lines_add(&report->notes, unit->name, "%s", text);
    }
    if (count > 0) {
        command = unknown_units_add_command(list);
        check_lines_add(
            &report->notes, names,
            "not looked after: the order behind redis-hosttune.service, open files and the placement of "
            "memory are left to the unit: %s; sudo redis-hosttune apply",
            command);
    }
    free(list);
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
