/* SPDX-License-Identifier: MIT */
#include "servers/proof.h"

#include "support.h"

enum { PID = 812, REDIS = 103 };

/* A server of Debian's, asked by its unix socket: what every row changes one thing of. */
struct sample {
    struct server_home before_home, now_home;
    struct system_unit before_unit, now_unit;
    struct proof_facts facts;
};

static void sample_make(struct sample *sample)
{
    const struct server_home home = {.kind = SERVER_HOME_SERVICE, .unit = (char *)"redis-server.service"};
    const struct system_unit unit = {.name = (char *)"redis-server.service",
                                     .load_state = (char *)"loaded",
                                     .main_pid = PID,
                                     .exec_path = (char *)"/usr/bin/redis-server"};
    const struct proof_sight sight = {.started_usec = 1000, .shares_pid_namespace = TRAIT_YES};

    *sample = (struct sample){
        .before_home = home,
        .now_home = home,
        .before_unit = unit,
        .now_unit = unit,
        .facts = {.pid = PID, .uid = REDIS, .before = sight, .now = sight, .end = {.pid = PID}},
    };
    sample->facts.before.home = &sample->before_home;
    sample->facts.before.unit = &sample->before_unit;
    sample->facts.now.home = &sample->now_home;
    sample->facts.now.unit = &sample->now_unit;
}

static void by_tcp(struct sample *s)
{
    s->facts.end = (struct proof_end){
        .is_tcp = true, .held_listener = true, .holds_listener = true, .holds_end = true, .uid = REDIS};
}

static void nothing(struct sample *s)
{
    (void)s;
}

static void wrapped(struct sample *s)
{
    static char *words[] = {(char *)"/usr/lib/redis-hosttune/redis-hosttune-exec", (char *)"--",
                            (char *)"/usr/bin/redis-server", NULL};

    s->before_unit.exec_path = s->now_unit.exec_path = words[0];
    s->before_unit.exec_argv = s->now_unit.exec_argv = words;
}

static void script(struct sample *s)
{
    s->before_unit.exec_path = s->now_unit.exec_path = (char *)"/usr/local/bin/start-cache";
}

static void configured_script(struct sample *s)
{
    script(s);
    s->facts.is_configured = true;
}

static void container(struct sample *s)
{
    s->before_home.kind = SERVER_HOME_CONTAINER;
}

static void users(struct sample *s)
{
    s->before_home = (struct server_home){.kind = SERVER_HOME_USER, .uid = 1000};
}

static void nested(struct sample *s)
{
    s->before_home = (struct server_home){.kind = SERVER_HOME_NESTED, .name = (char *)"ci-runner.service"};
}

static void scope(struct sample *s)
{
    s->before_home = (struct server_home){.kind = SERVER_HOME_SCOPE, .name = (char *)"session-3.scope"};
}

static void no_unit(struct sample *s)
{
    s->before_home.kind = SERVER_HOME_NONE;
}

static void no_cgroup(struct sample *s)
{
    s->before_home.kind = SERVER_HOME_UNKNOWN;
}

static void own_namespace(struct sample *s)
{
    s->facts.before.shares_pid_namespace = TRAIT_NO;
}

static void unknown_namespace(struct sample *s)
{
    s->facts.before.shares_pid_namespace = TRAIT_UNKNOWN;
}

static void ended_before(struct sample *s)
{
    s->facts.before.started_usec = 0;
}

static void no_bus(struct sample *s)
{
    s->facts.before.unasked = "PID 1 did not answer within 2 s";
    s->facts.before.unit = NULL;
}

static void not_told(struct sample *s)
{
    s->facts.before.unit = NULL;
}

static void not_loaded(struct sample *s)
{
    s->before_unit.load_state = (char *)"not-found";
}

static void child_of_service(struct sample *s)
{
    s->before_unit.main_pid = 800;
}

static void no_main_pid(struct sample *s)
{
    s->before_unit.main_pid = 0;
}

/* --- what changes while it is connected to --- */

static void no_bus_behind(struct sample *s)
{
    s->facts.now.unasked = "PID 1 did not answer within 2 s";
}

static void restarted(struct sample *s)
{
    s->now_unit.main_pid = PID + 1;
}

static void ended(struct sample *s)
{
    s->facts.now.started_usec = 0;
}

static void recycled(struct sample *s)
{
    s->facts.now.started_usec = 2000;
}

static void moved(struct sample *s)
{
    s->now_home.unit = (char *)"redis.service";
}

static void in_container_now(struct sample *s)
{
    s->now_home.kind = SERVER_HOME_CONTAINER;
}

/* --- the other end --- */

static void activated(struct sample *s)
{
    s->facts.end.pid = 1;
}

static void invisible(struct sample *s)
{
    s->facts.end.pid = 0;
}

static void swapped_port(struct sample *s)
{
    by_tcp(s);
    s->facts.end.holds_listener = false;
}

static void new_port(struct sample *s)
{
    by_tcp(s);
    s->facts.end.held_listener = false;
}

static void proxy(struct sample *s)
{
    by_tcp(s);
    s->facts.end.holds_end = false;
}

static void elsewhere(struct sample *s)
{
    by_tcp(s);
    s->facts.end.unseen = "the other end of the connection cannot be found among this host's sockets";
}

static void other_uid(struct sample *s)
{
    by_tcp(s);
    s->facts.end.uid = 65534;
}

static void no_uid(struct sample *s)
{
    by_tcp(s);
    s->facts.uid = s->facts.end.uid = UINT_MAX;
}

#define LATE true

static const struct {
    const char *name;
    void (*change)(struct sample *sample);
    const char *reason; /* NULL: proven */
    bool is_late;       /* the first look allowed it */
} rows[] = {
    {"Debian's", nothing, NULL, LATE},
    {"by TCP", by_tcp, NULL, LATE},
    {"wrapped by us", wrapped, NULL, LATE},
    {"a script in [units]", configured_script, NULL, LATE},
    {"a script", script,
     "the ExecStart= of redis-server.service names no Redis or Valkey server: if it starts one, add it below "
     "[units]"},
    {"container", container, "it runs in a container"},
    {"user's manager", users, "it runs below the systemd of user 1000, not the system's"},
    {"nested", nested, "it runs in a cgroup that ci-runner.service has made, not in a service"},
    {"scope", scope, "it runs in session-3.scope, which systemd has not started"},
    {"no unit", no_unit, "it runs in no service of systemd's"},
    {"no cgroup", no_cgroup, "its cgroup cannot be read"},
    {"own PID namespace", own_namespace, "it has a PID namespace of its own"},
    {"unknown PID namespace", unknown_namespace, "its PID namespace cannot be told"},
    {"ended before", ended_before, "it has ended"},
    {"no bus", no_bus, "PID 1 did not answer within 2 s"},
    {"no answer", not_told, "PID 1 has no unit redis-server.service"},
    {"not loaded", not_loaded, "PID 1 has no unit redis-server.service"},
    {"a child of a service", child_of_service, "it is not the main process of redis-server.service"},
    {"no main process", no_main_pid, "it is not the main process of redis-server.service"},
    {"no bus any more", no_bus_behind, "PID 1 did not answer within 2 s", LATE},
    {"restarted", restarted, "it is not the main process of redis-server.service", LATE},
    {"ended", ended, "it has ended", LATE},
    {"number recycled", recycled, "its number has gone to another process", LATE},
    {"moved", moved, "it has moved to another unit", LATE},
    {"a container now", in_container_now, "it runs in a container", LATE},
    {"socket activated", activated, "pid 1 listens at its socket", LATE},
    {"another namespace's", invisible, "pid 0 listens at its socket", LATE},
    {"port taken", swapped_port, "the listening socket is not its own", LATE},
    {"port not its own before", new_port, "the listening socket is not its own", LATE},
    {"proxy", proxy, "another process has accepted the connection", LATE},
    {"redirected", elsewhere, "the other end of the connection cannot be found among this host's sockets",
     LATE},
    {"another user's end", other_uid, "the other end of the connection belongs to uid 65534", LATE},
    {"unknown user", no_uid, "the other end of the connection belongs to uid 4294967295", LATE},
};

static void proof__every_fact_counts(void **state)
{
    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        _cleanup_free_ char *reason = NULL, *early = NULL;
        struct sample sample;
        bool is_proven;

        sample_make(&sample);
        rows[i].change(&sample);
        is_proven = server_is_proven(&sample.facts, &reason);
        if (is_proven != !rows[i].reason || !text_equal(reason, rows[i].reason))
            fail_msg("%s: \"%s\" instead of \"%s\"", rows[i].name, TEXT_OR_NULL(reason),
                     TEXT_OR_NULL(rows[i].reason));
        if (server_can_be_proven(&sample.facts, &early) != rows[i].is_late)
            fail_msg("%s: %s early", rows[i].name, rows[i].is_late ? "refused" : "allowed");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(proof__every_fact_counts),
    };

    return cmocka_run_group_tests_name("servers-proof", tests, NULL, NULL);
}
