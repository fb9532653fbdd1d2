/* SPDX-License-Identifier: MIT */
#include "diagnose/finding.h"

#include "recorded.h"
#include "servers/facts.h"

static void connection_churn__needs_the_rate_and_the_share(void **state)
{
    struct recorded *recorded = *state;

    recorded_info(recorded, "total_connections_received:1010\nconnected_clients:5\n");
    assert_result(recorded, "connection-churn", FINDING_UNKNOWN);      /* one sample tells no rate */
    recorded_info_before(recorded, "total_connections_received:10\n"); /* ten seconds ago */
    assert_result(recorded, "connection-churn", FINDING_PASS);
    recorded_info(recorded, "total_connections_received:1020\nconnected_clients:1010\n");
    assert_result(recorded, "connection-churn", FINDING_PASS); /* 101 a second, 10 % of 1010 */
    recorded_info(recorded, "total_connections_received:1020\nconnected_clients:1000\n");
    assert_result(recorded, "connection-churn", FINDING_WARNING);
}

static void blocked_clients__more_than_half_and_more_than_ten(void **state)
{
    struct recorded *recorded = *state;

    recorded_info(recorded, "blocked_clients:10\nconnected_clients:11\n");
    assert_result(recorded, "blocked-clients", FINDING_PASS);
    recorded_info(recorded, "blocked_clients:11\nconnected_clients:22\n");
    assert_result(recorded, "blocked-clients", FINDING_PASS);
    recorded_info(recorded, "blocked_clients:11\nconnected_clients:21\n");
    assert_result(recorded, "blocked-clients", FINDING_WARNING);
}

static void connections_rejected__in_total_and_growing(void **state)
{
    struct recorded *recorded = *state;

    recorded_info(recorded, "rejected_connections:0\nconnected_clients:1\n");
    assert_result(recorded, "connections-rejected", FINDING_PASS);
    recorded_info(recorded, "rejected_connections:3\nconnected_clients:1\nuptime_in_seconds:3601\n");
    recorded_info_before(recorded, "rejected_connections:3\n");
    assert_result(recorded, "connections-rejected", FINDING_NOTE); /* since its start, whenever that was */
    recorded_info(recorded, "rejected_connections:3\nconnected_clients:1\nuptime_in_seconds:3600\n");
    assert_result(recorded, "connections-rejected", FINDING_WARNING);
    assert_lacks(recorded->verdict.remedy, "RESETSTAT"); /* it resets everybody's counters */
    recorded_info_before(recorded, "rejected_connections:2\n");
    assert_result(recorded, "connections-rejected", FINDING_CRITICAL);
    assert_lacks(recorded->verdict.remedy, "backlog"); /* that is another queue */
}

/* Not maxclients, and no time-out, where protected mode did it. */
static void connections_rejected__by_protected_mode(void **state)
{
    struct recorded *recorded = *state;
    struct server_listener listener = {.address = (char *)"0.0.0.0", .port = 6379};
    struct server_facts process = {.listeners = {.items = &listener, .count = 1},
                                   .limits = {.open_files_hard = AMOUNT_UNKNOWN}};

    recorded->diagnosis.process = &process;
    recorded_info(recorded, "rejected_connections:3\nconnected_clients:1\nredis_version:7.0.15\n");
    recorded_config(recorded, "maxclients:10000\nprotected-mode:yes\nrequirepass:\nbind:* -::*\n");
    recorded_acl(recorded, "user default on nopass ~* &* +@all\n");
    assert_result(recorded, "connections-rejected", FINDING_WARNING);
    assert_contains(recorded->verdict.harm, "DENIED");
    assert_contains(recorded->verdict.remedy, "a password first");
    assert_contains(recorded->verdict.remedy, "CONFIG SET bind 127.0.0.1");
    assert_lacks(recorded->verdict.remedy, "maxclients");
    assert_lacks(recorded->verdict.remedy, "timeout");
    assert_lacks(recorded->verdict.remedy, "protected-mode no");
    recorded_info(recorded, "rejected_connections:3\nconnected_clients:8000\n");
    assert_result(recorded, "connections-rejected", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy, "CONFIG SET maxclients 20000");
    recorded_info(recorded, "rejected_connections:3\nconnected_clients:1\n");
    recorded_acl(recorded, "user default on #00 ~* &* +@all\n");
    assert_result(recorded, "connections-rejected", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy, "CONFIG SET maxclients 20000");
    recorded_acl(recorded, "user default on nopass ~* &* +@all\n");
    listener.address = (char *)"127.0.0.1";
    assert_result(recorded, "connections-rejected", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy, "CONFIG SET maxclients 20000");
    recorded->diagnosis.process = NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        recorded_test(connection_churn__needs_the_rate_and_the_share),
        recorded_test(blocked_clients__more_than_half_and_more_than_ten),
        recorded_test(connections_rejected__by_protected_mode),
        recorded_test(connections_rejected__in_total_and_growing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
