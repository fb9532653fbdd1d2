/* SPDX-License-Identifier: MIT */
#include "diagnose/finding.h"

#include "recorded.h"

static void repl_backlog_small__only_with_replicas(void **state)
{
    struct recorded *recorded = *state;

    recorded_info(recorded, "connected_slaves:0\nrepl_backlog_size:1048576\nsync_full:0\n");
    assert_result(recorded, "repl-backlog-small", FINDING_PASS);
    recorded_info(recorded, "connected_slaves:1\nrepl_backlog_size:104857600\nsync_full:5\n");
    recorded_info_before(recorded, "sync_full:1\n");
    assert_result(recorded, "repl-backlog-small", FINDING_PASS);
    recorded_info(recorded, "connected_slaves:1\nrepl_backlog_size:104857599\nsync_full:1\n");
    assert_result(recorded, "repl-backlog-small", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy, "CONFIG SET repl-backlog-size 104857600\n");
    recorded_info(recorded, "connected_slaves:1\nrepl_backlog_size:104857599\nsync_full:2\n");
    assert_result(recorded, "repl-backlog-small", FINDING_CRITICAL);
}

static void repl_backlog_small__holds_a_minute_of_writes(void **state)
{
    struct recorded *recorded = *state;

    recorded_info_before(recorded, "master_repl_offset:0\n"); /* ten seconds ago */
    recorded_info(recorded, "connected_slaves:1\nrepl_backlog_size:1048576\nsync_full:0\n"
                            "master_repl_offset:104857600\n");
    assert_result(recorded, "repl-backlog-small", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy, "CONFIG SET repl-backlog-size 630194176\n"); /* 601 MiB */
}

#define MASTER "role:master\nconnected_slaves:1\nrepl_backlog_size:1000\nmaster_repl_offset:5000\n"

static void replication_lag__of_a_master(void **state)
{
    static const struct {
        const char *info;
        enum finding_result result;
    } cases[] = {
        {"role:master\nconnected_slaves:0\nmaster_repl_offset:0\n", FINDING_PASS},
        {MASTER "slave0:ip=::1,port=6380,state=online,offset=4900,lag=10\n", FINDING_PASS},
        {MASTER "slave0:ip=::1,port=6380,state=online,offset=4899,lag=0\n", FINDING_WARNING},
        {MASTER "slave0:ip=::1,port=6380,state=online,offset=5000,lag=11\n", FINDING_WARNING},
        {MASTER "slave0:ip=::1,port=6380,state=online,offset=3999,lag=0\n", FINDING_CRITICAL},
        {MASTER "slave0:ip=::1,port=6380,state=online,offset=6000,lag=0\n", FINDING_PASS},
        /* while it is copied to, its offset says nothing */
        {MASTER "slave0:ip=::1,port=6380,state=wait_bgsave,offset=0,lag=0\n", FINDING_PASS},
        {MASTER "slave_expires_tracked_keys:0\nslave0:ip=::1,port=6380,state=online,offset=x,lag=0\n",
         FINDING_PASS},
        {MASTER "slave0:ip=::1,port=1,state=online,offset=5000,lag=0\n"
                "slave1:ip=::1,port=2,state=online,offset=0,lag=0\n",
         FINDING_CRITICAL},
    };
    struct recorded *recorded = *state;

    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        recorded_info(recorded, cases[i].info);
        if (recorded_judge(recorded, "replication-lag") != cases[i].result)
            fail_msg("%s: %s", cases[i].info, finding_result_name(recorded->verdict.result));
    }
}

#define REPLICA \
    "role:slave\nmaster_host:10.0.0.1\nmaster_port:6379\nconnected_slaves:0\nmaster_repl_offset:9\n"

static void replication_lag__of_a_replica(void **state)
{
    struct recorded *recorded = *state;

    recorded_info(recorded, REPLICA "master_link_status:up\nmaster_last_io_seconds_ago:10\n");
    assert_result(recorded, "replication-lag", FINDING_PASS);
    recorded_info(recorded, REPLICA "master_link_status:up\nmaster_last_io_seconds_ago:11\n");
    assert_result(recorded, "replication-lag", FINDING_WARNING);
    recorded_info(recorded, REPLICA "master_link_status:down\nmaster_last_io_seconds_ago:-1\n"
                                    "master_link_down_since_seconds:120\n");
    assert_result(recorded, "replication-lag", FINDING_CRITICAL);
    assert_true(recorded_evidence(recorded, "master_link_down_since_seconds")->number == 120);
    assert_contains(recorded->verdict.harm, "its master");
}

static void replication_lag__of_a_replica_that_is_copied_to(void **state)
{
    struct recorded *recorded = *state;

    recorded_info(recorded, REPLICA "master_link_status:down\nmaster_sync_in_progress:1\n"
                                    "master_sync_total_bytes:400\nmaster_sync_read_bytes:100\n"
                                    "master_sync_last_io_seconds_ago:10\n");
    assert_result(recorded, "replication-lag", FINDING_NOTE);
    assert_text(recorded_evidence(recorded, "full_copy")->text, "100 B of 400 B, the last of it 10 s ago");
    recorded_info(recorded, REPLICA "master_link_status:down\nmaster_sync_in_progress:1\n"
                                    "master_sync_total_bytes:0\nmaster_sync_read_bytes:100\n"
                                    "master_sync_last_io_seconds_ago:11\n");
    assert_result(recorded, "replication-lag", FINDING_CRITICAL); /* it stands still */
    assert_text(recorded_evidence(recorded, "full_copy")->text, "100 B, the last of it 11 s ago");
    recorded_info(recorded, REPLICA "master_link_status:down\nmaster_sync_in_progress:1\n"
                                    "master_sync_last_io_seconds_ago:0\n");
    assert_result(recorded, "replication-lag", FINDING_NOTE);
    assert_text(recorded_evidence(recorded, "full_copy")->text, "under way, the last of it 0 s ago");
    recorded_info(recorded, REPLICA "master_link_status:down\nmaster_sync_in_progress:0\n");
    recorded->diagnosis.redis.is_loading = true; /* what was copied */
    assert_result(recorded, "replication-lag", FINDING_NOTE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        recorded_test(repl_backlog_small__only_with_replicas),
        recorded_test(repl_backlog_small__holds_a_minute_of_writes),
        recorded_test(replication_lag__of_a_master),
        recorded_test(replication_lag__of_a_replica),
        recorded_test(replication_lag__of_a_replica_that_is_copied_to),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
