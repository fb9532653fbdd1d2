/* SPDX-License-Identifier: MIT */
/* check's table, JSON and metrics, of a report made of values. */
#include "check/print-json.h"
#include "check/print-prometheus.h"
#include "check/print-text.h"

#include "model.h"

#include <jansson.h>

struct shown {
    struct plan_item items[2];
    struct forecast_step steps[2];
    struct forecast forecast;
    struct plan plan;
    struct check_line lines[2];
    struct check_report report;
};

/* One row that another file decides, one that is left, a problem and a note with bytes that are no text. */
static void fill(struct shown *shown)
{
    *shown = (struct shown){0};
    shown->items[0] = (struct plan_item){.tunable = tunable_find("vm.swappiness"),
                                         .object = (char *)"vm.swappiness",
                                         .current = (char *)"60",
                                         .wanted = (char *)"1",
                                         .set_by = (char *)"x",
                                         .is_selected = true,
                                         .state = ITEM_CHANGE};
    shown->items[1] = (struct plan_item){.tunable = tunable_find("thp.defrag"),
                                         .object = (char *)"thp.defrag",
                                         .current = (char *)"madvise",
                                         .is_selected = true,
                                         .state = ITEM_LEFT};
    shown->steps[0] = (struct forecast_step){.source = FORECAST_SYSCTL,
                                             .fate = FORECAST_OVERRIDDEN,
                                             .value = (char *)"2",
                                             .file = (char *)"/etc/sysctl.d/50.conf",
                                             .line = 1};
    shown->steps[1] = (struct forecast_step){.source = FORECAST_SYSCTL,
                                             .value = (char *)"10",
                                             .file = (char *)"/etc/sysctl.d/\"a\\b\n\xff.conf",
                                             .line = 7};
    shown->forecast =
        (struct forecast){.steps = shown->steps, .steps_count = 2, .decided = 1, .at_boot = (char *)"10"};
    shown->items[0].boot = &shown->forecast;
    shown->plan = (struct plan){.items = shown->items, .items_count = 2};
    shown->lines[0] = (struct check_line){(char *)"vm.swappiness", (char *)"is \x1b[31m\xff wrong"};
    shown->lines[1] = (struct check_line){NULL, (char *)"no server"};
    shown->report = (struct check_report){
        .plan = &shown->plan, .problems = {&shown->lines[0], 1}, .notes = {&shown->lines[1], 1}};
}

static char *text_of(const struct check_report *report,
                     void (*render)(FILE *out, const struct check_report *report))
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    render(out, report);
    fclose(out);
    return text;
}

static void render_check__text(void **state)
{
    struct shown shown;
    _cleanup_free_ char *text = NULL;

    (void)state;
    fill(&shown);
    text = text_of(&shown.report, check_render_text);
    assert_contains(text, "NAME");
    assert_contains(text, "vm.swappiness 60 ");
    assert_contains(text, "(left)");
    assert_contains(text, "\nvm.swappiness: is \\x1b[31m\\xff wrong\nnote: no server\n");
    assert_lacks(text, "nothing to mend");
    for (const char *line = text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
        assert_true(strcspn(line, "\n") <= 100);
}

static void render_check__text_of_nothing_to_mend(void **state)
{
    struct shown shown;
    _cleanup_free_ char *text = NULL;

    (void)state;
    fill(&shown);
    shown.report.problems.count = shown.report.notes.count = 0;
    text = text_of(&shown.report, check_render_text);
    assert_contains(text, "nothing to mend\n");
}

static void render_check__json(void **state)
{
    struct shown shown;
    _cleanup_free_ char *text = NULL;
    json_t *json, *row;

    (void)state;
    fill(&shown);
    text = check_render_json(&shown.report);
    json = json_loads(text, 0, NULL);
    assert_non_null(json);
    assert_int_equal(json_integer_value(json_object_get(json, "version")), 1);
    row = json_array_get(json_object_get(json, "tunables"), 0);
    assert_text(json_string_value(json_object_get(row, "at_boot")), "10");
    assert_int_equal(json_integer_value(json_object_get(json_object_get(row, "decided_by"), "line")), 7);
    row = json_array_get(json_object_get(row, "overridden"), 0);
    assert_text(json_string_value(json_object_get(row, "file")), "/etc/sysctl.d/50.conf");
    row = json_array_get(json_object_get(json, "tunables"), 1);
    assert_true(json_is_null(json_object_get(row, "at_boot")));
    assert_true(json_is_null(json_object_get(json_object_get(row, "decided_by"), "file")));
    assert_int_equal(json_array_size(json_object_get(json, "problems")), 1);
    assert_true(json_is_array(json_object_get(json, "servers")));
    json_decref(json);
}

static void render_check__prometheus(void **state)
{
    struct shown shown;
    _cleanup_free_ char *text = NULL;

    (void)state;
    fill(&shown);
    text = text_of(&shown.report, check_render_prometheus);
    assert_contains(text, "# TYPE redis_hosttune_problems gauge\nredis_hosttune_problems 1\n");
    assert_contains(text, "redis_hosttune_tunable_ok{name=\"vm.swappiness\",object=\"vm.swappiness\"} 0\n");
    assert_lacks(text, "redis_hosttune_tunable_ok{name=\"thp.defrag\""); /* left: nobody's wish */
    assert_contains(text, "decided_by=\"/etc/sysctl.d/\\\"a\\\\b\\n\\\\xff.conf:7\"");
    assert_lacks(text, "\xff");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(render_check__text),
        cmocka_unit_test(render_check__text_of_nothing_to_mend),
        cmocka_unit_test(render_check__json),
        cmocka_unit_test(render_check__prometheus),
    };

    return cmocka_run_group_tests_name("check-print", tests, NULL, NULL);
}
