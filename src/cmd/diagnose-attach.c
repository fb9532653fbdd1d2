/* SPDX-License-Identifier: MIT */
/* Joins what a server says with its process and with the host beneath it.
 * Owns which process belongs to which server, and why a fact is not there. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "boot/read-tuner-status.h"
#include "cmd/diagnose-gather.h"
#include "diagnose/read-kernel-log.h"
#include "host/read-kernel.h"
#include "log/read-server-log.h"
#include "servers/read-config-file.h"
#include "servers/readers.h"
#include "servers/restart.h"
#include "systemd/read-unit-restarts.h"
#include "util/cleanup.h"
#include "util/memory.h"

enum { MEMINFO_MAX = 64 * 1024 };

/* --- which process belongs to it --- */

const struct server_facts *gathering_find_process(const struct server_list *list, int pid,
                                                  unsigned long long started_usec)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->servers[i].process.pid == pid &&
            (started_usec == 0 || list->servers[i].process.started_usec == started_usec))
            return &list->servers[i];
    return NULL;
}

/* What a process is older by than its server says: until it counted, and since it answered. A loaded machine
 * takes its time for both. */
enum { AGE_BEYOND_UPTIME = 60, UPTIME_BEYOND_AGE = 5 };

/* A server that was named says its process id, which may be one of another host or container: there must be a
 * server of that id here, and it must run as long. */
static const struct server_facts *find_by_info(const struct server_list *list,
                                               const struct diagnosis *diagnosis)
{
    double pid = diagnosis_info(diagnosis, "process_id"),
           uptime = diagnosis_info(diagnosis, "uptime_in_seconds");
    const struct server_facts *process =
        pid > 0 && pid < 1e9 ? gathering_find_process(list, (int)pid, 0) : NULL;
    struct timespec time;
    double age;

    if (!process)
        return NULL;
    clock_gettime(CLOCK_BOOTTIME, &time);
    age = (double)time.tv_sec - (double)process->process.started_usec / 1e6;
    return age - uptime < AGE_BEYOND_UPTIME && uptime - age < UPTIME_BEYOND_AGE ? process : NULL;
}

static void attach_process(const struct gathering *gathering, struct examined *server)
{
    if (server->process)
        server->diagnosis.process = gathering_find_process(&gathering->now, server->process->process.pid,
                                                           server->process->process.started_usec);
    else
        server->diagnosis.process = find_by_info(&gathering->now, &server->diagnosis);
    if (server->diagnosis.process)
        server->diagnosis.process_before =
            gathering_find_process(&gathering->before, server->diagnosis.process->process.pid,
                                   server->diagnosis.process->process.started_usec);
}

/* What the server said of itself tells more of its listen queue than its files do. */
static void take_answered_backlog(struct gathering *gathering, const struct examined *server)
{
    double backlog = diagnosis_config(&server->diagnosis, "tcp-backlog");

    if (server->diagnosis.process && backlog > 0)
        gathering->now.servers[server->diagnosis.process - gathering->now.servers].answered_backlog =
            (amount)backlog;
}

/* The file that it names itself, else the one that it was started with. */
static void attach_config_file(const struct root *root, struct diagnosis *diagnosis)
{
    const char *path = diagnosis_info_text(diagnosis, "config_file");
    const struct server_facts *process = diagnosis->process;

    if (process && !*path && process->config.path)
        path = process->config.path;
    if (process && *path)
        server_config_file_read(root, process, path, &diagnosis->config_file);
}

/* --- the host beneath --- */

static int read_memory(const struct root *root, struct gathering *gathering, char **ret_reason)
{
    _cleanup_free_ char *text = NULL;
    int error = memory_check(root_read_file(root, "/proc/meminfo", MEMINFO_MAX, &text, NULL));

    if (error == 0)
        error = host_memory_parse(text, &gathering->memory);
    return error < 0 ? memory_error(ret_reason, error, "cannot read /proc/meminfo: %s", strerror(-error)) : 0;
}

static void set_unknown(struct diagnosis *diagnosis, enum fact fact, const char *reason)
{
    memory_set_text(&diagnosis->unknown[fact], reason);
}

/* A server whose process is not here may run anywhere: then nothing of this host is its. */
static void attach_elsewhere(struct diagnosis *diagnosis)
{
    static const char reason[] = "its process is not on this host, or not visible";

    for (enum fact fact = FACT_PROCESS; fact <= FACT_HOST; fact++)
        set_unknown(diagnosis, fact, reason);
}

struct beneath {
    const char *memory_reason, *log_reason; /* NULL: known */
};

static void attach_host(const struct gathering *gathering, const struct beneath *beneath,
                        struct diagnosis *diagnosis)
{
    if (!diagnosis->process) {
        attach_elsewhere(diagnosis);
        return;
    }
    diagnosis->host = &gathering->survey.observation.facts;
    diagnosis->plan = &gathering->plan;
    diagnosis->tuner = &gathering->tuner;
    diagnosis->kernel = &gathering->kernel;
    if (beneath->memory_reason)
        set_unknown(diagnosis, FACT_MEMORY, beneath->memory_reason);
    else
        diagnosis->memory = &gathering->memory;
    if (beneath->log_reason)
        set_unknown(diagnosis, FACT_KERNEL_LOG, beneath->log_reason);
    else
        diagnosis->kernel_log = &gathering->kernel_log;
}

static const struct examined *find_examined(const struct gathering *gathering,
                                            const struct server_facts *process)
{
    for (size_t i = 0; i < gathering->count; i++)
        if (gathering->servers[i].diagnosis.process == process)
            return &gathering->servers[i];
    return NULL;
}

/* The memory of the host is that of all its servers: of those that were asked, and of those that were not, as
 * when one is named. What was asked and says nothing is a server only where it is proven to be a unit's. */
static void attach_sizing(struct gathering *gathering)
{
    sizing_begin(&gathering->sizing, (double)gathering->memory.total, (double)gathering->memory.available);
    for (size_t i = 0; i < gathering->now.count; i++) {
        const struct server_facts *process = &gathering->now.servers[i];
        const struct examined *server = find_examined(gathering, process);

        if (process->process.kind != SERVER_KIND_SERVER)
            continue;
        if (server && !server->diagnosis.redis.unknown[FACT_INFO])
            sizing_add(&gathering->sizing, &server->diagnosis);
        else if (!server || server_confirmed_unit(&process->process))
            sizing_add_process(&gathering->sizing, process);
    }
    sizing_solve(&gathering->sizing);
    for (size_t i = 0; i < gathering->count; i++)
        if (gathering->servers[i].diagnosis.process)
            gathering->servers[i].diagnosis.sizing = &gathering->sizing;
}

/* What it has logged itself. Whether the share does not suffice for that. */
static bool attach_log(const struct root *root, const struct gathering *gathering, struct examined *server,
                       struct budget_share *share)
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
    int error = server_log_read(root, &query, share, &server->log, &reason);

    if (error < 0) {
        set_unknown(diagnosis, FACT_LOG, reason ? reason : "its log cannot be read");
        return error == -ENOBUFS || error == -ETIME;
    }
    diagnosis->log = &server->log;
    set_unknown(diagnosis, FACT_LOG, NULL);
    log_summary_finish(&server->log, &host);
    return false;
}

struct attaching {
    const struct root *root;
    struct gathering *gathering;
};

/* What its file sets stands in for CONFIG GET where the server refuses that, for whoever is allowed to read
 * the file: never of a process that only says that it is a server. */
static bool attach_named_config(void *data, size_t index, struct budget_share *share)
{
    const struct attaching *attaching = data;
    struct diagnosis *diagnosis = &attaching->gathering->servers[index].diagnosis;
    struct server_list *list = &attaching->gathering->now;
    const char *path = diagnosis_info_text(diagnosis, "config_file");
    struct redis_facts *redis = &diagnosis->redis;
    struct config_pairs pairs = {0};
    bool is_over;

    if (!diagnosis->process || redis->unproven || *path != '/')
        return false;
    is_over = server_config_read_named(attaching->root, &list->servers[diagnosis->process - list->servers],
                                       path, share, &pairs);
    if (pairs.count > 0 && redis->config_refusal != REFUSAL_NONE) {
        config_pairs_to_fields(&pairs, &redis->config);
        memory_set_text(&redis->config_file, path);
        memory_set_text(&redis->unknown[FACT_CONFIG], NULL);
    }
    config_pairs_done(&pairs);
    return is_over;
}

static bool attach_one_log(void *data, size_t index, struct budget_share *share)
{
    const struct attaching *attaching = data;
    struct examined *server = &attaching->gathering->servers[index];

    return server->diagnosis.process && attach_log(attaching->root, attaching->gathering, server, share);
}

/* How often systemd has started them again. A bus that does not answer is asked once. */
static void attach_restarts(const struct root *root, struct gathering *gathering)
{
    int error = root_is_host(root) ? 0 : -ETIMEDOUT;

    for (size_t i = 0; i < gathering->count && error != -ETIMEDOUT; i++) {
        struct diagnosis *diagnosis = &gathering->servers[i].diagnosis;
        const char *unit = diagnosis->process ? server_confirmed_unit(&diagnosis->process->process) : NULL;

        if (budget_time_left(&gathering->budget) <= 0)
            return;
        if (unit)
            error = unit_restarts_read(unit, &diagnosis->unit_restarts);
    }
}

void gathering_attach(const struct options *options, struct gathering *gathering)
{
    _cleanup_free_ char *memory_reason = NULL, *log_reason = NULL;
    struct attaching attaching = {options->root, gathering};
    const struct budget_queue queue = {.count = gathering->count};
    struct beneath beneath = {0};
    long long now = (long long)time(NULL);

    if (read_memory(options->root, gathering, &memory_reason) < 0)
        beneath.memory_reason = memory_reason ? memory_reason : "/proc/meminfo cannot be read";
    if (root_is_host(options->root))
        tuner_status_read(&gathering->tuner);
    kernel_facts_read(options->root, &gathering->kernel);
    if (kernel_log_read(options->root, gathering->survey.observation.facts.boot_id, now,
                        &gathering->kernel_log, &log_reason) < 0)
        beneath.log_reason = log_reason ? log_reason : "the kernel's log cannot be read";
    for (size_t i = 0; i < gathering->count; i++) {
        struct examined *server = &gathering->servers[i];

        server->diagnosis.now = now;
        attach_process(gathering, server);
        attach_config_file(options->root, &server->diagnosis);
        take_answered_backlog(gathering, server);
        server->diagnosis.unit_restarts = -1;
        attach_host(gathering, &beneath, &server->diagnosis);
        set_unknown(&server->diagnosis, FACT_PREVIOUS, "there is no record of an earlier run");
    }
    budget_serve(&gathering->budget, BUDGET_CONFIG, &queue, attach_named_config, &attaching);
    if (!beneath.memory_reason)
        attach_sizing(gathering);
    budget_serve(&gathering->budget, BUDGET_LOG, &queue, attach_one_log, &attaching);
    attach_restarts(options->root, gathering);
}
