/* SPDX-License-Identifier: MIT */
#include "diagnose/finding.h"

#include "recorded-host.h"

#include <math.h>

#define LOG(text) "812:M 25 Nov 2026 13:00:00.000 # " text "\n"

static void fork_slow__in_all_and_per_gib(void **state)
{
    struct recorded *recorded = *state;

    beneath.process.status.page_tables_bytes = (amount)(20 * MIB);
    beneath_info(recorded, "latest_fork_usec:0\nused_memory_rss:%.0f\n", 10 * GIB);
    assert_result(recorded, "fork-slow", FINDING_PASS);
    assert_true(recorded_evidence(recorded, "expected")->number > 0.1);
    beneath_info(recorded, "latest_fork_usec:400000\nused_memory_rss:%.0f\n", 10 * GIB);
    assert_result(recorded, "fork-slow", FINDING_PASS);
    beneath_info(recorded, "latest_fork_usec:400000\nused_memory_rss:%.0f\n", 1 * GIB);
    assert_result(recorded, "fork-slow", FINDING_WARNING);
    beneath_info(recorded, "latest_fork_usec:400000\nused_memory_rss:%.0f\n", 200 * MIB);
    assert_result(recorded, "fork-slow", FINDING_PASS); /* a rate of so little says nothing */
    beneath_info(recorded, "latest_fork_usec:600000\nused_memory_rss:%.0f\n", 10 * GIB);
    assert_result(recorded, "fork-slow", FINDING_WARNING);
    beneath_info(recorded, "latest_fork_usec:2000001\nused_memory_rss:%.0f\n", 10 * GIB);
    assert_result(recorded, "fork-slow", FINDING_CRITICAL);
}

static void fork_would_fail__by_mode(void **state)
{
    struct recorded *recorded = *state;

    beneath_info(recorded, "redis_version:7.0.15\nmem_allocator:jemalloc-5.3.0\n");
    assert_result(recorded, "fork-would-fail", FINDING_PASS);
    beneath.kernel.overcommit_memory = 0;
    beneath.process.mappings.unknown = NULL;
    beneath.process.mappings.accountable_largest_bytes = 4096;
    assert_result(recorded, "fork-would-fail", FINDING_PASS);
    assert_result(recorded, "overcommit-corner", FINDING_NOTE);
    beneath.process.mappings.accountable_largest_bytes = (amount)(17 * GIB);
    assert_result(recorded, "overcommit-corner", FINDING_PASS); /* it is more than that */
    assert_result(recorded, "fork-would-fail", FINDING_CRITICAL);
    assert_lacks(recorded->verdict.harm, "MISCONF");
    recorded_config(recorded, "save:3600 1\nstop-writes-on-bgsave-error:no\n");
    assert_result(recorded, "fork-would-fail", FINDING_CRITICAL);
    assert_lacks(recorded->verdict.harm, "MISCONF");
    recorded_config(recorded, "save:3600 1\nstop-writes-on-bgsave-error:yes\n");
    assert_result(recorded, "fork-would-fail", FINDING_CRITICAL);
    assert_contains(recorded->verdict.harm, "every write is refused too (MISCONF)");
    assert_contains(recorded->verdict.remedy, "redis-hosttune apply --only=vm.overcommit_memory");
    beneath.kernel.overcommit_memory = 2;
    beneath.process.status.size_bytes = (amount)(12 * GIB);
    beneath.process.mappings.accountable_sum_bytes = (amount)(9 * GIB);
    assert_result(recorded, "fork-would-fail", FINDING_CRITICAL);
    assert_contains(recorded->verdict.remedy, "restart the server");
    beneath.process.mappings.accountable_sum_bytes = (amount)(7.5 * GIB);
    assert_result(recorded, "fork-would-fail", FINDING_WARNING);
    beneath.process.mappings.accountable_sum_bytes = (amount)(1 * GIB);
    assert_result(recorded, "fork-would-fail", FINDING_PASS);
    beneath.kernel.overcommit_memory = -1;
    assert_result(recorded, "fork-would-fail", FINDING_UNKNOWN);
}

static void fork_would_fail__without_smaps(void **state)
{
    struct recorded *recorded = *state;

    beneath_info(recorded, "redis_version:7.0.15\nmem_allocator:libc\n");
    beneath.kernel.overcommit_memory = 0;
    assert_result(recorded, "fork-would-fail", FINDING_UNKNOWN);
    assert_contains(recorded->verdict.unknown_reason, "/proc/812/smaps: Permission denied");
    assert_int_equal(text_replace(&recorded->diagnosis.redis.version, "7.0.15"), 0);
    beneath_info(recorded, "redis_version:7.0.15\nmem_allocator:jemalloc-5.2.1\n");
    assert_result(recorded, "fork-would-fail", FINDING_PASS);
    assert_non_null(recorded_evidence(recorded, "presumed")->text);
    assert_result(recorded, "overcommit-corner", FINDING_NOTE);
}

static void fork_would_fail__other_limits(void **state)
{
    struct recorded *recorded = *state;

    beneath_info(recorded, "redis_version:7.0.15\n");
    process_has_unit(&beneath.process.process, "redis-server.service");
    beneath.process.cgroup.pids_max = (struct cgroup_limit){.limit = 6, .current = 6};
    assert_result(recorded, "fork-would-fail", FINDING_CRITICAL);
    assert_contains(recorded->verdict.harm, "EAGAIN");
    assert_contains(recorded->verdict.remedy, "systemctl set-property redis-server.service TasksMax=512");
    process_has_unit(&beneath.process.process, NULL);
    assert_result(recorded, "fork-would-fail", FINDING_CRITICAL);
    assert_lacks(recorded->verdict.remedy, "systemctl");
    process_has_unit(&beneath.process.process, "redis-server.service");
    beneath.process.cgroup.pids_max.at =
        (char *)"/system.slice"; /* which the unit's own setting does not raise */
    assert_result(recorded, "fork-would-fail", FINDING_CRITICAL);
    assert_text(recorded->verdict.remedy, "raise the limit of tasks where it is set: /system.slice");
    beneath.process.cgroup.pids_max = (struct cgroup_limit){.limit = 600, .current = 600};
    assert_result(recorded, "fork-would-fail", FINDING_CRITICAL);
    assert_contains(recorded->verdict.remedy, "TasksMax=1200"); /* 512 would be less than there is */
    beneath.process.cgroup.pids_max = (struct cgroup_limit){.limit = 6, .current = 6};
    beneath.process.cgroup.pids_max.limit = 7;
    beneath.process.limits.processes = beneath.process.limits.user_tasks = 6;
    assert_result(recorded, "fork-would-fail", FINDING_CRITICAL);
    assert_contains(recorded->verdict.remedy, "LimitNPROC=");
    beneath.process.limits.processes = 7;
    beneath.process.status.page_tables_bytes = (amount)(20 * MIB);
    beneath.process.cgroup.memory_max =
        (struct cgroup_limit){.limit = (amount)GIB, .current = (amount)(GIB - MIB)};
    assert_result(recorded, "fork-would-fail", FINDING_CRITICAL);
    assert_contains(recorded->verdict.harm, "OOM killer");
}

static void fork_would_fail__refused_before(void **state)
{
    struct recorded *recorded = *state;

    beneath_info(recorded, "redis_version:7.0.15\n");
    recorded_kernel_log(recorded);
    recorded_event(KERNEL_EVENT_REFUSED, 100);
    assert_result(recorded, "fork-would-fail", FINDING_PASS); /* mended since */
    beneath.kernel.overcommit_memory = 2;
    beneath.process.mappings.unknown = NULL;
    beneath.process.status.size_bytes = (amount)GIB;
    beneath.process.mappings.accountable_sum_bytes = 4096;
    assert_result(recorded, "fork-would-fail", FINDING_WARNING);
    assert_true(recorded_evidence(recorded, "last_refusal_ago")->number == 100);
}

static void bgsave_failed__causes_are_told_apart(void **state)
{
    static const struct {
        const char *line, *cause;
    } cases[] = {
        {LOG("Background saving error"), "save-error"},
        {LOG("Can't save in background: fork: Cannot allocate memory"), "fork-no-memory"},
        {LOG("Can't save in background: fork: Resource temporarily unavailable"), "fork-no-process"},
        {LOG("Background saving terminated by signal 9"), "save-killed"},
        {LOG("Write error saving DB on disk(rdbSaveRio): No space left on device")
             LOG("Background saving error"),
         "save-no-space"},
        {LOG("Failed opening the temp RDB file temp-1.rdb (in server root dir /x) for saving: No space left "
             "on device"),
         "save-no-space"},
    };
    struct recorded *recorded = *state;

    beneath_info(recorded, "rdb_last_bgsave_status:ok\n");
    assert_result(recorded, "bgsave-failed", FINDING_PASS);
    beneath_info(recorded, "rdb_last_bgsave_status:err\n");
    assert_result(recorded, "bgsave-failed", FINDING_CRITICAL);
    assert_contains(recorded->verdict.harm, "MISCONF");
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        recorded_log(recorded, cases[i].line);
        assert_result(recorded, "bgsave-failed", FINDING_CRITICAL);
        assert_text(recorded_evidence(recorded, "cause")->text, cases[i].cause);
    }
    recorded->diagnosis.log = NULL;
    recorded_kernel_log(recorded);
    recorded_event(KERNEL_EVENT_REFUSED, 100);
    assert_result(recorded, "bgsave-failed", FINDING_CRITICAL);
    assert_contains(recorded_evidence(recorded, "cause")->text, "the kernel refused it memory");
    beneath_info(recorded, "x:1\n");
    assert_result(recorded, "bgsave-failed", FINDING_UNKNOWN);
}

static void aof_failed__write_or_rewrite(void **state)
{
    struct recorded *recorded = *state;

    beneath_info(recorded, "aof_enabled:0\naof_last_write_status:err\n");
    assert_result(recorded, "aof-failed", FINDING_PASS);
    beneath_info(recorded, "aof_enabled:1\naof_last_write_status:ok\naof_last_bgrewrite_status:ok\n");
    assert_result(recorded, "aof-failed", FINDING_PASS);
    beneath_info(recorded, "aof_enabled:1\naof_last_write_status:ok\naof_last_bgrewrite_status:err\n");
    assert_result(recorded, "aof-failed", FINDING_CRITICAL);
    recorded_log(recorded, LOG("Error writing to the AOF file: No space left on device"));
    beneath_info(recorded, "aof_enabled:1\naof_last_write_status:err\n");
    assert_result(recorded, "aof-failed", FINDING_CRITICAL);
    assert_text(recorded_evidence(recorded, "cause")->text, "aof-no-space");
    beneath_info(recorded, "aof_enabled:1\n");
    assert_result(recorded, "aof-failed", FINDING_UNKNOWN);
}

static void failure_masked__only_with_save_points(void **state)
{
    struct recorded *recorded = *state;

    beneath_info(recorded, "rdb_last_bgsave_status:err\n");
    recorded_config(recorded, "stop-writes-on-bgsave-error:yes\nsave:3600 1\n");
    assert_result(recorded, "failure-masked", FINDING_PASS);
    recorded_config(recorded, "stop-writes-on-bgsave-error:no\nsave:\n");
    assert_result(recorded, "failure-masked", FINDING_PASS);
    recorded_config(recorded, "stop-writes-on-bgsave-error:no\nsave:3600 1\n");
    assert_result(recorded, "failure-masked", FINDING_CRITICAL);
    beneath_info(recorded, "rdb_last_bgsave_status:ok\n");
    assert_result(recorded, "failure-masked", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy, "CONFIG SET stop-writes-on-bgsave-error yes");
}

static void save_stale__by_the_longest_period(void **state)
{
    struct recorded *recorded = *state;

    recorded_config(recorded, "save:60 10000 3600 1\n");
    beneath_info(recorded, "rdb_last_save_time:%d\nrdb_changes_since_last_save:1\n", 1700000000 - 10800);
    assert_result(recorded, "save-stale", FINDING_PASS);
    beneath_info(recorded, "rdb_last_save_time:%d\nrdb_changes_since_last_save:1\n", 1700000000 - 10801);
    assert_result(recorded, "save-stale", FINDING_WARNING);
    beneath_info(recorded, "rdb_last_save_time:0\nrdb_changes_since_last_save:0\n");
    assert_result(recorded, "save-stale", FINDING_PASS);
    recorded_config(recorded, "save:\n");
    beneath_info(recorded, "rdb_last_save_time:0\nrdb_changes_since_last_save:9\n");
    assert_result(recorded, "save-stale", FINDING_PASS);
}

#define SAVED "db0:keys=9,expires=0\naof_enabled:%d\nrdb_last_bgsave_time_sec:%d\nused_memory:1000000\n"

static void stop_timeout__against_the_last_save(void **state)
{
    struct recorded *recorded = *state;
    struct server_process *process = &beneath.process.process;

    recorded_config(recorded, "save:3600 1\nappendonly:no\n");
    process_has_unit(process, NULL);
    beneath_info(recorded, SAVED, 0, 60);
    assert_result(recorded, "stop-timeout", FINDING_PASS); /* nothing ends it after a time */
    process_has_unit(process, "redis.service");
    process->stop_timeout = process->start_timeout = 0;
    assert_result(recorded, "stop-timeout", FINDING_UNKNOWN);
    process->stop_timeout = 90;
    beneath_info(recorded, SAVED, 0, 45);
    assert_result(recorded, "stop-timeout", FINDING_PASS);
    beneath_info(recorded, SAVED, 0, 46);
    assert_result(recorded, "stop-timeout", FINDING_WARNING);
    beneath_info(recorded, SAVED, 0, 91);
    assert_result(recorded, "stop-timeout", FINDING_CRITICAL);
    assert_text(
        recorded->verdict.remedy,
        "sudo mkdir -p /etc/systemd/system/redis.service.d && printf "
        "'[Service]\\nTimeoutStopSec=infinity\\n' | "
        "sudo tee /etc/systemd/system/redis.service.d/TimeoutStopSec.conf && sudo systemctl daemon-reload");
    beneath_info(recorded, SAVED, 1, 91); /* the append-only file has it all */
    assert_result(recorded, "stop-timeout", FINDING_PASS);
    process->start_timeout = 90;
    assert_result(recorded, "stop-timeout", FINDING_CRITICAL);
    assert_contains(recorded->verdict.harm, "while it still loads");
    process->start_timeout = process->stop_timeout = INFINITY;
    beneath_info(recorded, SAVED, 0, 1000);
    assert_result(recorded, "stop-timeout", FINDING_PASS);
    assert_text(recorded_evidence(recorded, "TimeoutStopSec")->text, "none");
    recorded_config(recorded, "save:\nappendonly:no\n"); /* it does not save at its end */
    process->stop_timeout = 90;
    assert_result(recorded, "stop-timeout", FINDING_PASS);
    assert_contains(recorded_evidence(recorded, "restart")->text, "loses 9 keys");
}

/* Where none was made yet, by the size: 20 GiB at 200 MiB a second. */
static void stop_timeout__by_the_size(void **state)
{
    struct recorded *recorded = *state;
    struct server_process *process = &beneath.process.process;

    recorded_config(recorded, "save:3600 1\nappendonly:no\n");
    process_has_unit(process, "redis.service");
    process->stop_timeout = 90;
    beneath_info(recorded, "db0:keys=9,expires=0\nused_memory:%.0f\n", 20 * GIB);
    assert_result(recorded, "stop-timeout", FINDING_CRITICAL);
    assert_true(recorded_evidence(recorded, "save_takes")->number == 102.4);
}

#define DELAYED "aof_enabled:1\nuptime_in_seconds:36000\naof_delayed_fsync:"

static void aof_delayed__growing_often_or_once(void **state)
{
    struct recorded *recorded = *state;

    beneath_info(recorded, "aof_enabled:0\nuptime_in_seconds:36000\n");
    assert_result(recorded, "aof-delayed", FINDING_PASS);
    beneath_info(recorded, DELAYED "0\n");
    assert_result(recorded, "aof-delayed", FINDING_PASS);
    beneath_info(recorded, DELAYED "100\n");
    assert_result(recorded, "aof-delayed", FINDING_UNKNOWN); /* whether they are now */
    recorded_info_before(recorded, DELAYED "100\n");
    assert_result(recorded, "aof-delayed", FINDING_NOTE); /* ten an hour */
    beneath_info(recorded, DELAYED "101\n");
    assert_result(recorded, "aof-delayed", FINDING_CRITICAL);
    recorded_info_before(recorded, DELAYED "101\n");
    assert_result(recorded, "aof-delayed", FINDING_WARNING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        beneath_test(fork_slow__in_all_and_per_gib),     beneath_test(fork_would_fail__by_mode),
        beneath_test(fork_would_fail__without_smaps),    beneath_test(fork_would_fail__other_limits),
        beneath_test(fork_would_fail__refused_before),   beneath_test(bgsave_failed__causes_are_told_apart),
        beneath_test(aof_failed__write_or_rewrite),      beneath_test(failure_masked__only_with_save_points),
        beneath_test(save_stale__by_the_longest_period), beneath_test(stop_timeout__against_the_last_save),
        beneath_test(stop_timeout__by_the_size),         beneath_test(aof_delayed__growing_often_or_once),
    };

    return cmocka_run_group_tests_name("diagnose-fork", tests, NULL, NULL);
}
