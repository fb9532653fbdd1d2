/* SPDX-License-Identifier: MIT */
/* A host made of values, for the tests of the pure core: what it has, what is wanted, what was saved, and the
 * plan that follows. */
#pragma once

#include "homes.h"
#include "support.h"

#include "plan/plan.h"
#include "policy/tunable.h"
#include "servers/judgement.h"

#define CONF    "/etc/redis-hosttune/redis-hosttune.conf"
#define BOOT_ID "11111111-1111-1111-1111-111111111111"

struct host {
    struct policy policy;
    struct observation observation;
    struct server_list servers;
    struct saved_state state;
    struct plan plan;
    bool is_other_root;
};

#define host_test(function) cmocka_unit_test_setup_teardown(function, host_setup, host_teardown)

/* A running host of today that has nothing yet. */
static inline int host_setup(void **state)
{
    struct host *host = calloc(1, sizeof(*host));

    assert_non_null(host);
    host->observation.facts = (struct host_facts){
        .kernel_major = 6,
        .kernel_minor = 12,
        .boot_id = BOOT_ID,
        .is_running = true,
        .pmd_size_kib = 2048,
    };
    *state = host;
    return 0;
}

static inline int host_teardown(void **state)
{
    struct host *host = *state;

    policy_done(&host->policy);
    observation_done(&host->observation);
    saved_state_done(&host->state);
    plan_done(&host->plan);
    server_list_done(&host->servers);
    free(host);
    return 0;
}

/* What stands for '*' in the object's name; "" where its row has none. */
static inline const char *object_part(const struct tunable *tunable, const char *object)
{
    static char part[64];
    size_t before = strcspn(tunable->name, "*"), after;

    part[0] = '\0';
    if (!tunable->name[before])
        return part;
    after = strlen(tunable->name) - before - 1;
    snprintf(part, sizeof(part), "%.*s", (int)(strlen(object) - before - after), object + before);
    return part;
}

/* An object and its value; NULL: with error (below 0) instead. */
static inline struct observed *host_has(struct host *host, const char *object, const char *current, int error)
{
    struct observation *observation = &host->observation;
    const struct tunable *tunable = tunable_find(object);
    struct observed *observed;

    assert_non_null(tunable);
    assert_int_equal(array_grow(&observation->items, observation->items_count, sizeof(*observation->items)),
                     0);
    observed = &observation->items[observation->items_count++];
    observed->tunable = tunable;
    observed->object = strdup(object);
    observed->path = tunable_expand(tunable->path, object_part(tunable, object));
    observed->current = current ? strdup(current) : NULL;
    observed->error = error;
    return observed;
}

/* The same, with what a drop-in of somebody else sets at boot. */
static inline void host_has_elsewhere(struct host *host, const char *object, const char *current,
                                      const char *elsewhere)
{
    struct observed *observed = host_has(host, object, current, 0);

    observed->elsewhere = strdup(elsewhere);
    observed->elsewhere_from = strdup("/etc/sysctl.d/60-admin.conf:3");
}

/* A server of which no more is known than what everybody sees. */
static inline struct server_process *host_runs(struct host *host, int pid, const char *unit,
                                               unsigned long long started_usec)
{
    struct server_list *list = &host->servers;
    struct server_facts *server;

    assert_int_equal(array_grow(&list->servers, list->count, sizeof(*list->servers)), 0);
    server = &list->servers[list->count++];
    server_facts_init(server);
    server->process.pid = pid;
    process_has_unit(&server->process, unit);
    server->process.started_usec = started_usec;
    return &server->process;
}

static inline void host_hides_processes(struct host *host)
{
    assert_int_equal(text_replace(&host->servers.unseen, "the processes of others are hidden from here"), 0);
}

/* A line of the configuration; they are counted. */
static inline void host_wants(struct host *host, const char *name, const char *value)
{
    unsigned line = (unsigned)host->policy.settings_count + 1;

    policy_add(&host->policy, name, value, CONF, line);
}

/* An earlier apply of this boot wrote the value at usec; original NULL: unknown. */
static inline struct saved_value *host_wrote(struct host *host, const char *object, const char *original,
                                             const char *written, unsigned long long usec)
{
    struct saved_value *value = saved_state_add_value(&host->state, object);

    assert_non_null(value);
    assert_int_equal(text_replace(&value->original, original), 0);
    assert_int_equal(saved_value_set_written(value, written, BOOT_ID, usec), 0);
    value->is_persisted = true;
    return value;
}

static inline struct plan_input host_input(const struct host *host, const char *const *only)
{
    return (struct plan_input){
        .policy = &host->policy,
        .observation = &host->observation,
        .state = &host->state,
        .only = only,
        .is_other_root = host->is_other_root,
    };
}

static inline struct plan *host_plan(struct host *host, const char *const *only)
{
    struct plan_input input = host_input(host, only);

    plan_done(&host->plan);
    plan_build(&input, &host->plan);
    return &host->plan;
}

/* And judges its servers. */
static inline struct plan *host_judge(struct host *host, const char *const *only)
{
    struct plan_input input = host_input(host, only);

    host_plan(host, only);
    servers_judge(&host->plan, &input, &host->servers);
    return &host->plan;
}

/* The item of the plan; it must be there. */
static inline struct plan_item *host_item(const struct host *host, const char *object)
{
    for (size_t i = 0; i < host->plan.items_count; i++)
        if (strcmp(host->plan.items[i].object, object) == 0)
            return &host->plan.items[i];
    fail_msg("the plan has no %s", object);
    return NULL;
}

/* Plans for all and gives one item. */
static inline const struct plan_item *host_plan_item(struct host *host, const char *object)
{
    host_plan(host, NULL);
    return host_item(host, object);
}

#define assert_state(item, expected) assert_text(item_state_name((item)->state), item_state_name(expected))
