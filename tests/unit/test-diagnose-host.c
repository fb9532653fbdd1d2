/* SPDX-License-Identifier: MIT */
#include "boot/tuner-status.h"
#include "diagnose/finding.h"

#include "recorded-host.h"

#define LOG(text) "812:M 25 Nov 2026 13:00:00.000 # " text "\n"

static void add_item(const char *object, const char *current, const char *wanted, enum item_state item_state)
{
    beneath.items[beneath.plan.items_count++] = (struct plan_item){.tunable = tunable_find(object),
                                                                   .object = (char *)object,
                                                                   .current = (char *)current,
                                                                   .wanted = (char *)wanted,
                                                                   .is_selected = true,
                                                                   .state = item_state};
}

static void tunable_drift__overcommit_is_worse(void **state)
{
    struct recorded *recorded = *state;

    add_item("vm.swappiness", "1", "1", ITEM_IN_SYNC);
    add_item("thp.enabled", "always", NULL, ITEM_LEFT);
    assert_result(recorded, "tunable-drift", FINDING_PASS);
    add_item("net.core.somaxconn", "128", "65535", ITEM_CHANGE);
    assert_result(recorded, "tunable-drift", FINDING_WARNING);
    assert_text(recorded_evidence(recorded, "net.core.somaxconn")->text, "128, should be 65535");
    assert_true(recorded_evidence(recorded, "differing")->number == 1);
    add_item("vm.overcommit_memory", "0", "1", ITEM_CHANGE);
    assert_result(recorded, "tunable-drift", FINDING_CRITICAL);
    recorded->diagnosis.plan = NULL;
    assert_result(recorded, "tunable-drift", FINDING_UNKNOWN);
}

static void tunable_drift__of_the_host_is_mended_on_the_host(void **state)
{
    struct recorded *recorded = *state;

    add_item("net.core.somaxconn", "65535", "65535", ITEM_IN_SYNC);
    add_item("vm.overcommit_memory", "0", "1", ITEM_REFUSED);
    assert_result(recorded, "tunable-drift", FINDING_CRITICAL);
    assert_true(recorded_evidence(recorded, "differing")->number == 1);
    assert_text(recorded->verdict.remedy, "on the host, not in the container: sudo redis-hosttune apply");
    beneath.items[0].state = ITEM_CHANGE;
    assert_result(recorded, "tunable-drift", FINDING_CRITICAL);
    assert_text(recorded->verdict.remedy, "sudo redis-hosttune apply\n"
                                          "on the host, not in the container: sudo redis-hosttune apply");
}

static void tunable_drift__tells_of_a_tuner_that_failed(void **state)
{
    struct recorded *recorded = *state;
    struct tuner_status tuner = {.result = "timeout"};

    add_item("thp.defrag", "madvise", "never", ITEM_IN_SYNC);
    recorded->diagnosis.tuner = &tuner;
    assert_result(recorded, "tunable-drift", FINDING_PASS);
    tuner.has_failed = true;
    assert_result(recorded, "tunable-drift", FINDING_WARNING);
    beneath.items[0].state = ITEM_CHANGE;
    assert_result(recorded, "tunable-drift", FINDING_WARNING);
    assert_text(recorded_evidence(recorded, "thp.defrag")->text, "madvise, should be never");
    assert_contains(recorded_evidence(recorded, "redis-hosttune.service")->text, "its time limit");
    assert_contains(recorded->verdict.remedy, "sudo systemctl restart redis-hosttune.service");
}

/* A judgement as servers/judgement makes them, of the recorded process. */
static struct judgement judged = {.server = &beneath.process,
                                  .text = (char *)"its listen queue has room for 128"};

static void started_before_tuning__quotes_what_is_stale(void **state)
{
    struct recorded *recorded = *state;

    add_item("net.core.somaxconn", "65535", "65535", ITEM_IN_SYNC);
    judged.topic = "net.core.somaxconn";
    judged.result = JUDGEMENT_STALE;
    beneath.items[0].servers = (struct judgements){&judged, 1};
    assert_result(recorded, "started-before-tuning", FINDING_WARNING);
    assert_text(recorded_evidence(recorded, "net.core.somaxconn")->text, judged.text);
    assert_contains(recorded->verdict.remedy,
                    "restart the server with pid 812 (a process named redis-server of user 107");
    judged.is_pending = true; /* the host itself is not there yet: a restart would change nothing */
    assert_result(recorded, "started-before-tuning", FINDING_PASS);
    judged.is_pending = false;
    judged.result = JUDGEMENT_ELSEWHERE;
    assert_result(recorded, "started-before-tuning", FINDING_PASS);
    judged.result = JUDGEMENT_STALE;
    judged.server = NULL; /* another one's */
    assert_result(recorded, "started-before-tuning", FINDING_PASS);
    judged.server = &beneath.process;
}

static void started_before_tuning__of_units_too(void **state)
{
    struct recorded *recorded = *state;
    struct plan_item item = {.tunable = tunable_find_any(TUNABLE_PLACEMENT), .servers = {&judged, 1}};

    judged.topic = TUNABLE_PLACEMENT;
    judged.result = JUDGEMENT_STALE;
    process_has_unit(&beneath.process.process, "redis-server.service");
    beneath.plan.unit_items = &item;
    beneath.plan.unit_items_count = 1;
    assert_result(recorded, "started-before-tuning", FINDING_WARNING);
    assert_text(recorded_evidence(recorded, TUNABLE_PLACEMENT)->text, judged.text);
    assert_contains(recorded->verdict.remedy, "systemctl restart redis-server.service");
    process_has_unit(&beneath.process.process, "a;reboot;.service");
    assert_result(recorded, "started-before-tuning", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy, "systemctl restart 'a;reboot;.service'");
    process_has_unit(&beneath.process.process, "redis-server.service");
    beneath.process.process.proof = SERVER_PROOF_UNASKED; /* nobody has confirmed it */
    assert_result(recorded, "started-before-tuning", FINDING_WARNING);
    assert_lacks(recorded->verdict.remedy, "systemctl");
    beneath.process.process.proof = SERVER_PROOF_MAIN;
}

static void started_before_tuning__accounting(void **state)
{
    struct recorded *recorded = *state;

    assert_int_equal(text_replace(&recorded->diagnosis.redis.version, "7.0.15"), 0);
    beneath_info(recorded, "redis_version:7.0.15\nmem_allocator:jemalloc-5.2.1\n");
    beneath.process.mappings.unknown = NULL;
    beneath.process.mappings.accountable_sum_bytes = (amount)(900 * MIB);
    beneath.process.status.rss_bytes = (amount)(1000 * MIB);
    assert_result(recorded, "started-before-tuning", FINDING_WARNING);
    assert_contains(recorded_evidence(recorded, "accounting")->text,
                    "charged, as under vm.overcommit_memory = 2");
    beneath.kernel.overcommit_memory = 2;
    assert_result(recorded, "started-before-tuning", FINDING_PASS);
    beneath.process.mappings.accountable_sum_bytes = (amount)(9 * MIB);
    assert_result(recorded, "started-before-tuning", FINDING_WARNING);
    beneath.process.status.rss_bytes = (amount)(60 * MIB); /* too little to tell */
    assert_result(recorded, "started-before-tuning", FINDING_PASS);
    beneath.process.listeners.unknown = (char *)"not looked at";
    assert_result(recorded, "started-before-tuning", FINDING_UNKNOWN);
}

static void numa_skew__by_share_and_policy(void **state)
{
    struct recorded *recorded = *state;

    beneath.process.numa.policy = (char *)"default";
    beneath.process.numa.nodes_count = 2;
    beneath.process.numa.anonymous_bytes = (amount)(100 * MIB);
    beneath.nodes[0] = (struct server_node){0, (amount)(76 * MIB)};
    beneath.nodes[1] = (struct server_node){1, (amount)(24 * MIB)};
    beneath.memory_nodes[0] = (struct memory_node){0, 100, 50};
    beneath.memory_nodes[1] = (struct memory_node){1, 100, 60};
    assert_result(recorded, "numa-skew", FINDING_PASS); /* one node */
    beneath.kernel.nodes_count = 2;
    assert_result(recorded, "numa-skew", FINDING_WARNING);
    beneath.memory_nodes[0].free = 4;
    assert_result(recorded, "numa-skew", FINDING_CRITICAL);
    beneath.memory_nodes[1].free = 29;
    assert_result(recorded, "numa-skew", FINDING_WARNING);
    beneath.process.numa.bound_bytes = (amount)(51 * MIB);
    assert_result(recorded, "numa-skew", FINDING_CRITICAL);
    beneath.process.numa.bound_bytes = 0;
    assert_text(recorded->verdict.remedy, "start the server as: redis-hosttune exec -- redis-server ...");
    process_has_unit(&beneath.process.process, "redis-server.service");
    assert_result(recorded, "numa-skew", FINDING_WARNING);
    assert_true(
        text_has_prefix(recorded->verdict.remedy, "sudo redis-hosttune apply  # its generator starts"));
    process_has_unit(&beneath.process.process, "my-cache.service");
    assert_result(recorded, "numa-skew", FINDING_WARNING);
    assert_true(text_has_prefix(
        recorded->verdict.remedy,
        "printf '[units]\\nadd = %s\\n' my-cache.service | sudo install -D -m 644 /dev/stdin "
        "/etc/redis-hosttune/redis-hosttune.conf.d/my-cache.service.conf\nsudo redis-hosttune apply  # its"));
    process_has_unit(&beneath.process.process, NULL);
    beneath.process.numa.interleaved_bytes = (amount)(51 * MIB);
    assert_result(recorded, "numa-skew", FINDING_PASS);
    beneath.process.numa.interleaved_bytes = 0;
    beneath.nodes[0].bytes = (amount)(75 * MIB);
    assert_result(recorded, "numa-skew", FINDING_PASS);
    beneath.process.numa.unknown = (char *)"cannot read";
    assert_result(recorded, "numa-skew", FINDING_UNKNOWN);
}

static void zone_reclaim__with_several_nodes(void **state)
{
    struct recorded *recorded = *state;

    beneath.kernel.zone_reclaim_mode = 1;
    assert_result(recorded, "zone-reclaim", FINDING_PASS);
    beneath.kernel.nodes_count = 2;
    assert_result(recorded, "zone-reclaim", FINDING_WARNING);
    beneath.kernel.zone_reclaim_mode = 0;
    assert_result(recorded, "zone-reclaim", FINDING_PASS);
    beneath.kernel.zone_reclaim_mode = -1;
    assert_result(recorded, "zone-reclaim", FINDING_PASS);
}

static void map_count__against_the_limit(void **state)
{
    struct recorded *recorded = *state;

    assert_result(recorded, "map-count", FINDING_UNKNOWN);
    beneath.process.mappings.unknown = NULL;
    beneath.process.mappings.count = 32765;
    assert_result(recorded, "map-count", FINDING_PASS);
    beneath.process.mappings.count = 32766;
    assert_result(recorded, "map-count", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy, "sysctl -w vm.max_map_count=1048576");
    assert_lacks(recorded->verdict.remedy, "overcommit");
    beneath.process.mappings.count = 52425;
    beneath.kernel.overcommit_memory = 2;
    assert_result(recorded, "map-count", FINDING_CRITICAL);
    assert_contains(recorded->verdict.remedy, "vm.overcommit_memory");
    beneath.kernel.max_map_count = 1000000000;
    beneath.process.mappings.count = 900000000;
    assert_result(recorded, "map-count", FINDING_CRITICAL);
    assert_contains(recorded->verdict.remedy, "vm.max_map_count=2147483647"); /* all that the kernel takes */
    beneath.kernel.max_map_count = -1;
    assert_result(recorded, "map-count", FINDING_UNKNOWN);
}

static void time_wait_settings__by_kernel(void **state)
{
    static const struct {
        int major, minor;
        long long reuse, recycle;
        enum finding_result result;
    } cases[] = {
        {6, 1, 2, -1, FINDING_PASS},    {6, 1, 1, -1, FINDING_WARNING},  {6, 1, 0, -1, FINDING_WARNING},
        {4, 18, 0, -1, FINDING_PASS},   {4, 18, 2, -1, FINDING_PASS},    {4, 18, 1, -1, FINDING_WARNING},
        {4, 9, 0, 0, FINDING_PASS},     {4, 9, 2, 0, FINDING_WARNING},   {4, 9, 0, 1, FINDING_CRITICAL},
        {0, 0, 2, -1, FINDING_UNKNOWN}, {6, 1, -1, -1, FINDING_UNKNOWN},
    };
    struct recorded *recorded = *state;

    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        beneath.host.kernel_major = cases[i].major;
        beneath.host.kernel_minor = cases[i].minor;
        beneath.kernel.tcp_tw_reuse = cases[i].reuse;
        beneath.kernel.tcp_tw_recycle = cases[i].recycle;
        assert_result(recorded, "time-wait-settings", cases[i].result);
    }
    beneath.process.network.is_ours = TRAIT_NO;
    assert_result(recorded, "time-wait-settings", FINDING_UNKNOWN);
}

static void slow_clocksource__names_a_quicker_one_that_is_there(void **state)
{
    struct recorded *recorded = *state;

    assert_result(recorded, "slow-clocksource", FINDING_PASS);
    strcpy(beneath.kernel.clocksource, "hpet");
    assert_result(recorded, "slow-clocksource", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy, "echo tsc | sudo tee /sys/");
    strcpy(beneath.kernel.clocksources, "hpet acpi_pm ");
    assert_result(recorded, "slow-clocksource", FINDING_WARNING);
    assert_lacks(recorded->verdict.remedy, "echo");
    beneath.kernel.clocksource[0] = '\0';
    assert_result(recorded, "slow-clocksource", FINDING_UNKNOWN);
}

/* What was measured counts more than a name: xen may have a vDSO, and any may be without. */
static void slow_clocksource__measured(void **state)
{
    struct recorded *recorded = *state;

    strcpy(beneath.kernel.clocksource, "xen");
    strcpy(beneath.kernel.clocksources, "xen tsc");
    beneath.kernel.clock_seconds = 30e-9;
    beneath.kernel.clock_call_seconds = 90e-9;
    assert_result(recorded, "slow-clocksource", FINDING_PASS);
    beneath.kernel.clock_seconds = 88e-9;
    assert_result(recorded, "slow-clocksource", FINDING_WARNING);
    strcpy(beneath.kernel.clocksource, "tsc");
    assert_result(recorded, "slow-clocksource", FINDING_WARNING);
    assert_lacks(recorded->verdict.remedy, "echo"); /* it is that already */
}

/* By the whole word. */
static void slow_clocksource__by_name(void **state)
{
    static const char *const slow[] = {"hyperv_clocksource_msr", "arch_mem_counter", "sp804", "acpi_pm"};
    static const char *const quick[] = {"hyperv_clocksource_tsc_page", "arch_sys_counter", "kvm-clock",
                                        "timebase"};
    struct recorded *recorded = *state;

    for (size_t i = 0; i < ELEMENTS(slow); i++) {
        strcpy(beneath.kernel.clocksource, slow[i]);
        assert_result(recorded, "slow-clocksource", FINDING_WARNING);
    }
    for (size_t i = 0; i < ELEMENTS(quick); i++) {
        strcpy(beneath.kernel.clocksource, quick[i]);
        assert_result(recorded, "slow-clocksource", FINDING_PASS);
    }
    strcpy(beneath.kernel.clocksource, "hyperv_clocksource_msr");
    strcpy(beneath.kernel.clocksources, "hyperv_clocksource_tsc_page hyperv_clocksource_msr acpi_pm");
    assert_result(recorded, "slow-clocksource", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy, "echo hyperv_clocksource_tsc_page | sudo tee");
    strcpy(beneath.kernel.clocksources, "xtsc tscx kvm-clock2 acpi_pm");
    assert_result(recorded, "slow-clocksource", FINDING_WARNING);
    assert_lacks(recorded->verdict.remedy, "echo");
}

static void startup_warnings__each_with_what_is_true_now(void **state)
{
    struct recorded *recorded = *state;

    assert_result(recorded, "startup-warnings", FINDING_UNKNOWN);
    recorded_log(recorded, LOG("Server initialized") LOG("Background saving terminated by signal 9"));
    assert_result(recorded, "startup-warnings", FINDING_PASS); /* not of a start */
    recorded_log(recorded, LOG("WARNING Memory overcommit must be enabled!")
                               LOG("WARNING: The TCP backlog setting of 511 cannot be enforced because "
                                   "/proc/sys/net/core/somaxconn is set to the lower value of 128."));
    assert_result(recorded, "startup-warnings", FINDING_WARNING);
    assert_contains(recorded_evidence(recorded, "overcommit-is-not-1")->text, "true here now: ");
    assert_contains(recorded_evidence(recorded, "backlog-truncated")->text, "not true here now: ");
    assert_contains(recorded->verdict.remedy, "redis-hosttune apply --only=vm.overcommit_memory");
    assert_lacks(recorded->verdict.remedy, "somaxconn"); /* that is mended */
    recorded_log(recorded, LOG("WARNING: The TCP backlog setting of 511 cannot be enforced because "
                               "/proc/sys/net/core/somaxconn is set to the lower value of 128."));
    assert_result(recorded, "startup-warnings", FINDING_NOTE);
}

static void startup_warnings__whatever_a_start_complains_of(void **state)
{
    static const char *const cases[][2] = {
        {LOG("WARNING overcommit_memory is set to 0! Background save may fail"), "overcommit-is-0"},
        {LOG("WARNING WARNING overcommit_memory is set to 0!"), "overcommit-inverted"},
        {LOG("WARNING you have Transparent Huge Pages (THP) support enabled in your kernel. 'echo never > "
             "x'"),
         "thp-not-never"},
        {LOG("WARNING You have Transparent Huge Pages (THP) support enabled in your kernel. 'echo madvise > "
             "x'"),
         "thp-always"},
        {LOG("WARNING Your kernel has a bug that could lead to data corruption during background save."),
         "arm64-cow-bug"},
        {LOG("WARNING: You specified a maxmemory value that is less than 1MB"), "maxmemory-below-1mb"},
        {LOG("Warning: 32 bit instance detected but no memory limit set."), "32-bit-limit"},
        {LOG("Unable to set the max number of files limit to 10032"), "maxclients-reduced"},
        {LOG("Server can't set maximum open files to 10032 because of OS error: no"), "open-files-refused"},
        {LOG("Your system is configured to use the 'xen' clocksource"), "xen-clocksource"},
        {LOG("Warning: no config file specified, using the default config."), "no-configuration"},
        {LOG("Unable to write oom_score_adj: Permission denied"), "oom-score-adj"},
    };
    struct recorded *recorded = *state;

    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        recorded_log(recorded, cases[i][0]);
        assert_true(recorded_judge(recorded, "startup-warnings") >= FINDING_NOTE);
        assert_non_null(recorded_evidence(recorded, cases[i][1]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        beneath_test(tunable_drift__overcommit_is_worse),
        beneath_test(tunable_drift__of_the_host_is_mended_on_the_host),
        beneath_test(tunable_drift__tells_of_a_tuner_that_failed),
        beneath_test(started_before_tuning__quotes_what_is_stale),
        beneath_test(started_before_tuning__of_units_too),
        beneath_test(started_before_tuning__accounting),
        beneath_test(numa_skew__by_share_and_policy),
        beneath_test(zone_reclaim__with_several_nodes),
        beneath_test(map_count__against_the_limit),
        beneath_test(time_wait_settings__by_kernel),
        beneath_test(slow_clocksource__measured),
        beneath_test(slow_clocksource__by_name),
        beneath_test(slow_clocksource__names_a_quicker_one_that_is_there),
        beneath_test(startup_warnings__each_with_what_is_true_now),
        beneath_test(startup_warnings__whatever_a_start_complains_of),
    };

    return cmocka_run_group_tests_name("diagnose-host", tests, NULL, NULL);
}
