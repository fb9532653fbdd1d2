/* SPDX-License-Identifier: MIT */
/* Proves servers while they are connected to, and chooses what each is sent.
 * Owns the order: PID 1 before, the connection, PID 1 again, and only then a secret. */
#include "host/server-peer.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/credentials-file.h"
#include "host/redis-process.h"
#include "host/server-sight.h"
#include "host/socket-path.h"
#include "host/system-units.h"
#include "model/server-proof.h"
#include "model/unit.h"
#include "util/cleanup.h"
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
static int take_verdict(struct server_peer *peer, bool is_proven, char **reason)
{
    if (is_proven)
        return 0;
    if (!*reason || text_escape(reason) < 0)
        return -ENOMEM;
    free(peer->unproven);
    peer->unproven = TAKE_POINTER(*reason);
    return 0;
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

static int look_again(const struct server_peer *peer, struct proof_facts *facts, struct second_look *look)
{
    int error, main_pid = 0;

    pthread_mutex_lock(&bus);
    error = system_units_ask_main_pid(peer->units, peer->home.unit, &main_pid, &look->unasked);
    pthread_mutex_unlock(&bus);
    if (error == 0)
        error = server_sight_read(peer->root, facts->pid, &facts->now, &look->home);
    if (error < 0)
        return error;
    look->unit = *facts->before.unit;
    look->unit.main_pid = main_pid;
    facts->now.unasked = look->unasked;
    facts->now.unit = &look->unit;
    return 0;
}

/* Only where the first look allows it, so that PID 1 knows the unit. */
static int prove(struct server_peer *peer, const struct proof_end *end)
{
    _cleanup_(second_look_done) struct second_look look = {0};
    _cleanup_free_ char *reason = NULL;
    struct proof_facts facts = facts_of(peer);
    int error;

    facts.end = *end;
    error = look_again(peer, &facts, &look);
    return error < 0 ? error : take_verdict(peer, server_is_proven(&facts, &reason), &reason);
}

/* PID 1 listens for a service that it starts by its socket. Anybody else may have put its own socket there:
 * then nobody is told to name it. */
static int refuse_listener(const struct server_peer *peer, int pid, char **ret_error)
{
    _cleanup_free_ char *option = redis_target_option(peer->target);

    if (!option)
        return -ENOMEM;
    return error_make(ret_error, -EPERM, "pid %d listens at its socket, not pid %d: nothing was sent%s%s",
                      pid, peer->process->process.pid,
                      pid == 1 ? ". To ask it, name it: redis-hosttune diagnose " : "",
                      pid == 1 ? option : "");
}

/* Whoever listens there in the server's place is sent nothing at all: what it answers would be taken for the
 * server's words. */
static int admit(void *data, int fd, double timeout, char **ret_error)
{
    struct server_peer *peer = data;
    int pid = peer->process->process.pid, error = 0;
    struct proof_end end;

    if (peer->unproven && !peer->target->socket)
        return 0; /* nothing depends on who it is: its descriptors, and however long it waits, are its own */
    server_end_read(peer->process, peer->target->socket ? 0 : peer->target->port, fd, timeout, &end);
    if (!end.is_tcp && end.pid != pid)
        return refuse_listener(peer, end.pid, ret_error);
    if (!peer->unproven)
        error = prove(peer, &end);
    return error < 0 ? error : !peer->unproven;
}

struct server_peer *server_peer_copy(const struct server_peer *peer)
{
    struct server_peer *copy = malloc(sizeof(*copy));

    if (!copy)
        return NULL;
    *copy = *peer;
    copy->unproven = NULL;
    if (text_replace(&copy->unproven, peer->unproven) < 0) {
        free(copy);
        return NULL;
    }
    return copy;
}

void server_peer_copy_free(struct server_peer *copy)
{
    if (!copy)
        return;
    free(copy->unproven);
    free(copy);
}

int server_peer_settle(struct server_peer *peer, const struct server_peer *copy)
{
    return text_replace(&peer->unproven, copy->unproven);
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

int server_peer_explain(const struct server_peer *peer, const struct redis_target *target, char **reason)
{
    _cleanup_free_ char *option = redis_target_option(target), *said = *reason;
    int error = 0;

    *reason = NULL;
    if (!option)
        return -ENOMEM;
    if (!peer->process)
        *reason = TAKE_POINTER(said);
    else if (peer->unproven)
        error =
            asprintf(reason,
                     "the server wants a password, and none is sent to it: %s. To ask it with one, name it: "
                     "redis-hosttune diagnose %s",
                     peer->unproven, option);
    else if (peer->password)
        error = asprintf(reason, "%s (from %s)", said, peer->password_from);
    else
        error = asprintf(
            reason,
            "the server wants a password: put it below [%s] into " CREDENTIALS_PATH
            "%s, or give it in REDISCLI_AUTH with --same-password",
            peer->home.unit,
            peer->has_acl ? " (its configuration has hashes only, of its ACL, which are of no use)" : "");
    return error < 0 ? -ENOMEM : 0;
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

static int set_secret(struct server_peer *peer, const char *user, const char *password, const char *from)
{
    return text_replace(&peer->user, user) < 0 || text_replace(&peer->password, password) < 0 ||
                   text_replace(&peer->password_from, from) < 0
               ? -ENOMEM
               : 0;
}

/* What it gets once it is proven; for one that cannot be, nothing is looked for. */
static int choose_secret(struct server_peer *peer, const struct peer_secrets *secrets,
                         const struct credentials *credentials)
{
    const struct credential *credential = credentials_find(credentials, peer->home.unit);
    struct redis_secret own = {0};
    _cleanup_free_ char *from = NULL;
    int error;

    if (secrets->is_for_all)
        return set_secret(peer, secrets->user, secrets->password, secrets->password_from);
    if (credential)
        return set_secret(peer, credential->user, credential->password, CREDENTIALS_PATH);
    error = unit_secret_read(peer->root, system_units_find(peer->units, peer->home.unit),
                             peer->process->process.uid, peer->gid, &own, &from);
    if (error == 0 && own.requirepass)
        error = set_secret(peer, NULL, own.requirepass, from);
    peer->has_acl = own.has_acl;
    secret_free(own.requirepass);
    return error;
}

static int judge_before(struct server_peer *peer, const struct policy *policy)
{
    _cleanup_free_ char *reason = NULL;
    struct proof_facts facts;

    peer->is_configured = is_added(policy, peer->home.unit);
    facts = facts_of(peer);
    if (!root_is_host(peer->root))
        return text_replace(&peer->unproven, "the tree that is looked at is not this host");
    return take_verdict(peer, server_can_be_proven(&facts, &reason), &reason);
}

static int look(struct server_peer *peer)
{
    struct proof_sight sight = {0};
    int pid = peer->process->process.pid;
    int error = server_sight_read(peer->root, pid, &sight, &peer->home);

    peer->started_usec = sight.started_usec == peer->process->process.started_usec ? sight.started_usec : 0;
    peer->shares_pid_namespace = sight.shares_pid_namespace;
    peer->gid = redis_process_gid(peer->root, pid);
    return error;
}

static int ask_about(struct server_peers *peers)
{
    _cleanup_free_ const char **names = NULL;
    size_t count = 0;

    for (size_t i = 0; i < peers->count; i++) {
        if (peers->items[i].home.kind != SERVER_HOME_SERVICE)
            continue;
        if (array_grow(&names, count, sizeof(*names)) < 0)
            return -ENOMEM;
        names[count++] = peers->items[i].home.unit;
    }
    return count > 0 ? system_units_ask(names, count, peers->units) : 0;
}

static int prepare_found(const struct root *root, const struct policy *policy,
                         const struct peer_secrets *secrets, struct server_peers *peers, char **ret_error)
{
    _cleanup_(credentials_done) struct credentials credentials = {0};
    int error = 0;

    if (root_is_host(root) && secrets)
        error = credentials_read(root, &credentials, ret_error);
    for (size_t i = 0; i < peers->count && error == 0; i++)
        if (peers->items[i].process)
            error = look(&peers->items[i]);
    if (error == 0 && root_is_host(root))
        error = ask_about(peers);
    for (size_t i = 0; i < peers->count && error == 0; i++) {
        struct server_peer *peer = &peers->items[i];

        if (!peer->process)
            continue;
        error = judge_before(peer, policy);
        if (error == 0 && !peer->unproven && secrets)
            error = choose_secret(peer, secrets, &credentials);
    }
    return error;
}

int server_peers_read(const struct root *root, const struct policy *policy,
                      const struct peer_secrets *secrets, const struct server_facts *const *processes,
                      size_t count, struct server_peers *ret, char **ret_error)
{
    _cleanup_(server_peers_done) struct server_peers peers = {
        .units = calloc(1, sizeof(*peers.units)), .items = calloc(count + 1, sizeof(*peers.items))};
    bool any_found = false;
    int error = peers.units && peers.items ? 0 : -ENOMEM;

    for (size_t i = 0; i < count && error == 0; i++) {
        struct server_peer *peer = &peers.items[peers.count++];

        *peer = (struct server_peer){
            .root = root, .process = processes[i], .units = peers.units, .gid = UINT_MAX};
        any_found = any_found || peer->process;
        if (!peer->process && secrets)
            error = set_secret(peer, secrets->user, secrets->password, secrets->password_from);
    }
    if (error == 0 && any_found)
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
