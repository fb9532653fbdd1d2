/* SPDX-License-Identifier: MIT */
#include "diagnose/finding.h"

#include "recorded.h"

#define NORMAL_UNLIMITED \
    "client-output-buffer-limit:normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60\n"

static void client_buffers__one_that_reads_too_little(void **state)
{
    struct recorded *recorded = *state;

    recorded_info(recorded, "used_memory:1\n");
    recorded_clients(recorded, "id=3 addr=10.0.0.1:5 flags=N omem=268435456 cmd=lrange user=app age=61\n");
    assert_result(recorded, "client-buffers", FINDING_PASS);
    recorded_clients(recorded, "id=2 flags=N omem=5 cmd=get\n"
                               "id=3 addr=10.0.0.1:5 flags=N omem=268435457 cmd=lrange user=app age=61\n");
    assert_result(recorded, "client-buffers", FINDING_WARNING);
    assert_text(recorded_evidence(recorded, "biggest")->text,
                "id 3, 10.0.0.1:5, normal, user app, last command lrange, connected for 61 s");
    assert_contains(recorded->verdict.remedy, "redis-cli -s /run/test.sock CLIENT KILL ID 3\n");
    assert_contains(recorded->verdict.remedy, "CONFIG SET client-output-buffer-limit 'normal 512mb 64mb 60'");
    assert_contains(recorded->verdict.remedy, "however fast it reads");
}

static void client_buffers__the_limit_is_that_of_the_clients_class(void **state)
{
    struct recorded *recorded = *state;

    recorded_info(recorded, "used_memory:1\n");
    recorded_clients(recorded, "id=3 flags=P omem=300000000 cmd=subscribe\n");
    assert_result(recorded, "client-buffers", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy, "'pubsub 32mb 8mb 60'");
    recorded_clients(recorded, "id=3 flags=S omem=300000000 cmd=psync\n");
    assert_result(recorded, "client-buffers", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy, "'replica 572mb 64mb 60'");
    assert_lacks(recorded->verdict.remedy, "CLIENT KILL"); /* it would copy everything again */
    recorded->diagnosis.redis.version = strdup("4.0.14");
    assert_result(recorded, "client-buffers", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy, "'slave 572mb 64mb 60'");
    recorded_config(recorded, NORMAL_UNLIMITED); /* which limits replicas */
    assert_result(recorded, "client-buffers", FINDING_WARNING);
    assert_lacks(recorded->verdict.remedy, "CONFIG SET");
}

static void client_buffers__all_together_against_maxmemory(void **state)
{
    struct recorded *recorded = *state;

    recorded_clients(recorded, "id=3 flags=N omem=0 cmd=get\n");
    recorded_info(recorded, "mem_clients_normal:250\nmaxmemory:1000\n");
    assert_result(recorded, "client-buffers", FINDING_PASS);
    recorded_info(recorded, "mem_clients_normal:251\nmaxmemory:1000\n");
    assert_result(recorded, "client-buffers", FINDING_CRITICAL);
    assert_contains(recorded->verdict.remedy, "since Redis 7.0 can limit");
    recorded_config(recorded, "maxmemory-clients:0\n");
    assert_result(recorded, "client-buffers", FINDING_CRITICAL);
    assert_contains(recorded->verdict.remedy, "CONFIG SET maxmemory-clients 10%\n");
    recorded_info(recorded, "mem_clients_normal:251\nmaxmemory:0\n");
    assert_result(recorded, "client-buffers", FINDING_PASS);
}

/* A reply that is read in one piece is no fault: the limit fits the largest that was seen. */
static void buffers_unlimited__the_limit_fits_the_largest_reply(void **state)
{
    struct recorded *recorded = *state;

    recorded_config(recorded, NORMAL_UNLIMITED);
    recorded_info(recorded, "client_recent_max_output_buffer:100000000\n");
    assert_result(recorded, "buffers-unlimited", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy, "'normal 256mb 64mb 60'");
    assert_contains(recorded->verdict.remedy, "the largest reply seen is 95.4 MiB");
    recorded_info(recorded, "client_recent_max_output_buffer:400000000\n");
    assert_result(recorded, "buffers-unlimited", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy, "'normal 762mb 64mb 60'");
    recorded_ram(recorded, 2 * GIB); /* a quarter of it at the most */
    assert_result(recorded, "buffers-unlimited", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy, "'normal 512mb 64mb 60'");
}

static void buffers_unlimited__is_redis_default(void **state)
{
    struct recorded *recorded = *state;

    recorded_config(recorded, NORMAL_UNLIMITED);
    assert_result(recorded, "buffers-unlimited", FINDING_WARNING);
    assert_contains(recorded_evidence(recorded, "clients")->text, "not known");
    recorded_clients(recorded, "id=1 flags=N omem=67108864\nid=2 flags=P omem=99999999\n");
    assert_result(recorded, "buffers-unlimited", FINDING_WARNING);
    recorded_clients(recorded, "id=1 flags=N omem=67108865\n");
    assert_result(recorded, "buffers-unlimited", FINDING_CRITICAL);
}

static void buffers_unlimited__a_limit_of_any_kind_passes(void **state)
{
    static const char *const limited[] = {
        "client-output-buffer-limit:normal 67108864 33554432 60 slave 0 0 0 pubsub 0 0 0\n",
        "client-output-buffer-limit:slave 0 0 0 normal 0 1048576 10\n",
        NORMAL_UNLIMITED "maxmemory-clients:1073741824\n",
        NORMAL_UNLIMITED "maxmemory-clients:5%\n",
    };
    struct recorded *recorded = *state;

    for (size_t i = 0; i < ELEMENTS(limited); i++) {
        recorded_config(recorded, limited[i]);
        assert_result(recorded, "buffers-unlimited", FINDING_PASS);
    }
    recorded_config(recorded, NORMAL_UNLIMITED "maxmemory-clients:0\n");
    assert_result(recorded, "buffers-unlimited", FINDING_WARNING);
    recorded_config(recorded, "client-output-buffer-limit:nonsense\n");
    assert_result(recorded, "buffers-unlimited", FINDING_UNKNOWN);
}

static void monitor_session__names_the_one_with_most_waiting(void **state)
{
    struct recorded *recorded = *state;

    recorded_clients(recorded, "id=1 flags=N omem=99999999 cmd=get\n");
    assert_result(recorded, "monitor-session", FINDING_PASS);
    recorded_clients(recorded, "id=1 flags=O omem=0 cmd=monitor\nid=2 flags=OU omem=67108864 cmd=monitor\n");
    assert_result(recorded, "monitor-session", FINDING_WARNING);
    assert_text(recorded->verdict.remedy, "redis-cli -s /run/test.sock CLIENT KILL ID 2");
    recorded_clients(recorded, "id=2 flags=OU omem=67108865 cmd=monitor\n");
    assert_result(recorded, "monitor-session", FINDING_CRITICAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        recorded_test(client_buffers__one_that_reads_too_little),
        recorded_test(client_buffers__the_limit_is_that_of_the_clients_class),
        recorded_test(client_buffers__all_together_against_maxmemory),
        recorded_test(buffers_unlimited__the_limit_fits_the_largest_reply),
        recorded_test(buffers_unlimited__is_redis_default),
        recorded_test(buffers_unlimited__a_limit_of_any_kind_passes),
        recorded_test(monitor_session__names_the_one_with_most_waiting),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
