/* SPDX-License-Identifier: MIT */
/* Gathers the facts for diagnose.
 * Owns which servers are asked. */
#include "cmd/diagnose-gather.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "cmd/diagnose-ask.h"
#include "cmd/server-access.h"
#include "privileged/capabilities.h"
#include "servers/judgement.h"
#include "servers/read-answers.h"
#include "servers/read-facts.h"
#include "servers/read-targets.h"
#include "util/cleanup.h"
#include "util/log.h"
#include "util/memory.h"
#include "util/quantity.h"
#include "util/terminal.h"

/* For what tells where servers can be asked: whatever that meets, time to ask them is left. */
static const double look_seconds = 2.5;

/* --- which servers --- */

static void add_server(struct gathering *gathering, struct asking *asking,
                       const struct redis_targets *targets, const struct server_facts *process,
                       const char *trouble)
{
    struct examined *server = memory_add(gathering->servers, gathering->count);

    server->process = process;
    *memory_add(asking->targets, asking->count) = *targets;
    asking->servers = gathering->servers;
    if (!trouble)
        return;
    server->trouble = memory_copy(trouble);
    server->diagnosis.redis.address = memory_copy(server_display(process));
    redis_server_facts_unknown(&server->diagnosis.redis, trouble);
}

static void add_processes(const struct options *options, struct gathering *gathering, struct asking *asking)
{
    for (size_t i = 0; i < gathering->before.count; i++) {
        const struct server_facts *process = &gathering->before.servers[i];
        struct redis_targets targets = {0};
        _cleanup_free_ char *reason = NULL;

        if (process->process.kind != SERVER_KIND_SERVER)
            continue;
        redis_targets_find(options->root, process, &targets, &reason);
        add_server(gathering, asking, &targets, process, targets.count ? NULL : reason);
    }
}

static void add_named(const struct server_options *server, struct gathering *gathering, struct asking *asking)
{
    struct redis_targets targets = {0};

    if (server->socket)
        redis_targets_add(&targets, server->socket, NULL, 0, false);
    else
        redis_targets_add(&targets, NULL, server->host ? server->host : "127.0.0.1",
                          server->port ? server->port : 6379, server->is_tls);
    add_server(gathering, asking, &targets, NULL, NULL);
}

/* Who they are, before any is asked. *ret_error: why credentials.conf is of no use. */
static int read_peers(const struct options *options, const struct gathering *gathering,
                      const struct peer_secrets *secrets, struct server_peers *ret, char **ret_error)
{
    _cleanup_free_ const struct server_facts **processes = memory_new(gathering->count, sizeof(void *));

    for (size_t i = 0; i < gathering->count; i++)
        processes[i] = gathering->servers[i].process;
    return server_peers_read(options->root, &gathering->survey.policy, secrets, processes, gathering->count,
                             ret, ret_error);
}

/* --- all together --- */

static bool has_servers(const struct gathering *gathering)
{
    const struct server_list *list = &gathering->before;

    if (list->beyond > 0)
        log_warning("%zu more processes are called like a server, no unit's, from pid %d on: they were not "
                    "looked at: name one with --socket, or --host and --port",
                    list->beyond, list->first_beyond);
    if (gathering->count > 0)
        return true;
    if (gathering->before.unseen)
        log_error("no server found: %s: give one with --socket or --port", gathering->before.unseen);
    else
        log_error(
            "no Redis or Valkey server runs on this host: give one with --socket, or --host and --port");
    return false;
}

static void examined_done(struct examined *server)
{
    diagnosis_done(&server->diagnosis);
    log_summary_done(&server->log);
    free(server->trouble);
}

/* A server that ended while it was looked at is none. */
static void leave_out_ended(struct gathering *gathering)
{
    size_t kept = 0;

    for (size_t i = 0; i < gathering->count; i++) {
        struct examined *server = &gathering->servers[i];

        if (server->process && !gathering_find_process(&gathering->now, server->process->process.pid,
                                                       server->process->process.started_usec))
            examined_done(server);
        else
            gathering->servers[kept++] = *server;
    }
    gathering->count = kept;
}

/* Without INFO nothing is known; of a full server that is the finding. */
static void note_trouble(struct gathering *gathering)
{
    for (size_t i = 0; i < gathering->count; i++) {
        struct examined *server = &gathering->servers[i];
        const struct redis_facts *facts = &server->diagnosis.redis;

        if (!server->trouble && !facts->is_full)
            server->trouble = memory_copy(facts->unknown[FACT_INFO]);
    }
}

/* For a person who waits: a line that goes again. */
static void show_progress(const struct options *options, const struct redis_query *query, size_t count)
{
    char interval[QUANTITY_TEXT_MAX], text[80];

    if (options->is_watching)
        return;
    snprintf(text, sizeof(text), "asking %zu %s, twice within %s ...", count,
             count == 1 ? "server" : "servers", quantity_format(QUANTITY_SECONDS, query->interval, interval));
    terminal_show_progress(count > 0 ? text : NULL);
}

static int gather_servers(const struct options *options, const struct server_access *access,
                          struct gathering *gathering, char **ret_error)
{
    const struct host_facts *facts = &gathering->survey.observation.facts;
    const struct redis_query *query = &access->query;
    struct asking asking = {.query = query, .budget = &gathering->budget};
    struct budget first_look = gathering->budget;
    int error;

    first_look.deadline = budget_now() + look_seconds;
    server_facts_read(options->root, facts,
                      SERVER_GROUP_LISTENERS | SERVER_GROUP_NETWORK | SERVER_GROUP_CONFIG |
                          SERVER_GROUP_CGROUP | SERVER_GROUP_UNIT,
                      NULL, &first_look, &gathering->before);
    if (server_access_is_named(&options->server))
        add_named(&options->server, gathering, &asking);
    else
        add_processes(options, gathering, &asking);
    error = read_peers(options, gathering, &access->secrets, &asking.peers, ret_error);
    if (error == 0) {
        show_progress(options, query, asking.count);
        asking_run(&asking);
        show_progress(options, query, 0);
    }
    asking_done(&asking);
    if (error < 0)
        return error;
    server_facts_read(options->root, facts, SERVER_GROUPS_ALL, NULL, &gathering->budget, &gathering->now);
    leave_out_ended(gathering);
    note_trouble(gathering);
    return 0;
}

bool gather(const struct options *options, struct gathering *ret)
{
    _cleanup_(server_access_done) struct server_access access = {0};
    _cleanup_free_ char *message = NULL;
    struct options of_all = *options;
    struct plan_input input;
    int error;

    budget_begin(&ret->budget, options->has_interval ? options->interval : 1);
    of_all.only = NULL; /* those are findings; of the tunables all count */
    if (!server_access_read(options, &access) || !survey_read(options, FINDING_SETTINGS_USED, &ret->survey))
        return false;
    survey_plan(&of_all, &ret->survey, &ret->plan);
    survey_add_units(&of_all, &ret->survey, &ret->plan); /* where it fails, that was said */
    error = gather_servers(options, &access, ret, &message);
    if (!log_result(error, message) || !has_servers(ret))
        return false;
    gathering_attach(options, ret);
    input = survey_plan_input(&of_all, &ret->survey);
    servers_judge(&ret->plan, &input, &ret->now);
    /* what follows reads nothing any more */
    return options->is_watching || log_result(capabilities_drop_all(), NULL);
}

void gathering_done(struct gathering *gathering)
{
    for (size_t i = 0; i < gathering->count; i++)
        examined_done(&gathering->servers[i]);
    free(gathering->servers);
    server_list_done(&gathering->before);
    server_list_done(&gathering->now);
    kernel_facts_done(&gathering->kernel);
    kernel_log_done(&gathering->kernel_log);
    sizing_done(&gathering->sizing);
    plan_done(&gathering->plan);
    survey_done(&gathering->survey);
    *gathering = (struct gathering){0};
}
