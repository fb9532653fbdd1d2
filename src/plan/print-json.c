/* SPDX-License-Identifier: MIT */
/* Plans as JSON, by jansson.
 * Owns the names of the fields. */
#include "plan/print-json.h"

#include <errno.h>
#include <jansson.h>

#include "policy/value.h"
#include "util/cleanup.h"
#include "util/json.h"
#include "util/memory.h"
#include "util/text-diff.h"
#include "util/text.h"

static json_t *item_to_json(const struct plan_item *item)
{
    _cleanup_free_ char *path = memory_format("/%s", item->path);

    return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:s, s:o}", "name", item->tunable->name,
                     "object", json_of_text(item->object), "path", json_of_text(path), "current",
                     json_of_text(item->current), "wanted", json_of_text(item->wanted), "wanted_from",
                     json_of_text(item->wanted_from), "set_by", json_of_text(item->set_by), "state",
                     item_state_name(item->state), "scope", scope_name(item->tunable->scope), "reason",
                     json_of_text(item->reason));
}

static json_t *file_to_json(const struct plan_file *file)
{
    _cleanup_free_ char *diff = text_diff_unified(file->path, file->old_content, file->new_content);

    return json_pack("{s:s, s:s, s:o, s:o}", "path", file->path, "action", file_action_name(file->action),
                     "diff", json_of_text(file->reason ? "" : diff), "reason", json_of_text(file->reason));
}

static json_t *unit_to_json(const struct plan_unit *unit)
{
    _cleanup_free_ char *diff = text_diff_unified(unit->path, unit->old_content, unit->new_content);

    return json_pack("{s:o, s:s, s:o, s:n}", "path", json_of_text(unit->path), "action",
                     *diff ? "generate" : "keep", "diff", json_of_text(diff), "reason");
}

/* Whom it is about: a unit, or where it is in none its process; neither where none could be seen. */
static json_t *restart_to_json(const struct judgement *stale)
{
    json_t *pid = stale->server && !stale->unit ? json_integer(stale->pid) : json_null();

    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "unit", json_of_text(stale->unit), "pid", pid, "command",
                     json_of_text(stale->remedy), "reason", json_of_text(stale->text), "price",
                     json_of_text(stale->price));
}

static json_t *items_to_json(const struct plan *plan, const struct tunable *only)
{
    json_t *items = json_array();

    for (size_t i = 0; i < plan->items_count; i++)
        if (plan->items[i].is_selected && (!only || plan->items[i].tunable == only))
            json_array_append_new(items, item_to_json(&plan->items[i]));
    return items;
}

static json_t *plan_to_json(const struct plan *plan)
{
    json_t *files = json_array(), *restarts = json_array();

    for (size_t i = 0; i < plan->files_count; i++)
        json_array_append_new(files, file_to_json(&plan->files[i]));
    for (size_t i = 0; i < plan->units_count; i++)
        json_array_append_new(files, unit_to_json(&plan->units[i]));
    for (size_t i = 0; i < plan->restarts_count; i++)
        json_array_append_new(restarts, restart_to_json(plan->restarts[i]));
    return json_pack("{s:i, s:o, s:o, s:o}", "version", 1, "items", items_to_json(plan, NULL), "files", files,
                     "restart", restarts);
}

char *json_render_plan(const struct plan *plan)
{
    json_memory_begin();
    return json_to_text(plan_to_json(plan), 0);
}

char *json_render_explanation(const struct plan *plan, const struct tunable *tunable,
                              const struct host_facts *facts)
{
    _cleanup_free_ char *allowed = memory_require(value_allowed(tunable));
    json_t *remarks;

    json_memory_begin();
    remarks = json_array();
    for (const struct remark *remark = tunable->remarks; remark && remark->text; remark++)
        if (!remark->applies || remark->applies(facts))
            json_array_append_new(remarks, json_string(remark->text));
    return json_to_text(json_pack("{s:i, s:s, s:s, s:s, s:o, s:s, s:s, s:o}", "version", 1, "name",
                                  tunable->name, "summary", tunable->summary, "rationale", tunable->rationale,
                                  "remarks", remarks, "allowed", allowed, "documentation",
                                  tunable->documentation, "items", items_to_json(plan, tunable)),
                        0);
}

/* --- saved plans --- */

static const char *json_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text ? text : "nothing";
}

/* `fields` of each element must be the same; `name` is the field that names it in the message. */
static int compare_array(const json_t *now, const json_t *saved, const char *name, const char *const *fields,
                         char **ret_error)
{
    if (!json_is_array(saved))
        return memory_error(ret_error, -EINVAL, "not a plan that diff --out saved");
    if (json_array_size(now) != json_array_size(saved))
        return memory_error(ret_error, -ESTALE,
                            "it has %zu entries by %s and now there are %zu (give the --only and --runtime "
                            "that it was made with)",
                            json_array_size(saved), name, json_array_size(now));
    for (size_t i = 0; i < json_array_size(now); i++) {
        const json_t *one = json_array_get(now, i), *other = json_array_get(saved, i);

        for (const char *const *field = fields; *field; field++)
            if (!json_equal(json_object_get(one, *field), json_object_get(other, *field)))
                return memory_error(ret_error, -ESTALE, "%s: %s was %s when the plan was made and is %s now",
                                    json_text(one, name), *field, json_text(other, *field),
                                    json_text(one, *field));
    }
    return 0;
}

int json_compare_plan(const struct plan *plan, const char *saved, char **ret_error)
{
    static const char *const item_fields[] = {"object", "current", "wanted", "state", NULL};
    static const char *const file_fields[] = {"path", "action", "diff", NULL};
    _cleanup_json_ json_t *now = NULL, *then = NULL;
    json_error_t detail;
    int error;

    json_memory_begin();
    now = plan_to_json(plan);
    then = json_loads(saved, 0, &detail);
    json_memory_end();
    if (!then)
        return memory_error(ret_error, -EINVAL, "line %d: %s", detail.line, detail.text);
    if (json_integer_value(json_object_get(then, "version")) != 1)
        return memory_error(ret_error, -EINVAL, "not a plan of version 1");
    error = compare_array(json_object_get(now, "items"), json_object_get(then, "items"), "object",
                          item_fields, ret_error);
    if (error < 0)
        return error;
    return compare_array(json_object_get(now, "files"), json_object_get(then, "files"), "path", file_fields,
                         ret_error);
}
