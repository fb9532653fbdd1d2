/* SPDX-License-Identifier: MIT */
/* The host beneath a recorded server: its process, the kernel's settings and log, as values. All figures are
 * unknown until a test gives them; nothing is owned. */
#pragma once

#include <limits.h>

#include "homes.h"
#include "recorded.h"

#include "diagnose/kernel-log.h"
#include "host/kernel.h"
#include "log/summary.h"
#include "servers/facts.h"

struct beneath {
    struct server_facts process, before;
    struct server_listener listeners[4];
    struct server_node nodes[4];
    struct saving_child child;
    struct kernel_facts kernel;
    struct memory_node memory_nodes[4];
    struct kernel_log kernel_log;
    struct kernel_event events[4];
    struct log_summary log;
    struct host_facts host;
    struct host_memory memory;
    struct plan plan;
    struct plan_item items[4];
};

/* One at a time: cmocka runs the tests in turn. */
static struct beneath beneath;

static inline void recorded_process(struct recorded *recorded)
{
    struct server_facts *process = &beneath.process;

    process->process.pid = 812;
    process->process.uid = 107;
    process->process.comm = "redis-server";
    process->status.swap_bytes = process->status.rss_bytes = process->status.size_bytes = AMOUNT_UNKNOWN;
    process->status.page_tables_bytes = AMOUNT_UNKNOWN;
    process->limits = (struct server_limits){
        .open_files = AMOUNT_UNKNOWN, .processes = AMOUNT_UNKNOWN, .user_tasks = AMOUNT_UNKNOWN};
    process->memory.anonymous_huge_bytes = AMOUNT_UNKNOWN;
    process->mappings.unknown = (char *)"cannot read /proc/812/smaps: Permission denied";
    process->mappings.count = process->mappings.accountable_sum_bytes = AMOUNT_UNKNOWN;
    process->mappings.accountable_largest_bytes = AMOUNT_UNKNOWN;
    process->listeners.items = beneath.listeners;
    process->network.listen_overflows = process->network.listen_drops = AMOUNT_UNKNOWN;
    process->network.somaxconn = AMOUNT_UNKNOWN;
    process->cgroup.memory_max.limit = process->cgroup.pids_max.limit = AMOUNT_UNLIMITED;
    process->cgroup.memory_max.current = process->cgroup.pids_max.current = AMOUNT_UNKNOWN;
    process->cgroup.oom_kills = AMOUNT_UNKNOWN;
    process->config.maxclients = process->config.tcp_backlog = process->config.tls_port = AMOUNT_UNKNOWN;
    process->numa.nodes = beneath.nodes;
    recorded->diagnosis.process = process;
}

/* A host of 16 GiB with Linux 6.12, one memory node and nothing wrong. */
static inline void recorded_host(struct recorded *recorded)
{
    beneath.host = (struct host_facts){.kernel_major = 6, .kernel_minor = 12, .is_running = true};
    beneath.memory = (struct host_memory){.total = (long long)(16 * GIB),
                                          .free = (long long)(8 * GIB),
                                          .available = (long long)(8 * GIB),
                                          .commit_limit = (long long)(8 * GIB)};
    beneath.kernel = (struct kernel_facts){.overcommit_memory = 1,
                                           .admin_reserve_bytes = 8 << 20,
                                           .user_reserve_bytes = 128 << 20,
                                           .max_map_count = 65530,
                                           .tcp_tw_reuse = 2,
                                           .tcp_tw_recycle = -1,
                                           .somaxconn = 4096,
                                           .thp_enabled = "never",
                                           .clocksource = "tsc",
                                           .clocksources = "tsc hpet acpi_pm",
                                           .nodes = beneath.memory_nodes,
                                           .nodes_count = 1};
    beneath.plan.items = beneath.items;
    recorded->diagnosis.host = &beneath.host;
    recorded->diagnosis.memory = &beneath.memory;
    recorded->diagnosis.kernel = &beneath.kernel;
    recorded->diagnosis.plan = &beneath.plan;
}

/* An empty kernel log of this boot. */
static inline void recorded_kernel_log(struct recorded *recorded)
{
    beneath.kernel_log.events = beneath.events;
    beneath.kernel_log.source = (char *)"the journal";
    recorded->diagnosis.kernel_log = &beneath.kernel_log;
}

static inline struct kernel_event *recorded_event(enum kernel_event_kind kind, long long ago)
{
    struct kernel_event *event = &beneath.events[beneath.kernel_log.events_count++];

    *event = (struct kernel_event){
        .kind = kind, .at = 1700000000 - ago, .is_this_boot = true, .pid = 812, .anon_rss = -1, .uid = -1};
    return event;
}

/* What the server has logged since its start. */
static inline void recorded_log(struct recorded *recorded, const char *text)
{
    const struct log_host host = {&beneath.host, 0, 4096, "madvise", "tsc"};

    log_summary_done(&beneath.log);
    log_summary_feed(&beneath.log, text, strlen(text));
    log_summary_finish(&beneath.log, &host);
    recorded->diagnosis.log = &beneath.log;
}

static inline int beneath_setup(void **state)
{
    log_summary_done(&beneath.log);
    beneath = (struct beneath){0};
    if (recorded_setup(state) < 0)
        return -1;
    recorded_process(*state);
    recorded_host(*state);
    ((struct recorded *)*state)->diagnosis.unit_restarts = -1;
    return 0;
}

static inline int beneath_teardown(void **state)
{
    log_summary_done(&beneath.log);
    return recorded_teardown(state);
}

#define beneath_test(function) cmocka_unit_test_setup_teardown(function, beneath_setup, beneath_teardown)

static inline void beneath_info(struct recorded *recorded, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static inline void beneath_info(struct recorded *recorded, const char *format, ...)
{
    _cleanup_free_ char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    assert_true(vasprintf(&text, format, arguments) >= 0);
    va_end(arguments);
    recorded_info(recorded, text);
}
