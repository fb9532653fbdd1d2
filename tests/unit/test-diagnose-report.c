/* SPDX-License-Identifier: MIT */
#include "diagnose/report.h"

#include "diagnose/print.h"
#include "policy/policy.h"
#include "util/print-prometheus.h"

#include "support.h"

struct reports {
    struct policy policy;
    struct diagnosis_report report;
};

static int setup(void **state)
{
    *state = calloc(1, sizeof(struct reports));
    assert_non_null(*state);
    return 0;
}

static int teardown(void **state)
{
    struct reports *reports = *state;

    report_done(&reports->report);
    policy_done(&reports->policy);
    free(reports);
    return 0;
}

#define report_test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

/* A server with so many of 100 clients: clients-near-max and connections-rejected are judged. */
static void add_server(struct diagnosis_report *report, const struct policy *policy, const char *address,
                       int clients)
{
    static const char *const only[] = {"clients-near-max", "connections-rejected", NULL};
    struct diagnosis diagnosis = {0};
    struct server_report *server;
    char info[64];

    assert_int_equal(array_grow(&report->servers, report->servers_count, sizeof(*report->servers)), 0);
    server = &report->servers[report->servers_count++];
    server->address = strdup(address);
    server->identity = strdup("Redis 7.0.15");
    snprintf(info, sizeof(info), "connected_clients:%d\r\n", clients);
    assert_int_equal(redis_info_parse(info, strlen(info), &diagnosis.redis.now), 0);
    assert_int_equal(redis_info_parse("maxclients:100\r\n", 16, &diagnosis.redis.config), 0);
    report_judge(&diagnosis, policy, only, server);
    diagnosis_done(&diagnosis);
}

static void add(struct reports *reports, const char *address, int clients)
{
    add_server(&reports->report, &reports->policy, address, clients);
}

/* Without colours, 80 columns wide; owned by the caller. */
static char *render_with(const struct diagnosis_report *report, bool has_notes)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    diagnosis_render_text(out, report, has_notes, (struct text_style){0}, 80);
    fclose(out);
    return text;
}

static char *render(const struct diagnosis_report *report)
{
    return render_with(report, false);
}

static void report__worst_decides(void **state)
{
    struct reports *reports = *state;

    add(reports, "a", 1);
    assert_int_equal(report_worst(&reports->report), FINDING_PASS); /* one is unknown */
    add(reports, "b", 85);
    assert_int_equal(report_worst(&reports->report), FINDING_WARNING);
    add(reports, "c", 99);
    assert_int_equal(report_worst(&reports->report), FINDING_CRITICAL);
    assert_false(report_has_trouble(&reports->report));
    reports->report.servers[0].trouble = strdup("no answer");
    assert_true(report_has_trouble(&reports->report));
}

static void report__suppressed_does_not_count(void **state)
{
    struct reports *reports = *state;
    struct verdict_counts counts;

    policy_add_suppression(&reports->policy, "clients-near-max", "known");
    add(reports, "a", 99);
    counts = report_count(&reports->report.servers[0]);
    assert_int_equal(report_worst(&reports->report), FINDING_PASS);
    assert_int_equal(counts.suppressed, 1);
    assert_int_equal(counts.of[FINDING_CRITICAL], 0);
    assert_int_equal(counts.of[FINDING_UNKNOWN], 1);
}

/* What differs is the server alone, and what it was seen by. */
static void text__one_block_for_what_each_does_for_itself(void **state)
{
    struct reports *reports = *state;
    _cleanup_free_ char *text = NULL;
    struct verdict *other;

    add(reports, "/run/a.sock", 85);
    add(reports, "/run/b.sock", 86);
    for (size_t i = 0; i < 2; i++) {
        struct server_report *server = &reports->report.servers[i];
        struct verdict *verdict = (struct verdict *)report_verdict(server, "clients-near-max");

        assert_true(asprintf(&server->cli, "redis-cli -s %s", server->address) > 0);
        free(verdict->remedy);
        assert_true(asprintf(&verdict->remedy, "%s CONFIG SET maxclients 200\n(twice as many)", server->cli) >
                    0);
    }
    text = render(&reports->report);
    assert_contains(text, "WARNING   clients-near-max  /run/a.sock, /run/b.sock\n"
                          "  Seen    /run/a.sock: connected_clients 85");
    assert_contains(text, "          /run/b.sock: connected_clients 86");
    assert_contains(text, "  Remedy  redis-cli -s /run/a.sock CONFIG SET maxclients 200\n"
                          "          (twice as many)\n"
                          "          and the same by: redis-cli -s /run/b.sock\n");
    other = (struct verdict *)report_verdict(&reports->report.servers[1], "clients-near-max");
    free(other->remedy);
    other->remedy = strdup("redis-cli -s /run/b.sock CONFIG SET maxclients 300");
    free(text);
    text = render(&reports->report);
    assert_contains(text, "WARNING   clients-near-max  /run/b.sock\n");
}

static void text__worst_first_and_the_same_once(void **state)
{
    struct reports *reports = *state;
    _cleanup_free_ char *text = NULL;
    const char *critical, *warning;

    add(reports, "/run/a.sock", 85);
    add(reports, "/run/b.sock", 99);
    add(reports, "/run/c.sock", 85);
    text = render(&reports->report);
    critical = strstr(text, "CRITICAL  clients-near-max  /run/b.sock\n");
    warning = strstr(text, "WARNING   clients-near-max  /run/a.sock, /run/c.sock\n");
    assert_non_null(critical);
    assert_non_null(warning);
    assert_true(critical < warning);
    assert_null(strstr(warning + 1, "WARNING"));
    assert_contains(text, "connections-rejected: INFO does not report rejected_connections");
    assert_contains(text, "/run/b.sock (Redis 7.0.15): 0 passed, 1 critical, 1 unknown\n");
}

static void text__many_servers_are_counted(void **state)
{
    struct reports *reports = *state;
    _cleanup_free_ char *text = NULL;
    char address[16];

    for (int i = 0; i < 35; i++) {
        snprintf(address, sizeof(address), "s%d", i);
        add(reports, address, 99);
    }
    text = render(&reports->report);
    assert_contains(text, "CRITICAL  clients-near-max  s0, s1, s2, s3, ");
    assert_contains(text, "s31 and 3 more\n");
}

static void text__says_why_a_server_was_not_asked(void **state)
{
    struct reports *reports = *state;
    _cleanup_free_ char *text = NULL;

    add(reports, "a", 1);
    reports->report.servers[0].trouble = strdup("no answer within 10 s");
    text = render(&reports->report);
    assert_text(text, "a (Redis 7.0.15): not asked\n");
}

static void text__lines_fit_unless_they_are_commands(void **state)
{
    struct reports *reports = *state;
    _cleanup_free_ char *text = NULL;

    add(reports, "a", 99);
    text = render(&reports->report);
    for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
        if (strcspn(line, "\n") > 80 && !strstr(line, "redis-cli"))
            fail_msg("too wide: %.*s", (int)strcspn(line, "\n"), line);
}

static void changes__only_what_changed(void **state)
{
    struct reports *reports = *state;
    struct diagnosis_report now = {0};
    _cleanup_free_ char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    add(reports, "a", 1);
    add(reports, "b", 99);
    add(reports, "c", 1);
    add(reports, "e", 85);
    add_server(&now, NULL, "a", 99);
    add_server(&now, NULL, "b", 1);
    add_server(&now, NULL, "d", 1);
    add_server(&now, NULL, "e", 86); /* other evidence, the same result */
    assert_true(
        diagnosis_render_changes(out, &reports->report, &now, "12:00:00", false, (struct text_style){0}, 80));
    fclose(out);
    assert_contains(text, "12:00:00  a  clients-near-max: critical, was pass\n");
    assert_contains(text, "CRITICAL  clients-near-max  a\n");
    assert_contains(text, "12:00:00  b  clients-near-max: pass, was critical\n");
    assert_contains(text, "12:00:00  c: gone\n");
    assert_contains(text, "12:00:00  d: a new server\n");
    assert_lacks(text, " e ");
    report_done(&now);
}

static void changes__none_prints_nothing(void **state)
{
    struct reports *reports = *state;
    _cleanup_free_ char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    add(reports, "a", 99);
    assert_false(diagnosis_render_changes(out, &reports->report, &reports->report, "12:00:00", false,
                                          (struct text_style){0}, 80));
    fclose(out);
    assert_text(text, "");
}

/* A note is counted, shown on request, and nothing for the exit status. */
static void note__is_shown_on_request(void **state)
{
    struct reports *reports = *state;
    _cleanup_free_ char *hidden = NULL, *shown = NULL;

    add(reports, "a", 85);
    reports->report.servers[0].verdicts[1].result = FINDING_NOTE;
    assert_int_equal(report_worst(&reports->report), FINDING_PASS);
    hidden = render(&reports->report);
    assert_null(strstr(hidden, "clients-near-max"));
    assert_non_null(strstr(hidden, "0 passed, 1 note (--notes shows it), 1 unknown"));
    shown = render_with(&reports->report, true);
    assert_non_null(strstr(shown, "NOTE      clients-near-max"));
    assert_non_null(strstr(shown, "0 passed, 1 note, 1 unknown"));
}

static void note__is_a_change_on_request(void **state)
{
    struct reports *reports = *state, now = {0};
    struct {
        bool has_notes, is_change;
    } const cases[] = {{false, false}, {true, true}};

    add(reports, "a", 1);
    add(&now, "a", 85);
    now.report.servers[0].verdicts[1].result = FINDING_NOTE;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        _cleanup_free_ char *text = NULL;
        size_t size;
        FILE *out = open_memstream(&text, &size);

        assert_int_equal(diagnosis_render_changes(out, &reports->report, &now.report, "12:00:00",
                                                  cases[i].has_notes, (struct text_style){0}, 80),
                         cases[i].is_change);
        fclose(out);
        assert_int_equal(strstr(text, "note, was pass") != NULL, cases[i].is_change);
    }
    report_done(&now.report);
}

/* A server that was away and is back is held against what was known of it before. */
static void changes__a_return_is_no_change(void **state)
{
    struct reports *reports = *state, away = {0}, back = {0};
    _cleanup_free_ char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    add(reports, "a", 85);
    add(&away, "a", 1);
    away.report.servers[0].trouble = strdup("cannot connect: Connection refused");
    add(&back, "a", 99);
    report_carry(&reports->report, &away.report);
    assert_true(diagnosis_render_changes(out, &away.report, &back.report, "12:00:00", false,
                                         (struct text_style){0}, 80));
    fclose(out);
    assert_non_null(strstr(
        text, "12:00:00  a: can be asked again\n12:00:00  a  clients-near-max: critical, was warning\n"));
    assert_null(strstr(text, "connections-rejected"));
    report_done(&away.report);
    report_done(&back.report);
}

/* One that is there for the first time says what it suffers from, not what is not known of it. */
static void changes__a_first_time_says_what_is_wrong(void **state)
{
    struct reports *reports = *state, now = {0};
    _cleanup_free_ char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    add(reports, "a", 1);
    reports->report.servers[0].trouble = strdup("cannot connect: Connection refused");
    report_carry(&(struct diagnosis_report){0}, &reports->report);
    add(&now, "a", 85);
    assert_true(diagnosis_render_changes(out, &reports->report, &now.report, "12:00:00", false,
                                         (struct text_style){0}, 80));
    fclose(out);
    assert_non_null(strstr(text, "a  clients-near-max: warning, was not judged\n"));
    assert_null(strstr(text, "connections-rejected"));
    report_done(&now.report);
}

/* What was judged is printed when the configuration is gone. */
static void suppressed__outlives_the_configuration(void **state)
{
    struct reports *reports = *state;
    _cleanup_free_ char *text = NULL, *json = NULL;

    policy_add_suppression(&reports->policy, "clients-near-max", "known, ticket 12");
    add(reports, "a", 99);
    policy_done(&reports->policy);
    reports->policy = (struct policy){0};
    text = render(&reports->report);
    assert_non_null(strstr(text, "clients-near-max: known, ticket 12"));
    json = diagnosis_render_json(&reports->report);
    assert_non_null(strstr(json, "\"suppressed\": \"known, ticket 12\""));
}

/* Evidence of one name, as of several queues, is all there. */
static void json__counts_names_that_come_again(void **state)
{
    struct reports *reports = *state;
    _cleanup_free_ char *json = NULL;
    struct verdict *verdict;

    add(reports, "a", 99);
    verdict = &reports->report.servers[0].verdicts[0];
    for (int i = 1; i <= 3; i++)
        evidence_number(verdict, "queue", QUANTITY_COUNT, 100 + i);
    json = diagnosis_render_json(&reports->report);
    assert_contains(json, "\"queue\": 101,");
    assert_contains(json, "\"queue 2\": 102,");
    assert_contains(json, "\"queue 3\": 103");
    assert_contains(json, "\"queue 3\": \"count\"");
}

static void json__has_every_finding(void **state)
{
    struct reports *reports = *state;
    _cleanup_free_ char *json = NULL;

    add(reports, "a\"b", 99);
    json = diagnosis_render_json(&reports->report);
    assert_contains(json, "\"version\": 1");
    assert_contains(json, "\"address\": \"a\\\"b\"");
    assert_contains(json, "\"id\": \"clients-near-max\"");
    assert_contains(json, "\"connected_clients\": 99,");
    assert_contains(json, "\"share\": \"ratio\"");
    assert_contains(json, "\"reason\": \"INFO does not report rejected_connections\"");
}

static void prometheus__unknown_has_no_sample(void **state)
{
    struct reports *reports = *state;
    _cleanup_free_ char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    add(reports, "/run/a.sock", 99);
    diagnosis_render_prometheus(out, &reports->report);
    fclose(out);
    assert_contains(text, "redis_hosttune_server_up{server=\"/run/a.sock\"} 1\n");
    assert_contains(text, "redis_hosttune_finding{server=\"/run/a.sock\",finding=\"clients-near-max\"} 2\n");
    assert_lacks(text, "redis_hosttune_finding{server=\"/run/a.sock\",finding=\"connections-rejected\"}");
    assert_contains(
        text, "redis_hosttune_finding_unknown{server=\"/run/a.sock\",finding=\"connections-rejected\"} 1\n");
}

/* Two that lead to one address, in one unit. */
static void prometheus__servers_are_told_apart(void **state)
{
    struct reports *reports = *state;
    _cleanup_free_ char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    for (int pid = 812; pid < 814; pid++) {
        struct server_report *server;

        add(reports, "127.0.0.1:6379", 99);
        server = &reports->report.servers[reports->report.servers_count - 1];
        server->pid = pid;
        server->unit = strdup("redis.service");
        server->is_address_own = pid == 812;
        server->name = strdup(pid == 812 ? "127.0.0.1:6379" : "redis.service");
    }
    diagnosis_render_prometheus(out, &reports->report);
    fclose(out);
    assert_contains(text, "redis_hosttune_server_up{server=\"127.0.0.1:6379\",address=\"127.0.0.1:6379\","
                          "unit=\"redis.service\",pid=\"812\"} 1\n");
    assert_contains(text, "redis_hosttune_server_up{server=\"redis.service\",unit=\"redis.service\","
                          "pid=\"813\"} 1\n");
}

static void prometheus__labels_are_escaped(void **state)
{
    _cleanup_free_ char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    (void)state;
    prometheus_print_label(out, "a\"b\\c\nd");
    prometheus_print_label(out, "\x1b[m\xff");
    fclose(out);
    /* of what the format has no escape for, ours, whose backslash is one of the value */
    assert_text(text, "\"a\\\"b\\\\c\\nd\"\"\\\\x1b[m\\\\xff\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        report_test(report__worst_decides),
        report_test(report__suppressed_does_not_count),
        report_test(text__one_block_for_what_each_does_for_itself),
        report_test(text__worst_first_and_the_same_once),
        report_test(text__many_servers_are_counted),
        report_test(text__says_why_a_server_was_not_asked),
        report_test(text__lines_fit_unless_they_are_commands),
        report_test(changes__only_what_changed),
        report_test(changes__none_prints_nothing),
        report_test(note__is_shown_on_request),
        report_test(note__is_a_change_on_request),
        report_test(changes__a_return_is_no_change),
        report_test(changes__a_first_time_says_what_is_wrong),
        report_test(suppressed__outlives_the_configuration),
        report_test(json__counts_names_that_come_again),
        report_test(json__has_every_finding),
        report_test(prometheus__unknown_has_no_sample),
        report_test(prometheus__servers_are_told_apart),
        cmocka_unit_test(prometheus__labels_are_escaped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
