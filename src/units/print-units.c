/* SPDX-License-Identifier: MIT */
/* Units and decisions as text and JSON.
 * Owns the words for them. */
#include "units/print-units.h"

#include <jansson.h>

#include "util/cleanup.h"
#include "util/json.h"
#include "util/print-paragraph.h"
#include "util/terminal.h"
#include "util/text.h"

static void render_unit(FILE *out, const struct tunable *tunable, const struct redis_unit *unit)
{
    if (unit->problem)
        terminal_print_line(out, "  %s: nothing: %s", unit->name, unit->problem);
    else if (tunable->judge == JUDGE_PLACEMENT)
        terminal_print_line(out, "  %s: %s: %s", unit->name, placement_name(unit->wrap.placement),
                            unit->wrap.reason);
    else
        terminal_print_line(out, "  %s: %s%s%s", unit->name,
                            unit->wrap.limit_nofile ? unit->wrap.limit_nofile : "left as it is",
                            unit->wrap.limit_from ? ": " : "",
                            unit->wrap.limit_from ? unit->wrap.limit_from : "");
}

void units_render_text(FILE *out, const struct tunable *tunable, const struct redis_units *units, int width)
{
    fprintf(out, "%s: %s\n\n", tunable->name, tunable->summary);
    paragraph_print(out, tunable->rationale, width);
    fputs("\nOn this host\n", out);
    for (size_t i = 0; i < units->items_count; i++)
        render_unit(out, tunable, &units->items[i]);
    if (units->items_count == 0)
        fputs("  no unit of Redis or Valkey\n", out);
    if (units->idle_because)
        terminal_print_line(out, "  none of it is in force: %s", units->idle_because);
    fprintf(out, "\nDocumentation   %s\n", tunable->documentation);
}

char *units_render_json(const struct tunable *tunable, const struct redis_units *units)
{
    json_t *list;

    json_memory_begin();
    list = json_array();
    for (size_t i = 0; i < units->items_count; i++) {
        const struct redis_unit *unit = &units->items[i];

        json_array_append_new(
            list,
            json_pack("{s:o, s:s?, s:o, s:s?, s:o, s:o}", "unit", json_of_text(unit->name), "placement",
                      unit->problem ? NULL : placement_name(unit->wrap.placement), "reason",
                      json_of_text(unit->wrap.reason), "limit_nofile", unit->wrap.limit_nofile, "limit_from",
                      json_of_text(unit->wrap.limit_from), "problem", json_of_text(unit->problem)));
    }
    return json_to_text(json_pack("{s:i, s:s, s:s, s:s, s:s, s:o, s:o}", "version", 1, "name", tunable->name,
                                  "summary", tunable->summary, "rationale", tunable->rationale,
                                  "documentation", tunable->documentation, "idle_because",
                                  json_of_text(units->idle_because), "units", list),
                        0);
}
