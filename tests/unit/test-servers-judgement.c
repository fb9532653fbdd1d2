/* SPDX-License-Identifier: MIT */
/* Does a server live under what the plan wants? Each rule with what it can see and what it cannot. */
#include "model.h"

#include "servers/judge.h"
#include "servers/judgement.h"
#include "units/nofile.h"

#define SOMAXCONN "net.core.somaxconn"
#define BACKLOG   "net.ipv4.tcp_max_syn_backlog"
#define UNIT      "redis-server.service"

/* A host with one server, all of whose groups are known and as they should be. */
struct judged {
    struct host *host;
    struct server_facts server;
    struct server_listener listener;
    struct redis_unit unit;
    struct redis_units units;
    struct server_list list;
    struct judgements limits;
};

static struct judged judged;

static void know_all(struct server_facts *server)
{
    char **unknown[] = {
        &server->status.unknown,   &server->limits.unknown, &server->memory.unknown,
        &server->mappings.unknown, &server->numa.unknown,   &server->listeners.unknown,
        &server->network.unknown,  &server->cgroup.unknown, &server->config.unknown,
    };

    for (size_t i = 0; i < ELEMENTS(unknown); i++)
        assert_int_equal(text_replace(unknown[i], NULL), 0);
}

static int judged_setup(void **state)
{
    struct server_facts *server = &judged.server;

    assert_int_equal(host_setup(state), 0);
    judged = (struct judged){.host = *state};
    server_facts_init(server);
    know_all(server);
    server->process = (struct server_process){
        .kind = SERVER_KIND_SERVER, .pid = 812, .comm = "redis-server", .started_usec = 5000};
    process_has_unit(&server->process, UNIT);
    server->limits.open_files = 65536;
    server->network.is_ours = TRAIT_YES;
    server->network.somaxconn = 65535;
    server->network.tcp_max_syn_backlog = 65535;
    server->config.tcp_backlog = 511;
    judged.listener = (struct server_listener){
        .family = LISTENER_IPV4, .address = (char *)"127.0.0.1", .port = 6379, .queue_limit = 511};
    server->listeners.items = &judged.listener;
    server->listeners.count = 1;
    server->cgroup.memory_max.limit = server->cgroup.swap_max.limit = AMOUNT_UNLIMITED;
    judged.host->observation.facts.memory_nodes = 1;
    judged.unit.name = (char *)UNIT;
    judged.unit.wrap.nofile = 65536;
    judged.units = (struct redis_units){.items = &judged.unit, .items_count = 1};
    return 0;
}

static int judged_teardown(void **state)
{
    judgements_done(&judged.limits);
    judged.server.listeners.items = NULL;
    judged.server.listeners.count = 0;
    server_facts_done(&judged.server);
    return host_teardown(state);
}

static void take(const struct judgement *judgement, const char *topic, const struct judgement **found)
{
    if (!judgement || strcmp(judgement->topic, topic) != 0)
        return;
    assert_null(*found); /* one each */
    *found = judgement;
}

/* The judgement of a topic; NULL: there is none. */
static const struct judgement *judge(const char *topic)
{
    struct plan_input input = host_input(judged.host, NULL);
    struct plan *plan = host_plan(judged.host, NULL);
    const struct judgement *found = NULL;

    judged.list = (struct server_list){.servers = &judged.server, .count = 1};
    plan_add_unit_items(plan, &judged.units, &input);
    servers_judge(plan, &input, &judged.list);
    judgements_done(&judged.limits);
    server_judge_limits(&judged.server, &judged.limits);
    for (size_t i = 0; plan_item_at(plan, i); i++)
        take(server_judgement(plan_item_at(plan, i), &judged.server), topic, &found);
    for (size_t i = 0; i < judged.limits.count; i++)
        take(&judged.limits.items[i], topic, &found);
    return found;
}

static void expect(const char *topic, enum judgement_result result, const char *text, const char *remedy)
{
    const struct judgement *judgement = judge(topic);

    if (!judgement)
        fail_msg("no judgement of %s", topic);
    else if (judgement->result != result)
        fail_msg("%s is %s: %s", topic, judgement_result_name(judgement->result), judgement->text);
    else
        assert_contains(judgement->text, text);
    assert_text(judgement ? judgement->remedy : NULL, remedy);
}

static void unknown(char **field, const char *why)
{
    assert_int_equal(text_replace(field, why), 0);
}

static void judges__every_row_has_its_rule(void **state)
{
    (void)state;
    for (enum judge judge_of = JUDGE_NOBODY + 1; judge_of < JUDGE_COUNT; judge_of++)
        if (!server_judges[judge_of])
            fail_msg("no rule for %d", (int)judge_of);
}

/* --- the listen queue --- */

static void queue__fine_with_all_that_was_asked_for(void **state)
{
    (void)state;
    host_has(judged.host, SOMAXCONN, "65535", 0);
    expect(SOMAXCONN, JUDGEMENT_FINE, "room for 511 connections: its tcp-backlog asks for no more", NULL);
    judged.listener.queue_limit = judged.server.config.tcp_backlog = 70000;
    expect(SOMAXCONN, JUDGEMENT_FINE, "room for 70000 connections", NULL);
}

static void queue__stale_when_it_was_cut(void **state)
{
    (void)state;
    host_has(judged.host, SOMAXCONN, "65535", 0);
    judged.listener.queue_limit = 128;
    expect(SOMAXCONN, JUDGEMENT_STALE, "room for 128 connections only", "sudo systemctl restart " UNIT);
    judged.listener.queue_limit = 4096;
    judged.server.config.tcp_backlog = 65535;
    expect(SOMAXCONN, JUDGEMENT_STALE, "tcp-backlog asks for 65535", "sudo systemctl restart " UNIT);
}

static void queue__the_listener_with_least_room_counts(void **state)
{
    struct server_listener listeners[] = {
        {.queue_limit = 511}, {.queue_limit = 128}, {.queue_limit = AMOUNT_UNKNOWN}};

    for (size_t i = 0; i < ELEMENTS(listeners); i++)
        listeners[i].address = (char *)"127.0.0.1";

    (void)state;
    host_has(judged.host, SOMAXCONN, "65535", 0);
    judged.server.listeners.items = listeners;
    judged.server.listeners.count = ELEMENTS(listeners);
    expect(SOMAXCONN, JUDGEMENT_STALE, "room for 128", "sudo systemctl restart " UNIT);
}

static void queue__without_the_configuration_the_default_is_the_measure(void **state)
{
    (void)state;
    host_has(judged.host, SOMAXCONN, "65535", 0);
    unknown(&judged.server.config.unknown, "neither");
    expect(SOMAXCONN, JUDGEMENT_FINE, "511 connections, what Redis asks for unless", NULL);
    judged.listener.queue_limit = 128;
    expect(SOMAXCONN, JUDGEMENT_STALE, "although net.core.somaxconn is 65535 now",
           "sudo systemctl restart " UNIT);
    judged.listener.queue_limit = 4096;
    expect(SOMAXCONN, JUDGEMENT_UNKNOWN, "4096 connections, and its tcp-backlog is not known: neither", NULL);
    judged.listener.queue_limit = 65535;
    expect(SOMAXCONN, JUDGEMENT_FINE, "65535", NULL);
}

static void queue__what_is_about_to_be_raised_did_not_cut_it(void **state)
{
    (void)state;
    host_has(judged.host, SOMAXCONN, "4096", 0);
    unknown(&judged.server.config.unknown, "neither");
    judged.server.network.somaxconn = 4096;
    judged.listener.queue_limit = 100;
    expect(SOMAXCONN, JUDGEMENT_FINE, "100 connections, and net.core.somaxconn was 4096: its tcp-backlog",
           NULL);
    judged.listener.queue_limit = 128; /* the kernel's own once, before somebody made it 4096 */
    expect(SOMAXCONN, JUDGEMENT_STALE, "although net.core.somaxconn is 4096", "sudo systemctl restart " UNIT);
}

static void queue__its_own_network_namespace_has_a_value_of_its_own(void **state)
{
    (void)state;
    host_has(judged.host, SOMAXCONN, "65535", 0);
    judged.server.network.is_ours = TRAIT_NO;
    judged.server.network.somaxconn = 128;
    judged.listener.queue_limit = 128;
    expect(SOMAXCONN, JUDGEMENT_ELSEWHERE, "its own network namespace has net.core.somaxconn = 128",
           "sudo nsenter -t 812 -n sysctl -w net.core.somaxconn=65535");
    judged.server.network.somaxconn = 4096; /* the kernel's own, enough for the default tcp-backlog */
    judged.listener.queue_limit = 511;
    expect(SOMAXCONN, JUDGEMENT_FINE, "asks for no more", NULL);
    judged.listener.queue_limit = 128; /* raised there since */
    expect(SOMAXCONN, JUDGEMENT_STALE, "was lower when it began", "sudo systemctl restart " UNIT);
    process_stands_in(&judged.server.process, "/docker/0123456789abcdef", SERVER_PROOF_UNASKED);
    expect(SOMAXCONN, JUDGEMENT_STALE, "was lower when it began", "sudo docker restart 0123456789ab");
}

static void queue__where_the_kernel_cannot_be_asked_time_tells(void **state)
{
    (void)state;
    host_has(judged.host, SOMAXCONN, "65535", 0);
    unknown(&judged.server.listeners.unknown, "/proc/812/fd cannot be read");
    expect(SOMAXCONN, JUDGEMENT_UNKNOWN, "cannot be seen: /proc/812/fd", NULL);
    host_wrote(judged.host, SOMAXCONN, "128", "65535", 6000);
    expect(SOMAXCONN, JUDGEMENT_STALE, "was cut", "sudo systemctl restart " UNIT);
    judged.server.config.tcp_backlog = 100;
    expect(SOMAXCONN, JUDGEMENT_FINE, "asks for 100 connections, and net.core.somaxconn was 128 before",
           NULL);
    judged.server.config.tcp_backlog = 511;
    judged.server.process.started_usec = 7000;
    expect(SOMAXCONN, JUDGEMENT_UNKNOWN, "cannot be seen", NULL);
}

static void queue__limits_that_are_not_shown(void **state)
{
    (void)state;
    host_has(judged.host, SOMAXCONN, "65535", 0);
    judged.listener.queue_limit = AMOUNT_UNKNOWN;
    unknown(&judged.server.listeners.limits_unknown, "another root");
    expect(SOMAXCONN, JUDGEMENT_UNKNOWN, "limit of its listen queue cannot be seen: another root", NULL);
    judged.server.listeners.count = 0;
    expect(SOMAXCONN, JUDGEMENT_UNKNOWN, "does not listen", NULL);
}

static void syn_backlog__of_its_namespace(void **state)
{
    (void)state;
    host_has(judged.host, BACKLOG, "65535", 0);
    expect(BACKLOG, JUDGEMENT_FINE, "shares the host's", NULL);
    judged.server.network.is_ours = TRAIT_NO;
    expect(BACKLOG, JUDGEMENT_FINE, "has 65535", NULL);
    judged.server.network.tcp_max_syn_backlog = 512;
    expect(BACKLOG, JUDGEMENT_ELSEWHERE, BACKLOG " = 512",
           "sudo nsenter -t 812 -n sysctl -w net.ipv4.tcp_max_syn_backlog=65535");
    judged.server.network.tcp_max_syn_backlog = AMOUNT_UNKNOWN;
    unknown(&judged.server.network.sysctls_unknown, "cannot be entered");
    expect(BACKLOG, JUDGEMENT_UNKNOWN, "cannot be entered", NULL);
}

/* --- memory --- */

static void huge_pages__that_it_has_stay(void **state)
{
    (void)state;
    host_has(judged.host, "thp.enabled", "never", 0);
    expect("thp.enabled", JUDGEMENT_FINE, "has no huge pages", NULL);
    judged.server.memory.anonymous_huge_bytes = 128 << 20;
    expect("thp.enabled", JUDGEMENT_STALE, "128 MiB of it are huge pages", "sudo systemctl restart " UNIT);
}

static void huge_pages__off_by_itself(void **state)
{
    (void)state;
    host_has(judged.host, "thp.enabled", "always", 0);
    judged.server.status.thp_enabled = TRAIT_NO;
    expect("thp.enabled", JUDGEMENT_FINE, "switched them off for itself", NULL);
    unknown(&judged.server.memory.unknown, "smaps_rollup cannot be read");
    expect("thp.enabled", JUDGEMENT_FINE, "switched huge pages off", NULL);
    judged.server.status.thp_enabled = TRAIT_UNKNOWN;
    judged.server.process.has_thp_disabled = true; /* so the time says nothing either */
    expect("thp.enabled", JUDGEMENT_UNKNOWN, "smaps_rollup cannot be read", NULL);
}

static void huge_pages__of_a_size_are_known_by_time_alone(void **state)
{
    (void)state;
    host_has(judged.host, "thp.hugepages-64kB", "never", 0);
    assert_null(judge("thp.hugepages-64kB"));
    host_wrote(judged.host, "thp.hugepages-64kB", "always", "never", 6000);
    expect("thp.hugepages-64kB", JUDGEMENT_STALE, "huge pages", "sudo systemctl restart " UNIT);
}

static void overcommit__only_mode_2_needs_a_restart(void **state)
{
    struct saved_value *value;

    (void)state;
    host_has(judged.host, "vm.overcommit_memory", "1", 0);
    value = host_wrote(judged.host, "vm.overcommit_memory", "0", "1", 6000);
    expect("vm.overcommit_memory", JUDGEMENT_FINE, "at each fork", NULL);
    assert_int_equal(text_replace(&value->original, "2"), 0);
    assert_int_equal(text_replace(&value->written_before, "2"), 0);
    expect("vm.overcommit_memory", JUDGEMENT_STALE, "allocator", "sudo systemctl restart " UNIT);
}

static void swappiness__copies_of_cgroup_v1(void **state)
{
    struct cgroup_swappiness chain[] = {{(char *)"/system.slice/redis-server.service", 60},
                                        {(char *)"/system.slice", 60}};
    struct server_cgroup *cgroup = &judged.server.cgroup;

    (void)state;
    host_has(judged.host, "vm.swappiness", "1", 0);
    expect("vm.swappiness", JUDGEMENT_FINE, "host's value", NULL);
    cgroup->is_memory_v1 = true;
    cgroup->swappiness = chain;
    cgroup->swappiness_count = ELEMENTS(chain);
    expect("vm.swappiness", JUDGEMENT_ELSEWHERE,
           "/system.slice/redis-server.service has a copy of its own: 60",
           "echo 1 | sudo tee /sys/fs/cgroup/memory/system.slice/memory.swappiness\n"
           "echo 1 | sudo tee /sys/fs/cgroup/memory/system.slice/redis-server.service/memory.swappiness");
    judged.host->observation.facts.has_swap = TRAIT_NO;
    expect("vm.swappiness", JUDGEMENT_FINE, "60, without effect while there is no swap", NULL);
    judged.host->observation.facts.has_swap = TRAIT_YES;
    chain[0].path = (char *)"/it's";
    chain[1].path = (char *)"/../x"; /* seen from within a cgroup namespace */
    expect("vm.swappiness", JUDGEMENT_ELSEWHERE, "60",
           "echo 1 | sudo tee '/sys/fs/cgroup/memory/it'\\''s/memory.swappiness'");
    chain[0].value = 1;
    expect("vm.swappiness", JUDGEMENT_FINE, "same value", NULL);
    cgroup->swappiness = NULL;
    cgroup->swappiness_count = 0;
    unknown(&cgroup->unknown, "outside of this cgroup namespace");
    expect("vm.swappiness", JUDGEMENT_UNKNOWN, "outside of this cgroup namespace", NULL);
    judged.host->observation.facts.has_cgroup_v1_memory = TRAIT_NO;
    expect("vm.swappiness", JUDGEMENT_FINE, "host's value", NULL);
}

static void cgroup__limits_are_told(void **state)
{
    struct server_cgroup *cgroup = &judged.server.cgroup;

    (void)state;
    assert_null(judge("cgroup.memory.max"));
    cgroup->memory_max = (struct cgroup_limit){1 << 30, 512 << 20, 512 << 20, strdup("/system.slice")};
    cgroup->swap_max = (struct cgroup_limit){0, AMOUNT_UNKNOWN, AMOUNT_UNKNOWN, strdup("/a")};
    expect("cgroup.memory.max", JUDGEMENT_FINE, "/system.slice limits it to 1 GiB, of which 512 MiB are used",
           NULL);
    expect("cgroup.memory.swap.max", JUDGEMENT_FINE, "/a limits it to 0 B", NULL);
    unknown(&cgroup->unknown, "no memory controller");
    expect("cgroup.memory.max", JUDGEMENT_UNKNOWN, "no memory controller", NULL);
}

/* --- the unit --- */

static void placement__by_the_policy_of_most_memory(void **state)
{
    struct server_node nodes[] = {{0, 97 << 20}, {1, 3 << 20}};
    struct server_numa *numa = &judged.server.numa;

    (void)state;
    numa->nodes = nodes;
    numa->nodes_count = ELEMENTS(nodes);
    numa->anonymous_bytes = 100 << 20;
    assert_null(judge("numa.placement")); /* one node: nothing to place */
    judged.host->observation.facts.memory_nodes = 2;
    expect("numa.placement", JUDGEMENT_STALE, "policy default (node 0: 97 %, node 1: 3 %)",
           "sudo systemctl restart " UNIT);
    judged.unit.wrap.placement = PLACEMENT_OFF;
    expect("numa.placement", JUDGEMENT_FINE, "as configured", NULL);
    judged.unit.wrap.placement = PLACEMENT_SYSTEMD;
    numa->interleaved_bytes = 99 << 20;
    expect("numa.placement", JUDGEMENT_FINE, "interleaved (node 0: 97 %", NULL);
    judged.units.idle_because = "redis-hosttune.service is not enabled";
    judged.units.enable_command = "enable it";
    expect("numa.placement", JUDGEMENT_ELSEWHERE,
           "interleaved (node 0: 97 %, node 1: 3 %), and nothing of ours", "enable it");
    judged.unit.wrap.placement = PLACEMENT_OFF;
    expect("numa.placement", JUDGEMENT_FINE, "interleaved (node 0: 97 %", NULL);
    judged.unit.wrap.placement = PLACEMENT_SYSTEMD;
    numa->interleaved_bytes = 0;
    expect("numa.placement", JUDGEMENT_ELSEWHERE, "next start: redis-hosttune.service is not enabled",
           "enable it");
    judged.server.status.has_one_node = true;
    judged.server.status.only_node = 1;
    expect("numa.placement", JUDGEMENT_FINE, "memory of node 1 alone", NULL);
    judged.server.status.has_one_node = false;
    unknown(&numa->unknown, "numa_maps cannot be read");
    expect("numa.placement", JUDGEMENT_UNKNOWN, "numa_maps cannot be read", NULL);
    numa->nodes = NULL;
    numa->nodes_count = 0;
}

static void placement__without_memory_of_its_own_is_unknown(void **state)
{
    (void)state;
    judged.host->observation.facts.memory_nodes = 2;
    expect("numa.placement", JUDGEMENT_UNKNOWN, "no memory of its own", NULL);
    judged.host->observation.facts.memory_nodes = 0;
    expect("numa.placement", JUDGEMENT_UNKNOWN, "memory nodes cannot be seen", NULL);
}

static void open_files__by_what_the_unit_gets(void **state)
{
    struct server_facts *server = &judged.server;

    (void)state;
    expect("unit.LimitNOFILE", JUDGEMENT_FINE, "65536 files", NULL);
    judged.unit.wrap.limit_nofile = (char *)"65536";
    judged.units.idle_because = "redis-hosttune.service is masked";
    judged.units.enable_command = "unmask it";
    expect("unit.LimitNOFILE", JUDGEMENT_ELSEWHERE, "at its next start: redis-hosttune.service is masked",
           "unmask it");
    judged.unit.wrap.limit_nofile = NULL; /* its unit has it without us */
    expect("unit.LimitNOFILE", JUDGEMENT_FINE, "65536 files", NULL);
    judged.units.idle_because = judged.units.enable_command = NULL;
    server->limits.open_files = 1024;
    expect("unit.LimitNOFILE", JUDGEMENT_STALE, "may open 1024 files", "sudo systemctl restart " UNIT);
    judged.unit.wrap.limit_nofile = (char *)"65536";
    expect("unit.LimitNOFILE", JUDGEMENT_STALE, "its unit gives it 65536", "sudo systemctl restart " UNIT);
    judged.unit.problem = (char *)"it has several ExecStart=";
    expect("unit.LimitNOFILE", JUDGEMENT_ELSEWHERE, "several ExecStart=", NULL);
    judged.unit.problem = NULL;
    process_has_unit(&server->process, NULL);
    expect("unit.LimitNOFILE", JUDGEMENT_ELSEWHERE, "belongs to no unit", NULL);
    server->limits.open_files = AMOUNT_UNLIMITED;
    expect("unit.LimitNOFILE", JUDGEMENT_FINE, "any number", NULL);
    unknown(&server->limits.unknown, "No such file");
    expect("unit.LimitNOFILE", JUDGEMENT_UNKNOWN, "No such file", NULL);
    host_wants(judged.host, "unit.LimitNOFILE", "leave");
    assert_null(judge("unit.LimitNOFILE"));
}

static void unit__an_instance_gets_what_its_template_gets(void **state)
{
    (void)state;
    judged.server.limits.open_files = 1024;
    process_has_unit(&judged.server.process, "redis-server@a.service");
    expect("unit.LimitNOFILE", JUDGEMENT_ELSEWHERE, "none of Redis'", NULL);
    judged.unit.name = (char *)"redis-server@.service";
    judged.unit.wrap.limit_nofile = (char *)"65536";
    expect("unit.LimitNOFILE", JUDGEMENT_STALE, "gives it 65536",
           "sudo systemctl restart redis-server@a.service");
}

/* --- all of it --- */

static void judge__not_what_is_left_or_unreadable(void **state)
{
    (void)state;
    host_has(judged.host, SOMAXCONN, "128", 0);
    host_has(judged.host, "thp.enabled", NULL, -ENOENT);
    host_wants(judged.host, SOMAXCONN, "leave");
    assert_null(judge(SOMAXCONN));
    assert_null(judge("thp.enabled"));
}

static void judge__not_sentinels(void **state)
{
    (void)state;
    host_has(judged.host, SOMAXCONN, "65535", 0);
    judged.server.process.kind = SERVER_KIND_SENTINEL;
    assert_null(judge(SOMAXCONN));
    assert_int_equal(judged.limits.count, 0);
}

int main(void)
{
#define judged_test(function) cmocka_unit_test_setup_teardown(function, judged_setup, judged_teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(judges__every_row_has_its_rule),
        judged_test(queue__fine_with_all_that_was_asked_for),
        judged_test(queue__stale_when_it_was_cut),
        judged_test(queue__the_listener_with_least_room_counts),
        judged_test(queue__without_the_configuration_the_default_is_the_measure),
        judged_test(queue__what_is_about_to_be_raised_did_not_cut_it),
        judged_test(queue__its_own_network_namespace_has_a_value_of_its_own),
        judged_test(queue__where_the_kernel_cannot_be_asked_time_tells),
        judged_test(queue__limits_that_are_not_shown),
        judged_test(syn_backlog__of_its_namespace),
        judged_test(huge_pages__that_it_has_stay),
        judged_test(huge_pages__off_by_itself),
        judged_test(huge_pages__of_a_size_are_known_by_time_alone),
        judged_test(overcommit__only_mode_2_needs_a_restart),
        judged_test(swappiness__copies_of_cgroup_v1),
        judged_test(cgroup__limits_are_told),
        judged_test(placement__by_the_policy_of_most_memory),
        judged_test(placement__without_memory_of_its_own_is_unknown),
        judged_test(open_files__by_what_the_unit_gets),
        judged_test(unit__an_instance_gets_what_its_template_gets),
        judged_test(judge__not_what_is_left_or_unreadable),
        judged_test(judge__not_sentinels),
    };

    return cmocka_run_group_tests_name("servers-judgement", tests, NULL, NULL);
}
