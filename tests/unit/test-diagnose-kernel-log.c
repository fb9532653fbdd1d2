/* SPDX-License-Identifier: MIT */
#include "diagnose/kernel-log.h"

#include <string.h>

#include "support.h"

#define SUMMARY                                                                                   \
    "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,"               \
    "oom_memcg=/system.slice/redis-server.service,task_memcg=/system.slice/redis-server.service," \
    "task=redis-server,pid=812,uid=107"
#define KILLED                                                                             \
    "Memory cgroup out of memory: Killed process 812 (redis-server) total-vm:31763532kB, " \
    "anon-rss:13928044kB, file-rss:12208kB, shmem-rss:0kB, UID:107 pgtables:28092kB oom_score_adj:0"

static int log_setup(void **state)
{
    *state = calloc(1, sizeof(struct kernel_log));
    return *state ? 0 : -1;
}

static int log_teardown(void **state)
{
    kernel_log_done(*state);
    free(*state);
    return 0;
}

#define log_test(function) cmocka_unit_test_setup_teardown(function, log_setup, log_teardown)

static void feed(struct kernel_log *log, const char *message, long long at)
{
    kernel_log_feed(log, message, strlen(message), at, true);
}

static void kernel_log__kill_in_a_cgroup(void **state)
{
    struct kernel_log *log = *state;
    const struct kernel_event *event;

    feed(log, "python3 invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0", 90);
    feed(log, SUMMARY, 100);
    feed(log, KILLED, 100);
    assert_int_equal(log->events_count, 1);
    event = kernel_log_last(log, KERNEL_EVENT_OOM_KILL, 812);
    assert_non_null(event);
    assert_int_equal(event->at, 100);
    assert_true(event->is_this_boot);
    assert_text(event->command, "redis-server");
    assert_int_equal(event->constraint, OOM_CGROUP);
    assert_text(event->limit_cgroup, "/system.slice/redis-server.service");
    assert_text(event->task_cgroup, "/system.slice/redis-server.service");
    assert_int_equal(event->anon_rss, 13928044LL * 1024);
    assert_null(kernel_log_last(log, KERNEL_EVENT_OOM_KILL, 813));
    assert_null(kernel_log_last(log, KERNEL_EVENT_REFUSED, 0));
}

static void kernel_log__kill_on_the_whole_host(void **state)
{
    struct kernel_log *log = *state;
    const struct kernel_event *event;

    feed(log,
         "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0-1,global_oom,"
         "task_memcg=/system.slice/valkey.service,task=valkey-server,pid=7,uid=1",
         100);
    feed(log, "Out of memory: Killed process 7 (valkey-server) total-vm:1kB, anon-rss:2kB", 100);
    event = kernel_log_last(log, KERNEL_EVENT_OOM_KILL, 0);
    assert_non_null(event);
    assert_int_equal(event->constraint, OOM_HOST);
    assert_text(event->limit_cgroup, "");
    assert_text(event->task_cgroup, "/system.slice/valkey.service");
    assert_int_equal(event->anon_rss, 2048);
}

static void kernel_log__kill_in_the_words_of_older_kernels(void **state)
{
    static const char *const messages[] = {
        "Killed process 7 (redis-server) total-vm:4kB, anon-rss:2kB, file-rss:0kB, shmem-rss:0kB", /* 4.19 */
        "Killed process 7 (redis-server), UID 107, total-vm:4kB, anon-rss:2kB, file-rss:0kB", /* RHEL 7 */
        ("Out of memory (oom_kill_allocating_task): Killed process 7 (redis-server) total-vm:4kB, "
         "anon-rss:2kB"),
    };
    struct kernel_log *log = *state;

    for (size_t i = 0; i < ELEMENTS(messages); i++) {
        feed(log, messages[i], 100 + 100 * (long long)i);
        assert_int_equal(log->events_count, i + 1);
        assert_int_equal(log->events[i].pid, 7);
        assert_int_equal(log->events[i].uid, i == 1 ? 107 : -1);
        assert_int_equal(log->events[i].anon_rss, 2048);
        assert_int_equal(log->events[i].constraint, OOM_UNKNOWN);
    }
    feed(log, "Memory cgroup out of memory: Killed process 8 (redis-server) total-vm:4kB", 500);
    assert_int_equal(log->events[3].constraint, OOM_CGROUP); /* though no summary came before */
}

static void kernel_log__kill_in_a_cgroup_of_older_kernels(void **state)
{
    static const char killed[] = "Killed process 8 (redis-server) total-vm:4kB, anon-rss:2kB, file-rss:0kB";
    struct kernel_log *log = *state;

    feed(log, "Task in /docker/aa killed as a result of limit of /docker", 100);
    feed(log, "Memory cgroup out of memory: Kill process 8 (redis-server) score 985 or sacrifice child", 100);
    feed(log, killed, 101);
    assert_int_equal(log->events_count, 1);
    assert_text(log->events[0].task_cgroup, "/docker/aa");
    assert_text(log->events[0].limit_cgroup, "/docker");
    assert_int_equal(log->events[0].constraint, OOM_CGROUP);
    /* it is said of one */
    feed(log, killed, 200);
    assert_text(log->events[1].task_cgroup, "");
    assert_int_equal(log->events[1].constraint, OOM_UNKNOWN);
    feed(log, "Task in /docker/aa killed as a result of limit of /docker", 300);
    feed(log, "Killed process 9 (postgres) total-vm:4kB", 300);
    feed(log, "Killed process 8 (redis-server) total-vm:4kB", 300);
    assert_text(log->events[2].task_cgroup, "");
    assert_true(kernel_log_is_relevant("Task in /a killed as a result of limit of /a", 44));
}

static void kernel_log__summary_of_another_process_is_not_taken(void **state)
{
    struct kernel_log *log = *state;

    feed(log, SUMMARY, 100);
    feed(log, "Out of memory: Killed process 813 (redis-server) total-vm:1kB", 100);
    assert_int_equal(log->events[0].constraint, OOM_UNKNOWN);
    assert_text(log->events[0].limit_cgroup, "");
}

#define POD "/kubepods.slice/pod-a.slice/cri-containerd-aa.scope"

static void kernel_log__a_group_is_killed_in_one_place_and_each_once(void **state)
{
    struct kernel_log *log = *state;

    feed(log,
         "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=cri-containerd-aa.scope,mems_allowed=0,"
         "oom_memcg=/kubepods.slice/pod-a.slice,task_memcg=" POD ",task=sh,pid=4240,uid=1001",
         100);
    feed(log, "Memory cgroup out of memory: Killed process 4240 (sh) total-vm:1kB, UID:1001", 100);
    feed(log, "Tasks in " POD " are going to be killed due to memory.oom.group set", 100);
    feed(log, "Memory cgroup out of memory: Killed process 4240 (sh) total-vm:1kB, UID:1001", 100);
    feed(log, "Memory cgroup out of memory: Killed process 4242 (redis-server) total-vm:1kB, UID:1001", 100);
    feed(log, "Memory cgroup out of memory: Killed process 4243 (redis-server) total-vm:1kB, UID:1001", 101);
    feed(log, "Memory cgroup out of memory: Killed process 4242 (redis-server) total-vm:1kB, UID:1001", 101);
    assert_int_equal(log->events_count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(log->events[i].pid, 4242 + (int)i);
        assert_int_equal(log->events[i].uid, 1001);
        assert_int_equal(log->events[i].constraint, OOM_CGROUP);
        assert_text(log->events[i].limit_cgroup, "/kubepods.slice/pod-a.slice");
        assert_text(log->events[i].task_cgroup, POD);
        assert_true(log->events[i].is_of_group);
    }
    feed(log, "Memory cgroup out of memory: Killed process 9 (redis-server) total-vm:1kB",
         103); /* another's */
    assert_text(log->events[2].task_cgroup, "");
    assert_false(log->events[2].is_of_group);
}

static void kernel_log__a_group_tells_the_place_of_its_first(void **state)
{
    struct kernel_log *log = *state;

    /* the kernel prints ten summaries in five seconds */
    feed(log, "Memory cgroup out of memory: Killed process 4242 (redis-server) total-vm:1kB", 100);
    feed(log, "Tasks in " POD " are going to be killed due to memory.oom.group set", 100);
    feed(log, "Memory cgroup out of memory: Killed process 4242 (redis-server) total-vm:1kB", 100);
    assert_int_equal(log->events_count, 1);
    assert_text(log->events[0].task_cgroup, POD);
    assert_int_equal(log->events[0].constraint, OOM_CGROUP);
    /* and the next group is not the last one's */
    feed(log, "Memory cgroup out of memory: Killed process 4300 (redis-server) total-vm:1kB", 100);
    feed(log, "Tasks in /b are going to be killed due to memory.oom.group set", 100);
    feed(log, "Memory cgroup out of memory: Killed process 4300 (redis-server) total-vm:1kB", 100);
    assert_int_equal(log->events_count, 2);
    assert_text(log->events[1].task_cgroup, "/b");
    assert_text(log->events[0].task_cgroup, POD);
}

static void kernel_log__refusals_of_both_kernels(void **state)
{
    struct kernel_log *log = *state;

    feed(log, "__vm_enough_memory: pid: 812, comm: redis-server, no enough memory for the allocation", 100);
    feed(log,
         "__vm_enough_memory: pid: 813, comm: io_thd_1, bytes: 27917287424 not enough memory for the "
         "allocation",
         101);
    assert_int_equal(log->events_count, 2);
    assert_int_equal(log->events[0].kind, KERNEL_EVENT_REFUSED);
    assert_int_equal(log->events[0].pid, 812);
    assert_ptr_equal(kernel_log_last(log, KERNEL_EVENT_REFUSED, 0), &log->events[1]);
}

static void kernel_log__others_are_not_kept(void **state)
{
    static const char *const messages[] = {
        "",
        "Killed process",
        "Killed process ",
        "Killed process 7",
        "Killed process 7 (",
        "Killed process 7 (redis-server",
        "Killed process -7 (redis-server) total-vm:1kB",
        "Killed process 99999999999 (redis-server) total-vm:1kB",
        "Killed process 7 (postgres) total-vm:1kB",
        "Killed process 7 (redis_exporter) total-vm:1kB",
        "Killed process 7 (redis-benchmark) total-vm:1kB",
        "Killed process 7 (a process whose name is long redis-server) total-vm:1kB",
        "__vm_enough_memory: pid: 7, comm: postgres, bytes: 1 not enough memory for the allocation",
        "__vm_enough_memory: pid: 7, comm: redis-server",
        "oom-kill:constraint=",
        "oom-kill:constraint=,pid=",
        "oom-kill:constraint=,pid=x",
        "Tasks in  are going to be killed due to memory.oom.group set",
        "x are going to be killed due to memory.oom.group set",
    };
    struct kernel_log *log = *state;

    for (size_t i = 0; i < ELEMENTS(messages); i++)
        feed(log, messages[i], 100);
    assert_int_equal(log->events_count, 0);
}

static void kernel_log__hostile_names_are_printable_and_cut(void **state)
{
    struct kernel_log *log = *state;

    feed(log, "Killed process 7 (redis)\033[2J(x) y) total-vm:1kB", 100);
    assert_int_equal(log->events_count, 1);
    assert_text(log->events[0].command, "redis)?[2J(x)?y");
}

static void kernel_log__the_newest_are_kept(void **state)
{
    struct kernel_log *log = *state;

    for (int i = 0; i < KERNEL_EVENTS_MAX + 3; i++)
        feed(log, KILLED, i * 100);
    assert_int_equal(log->events_count, KERNEL_EVENTS_MAX);
    assert_int_equal(log->events[0].at, 300);
    assert_int_equal(kernel_log_last(log, KERNEL_EVENT_OOM_KILL, 0)->at, (KERNEL_EVENTS_MAX + 2) * 100);
}

static void kernel_log__relevance(void **state)
{
    (void)state;
    assert_true(kernel_log_is_relevant(SUMMARY, strlen(SUMMARY)));
    assert_true(kernel_log_is_relevant(KILLED, strlen(KILLED)));
    assert_true(kernel_log_is_relevant("__vm_enough_memory: pid: 1", 26));
    assert_false(kernel_log_is_relevant("__vm_enough_memory: pid: 1", 20));
    assert_false(kernel_log_is_relevant("eth0: link up", 13));
}

/* What the record's message is, "(none)" where it is none; static buffer. */
static const char *record(const char *text, unsigned long long *ret_usec)
{
    static char message[64];
    const char *start;
    size_t size;

    if (!kernel_record_parse(text, strlen(text), &start, &size, ret_usec))
        return "(none)";
    snprintf(message, sizeof(message), "%.*s", (int)size, start);
    return message;
}

static void kernel_record__of_the_kernel_alone(void **state)
{
    unsigned long long usec = 0;

    (void)state;
    assert_text(record("6,1234,5678901,-;eth0: link up\n SUBSYSTEM=net\n", &usec), "eth0: link up");
    assert_int_equal(usec, 5678901);
    assert_text(record("6,1,2,c,caller=T1;a;b", &usec), "a;b");
    assert_text(record("12,1,2,-;written by a program", &usec), "(none)");
    assert_text(record("", &usec), "(none)");
    assert_text(record("6,1,2", &usec), "(none)");
    assert_text(record("6,1,x,-;a", &usec), "(none)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        log_test(kernel_log__kill_in_a_cgroup),
        log_test(kernel_log__kill_on_the_whole_host),
        log_test(kernel_log__kill_in_the_words_of_older_kernels),
        log_test(kernel_log__kill_in_a_cgroup_of_older_kernels),
        log_test(kernel_log__summary_of_another_process_is_not_taken),
        log_test(kernel_log__a_group_is_killed_in_one_place_and_each_once),
        log_test(kernel_log__a_group_tells_the_place_of_its_first),
        log_test(kernel_log__refusals_of_both_kernels),
        log_test(kernel_log__others_are_not_kept),
        log_test(kernel_log__hostile_names_are_printable_and_cut),
        log_test(kernel_log__the_newest_are_kept),
        cmocka_unit_test(kernel_log__relevance),
        cmocka_unit_test(kernel_record__of_the_kernel_alone),
    };

    return cmocka_run_group_tests_name("diagnose-kernel-log", tests, NULL, NULL);
}
