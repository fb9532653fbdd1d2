/* SPDX-License-Identifier: MIT */
#include "diagnose/finding.h"

#include "recorded.h"

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
    recorded_info(recorded, "rejected_connections:3\nconnected_clients:1\n");
    recorded_info_before(recorded, "rejected_connections:3\n");
    assert_result(recorded, "connections-rejected", FINDING_WARNING);
    recorded_info_before(recorded, "rejected_connections:2\n");
    assert_result(recorded, "connections-rejected", FINDING_CRITICAL);
    assert_lacks(recorded->verdict.remedy, "backlog"); /* that is another queue */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        recorded_test(connection_churn__needs_the_rate_and_the_share),
        recorded_test(blocked_clients__more_than_half_and_more_than_ten),
        recorded_test(connections_rejected__in_total_and_growing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
