/* SPDX-License-Identifier: MIT */
/* Proves servers while they are connected to, and chooses what each is sent.
 * Owns the order: PID 1 before, the connection, PID 1 again, and only then a secret. */
#include "servers/read-peer.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "servers/proof.h"
#include "servers/read-credentials.h"
#include "servers/read-process.h"
#include "servers/read-sight.h"
#include "servers/read-socket-path.h"
#include "systemd/read-system-units.h"
#include "systemd/unit.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

struct server_peer {
    const struct root *root;
    const struct server_facts *process; /* NULL: named */
    bool is_configured;                 /* its unit stands in [units] */
    unsigned gid;                       /* UINT_MAX: unknown */
    unsigned long long started_usec;    /* before it was connected to */
    enum trait shares_pid_namespace;
    struct server_home home;
    const struct system_units *units; /* what PID 1 said of all of them before */
    char *user, *password, *password_from;
    bool has_acl;
    char *unproven;
    const struct redis_target *target; /* the one that is being connected to */
    struct redis_gate gate;
};

/* PID 1 is asked by one thread at a time. */
static pthread_mutex_t bus = PTHREAD_MUTEX_INITIALIZER;

static struct proof_facts facts_of(const struct server_peer *peer)
{
    return (struct proof_facts){
        .pid = peer->process->process.pid,
        .uid = peer->process->process.uid,
        .is_configured = peer->is_configured,
        .before = {.started_usec = peer->started_usec,
                   .shares_pid_namespace = peer->shares_pid_namespace,
                   .home = &peer->home,
                   .unasked = peer->units->unknown,
                   .unit = system_units_find(peer->units, peer->home.unit)},
    };
}

/* The reason has names from cgroups in it. */
static void take_verdict(struct server_peer *peer, bool is_proven, char **reason)
{
    if (is_proven)
        return;
    memory_check(text_escape(reason));
    free(peer->unproven);
    peer->unproven = TAKE_POINTER(*reason);
}

/* --- while connecting: data is the peer --- */

static int connect_to_socket(void *data, const char *path, double timeout, char **ret_error)
{
    const struct server_peer *peer = data;
    const struct socket_owner owner = {
        .is_any = !peer->process,
        .uid = peer->process ? peer->process->process.uid : UINT_MAX,
        .gid = peer->gid,
    };

    return socket_path_connect(path, &owner, timeout, ret_error);
}

/* What PID 1 says now, and the process behind that: what is said of a number counts while it is the same
 * process. */
struct second_look {
    char *unasked;
    struct system_unit unit; /* as it was, with the main process of now */
    struct server_home home;
};

static void second_look_done(struct second_look *look)
{
    free(look->unasked);
    server_home_done(&look->home);
}

static void look_again(const struct server_peer *peer, struct proof_facts *facts, struct second_look *look)
{
    int main_pid = 0;

    pthread_mutex_lock(&bus);
    system_units_ask_main_pid(peer->units, peer->home.unit, &main_pid, &look->unasked);
    pthread_mutex_unlock(&bus);
    server_sight_read(peer->root, facts->pid, &facts->now, &look->home);
    look->unit = *facts->before.unit;
    look->unit.main_pid = main_pid;
    facts->now.unasked = look->unasked;
    facts->now.unit = &look->unit;
}

/* Only where the first look allows it, so that PID 1 knows the unit. */
static void prove(struct server_peer *peer, const struct proof_end *end)
{
    _cleanup_(second_look_done) struct second_look look = {0};
    _cleanup_free_ char *reason = NULL;
    struct proof_facts facts = facts_of(peer);

    facts.end = *end;
    look_again(peer, &facts, &look);
    take_verdict(peer, server_is_proven(&facts, &reason), &reason);
}

/* PID 1 listens for a service that it starts by its socket. Anybody else may have put its own socket there:
 * then nobody is told to name it. */
static int refuse_listener(const struct server_peer *peer, int pid, char **ret_error)
{
    _cleanup_free_ char *option = redis_target_option(peer->target);

    return memory_error(ret_error, -EPERM, "pid %d listens at its socket, not pid %d: nothing was sent%s%s",
                        pid, peer->process->process.pid,
                        pid == 1 ? ". To ask it, name it: redis-hosttune diagnose " : "",
                        pid == 1 ? option : "");
}

/* Whoever listens there in the server's place is sent nothing at all: what it answers would be taken for the
 * server's words. */
static int admit(void *data, int fd, double timeout, char **ret_error)
{
    struct server_peer *peer = data;
    int pid = peer->process->process.pid;
    struct proof_end end;

    if (peer->unproven && !peer->target->socket)
        return 0; /* nothing depends on who it is: its descriptors, and however long it waits, are its own */
    server_end_read(peer->process, peer->target->socket ? 0 : peer->target->port, fd, timeout, &end);
    if (!end.is_tcp && end.pid != pid)
        return refuse_listener(peer, end.pid, ret_error);
    if (!peer->unproven)
        prove(peer, &end);
    return !peer->unproven;
}

struct server_peer *server_peer_copy(const struct server_peer *peer)
{
    struct server_peer *copy = memory_new(1, sizeof(*copy));

    *copy = *peer;
    copy->unproven = memory_copy(peer->unproven);
    return copy;
}

void server_peer_copy_free(struct server_peer *copy)
{
    if (!copy)
        return;
    free(copy->unproven);
    free(copy);
}

void server_peer_settle(struct server_peer *peer, const struct server_peer *copy)
{
    memory_set_text(&peer->unproven, copy->unproven);
}

void server_peer_prepare(struct server_peer *peer, const struct redis_target *target,
                         struct redis_endpoint *endpoint)
{
    peer->target = target;
    peer->gate = (struct redis_gate){
        .connect = connect_to_socket,
        .admit = peer->process ? admit : NULL,
        .data = peer,
    };
    endpoint->gate = &peer->gate;
    endpoint->user = peer->user;
    endpoint->password = peer->password;
}

const char *server_peer_user(const struct server_peer *peer)
{
    return peer->unproven ? NULL : peer->user;
}

const char *server_peer_unproven(const struct server_peer *peer)
{
    return peer->unproven;
}

void server_peer_explain(const struct server_peer *peer, const struct redis_target *target, char **reason)
{
    _cleanup_free_ char *option = redis_target_option(target), *said = *reason;

    if (!peer->process)
        *reason = TAKE_POINTER(said);
    else if (peer->unproven)
        *reason = memory_format(
            "the server wants a password, and none is sent to it: %s. To ask it with one, name it: "
            "redis-hosttune diagnose %s",
            peer->unproven, option);
    else if (peer->password)
        *reason = memory_format("%s (from %s)", said, peer->password_from);
    else
        *reason = memory_format(
            "the server wants a password: put it below [%s] into " CREDENTIALS_PATH
            "%s, or give it in REDISCLI_AUTH with --same-password",
            peer->home.unit,
            peer->has_acl ? " (its configuration has hashes only, of its ACL, which are of no use)" : "");
}

/* --- before --- */

static bool is_added(const struct policy *policy, const char *unit)
{
    char template[256];

    if (!unit)
        return false;
    for (char **name = policy->units_added; name && *name; name++)
        if (strcmp(*name, unit) == 0 ||
            (unit_name_template(unit, template, sizeof(template)) && strcmp(*name, template) == 0))
            return true;
    return false;
}

static void set_secret(struct server_peer *peer, const char *user, const char *password, const char *from)
{
    memory_set_text(&peer->user, user);
    memory_set_text(&peer->password, password);
    memory_set_text(&peer->password_from, from);
}

/* What it gets once it is proven; for one that cannot be, nothing is looked for. */
static void choose_secret(struct server_peer *peer, const struct peer_secrets *secrets,
                          const struct credentials *credentials)
{
    const struct credential *credential = credentials_find(credentials, peer->home.unit);
    struct redis_secret own = {0};
    _cleanup_free_ char *from = NULL;

    if (secrets->is_for_all) {
        set_secret(peer, secrets->user, secrets->password, secrets->password_from);
    } else if (credential) {
        set_secret(peer, credential->user, credential->password, CREDENTIALS_PATH);
    } else {
        unit_secret_read(peer->root, system_units_find(peer->units, peer->home.unit),
                         peer->process->process.uid, peer->gid, &own, &from);
        if (own.requirepass)
            set_secret(peer, NULL, own.requirepass, from);
        peer->has_acl = own.has_acl;
        secret_free(own.requirepass);
    }
}

static void judge_before(struct server_peer *peer, const struct policy *policy)
{
    _cleanup_free_ char *reason = NULL;
    struct proof_facts facts;

    peer->is_configured = is_added(policy, peer->home.unit);
    facts = facts_of(peer);
    if (root_is_host(peer->root))
        take_verdict(peer, server_can_be_proven(&facts, &reason), &reason);
    else
        memory_set_text(&peer->unproven, "the tree that is looked at is not this host");
}

static void look(struct server_peer *peer)
{
    struct proof_sight sight = {0};
    int pid = peer->process->process.pid;

    server_sight_read(peer->root, pid, &sight, &peer->home);
    peer->started_usec = sight.started_usec == peer->process->process.started_usec ? sight.started_usec : 0;
    peer->shares_pid_namespace = sight.shares_pid_namespace;
    peer->gid = redis_process_gid(peer->root, pid);
}

static void ask_about(struct server_peers *peers)
{
    _cleanup_free_ const char **names = memory_new(peers->count, sizeof(*names));
    size_t count = 0;

    for (size_t i = 0; i < peers->count; i++)
        if (peers->items[i].home.kind == SERVER_HOME_SERVICE)
            names[count++] = peers->items[i].home.unit;
    if (count > 0)
        system_units_ask(names, count, peers->units);
}

static int prepare_found(const struct root *root, const struct policy *policy,
                         const struct peer_secrets *secrets, struct server_peers *peers, char **ret_error)
{
    _cleanup_(credentials_done) struct credentials credentials = {0};
    int error = 0;

    if (root_is_host(root) && secrets)
        error = credentials_read(root, &credentials, ret_error);
    if (error < 0)
        return error;
    for (size_t i = 0; i < peers->count; i++)
        if (peers->items[i].process)
            look(&peers->items[i]);
    if (root_is_host(root))
        ask_about(peers);
    for (size_t i = 0; i < peers->count; i++) {
        struct server_peer *peer = &peers->items[i];

        if (!peer->process)
            continue;
        judge_before(peer, policy);
        if (!peer->unproven && secrets)
            choose_secret(peer, secrets, &credentials);
    }
    return 0;
}

int server_peers_read(const struct root *root, const struct policy *policy,
                      const struct peer_secrets *secrets, const struct server_facts *const *processes,
                      size_t count, struct server_peers *ret, char **ret_error)
{
    _cleanup_(server_peers_done) struct server_peers peers = {
        .units = memory_new(1, sizeof(*peers.units)), .items = memory_new(count, sizeof(*peers.items))};
    bool any_found = false;
    int error = 0;

    for (size_t i = 0; i < count; i++) {
        struct server_peer *peer = &peers.items[peers.count++];

        *peer = (struct server_peer){
            .root = root, .process = processes[i], .units = peers.units, .gid = UINT_MAX};
        any_found = any_found || peer->process;
        if (!peer->process && secrets)
            set_secret(peer, secrets->user, secrets->password, secrets->password_from);
    }
    if (any_found)
        error = prepare_found(root, policy, secrets, &peers, ret_error);
    if (error < 0)
        return error;
    *ret = peers;
    peers = (struct server_peers){0};
    return 0;
}

struct server_peer *server_peers_at(const struct server_peers *peers, size_t i)
{
    return &peers->items[i];
}

void server_peers_done(struct server_peers *peers)
{
    for (size_t i = 0; i < peers->count; i++) {
        struct server_peer *peer = &peers->items[i];

        server_home_done(&peer->home);
        free(peer->user);
        secret_free(peer->password);
        free(peer->password_from);
        free(peer->unproven);
    }
    free(peers->items);
    if (peers->units)
        system_units_done(peers->units);
    free(peers->units);
    *peers = (struct server_peers){0};
}
