/* SPDX-License-Identifier: MIT */
/* The JSON that programs read: its fields are a contract. */
#include "plan/print-json.h"

#include <jansson.h>

#include "model.h"

#define PATH "/etc/sysctl.d/99-zz-redis-hosttune.conf"

static json_t *parse(const char *text)
{
    json_error_t error;
    json_t *json = json_loads(text, 0, &error);

    if (!json)
        fail_msg("line %d: %s in %s", error.line, error.text, text);
    assert_true(text_has_suffix(text, "}\n"));
    return json;
}

static json_t *plan_to_json(const struct host *host)
{
    _cleanup_free_ char *text = NULL;

    text = json_render_plan(&host->plan);
    return parse(text);
}

static const char *field(const json_t *array, size_t i, const char *name)
{
    return json_string_value(json_object_get(json_array_get(array, i), name));
}

/* The keys of the object are these, no more and no fewer. */
static void assert_keys(const json_t *object, const char *const *names)
{
    size_t n = 0;

    for (; names[n]; n++)
        if (!json_object_get(object, names[n]))
            fail_msg("no %s", names[n]);
    assert_int_equal(json_object_size(object), n);
}

static void add_file(struct host *host, const char *old_content, const char *new_content, const char *reason)
{
    plan_add_file(&host->plan, PATH, old_content ? strdup(old_content) : NULL,
                  new_content ? strdup(new_content) : NULL, reason ? strdup(reason) : NULL);
}

/* A change, one that is left, one that is not there, a file and two restarts. */
static void plan_some(struct host *host)
{
    host_has(host, "vm.swappiness", "60", 0);
    host_has(host, "net.core.somaxconn", "128", 0);
    host_has(host, "thp.enabled", NULL, -ENOENT);
    host_wants(host, "vm.swappiness", "leave");
    host_runs(host, 42, "redis-server.service", 5);
    host_runs(host, 43, NULL, 5);
    host_judge(host, NULL);
    add_file(host, NULL, "net.core.somaxconn = 65535\n", NULL);
}

static void json__has_version_items_files_and_restarts(void **state)
{
    static const char *const top[] = {"version", "items", "files", "restart", NULL};
    static const char *const item[] = {"name",   "object", "path",  "current", "wanted", "wanted_from",
                                       "set_by", "state",  "scope", "reason",  NULL};
    struct host *host = *state;
    json_t *json, *items, *files, *restarts;

    plan_some(host);
    json = plan_to_json(host);
    items = json_object_get(json, "items");
    files = json_object_get(json, "files");
    restarts = json_object_get(json, "restart");
    assert_keys(json, top);
    assert_int_equal(json_integer_value(json_object_get(json, "version")), 1);
    for (size_t i = 0; i < json_array_size(items); i++)
        assert_keys(json_array_get(items, i), item);
    assert_text(field(files, 0, "path"), PATH);
    assert_text(field(files, 0, "action"), "create");
    assert_contains(field(files, 0, "diff"), "+net.core.somaxconn = 65535\n");
    assert_int_equal(json_array_size(restarts), 2);
    assert_text(field(restarts, 0, "unit"), "redis-server.service");
    assert_true(json_is_null(json_object_get(json_array_get(restarts, 0), "pid")));
    assert_true(json_is_null(json_object_get(json_array_get(restarts, 1), "unit")));
    assert_int_equal(json_integer_value(json_object_get(json_array_get(restarts, 1), "pid")), 43);
    assert_contains(field(restarts, 1, "reason"), "listen queue");
    json_decref(json);
}

static void json__items_have_what_the_plan_has(void **state)
{
    struct host *host = *state;
    json_t *json, *items;

    plan_some(host);
    json = plan_to_json(host);
    items = json_object_get(json, "items");
    assert_text(field(items, 0, "name"), "vm.swappiness");
    assert_text(field(items, 0, "state"), "left");
    assert_text(field(items, 0, "wanted_from"), CONF ":1");
    assert_true(json_is_null(json_object_get(json_array_get(items, 0), "wanted")));
    assert_text(field(items, 1, "object"), "net.core.somaxconn");
    assert_text(field(items, 1, "path"), "/proc/sys/net/core/somaxconn");
    assert_text(field(items, 1, "current"), "128");
    assert_text(field(items, 1, "wanted"), "65535");
    assert_text(field(items, 1, "wanted_from"), "built in");
    assert_text(field(items, 1, "state"), "change");
    assert_text(field(items, 1, "scope"), "network-namespace");
    assert_true(json_is_null(json_object_get(json_array_get(items, 1), "reason")));
    assert_text(field(items, 2, "state"), "absent");
    assert_true(json_is_null(json_object_get(json_array_get(items, 2), "current")));
    assert_true(json_is_null(json_object_get(json_array_get(items, 2), "set_by")));
    json_decref(json);
}

static void json__objects_are_named_beside_their_row(void **state)
{
    struct host *host = *state;
    json_t *json;

    host_has(host, "thp.hugepages-64kB", "always", 0);
    host_plan(host, NULL);
    json = plan_to_json(host);
    assert_text(field(json_object_get(json, "items"), 0, "name"), "thp.hugepages-*kB");
    assert_text(field(json_object_get(json, "items"), 0, "object"), "thp.hugepages-64kB");
    json_decref(json);
}

static void json__hides_what_was_not_asked_for(void **state)
{
    const char *const only[] = {"vm.overcommit_memory", NULL};
    struct host *host = *state;
    json_t *json;

    host_has(host, "vm.swappiness", "60", 0);
    host_has(host, "vm.overcommit_memory", "0", 0);
    host_wrote(host, "vm.swappiness", "60", "1", 0);
    host_plan(host, only);
    json = plan_to_json(host);
    assert_int_equal(json_array_size(json_object_get(json, "items")), 1);
    assert_text(field(json_object_get(json, "items"), 0, "name"), "vm.overcommit_memory");
    json_decref(json);
}

static void json__a_refused_file_has_its_reason_and_no_diff(void **state)
{
    struct host *host = *state;
    json_t *json, *files;

    add_file(host, NULL, "new\n", PATH " is a directory");
    json = plan_to_json(host);
    files = json_object_get(json, "files");
    assert_text(field(files, 0, "action"), "refused");
    assert_text(field(files, 0, "diff"), "");
    assert_text(field(files, 0, "reason"), PATH " is a directory");
    json_decref(json);
}

static void json__drop_ins_of_units_are_files_that_are_generated(void **state)
{
    struct host *host = *state;
    json_t *json, *files;

    plan_add_unit(&host->plan, "a.service", "/g", NULL, strdup("x\n"));
    plan_add_unit(&host->plan, "b.service", "/g", strdup("x\n"), strdup("x\n"));
    json = plan_to_json(host);
    files = json_object_get(json, "files");
    assert_int_equal(json_array_size(files), 2);
    assert_text(field(files, 0, "path"), "/g/a.service.d/zz-redis-hosttune.conf");
    assert_text(field(files, 0, "action"), "generate");
    assert_contains(field(files, 0, "diff"), "+x\n");
    assert_text(field(files, 1, "action"), "keep");
    assert_text(field(files, 1, "diff"), "");
    json_decref(json);
}

static void json__unseen_servers_have_no_unit(void **state)
{
    struct host *host = *state;
    json_t *json, *restarts;

    host_hides_processes(host);
    host_has(host, "net.core.somaxconn", "128", 0);
    host_judge(host, NULL);
    json = plan_to_json(host);
    restarts = json_object_get(json, "restart");
    assert_int_equal(json_array_size(restarts), 1);
    assert_true(json_is_null(json_object_get(json_array_get(restarts, 0), "unit")));
    json_decref(json);
}

static void json__escapes_what_is_no_utf8(void **state)
{
    struct host *host = *state;
    char *text = NULL;

    host_has(host, "net.core.somaxconn", "128", 0);
    host_runs(host, 42, "caf\xe9.service", 5);
    host_judge(host, NULL);
    text = json_render_plan(&host->plan);
    assert_contains(text, "caf\\\\xe9.service");
    free(text);
}

static void explanation__has_the_texts_that_hold_here(void **state)
{
    static const char *const keys[] = {"version", "name",          "summary", "rationale", "remarks",
                                       "allowed", "documentation", "items",   NULL};
    struct host *host = *state;
    _cleanup_free_ char *text = NULL;
    const struct tunable *swappiness = tunable_find("vm.swappiness");
    json_t *json;

    host->observation.facts.has_swap = TRAIT_NO;
    host_has(host, "vm.swappiness", "60", 0);
    host_has(host, "vm.overcommit_memory", "0", 0);
    host_plan(host, NULL);
    text = json_render_explanation(&host->plan, swappiness, &host->observation.facts);
    json = parse(text);
    assert_keys(json, keys);
    assert_text(json_string_value(json_object_get(json, "name")), "vm.swappiness");
    assert_text(json_string_value(json_object_get(json, "allowed")), "0 to 200");
    assert_int_equal(json_array_size(json_object_get(json, "remarks")), 1);
    assert_contains(json_string_value(json_array_get(json_object_get(json, "remarks"), 0)), "no swap");
    assert_int_equal(json_array_size(json_object_get(json, "items")), 1);
    json_decref(json);
}

/* --- saved plans --- */

/* Compares the plan of now with the text: the error, or 0; message in a static buffer. */
static int compare(const struct host *host, const char *saved, const char **ret_message)
{
    static char shown[1024];
    _cleanup_free_ char *message = NULL;
    int error = json_compare_plan(&host->plan, saved, &message);

    snprintf(shown, sizeof(shown), "%s", message ? message : "");
    *ret_message = shown;
    return error;
}

static void compare__the_same_plan_is_the_same(void **state)
{
    struct host *host = *state;
    _cleanup_free_ char *saved = NULL;
    const char *message;

    plan_some(host);
    saved = json_render_plan(&host->plan);
    assert_int_equal(compare(host, saved, &message), 0);
    assert_text(message, "");
}

static void compare__names_what_moved(void **state)
{
    struct host *host = *state;
    _cleanup_free_ char *saved = NULL;
    const char *message;

    plan_some(host);
    saved = json_render_plan(&host->plan);
    assert_int_equal(text_replace(&host_item(host, "net.core.somaxconn")->current, "4096"), 0);
    assert_int_equal(compare(host, saved, &message), -ESTALE);
    assert_contains(message, "net.core.somaxconn: current was 128 when the plan was made and is 4096 now");
    assert_int_equal(text_replace(&host_item(host, "net.core.somaxconn")->current, "128"), 0);
    assert_int_equal(text_replace(&host->plan.files[0].new_content, "other\n"), 0);
    assert_int_equal(compare(host, saved, &message), -ESTALE);
    assert_contains(message, PATH ": diff");
}

/* Also what is wanted now and was not then, and the other way round. */
static void compare__counts_items_and_files(void **state)
{
    struct host *host = *state;
    _cleanup_free_ char *saved = NULL, *less = NULL;
    const char *message;

    host_has(host, "vm.swappiness", "60", 0);
    host_plan(host, NULL);
    less = json_render_plan(&host->plan);
    host_has(host, "vm.overcommit_memory", "0", 0);
    host_plan(host, NULL);
    assert_int_equal(compare(host, less, &message), -ESTALE);
    saved = json_render_plan(&host->plan);
    add_file(host, NULL, "new\n", NULL);
    assert_int_equal(compare(host, saved, &message), -ESTALE);
}

static void compare__other_texts_are_no_plans(void **state)
{
    static const char *const texts[] = {
        "",
        "x",
        "{",
        "[]",
        "{}",
        "null",
        "7",
        "{\"version\":1}",
        "{\"version\":2,\"items\":[],\"files\":[]}",
        "{\"version\":1,\"items\":{},\"files\":[]}",
    };
    const char *message;

    for (size_t i = 0; i < ELEMENTS(texts); i++) {
        int error = compare(*state, texts[i], &message);

        if (error != -EINVAL || !*message)
            fail_msg("\"%s\" gave %d", texts[i], error);
    }
}

static void compare__entries_of_other_types_are_differences(void **state)
{
    struct host *host = *state;
    const char *message;

    add_file(host, NULL, "new\n", NULL);
    assert_int_equal(compare(host, "{\"version\":1,\"items\":[],\"files\":[7]}", &message), -ESTALE);
    assert_int_equal(compare(host, "{\"version\":1,\"items\":[],\"files\":[{\"path\":[]}]}", &message),
                     -ESTALE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        host_test(json__has_version_items_files_and_restarts),
        host_test(json__items_have_what_the_plan_has),
        host_test(json__objects_are_named_beside_their_row),
        host_test(json__hides_what_was_not_asked_for),
        host_test(json__a_refused_file_has_its_reason_and_no_diff),
        host_test(json__drop_ins_of_units_are_files_that_are_generated),
        host_test(json__unseen_servers_have_no_unit),
        host_test(json__escapes_what_is_no_utf8),
        host_test(explanation__has_the_texts_that_hold_here),
        host_test(compare__the_same_plan_is_the_same),
        host_test(compare__names_what_moved),
        host_test(compare__counts_items_and_files),
        host_test(compare__other_texts_are_no_plans),
        host_test(compare__entries_of_other_types_are_differences),
    };

    return cmocka_run_group_tests_name("plan-print-json", tests, NULL, NULL);
}
