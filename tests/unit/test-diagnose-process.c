/* SPDX-License-Identifier: MIT */
#include "diagnose/finding.h"

#include "recorded-host.h"

static void rss_near_ram__of_the_host_or_the_cgroup(void **state)
{
    struct recorded *recorded = *state;

    beneath_info(recorded, "used_memory_rss:%.0f\nused_memory:1\nmaxmemory:0\n", 11.9 * GIB);
    assert_result(recorded, "rss-near-ram", FINDING_PASS);
    beneath_info(recorded, "used_memory_rss:%.0f\nused_memory:1\nmaxmemory:0\n", 12.1 * GIB);
    assert_result(recorded, "rss-near-ram", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy, "CONFIG SET maxmemory");
    beneath.process.cgroup.memory_max.limit = (amount)(13 * GIB);
    assert_result(recorded, "rss-near-ram", FINDING_CRITICAL);
    assert_true(recorded_evidence(recorded, "the cgroup's limit")->number == 13 * GIB);
    beneath_info(recorded, "used_memory_rss:0\n");
    assert_result(recorded, "rss-near-ram", FINDING_UNKNOWN);
}

static void save_near_limit__counts_the_copies(void **state)
{
    struct recorded *recorded = *state;

    beneath_info(recorded, "used_memory_rss:%.0f\nrdb_bgsave_in_progress:0\naof_rewrite_in_progress:0\n",
                 15.9 * GIB);
    assert_result(recorded, "save-near-limit", FINDING_PASS);
    beneath_info(recorded, "used_memory_rss:%.0f\nrdb_bgsave_in_progress:1\ncurrent_cow_size:%.0f\n",
                 10.0 * GIB, 3.5 * GIB);
    assert_result(recorded, "save-near-limit", FINDING_PASS);
    beneath_info(recorded, "used_memory_rss:%.0f\nrdb_bgsave_in_progress:1\ncurrent_cow_size:%.0f\n",
                 10.0 * GIB, 3.7 * GIB);
    assert_result(recorded, "save-near-limit", FINDING_WARNING);
    beneath_info(
        recorded,
        "used_memory_rss:%.0f\nrdb_bgsave_in_progress:0\naof_rewrite_in_progress:1\ncurrent_cow_size:1\n"
        "current_cow_peak:%.0f\n",
        10.0 * GIB, 5.3 * GIB);
    assert_result(recorded, "save-near-limit", FINDING_CRITICAL);
}

static void save_near_limit__before_6_2_asks_the_child(void **state)
{
    struct recorded *recorded = *state;

    beneath_info(recorded, "used_memory_rss:%.0f\nrdb_bgsave_in_progress:1\n", 10.0 * GIB);
    assert_result(recorded, "save-near-limit", FINDING_UNKNOWN);
    assert_contains(recorded->verdict.unknown_reason, "6.2");
    beneath.process.children = &beneath.child;
    beneath.process.children_count = 1;
    beneath.child.private_dirty_bytes = (amount)(4 * GIB);
    assert_result(recorded, "save-near-limit", FINDING_WARNING);
    beneath.process.cgroup.memory_max =
        (struct cgroup_limit){.limit = (amount)(15 * GIB), .current = (amount)(14.5 * GIB)};
    beneath.child.private_dirty_bytes = 0;
    assert_result(recorded, "save-near-limit", FINDING_CRITICAL); /* the cgroup as a whole */
}

static void cow_large__against_the_data_and_the_room(void **state)
{
    struct recorded *recorded = *state;

    beneath_info(recorded, "rdb_last_cow_size:%.0f\nused_memory:%.0f\n", 60 * MIB, 63 * MIB);
    assert_result(recorded, "cow-large", FINDING_PASS); /* too small to matter */
    beneath_info(recorded, "rdb_last_cow_size:%.0f\nused_memory:%.0f\n", 49 * MIB, 100 * MIB);
    assert_result(recorded, "cow-large", FINDING_PASS);
    beneath_info(recorded, "rdb_last_cow_size:1\naof_last_cow_size:%.0f\nused_memory:%.0f\n", 51 * MIB,
                 100 * MIB);
    assert_result(recorded, "cow-large", FINDING_WARNING);
    assert_lacks(recorded->verdict.remedy, "huge page");
    beneath.host.kernel_minor = 7;
    beneath.host.kernel_major = 5;
    assert_result(recorded, "cow-large", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy, "before Linux 5.8 one write to a huge page copies all of it");
    beneath.memory.available = (long long)(50 * MIB);
    assert_result(recorded, "cow-large", FINDING_CRITICAL);
    assert_true(recorded_evidence(recorded, "room_now")->number == 50 * MIB);
}

static void swapped_out__by_the_process_not_by_the_ratio(void **state)
{
    struct recorded *recorded = *state;

    beneath_info(recorded, "mem_fragmentation_ratio:0.90\nused_memory:%.0f\n", 200 * MIB);
    beneath.process.status.swap_bytes = 0;
    beneath.process.status.rss_bytes = (amount)(100 * MIB);
    assert_result(recorded, "swapped-out", FINDING_PASS); /* refuted */
    beneath.process.status.swap_bytes = (amount)MIB;
    assert_result(recorded, "swapped-out", FINDING_WARNING);
    beneath.process.status.swap_bytes = (amount)MIB + 1024 * 100;
    assert_result(recorded, "swapped-out", FINDING_CRITICAL);
    beneath.process.status.swap_bytes = AMOUNT_UNKNOWN;
    assert_result(recorded, "swapped-out", FINDING_UNKNOWN);
    assert_contains(recorded->verdict.unknown_reason, "suggests it, and proves nothing");
    recorded->diagnosis.process = NULL;
    assert_result(recorded, "swapped-out", FINDING_UNKNOWN);
}

static void kernel_oom_kill__by_age_and_limit(void **state)
{
    struct recorded *recorded = *state;
    struct kernel_event *event;

    beneath_info(recorded, "maxmemory:%.0f\nused_memory:1\n", 1 * GIB);
    assert_result(recorded, "kernel-oom-kill", FINDING_UNKNOWN);
    recorded_kernel_log(recorded);
    assert_result(recorded, "kernel-oom-kill", FINDING_PASS);
    event = recorded_event(KERNEL_EVENT_OOM_KILL, 2 * 86400);
    event->constraint = OOM_HOST;
    event->anon_rss = (long long)GIB;
    assert_result(recorded, "kernel-oom-kill", FINDING_WARNING);
    assert_text(recorded_evidence(recorded, "limit")->text, "the host's memory");
    event = recorded_event(KERNEL_EVENT_OOM_KILL, 3600);
    event->constraint = OOM_CGROUP;
    strcpy(event->limit_cgroup, "/system.slice/redis-server.service");
    assert_result(recorded, "kernel-oom-kill", FINDING_CRITICAL);
    assert_true(recorded_evidence(recorded, "last_kill_ago")->number == 3600);
    assert_text(recorded_evidence(recorded, "limit")->text, "/system.slice/redis-server.service");
    process_has_unit(&beneath.process.process, "redis-server.service");
    assert_result(recorded, "kernel-oom-kill", FINDING_CRITICAL);
    assert_contains(recorded->verdict.remedy,
                    "systemctl set-property redis-server.service MemoryMax=1342177280");
    beneath.process.cgroup.memory_max.limit = 2 * (amount)GIB; /* it would be lowered */
    assert_result(recorded, "kernel-oom-kill", FINDING_CRITICAL);
    assert_lacks(recorded->verdict.remedy, "set-property");
    beneath.process.cgroup.memory_max =
        (struct cgroup_limit){.limit = (amount)GIB, .at = (char *)"/system.slice"};
    beneath.process.cgroup.memory_path = (char *)"/system.slice/redis-server.service";
    assert_result(recorded, "kernel-oom-kill", FINDING_CRITICAL); /* and there it is the slice's */
    assert_text(
        recorded->verdict.remedy,
        "sudo systemctl set-property system.slice MemoryMax=1342177280  # maxmemory and a quarter, and more "
        "for what else is in this slice; stays over boots");
    beneath.process.cgroup.memory_max.at =
        (char *)"/system.slice/x.service/payload"; /* somebody else's making */
    assert_result(recorded, "kernel-oom-kill", FINDING_CRITICAL);
    assert_lacks(recorded->verdict.remedy, "set-property");
    beneath.process.cgroup.memory_max.at = beneath.process.cgroup.memory_path;
    assert_result(recorded, "kernel-oom-kill", FINDING_CRITICAL);
    assert_contains(recorded->verdict.remedy, "set-property");
    beneath.process.process.proof = SERVER_PROOF_UNASKED;
    assert_result(recorded, "kernel-oom-kill", FINDING_CRITICAL);
    assert_lacks(recorded->verdict.remedy, "set-property");
    beneath.process.process.proof = SERVER_PROOF_MAIN;
    beneath.memory.total = (long long)GIB; /* more than there is */
    assert_result(recorded, "kernel-oom-kill", FINDING_CRITICAL);
    assert_lacks(recorded->verdict.remedy, "set-property");
}

/* It has run since before: what was killed saved for it. */
static void kernel_oom_kill__of_a_child_leaves_the_server(void **state)
{
    struct recorded *recorded = *state;
    struct kernel_event *event;

    recorded_kernel_log(recorded);
    beneath.process.cgroup.memory_path = (char *)"/system.slice/redis-server.service";
    event = recorded_event(KERNEL_EVENT_OOM_KILL, 600);
    event->pid = 7;
    strcpy(event->task_cgroup, "/system.slice/redis-server.service");
    recorded_info(recorded, "uptime_in_seconds:601\n");
    assert_result(recorded, "kernel-oom-kill", FINDING_CRITICAL);
    assert_contains(recorded->verdict.harm, "It ended without saving");
    recorded_info(recorded, "uptime_in_seconds:9000\n");
    assert_result(recorded, "kernel-oom-kill", FINDING_WARNING);
    assert_contains(recorded->verdict.harm, "a child of it that saved");
}

static void kernel_oom_kill__of_others_is_not_this_ones(void **state)
{
    struct recorded *recorded = *state;
    struct kernel_event *event;

    recorded_kernel_log(recorded);
    beneath.process.cgroup.memory_path = (char *)"/system.slice/redis-server.service";
    event = recorded_event(KERNEL_EVENT_OOM_KILL, 60);
    event->pid = 7;
    strcpy(event->task_cgroup, "/system.slice/redis-server@two.service");
    assert_result(recorded, "kernel-oom-kill", FINDING_PASS);
    assert_true(recorded_evidence(recorded, "kills_of_other_servers")->number == 1);
    strcpy(event->task_cgroup, "/system.slice/redis-server.service"); /* the one before it in its place */
    assert_result(recorded, "kernel-oom-kill", FINDING_CRITICAL);
    event->kind = KERNEL_EVENT_REFUSED;
    assert_result(recorded, "kernel-oom-kill", FINDING_PASS);
    beneath.process.cgroup.oom_kills = 1; /* which has no time */
    assert_result(recorded, "kernel-oom-kill", FINDING_WARNING);
    recorded->diagnosis.kernel_log = NULL;
    assert_result(recorded, "kernel-oom-kill", FINDING_WARNING);
}

static void kernel_oom_kill__of_a_whole_group(void **state)
{
    struct recorded *recorded = *state;
    struct kernel_event *event;

    recorded_kernel_log(recorded);
    beneath.process.cgroup.memory_path = (char *)"/pod/a/redis";
    event = recorded_event(KERNEL_EVENT_OOM_KILL, 60);
    event->pid = 7;
    event->is_of_group = true;
    strcpy(event->task_cgroup, "/pod/a");
    assert_result(recorded, "kernel-oom-kill", FINDING_CRITICAL);
    beneath.process.cgroup.memory_path = (char *)"/pod/abc";
    assert_result(recorded, "kernel-oom-kill", FINDING_PASS);
    beneath.process.cgroup.memory_path = (char *)"/pod";
    assert_result(recorded, "kernel-oom-kill", FINDING_PASS);
    beneath.process.cgroup.memory_path = (char *)"/pod/a/redis";
    event->is_of_group = false;
    assert_result(recorded, "kernel-oom-kill", FINDING_PASS);
}

static void kernel_oom_kill__without_a_cgroup_is_held_against_nobody(void **state)
{
    struct recorded *recorded = *state;
    struct kernel_event *event;

    recorded_kernel_log(recorded);
    beneath.process.cgroup.memory_path = (char *)"/system.slice/redis-server.service";
    event = recorded_event(KERNEL_EVENT_OOM_KILL, 60);
    event->pid = 7;
    event->uid = 107;
    assert_result(recorded, "kernel-oom-kill", FINDING_WARNING); /* it may have been */
    assert_true(recorded_evidence(recorded, "kills")->number == 0);
    assert_true(recorded_evidence(recorded, "kills_of_one_of_the_servers")->number == 1);
    assert_contains(recorded->verdict.harm, "does not say in which cgroup");
    event->uid = 108;
    assert_result(recorded, "kernel-oom-kill", FINDING_PASS); /* another user's */
    assert_true(recorded_evidence(recorded, "kills_of_other_servers")->number == 1);
    event->uid = -1;
    beneath_info(recorded, "uptime_in_seconds:600\n");
    beneath.process.cgroup.oom_kills = 1; /* a child of it, maybe */
    assert_result(recorded, "kernel-oom-kill", FINDING_WARNING);
    beneath.process.cgroup.oom_kills = 0; /* it was up, and its cgroup has lost nobody */
    assert_result(recorded, "kernel-oom-kill", FINDING_PASS);
    beneath_info(recorded, "uptime_in_seconds:30\n"); /* its cgroup is as new as it is */
    assert_result(recorded, "kernel-oom-kill", FINDING_WARNING);
    event->pid = 812;
    assert_result(recorded, "kernel-oom-kill", FINDING_CRITICAL);
    event->is_this_boot = false; /* another process of that number */
    assert_result(recorded, "kernel-oom-kill", FINDING_WARNING);
}

static void restarted__unasked_only(void **state)
{
    struct recorded *recorded = *state;

    beneath_info(recorded, "uptime_in_seconds:60\n");
    assert_result(recorded, "restarted", FINDING_UNKNOWN);
    recorded->diagnosis.unit_restarts = 0;
    assert_result(recorded, "restarted", FINDING_PASS);
    recorded->diagnosis.unit_restarts = 1;
    assert_result(recorded, "restarted", FINDING_WARNING);
    assert_lacks(recorded->verdict.remedy, "journalctl"); /* of whose unit? */
    process_has_unit(&beneath.process.process, "redis\\x2dodd.service");
    assert_result(recorded, "restarted", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy, "\njournalctl -u 'redis\\x2dodd.service' -S -2h");
    recorded->diagnosis.unit_restarts = -1;
    recorded_kernel_log(recorded);
    assert_result(recorded, "restarted", FINDING_PASS);
    recorded_event(KERNEL_EVENT_OOM_KILL, 30); /* of another process: this one was up already */
    assert_result(recorded, "restarted", FINDING_PASS);
    beneath.events[0].at -= 31;
    assert_result(recorded, "restarted", FINDING_WARNING);
    beneath_info(recorded, "uptime_in_seconds:3600\n");
    assert_result(recorded, "restarted", FINDING_PASS);
}

static void container_limit_tight__against_maxmemory(void **state)
{
    struct recorded *recorded = *state;

    beneath_info(recorded, "maxmemory:%.0f\nused_memory:1\n", 4 * GIB);
    assert_result(recorded, "container-limit-tight", FINDING_PASS);
    beneath.process.cgroup.memory_max.limit = (amount)(5 * GIB);
    assert_result(recorded, "container-limit-tight", FINDING_PASS);
    beneath.process.cgroup.memory_max.limit--;
    assert_result(recorded, "container-limit-tight", FINDING_WARNING);
    beneath.process.cgroup.memory_max.limit = (amount)(4 * GIB) - 1;
    assert_result(recorded, "container-limit-tight", FINDING_CRITICAL);
    assert_contains(recorded->verdict.remedy, "\ninstead of that: raise the limit");
    beneath_info(recorded, "maxmemory:0\n");
    assert_result(recorded, "container-limit-tight", FINDING_PASS);
    beneath.process.cgroup.unknown = (char *)"cannot read";
    assert_result(recorded, "container-limit-tight", FINDING_UNKNOWN);
    beneath.process.cgroup.unknown = NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        beneath_test(rss_near_ram__of_the_host_or_the_cgroup),
        beneath_test(save_near_limit__counts_the_copies),
        beneath_test(save_near_limit__before_6_2_asks_the_child),
        beneath_test(cow_large__against_the_data_and_the_room),
        beneath_test(swapped_out__by_the_process_not_by_the_ratio),
        beneath_test(kernel_oom_kill__by_age_and_limit),
        beneath_test(kernel_oom_kill__of_a_child_leaves_the_server),
        beneath_test(kernel_oom_kill__of_others_is_not_this_ones),
        beneath_test(kernel_oom_kill__of_a_whole_group),
        beneath_test(kernel_oom_kill__without_a_cgroup_is_held_against_nobody),
        beneath_test(restarted__unasked_only),
        beneath_test(container_limit_tight__against_maxmemory),
    };

    return cmocka_run_group_tests_name("diagnose-process", tests, NULL, NULL);
}
