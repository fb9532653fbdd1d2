/* SPDX-License-Identifier: MIT */
/* The running servers in a report: what each row says of them, and the lines about them.
 * Owns these sentences; pure. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/report.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

/* More lines than these would hide the rest; without root something is unknown of every server. */
enum { UNKNOWN_SHOWN = 3 };

/* Of strangers there may be any number. */
enum { UNPROVEN_SHOWN = 3 };

/* Servers of which more is to be said than what is said of them. */
struct untold {
    size_t unknown, unproven;
};

/* What is to be mended stands before what is not known. */
static const enum judgement_result from_worst[] = {JUDGEMENT_STALE, JUDGEMENT_ELSEWHERE, JUDGEMENT_UNKNOWN,
                                                   JUDGEMENT_FINE};

bool check_server_counts(const struct server_facts *server)
{
    return !server->unproven || server->process.is_named;
}

static const struct judgement *find_judgement(const struct check_server *server, const char *topic)
{
    for (size_t i = 0; i < server->judgements_count; i++)
        if (strcmp(server->judgements[i]->topic, topic) == 0)
            return server->judgements[i];
    return NULL;
}

/* The worst that any server is, and how many are. */
char *check_describe_running(const struct plan_item *item)
{
    static const char *const texts[] = {
        [JUDGEMENT_FINE] = "fine",
        [JUDGEMENT_STALE] = "stale: restart Redis",
        [JUDGEMENT_ELSEWHERE] = "set elsewhere",
        [JUDGEMENT_UNKNOWN] = "unknown",
    };
    size_t counts[ELEMENTS(from_worst)] = {0}, all = 0;

    for (; all < item->servers.count && item->servers.items[all].server; all++)
        counts[item->servers.items[all].result]++;
    for (size_t i = 0; i < ELEMENTS(from_worst); i++) {
        enum judgement_result result = from_worst[i];

        if (counts[result] > 0)
            return counts[result] == all
                       ? memory_copy(texts[result])
                       : memory_format("%s (%zu of %zu)", texts[result], counts[result], all);
    }
    return NULL;
}

/* A remedy's lines in one. Owned by the caller. */
static char *join_lines(const char *lines)
{
    char *joined = memory_new(2, strlen(lines) + 1), *end = joined;

    for (; *lines; lines++) {
        if (*lines == '\n')
            *end++ = ';';
        *end++ = (char)(*lines == '\n' ? ' ' : *lines);
    }
    return joined;
}

static bool is_same(const struct judgement *a, const struct judgement *b)
{
    return b && a->result == b->result && strcmp(a->text, b->text) == 0 && text_equal(a->remedy, b->remedy) &&
           text_equal(a->price, b->price);
}

/* The servers from `first` on of which the same is to be said: "redis-server (pid 1), redis-server (pid 2)
 * and 8 more". NULL where an earlier one has said it. Owned by the caller. */
static char *name_servers(const struct check_report *report, size_t first, const struct judgement *judgement,
                          size_t *ret_count)
{
    enum { NAMES_MAX = 3 };
    _cleanup_free_ char *names = NULL;
    size_t count = 0;

    for (size_t i = 0; i < report->servers_count; i++) {
        if (check_server_counts(report->servers[i].facts) !=
                check_server_counts(report->servers[first].facts) ||
            !is_same(judgement, find_judgement(&report->servers[i], judgement->topic)))
            continue;
        if (i < first)
            return NULL;
        if (++count <= NAMES_MAX)
            memory_join(&names, ", ", server_display(report->servers[i].facts));
    }
    *ret_count = count;
    return count <= NAMES_MAX ? TAKE_POINTER(names)
                              : memory_format("%s and %zu more", names, count - NAMES_MAX);
}

/* server: the first of the `count` that are called `names`. */
static void add_problem(struct check_report *report, const char *names, size_t count,
                        const struct server_facts *server, const struct judgement *judgement)
{
    _cleanup_free_ char *remedy = judgement->remedy ? join_lines(judgement->remedy) : NULL;
    char option[32] = "PID counts one";

    if (!check_server_counts(server)) {
        if (count == 1)
            snprintf(option, sizeof(option), "%d counts it", server->process.pid);
        check_lines_add(&report->notes, names,
                        "%s: %s%s%s (not counted, as it is not proven: %s; check --server=%s)",
                        judgement->topic, judgement->text, remedy ? ": " : "", remedy ? remedy : "",
                        server->unproven, option);
        return;
    }
    if (judgement->result == JUDGEMENT_STALE)
        check_lines_add(&report->problems, names, "%s: %s; restart it in a quiet hour (%s): %s",
                        judgement->topic, judgement->text, judgement->price,
                        remedy ? remedy : judgement->words);
    else
        check_lines_add(&report->problems, names, "%s: %s%s%s", judgement->topic, judgement->text,
                        remedy ? ": " : "", remedy ? remedy : "");
}

/* One line for all that is not known of a server, with the first reason. */
static void note_unknown(struct check_report *report, const struct check_server *server,
                         struct untold *untold)
{
    _cleanup_free_ char *topics = NULL;
    const char *reason = NULL;

    for (size_t i = 0; i < server->judgements_count; i++) {
        const struct judgement *judgement = server->judgements[i];

        if (judgement->result != JUDGEMENT_UNKNOWN)
            continue;
        memory_join(&topics, ", ", judgement->topic);
        reason = reason ? reason : judgement->text;
    }
    if (topics && ++untold->unknown <= UNKNOWN_SHOWN)
        check_lines_add(&report->notes, server_display(server->facts), "not known of it: %s (%s)", topics,
                        reason);
}

static void report_judgement(struct check_report *report, size_t server, const struct judgement *judgement)
{
    bool is_problem = judgement->result == JUDGEMENT_STALE || judgement->result == JUDGEMENT_ELSEWHERE;
    bool is_note = judgement->result == JUDGEMENT_FINE && text_has_prefix(judgement->topic, "cgroup.");
    _cleanup_free_ char *names = NULL;
    size_t count;

    if (!is_problem && !is_note)
        return;
    names = name_servers(report, server, judgement, &count);
    if (names && is_problem)
        add_problem(report, names, count, report->servers[server].facts, judgement);
    else if (names)
        check_lines_add(&report->notes, names, "%s: %s", judgement->topic, judgement->text);
}

static bool has_problem(const struct check_server *server)
{
    for (size_t i = 0; i < server->judgements_count; i++)
        if (server->judgements[i]->result == JUDGEMENT_STALE ||
            server->judgements[i]->result == JUDGEMENT_ELSEWHERE)
            return true;
    return false;
}

static void report_server(struct check_report *report, size_t index, struct untold *untold)
{
    const struct check_server *server = &report->servers[index];

    if (!check_server_counts(server->facts) && has_problem(server) && ++untold->unproven > UNPROVEN_SHOWN)
        return;
    for (size_t i = 0; i < server->judgements_count; i++)
        report_judgement(report, index, server->judgements[i]);
    note_unknown(report, server, untold);
}

static void note_absence(struct check_report *report, const struct server_list *list)
{
    size_t servers = 0;

    if (list->beyond > 0)
        check_lines_add(
            &report->notes, NULL,
            "%zu more processes are called like a server, no unit's, from pid %d on: they were not "
            "looked at: check --server=PID looks at one",
            list->beyond, list->first_beyond);
    for (size_t i = 0; i < list->count; i++)
        servers += list->servers[i].process.kind == SERVER_KIND_SERVER;
    if (list->unseen)
        check_lines_add(&report->notes, NULL, "%s: run sudo redis-hosttune check to judge the servers",
                        list->unseen);
    else if (servers == 0)
        check_lines_add(&report->notes, NULL, "%s",
                        "no Redis or Valkey server runs here: judged on the host alone");
}

static void add_judgement(struct check_server *server, const struct judgement *judgement)
{
    memory_grow(&server->judgements, server->judgements_count, sizeof(const struct judgement *));
    server->judgements[server->judgements_count++] = judgement;
}

static void add_server(struct check_report *report, const struct server_facts *facts)
{
    struct check_server *server = memory_add(report->servers, report->servers_count);

    server->facts = facts;
    for (size_t i = 0; plan_item_at(report->plan, i); i++) {
        const struct judgement *judgement = server_judgement(plan_item_at(report->plan, i), facts);

        if (judgement)
            add_judgement(server, judgement);
    }
    server_judge_limits(facts, &server->limits);
    for (size_t i = 0; i < server->limits.count; i++)
        add_judgement(server, &server->limits.items[i]);
}

void check_report_add_servers(struct check_report *report, const struct server_list *list)
{
    struct untold untold = {0};

    for (size_t i = 0; i < list->count; i++)
        add_server(report, &list->servers[i]);
    for (size_t i = 0; i < report->servers_count; i++)
        report_server(report, i, &untold);
    if (untold.unproven > UNPROVEN_SHOWN)
        check_lines_add(&report->notes, NULL,
                        "%zu more servers are not proven to be a unit's, and not counted: --format=json says "
                        "what is to be mended of them",
                        untold.unproven - UNPROVEN_SHOWN);
    if (untold.unknown > UNKNOWN_SHOWN)
        check_lines_add(&report->notes, NULL,
                        "of %zu more servers something is not known: --format=json says of each what and why",
                        untold.unknown - UNKNOWN_SHOWN);
    note_absence(report, list);
}
