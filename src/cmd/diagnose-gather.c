/* SPDX-License-Identifier: MIT */
/* Gathers the facts for diagnose.
 * Owns which servers are asked, how many at once, and which process belongs to which server. */
#include "cmd/diagnose-gather.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmd/server-access.h"
#include "host/kernel-log.h"
#include "host/redis-server-facts.h"
#include "host/redis-targets.h"
#include "host/server-facts.h"
#include "host/server-log.h"
#include "host/unit-restarts.h"
#include "privileged/capabilities.h"
#include "util/cleanup.h"
#include "util/log.h"
#include "util/text.h"

enum {
    THREADS_MAX = 128, /* they wait for the interval most of the time */
    STACK_SIZE = 512 * 1024,
    MEMINFO_MAX = 64 * 1024,
};

/* --- asking, all at once --- */

struct asking {
    const struct redis_query *query;
    struct redis_targets *targets; /* one for each server */
    struct examined *servers;
    size_t count;
    size_t next; /* the first that nobody asks yet */
    int error;   /* -ENOMEM */
};

static void *ask_in_turn(void *data)
{
    struct asking *asking = data;
    size_t i;

    while ((i = __atomic_fetch_add(&asking->next, 1, __ATOMIC_RELAXED)) < asking->count) {
        int error = asking->targets[i].count == 0
                        ? 0
                        : redis_server_facts_read(&asking->targets[i], asking->query,
                                                  &asking->servers[i].diagnosis.redis);

        if (error < 0)
            __atomic_store_n(&asking->error, error, __ATOMIC_RELAXED);
    }
    return NULL;
}

/* Threads that cannot be had are done without: the others, and in the end this one, take their turns. */
static int ask_all(struct asking *asking)
{
    pthread_t threads[THREADS_MAX];
    pthread_attr_t attributes;
    size_t n = 0, wanted = asking->count < THREADS_MAX ? asking->count : THREADS_MAX;
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;

    sigaction(SIGPIPE, &ignore, &before); /* a server may close while we write */
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_SIZE);
    while (n < wanted && wanted > 1 && pthread_create(&threads[n], &attributes, ask_in_turn, asking) == 0)
        n++;
    ask_in_turn(asking);
    while (n > 0)
        pthread_join(threads[--n], NULL);
    pthread_attr_destroy(&attributes);
    sigaction(SIGPIPE, &before, NULL);
    return asking->error;
}

/* --- which servers --- */

static int add_server(struct gathering *gathering, struct asking *asking, struct redis_targets *targets,
                      const struct server_facts *process, const char *trouble)
{
    struct examined *server;

    if (array_grow(&gathering->servers, gathering->count, sizeof(*gathering->servers)) < 0 ||
        array_grow(&asking->targets, asking->count, sizeof(*asking->targets)) < 0)
        return -ENOMEM;
    server = &gathering->servers[gathering->count++];
    server->process = process;
    asking->targets[asking->count++] = *targets;
    *targets = (struct redis_targets){0};
    asking->servers = gathering->servers;
    if (!trouble)
        return 0;
    if (text_replace(&server->trouble, trouble) < 0 ||
        text_replace(&server->diagnosis.redis.address, server_display(process)) < 0)
        return -ENOMEM;
    return redis_server_facts_unknown(&server->diagnosis.redis, trouble);
}

static int add_processes(const struct options *options, struct gathering *gathering, struct asking *asking)
{
    int error = 0;

    for (size_t i = 0; i < gathering->before.count && error == 0; i++) {
        const struct server_facts *process = &gathering->before.servers[i];
        struct redis_targets targets = {0};
        _cleanup_free_ char *reason = NULL;

        if (process->process.kind != SERVER_KIND_SERVER)
            continue;
        error = redis_targets_find(options->root, process, &targets, &reason);
        if (error == 0)
            error = add_server(gathering, asking, &targets, process, targets.count ? NULL : reason);
        redis_targets_done(&targets);
    }
    return error;
}

static int add_named(const struct server_options *server, struct gathering *gathering, struct asking *asking)
{
    struct redis_targets targets = {0};
    int error;

    if (server->socket)
        error = redis_targets_add(&targets, server->socket, NULL, 0, false);
    else
        error = redis_targets_add(&targets, NULL, server->host ? server->host : "127.0.0.1",
                                  server->port ? server->port : 6379, server->is_tls);
    if (error == 0)
        error = add_server(gathering, asking, &targets, NULL, NULL);
    redis_targets_done(&targets);
    return error;
}

static bool is_named(const struct server_options *server)
{
    return server->socket || server->host || server->port;
}

/* --- which process belongs to it --- */

static const struct server_facts *find_process(const struct server_list *list, int pid,
                                               unsigned long long started_usec)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->servers[i].process.pid == pid &&
            (started_usec == 0 || list->servers[i].process.started_usec == started_usec))
            return &list->servers[i];
    return NULL;
}

/* A server that was named says its process id, which may be one of another host or container: there must be a
 * server of that id here, and it must run as long. */
static const struct server_facts *find_by_info(const struct server_list *list,
                                               const struct diagnosis *diagnosis)
{
    double pid = diagnosis_info(diagnosis, "process_id"),
           uptime = diagnosis_info(diagnosis, "uptime_in_seconds");
    const struct server_facts *process = pid > 0 && pid < 1e9 ? find_process(list, (int)pid, 0) : NULL;
    struct timespec time;
    double age;

    if (!process)
        return NULL;
    clock_gettime(CLOCK_BOOTTIME, &time);
    age = (double)time.tv_sec - (double)process->process.started_usec / 1e6;
    return age - uptime < 5 && uptime - age < 5 ? process : NULL;
}

static void attach_process(const struct gathering *gathering, struct examined *server)
{
    if (server->process)
        server->diagnosis.process = find_process(&gathering->now, server->process->process.pid,
                                                 server->process->process.started_usec);
    else
        server->diagnosis.process = find_by_info(&gathering->now, &server->diagnosis);
    if (server->diagnosis.process)
        server->diagnosis.process_before =
            find_process(&gathering->before, server->diagnosis.process->process.pid,
                         server->diagnosis.process->process.started_usec);
}

/* --- the host beneath --- */

static int read_memory(const struct root *root, struct gathering *gathering, char **ret_reason)
{
    _cleanup_free_ char *text = NULL;
    int error = root_read_file(root, "/proc/meminfo", MEMINFO_MAX, &text, NULL);

    if (error == 0)
        error = host_memory_parse(text, &gathering->memory);
    return error < 0 ? error_make(ret_reason, error, "cannot read /proc/meminfo: %s", strerror(-error)) : 0;
}

static int set_unknown(struct diagnosis *diagnosis, enum fact fact, const char *reason)
{
    return text_replace(&diagnosis->unknown[fact], reason);
}

/* A server whose process is not here may run anywhere: then nothing of this host is its. */
static int attach_elsewhere(struct diagnosis *diagnosis)
{
    static const char reason[] = "its process is not on this host, or not visible";
    int error = 0;

    for (enum fact fact = FACT_PROCESS; fact <= FACT_HOST && error == 0; fact++)
        error = set_unknown(diagnosis, fact, reason);
    return error;
}

struct beneath {
    const char *memory_reason, *log_reason; /* NULL: known */
};

static int attach_host(const struct gathering *gathering, const struct beneath *beneath,
                       struct diagnosis *diagnosis)
{
    int error = 0;

    if (!diagnosis->process)
        return attach_elsewhere(diagnosis);
    diagnosis->host = &gathering->survey.observation.facts;
    diagnosis->plan = &gathering->plan;
    diagnosis->kernel = &gathering->kernel;
    if (beneath->memory_reason)
        error = set_unknown(diagnosis, FACT_MEMORY, beneath->memory_reason);
    else
        diagnosis->memory = &gathering->memory;
    if (beneath->log_reason)
        return error < 0 ? error : set_unknown(diagnosis, FACT_KERNEL_LOG, beneath->log_reason);
    diagnosis->kernel_log = &gathering->kernel_log;
    return error;
}

/* What it has logged itself, and how often systemd has started it again. */
static int attach_log(const struct root *root, const struct gathering *gathering, struct examined *server)
{
    struct diagnosis *diagnosis = &server->diagnosis;
    const struct server_facts *process = diagnosis->process;
    const struct kernel_facts *kernel = &gathering->kernel;
    const char *logfile = redis_fields_find(&diagnosis->redis.config, "logfile");
    double own_pid = diagnosis_info(diagnosis, "process_id");
    const struct server_log_query query = {
        .process = process,
        .logfile = logfile || process->config.unknown ? logfile : process->config.logfile,
        .directory = redis_fields_find(&diagnosis->redis.config, "dir"),
        .own_pid = own_pid > 0 && own_pid < 1e9 ? (long long)own_pid : process->process.pid,
    };
    const struct log_host host = {
        .facts = diagnosis->host,
        .overcommit_memory = kernel->overcommit_memory,
        .somaxconn = kernel->somaxconn,
        .thp_enabled = *kernel->thp_enabled ? kernel->thp_enabled : NULL,
        .clocksource = *kernel->clocksource ? kernel->clocksource : NULL,
    };
    _cleanup_free_ char *reason = NULL;
    int error = server_log_read(root, &query, &server->log, &reason);

    if (process->process.unit && root_is_host(root))
        (void)unit_restarts_read(process->process.unit, &diagnosis->unit_restarts);
    if (error == -ENOMEM)
        return error;
    if (error < 0)
        return set_unknown(diagnosis, FACT_LOG, reason ? reason : "its log cannot be read");
    diagnosis->log = &server->log;
    return log_summary_finish(&server->log, &host);
}

static int attach_all(const struct options *options, struct gathering *gathering)
{
    _cleanup_free_ char *memory_reason = NULL, *log_reason = NULL;
    struct beneath beneath = {0};
    long long now = (long long)time(NULL);
    int error = 0;

    if (read_memory(options->root, gathering, &memory_reason) < 0)
        beneath.memory_reason = memory_reason ? memory_reason : "/proc/meminfo cannot be read";
    error = kernel_facts_read(options->root, &gathering->kernel);
    if (kernel_log_read(options->root, gathering->survey.observation.facts.boot_id, now,
                        &gathering->kernel_log, &log_reason) < 0)
        beneath.log_reason = log_reason ? log_reason : "the kernel's log cannot be read";
    for (size_t i = 0; i < gathering->count && error == 0; i++) {
        struct examined *server = &gathering->servers[i];

        server->diagnosis.now = now;
        attach_process(gathering, server);
        server->diagnosis.unit_restarts = -1;
        error = attach_host(gathering, &beneath, &server->diagnosis);
        if (error == 0 && server->diagnosis.process)
            error = attach_log(options->root, gathering, server);
        if (error == 0)
            error = set_unknown(&server->diagnosis, FACT_PREVIOUS, "there is no record of an earlier run");
    }
    return error;
}

/* --- all together --- */

static bool report(int error)
{
    if (error < 0)
        log_error("%s", strerror(-error));
    return error >= 0;
}

static bool has_servers(const struct gathering *gathering)
{
    if (gathering->count > 0)
        return true;
    if (gathering->before.unseen)
        log_error("no server found: %s: give one with --socket or --port", gathering->before.unseen);
    else
        log_error(
            "no Redis or Valkey server runs on this host: give one with --socket, or --host and --port");
    return false;
}

/* What could not be asked for any reason but that it was full has no facts of its own. */
static int note_trouble(struct gathering *gathering)
{
    for (size_t i = 0; i < gathering->count; i++) {
        struct examined *server = &gathering->servers[i];
        const struct redis_facts *facts = &server->diagnosis.redis;

        if (!server->trouble && facts->was_refused && !facts->is_full &&
            text_replace(&server->trouble, facts->unknown[FACT_INFO]) < 0)
            return -ENOMEM;
    }
    return 0;
}

static int gather_servers(const struct options *options, const struct redis_query *query,
                          struct gathering *gathering)
{
    const struct host_facts *facts = &gathering->survey.observation.facts;
    struct asking asking = {.query = query};
    int error = server_facts_read(options->root, facts,
                                  SERVER_GROUP_LISTENERS | SERVER_GROUP_NETWORK | SERVER_GROUP_CONFIG |
                                      SERVER_GROUP_CGROUP,
                                  &gathering->before);

    if (error == 0)
        error = is_named(&options->server) ? add_named(&options->server, gathering, &asking)
                                           : add_processes(options, gathering, &asking);
    if (error == 0)
        error = ask_all(&asking);
    for (size_t i = 0; i < asking.count; i++)
        redis_targets_done(&asking.targets[i]);
    free(asking.targets);
    if (error == 0)
        error = server_facts_read(options->root, facts, SERVER_GROUPS_ALL, &gathering->now);
    return error < 0 ? error : note_trouble(gathering);
}

bool gather(const struct options *options, struct gathering *ret)
{
    _cleanup_(server_access_done) struct server_access access = {0};

    if (!server_access_read(options, &access) || !survey_read(options, &ret->survey) ||
        !survey_plan(options, &ret->survey, &ret->plan) ||
        (ret->survey.observation.facts.memory_nodes > 1 &&
         !survey_add_units(options, &ret->survey, &ret->plan)))
        return false;
    if (!report(gather_servers(options, &access.query, ret)) || !has_servers(ret) ||
        !report(attach_all(options, ret)))
        return false;
    /* what follows reads nothing any more */
    return options->is_watching || report(capabilities_drop_all());
}

static void examined_done(struct examined *server)
{
    diagnosis_done(&server->diagnosis);
    log_summary_done(&server->log);
    free(server->trouble);
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
    plan_done(&gathering->plan);
    survey_done(&gathering->survey);
    *gathering = (struct gathering){0};
}
