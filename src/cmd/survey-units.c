/* SPDX-License-Identifier: MIT */
/* The drop-ins of Redis units in a plan.
 * Owns when they count as differences; the generator makes the same text by the same code. */
#include <stdlib.h>

#include "cmd/survey.h"
#include "plan/read-dropin.h"
#include "units/print-dropin.h"
#include "units/read-redis-units.h"
#include "util/cleanup.h"
#include "util/log.h"
#include "util/memory.h"

static void add_unit(const struct options *options, const struct redis_unit *unit, bool is_idle,
                     struct plan *plan)
{
    _cleanup_free_ char *in_the_way = NULL,
                        *path = memory_format(UNIT_GENERATOR_PATH "/%s.d/" UNIT_DROPIN_NAME, unit->name);
    char *old_content = NULL, *new_content = NULL;

    dropin_file_read(options->root, path, &old_content, &in_the_way);
    if (!is_idle && !unit->problem && !unit->is_as_template)
        new_content = unit_dropin_render(&unit->wrap);
    plan_add_unit(plan, unit->name, UNIT_GENERATOR_PATH, old_content, new_content);
}

/* The marker of a fresh installation goes with an apply, so what is shown is what comes after it. */
static bool is_idle(const struct redis_units *units)
{
    return units->idle_because && !units->is_pending_only;
}

/* One that is not understood was named already. */
static void warn_of_order(const struct redis_unit *unit)
{
    _cleanup_free_ char *text = NULL;

    if (!unit->wrap.order.refused || unit->problem || unit->shielded_because || unit->is_as_template)
        return;
    text = unit_order_describe(&unit->wrap.order, unit->name);
    log_warning("%s %s", unit->name, text);
}

bool survey_add_units(const struct options *options, const struct survey *survey, struct plan *plan)
{
    _cleanup_(redis_units_done) struct redis_units units = {0};
    const struct plan_input input = survey_plan_input(options, survey);
    _cleanup_free_ char *message = NULL;
    int error = redis_units_read(options->root, &survey->policy, false, &units, &message);

    for (size_t i = 0; i < units.items_count; i++) {
        if (units.items[i].problem)
            log_warning("%s: %s: it gets no drop-in", units.items[i].name, units.items[i].problem);
        if (!is_idle(&units))
            warn_of_order(&units.items[i]);
        add_unit(options, &units.items[i], is_idle(&units), plan);
    }
    if (error == 0)
        plan_add_unit_items(plan, &units, &input);
    plan->has_live_units = root_is_host(options->root) && root_exists(options->root, "/run/systemd/system");
    return log_result(error, message);
}
