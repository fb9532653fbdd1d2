/* SPDX-License-Identifier: MIT */
/* redis-hosttune diagnose: what a running Redis suffers from, joined with the host beneath it.
 * Owns nothing but its own printing; nothing of the host or a server is changed. */
#include <string.h>
#include <time.h>

#include "cmd/command.h"
#include "cmd/diagnose-gather.h"
#include "cmd/earlier-runs.h"
#include "diagnose/print.h"
#include "servers/restart.h"
#include "util/cleanup.h"
#include "util/log.h"
#include "util/memory.h"
#include "util/terminal.h"
#include "util/text.h"

enum { WIDTH_MAX = 110 };

/* "Redis 7.0.15, replica, redis-server.service, pid 812", and that it is not proven. */
static char *describe(const struct diagnosis *diagnosis, bool was_asked)
{
    const struct redis_facts *redis = &diagnosis->redis;
    const struct server_facts *process = diagnosis->process;
    const char *unit = process ? server_confirmed_unit(&process->process) : NULL;
    _cleanup_free_ char *home = NULL;
    struct text_builder words = {0};
    char *text;

    if (process && !unit && process->process.home.kind != SERVER_HOME_UNKNOWN)
        home = server_describe_home(&process->process);
    if (redis->version && redis->product_version)
        text_builder_add(&words, "%s %s, like Redis %s", redis->product, redis->product_version,
                         redis->version);
    else if (redis->version)
        text_builder_add(&words, "%s %s", redis->product ? redis->product : "Redis", redis->version);
    else
        text_builder_add_text(&words, process ? process->process.comm : "version unknown");
    if (redis->is_sentinel)
        text_builder_add_text(&words, ", Sentinel");
    if (redis->is_cluster)
        text_builder_add_text(&words, ", cluster node");
    if (redis->is_replica)
        text_builder_add_text(&words, ", replica");
    if (redis->is_loading)
        text_builder_add_text(&words, ", loading");
    if (unit)
        text_builder_add(&words, ", %s", unit);
    if (process)
        text_builder_add(&words, ", pid %d", process->process.pid);
    if (home)
        text_builder_add(&words, ", %s", home);
    if (redis->unproven && was_asked) /* else it is the reason why not */
        text_builder_add(&words, ", not proven: %s", redis->unproven);
    text = memory_require(text_builder_take(&words));
    memory_check(text_escape(&text));
    return text;
}

/* Where its sockets cannot be seen, what it was told to listen on is a guess until it says itself who it is.
 */
static bool has_own_address(const struct diagnosis *diagnosis)
{
    const struct server_facts *process = diagnosis->process;

    if (!diagnosis->redis.cli)
        return false;
    return !process || !process->listeners.unknown ||
           diagnosis_info(diagnosis, "process_id") == (double)process->process.pid;
}

static void fill_server(struct examined *examined, const struct options *options, const struct policy *policy,
                        struct server_report *server)
{
    const struct diagnosis *diagnosis = &examined->diagnosis;
    const struct server_facts *process = diagnosis->process;

    server->pid = process ? process->process.pid : 0;
    server->is_address_own = has_own_address(diagnosis);
    server->identity = describe(diagnosis, !examined->trouble);
    server->address = memory_copy(diagnosis->redis.address);
    server->name =
        memory_copy(!server->is_address_own && process ? server_display(process) : server->address);
    server->product = diagnosis->redis.product;
    server->version = memory_copy(diagnosis->redis.product_version ? diagnosis->redis.product_version
                                                                   : diagnosis->redis.version);
    server->cli = memory_copy(diagnosis->redis.cli);
    server->unit = memory_copy(process ? server_confirmed_unit(&process->process) : NULL);
    server->unproven = memory_copy(diagnosis->redis.unproven);
    server->trouble = memory_copy(examined->trouble);
    memory_check(text_escape(&server->address));
    memory_check(text_escape(&server->name));
    report_judge(diagnosis, policy, (const char *const *)options->only, server);
}

/* Gathers and judges. false: logged. */
static bool examine(const struct options *options, struct diagnosis_report *ret)
{
    _cleanup_(gathering_done) struct gathering gathering = {0};
    _cleanup_run_records_ struct run_records records = {0};

    if (!gather(options, &gathering))
        return false;
    earlier_runs_attach(options->root, &gathering, &records);
    for (size_t i = 0; i < gathering.count; i++)
        fill_server(&gathering.servers[i], options, &gathering.survey.policy,
                    memory_add(ret->servers, ret->servers_count));
    earlier_runs_keep(options->root, &gathering, &records);
    return true;
}

static void print(const struct options *options, const struct diagnosis_report *report)
{
    if (options->format == FORMAT_JSON)
        terminal_print_json(diagnosis_render_json(report));
    else if (options->format == FORMAT_PROMETHEUS)
        diagnosis_render_prometheus(terminal_out(), report);
    else
        diagnosis_render_text(terminal_out(), report, options->has_notes, text_style_of_terminal(),
                              terminal_width(WIDTH_MAX));
}

static enum exit_status judge(const struct options *options, const struct diagnosis_report *report)
{
    enum finding_result worst = report_worst(report);
    enum finding_result limit = options->fails_on_critical_only ? FINDING_CRITICAL : FINDING_WARNING;

    for (size_t i = 0; i < report->servers_count; i++)
        if (report->servers[i].trouble)
            log_error("%s: %s", report->servers[i].address, report->servers[i].trouble);
    if (report_has_trouble(report))
        return EXIT_TROUBLE;
    return worst >= limit ? EXIT_DIFFERENT : EXIT_DONE;
}

/* Until it is ended by a signal, or the output cannot be written. */
static enum exit_status watch(const struct options *options, struct diagnosis_report *first)
{
    struct diagnosis_report before = *first;

    *first = (struct diagnosis_report){0};
    report_carry(&(struct diagnosis_report){0}, &before);
    while (terminal_flush() == 0) {
        struct diagnosis_report now = {0};
        char shown[16];
        time_t clock = time(NULL);
        struct tm local;

        if (!options->has_interval || options->interval < 1)
            sleep(options->has_interval ? 1 : 0);
        if (!examine(options, &now)) {
            report_done(&now);
            sleep(1); /* what was in the way was said; it may come back */
            continue;
        }
        strftime(shown, sizeof(shown), "%H:%M:%S", localtime_r(&clock, &local));
        diagnosis_render_changes(terminal_out(), &before, &now, shown, options->has_notes,
                                 text_style_of_terminal(), terminal_width(WIDTH_MAX));
        report_carry(&before, &now);
        report_done(&before);
        before = now;
    }
    report_done(&before);
    return EXIT_TROUBLE;
}

static int run_diagnose(const struct options *options)
{
    _cleanup_(report_done) struct diagnosis_report report = {0};

    if (options->is_watching && options->format != FORMAT_TEXT) {
        log_error("--watch prints text only: leave --format out, or call again and again");
        return EXIT_TROUBLE;
    }
    if (!examine(options, &report))
        return EXIT_TROUBLE;
    print(options, &report);
    return options->is_watching ? watch(options, &report) : judge(options, &report);
}

const struct command command_diagnose = {
    .name = "diagnose",
    .arguments = "[OPTION...]",
    .summary = "Show what running servers suffer from, and what mends it.",
    .accepts = ACCEPTS(OPTION_ROOT) | ACCEPTS(OPTION_FORMAT) | ACCEPTS(OPTION_ONLY) | ACCEPTS(OPTION_SOCKET) |
               ACCEPTS(OPTION_HOST) | ACCEPTS(OPTION_PORT) | ACCEPTS(OPTION_USER) |
               ACCEPTS(OPTION_PASSWORD_FILE) | ACCEPTS(OPTION_SAME_PASSWORD) | ACCEPTS(OPTION_TLS) |
               ACCEPTS(OPTION_CACERT) | ACCEPTS(OPTION_CERT) | ACCEPTS(OPTION_KEY) |
               ACCEPTS(OPTION_INTERVAL) | ACCEPTS(OPTION_WATCH) | ACCEPTS(OPTION_NOTES) |
               ACCEPTS(OPTION_FAIL_ON),
    .formats = PRINTS(FORMAT_TEXT) | PRINTS(FORMAT_JSON) | PRINTS(FORMAT_PROMETHEUS),
    .is_of_findings = true,
    .asks_servers = true,
    .run = run_diagnose,
};
