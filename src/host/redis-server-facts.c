/* SPDX-License-Identifier: MIT */
/* Asks a server.
 * Owns which commands are sent, in which order, and the interval between the samples. */
#include "host/redis-server-facts.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "host/redis-replies.h"
#include "util/cleanup.h"
#include "util/text.h"

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void sleep_until(double moment)
{
    struct timespec time = {.tv_sec = (time_t)moment,
                            .tv_nsec = (long)((moment - (double)(time_t)moment) * 1e9)};

    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) == EINTR)
        ;
}

int redis_server_facts_unknown(struct redis_facts *facts, const char *reason)
{
    for (enum fact fact = 0; fact < FACT_REDIS_COUNT; fact++) {
        if (text_replace(&facts->unknown[fact], reason) < 0 ||
            text_escape(&facts->unknown[fact]) < 0) /* it may have the server's own words */
            return -ENOMEM;
    }
    return 0;
}

/* --- one group each --- */

static int take_before(const struct redis_answer *answer, struct redis_facts *facts)
{
    return redis_replies_info(answer, &facts->before, &facts->unknown[FACT_INFO_BEFORE]);
}

static int take_now(const struct redis_answer *answer, struct redis_facts *facts)
{
    return redis_replies_info(answer, &facts->now, &facts->unknown[FACT_INFO]);
}

static int take_config(const struct redis_answer *answer, struct redis_facts *facts)
{
    return redis_replies_config(answer, &facts->config, &facts->unknown[FACT_CONFIG]);
}

static int take_clients(const struct redis_answer *answer, struct redis_facts *facts)
{
    return redis_replies_clients(answer, &facts->clients, &facts->unknown[FACT_CLIENTS]);
}

static int take_slowlog(const struct redis_answer *answer, struct redis_facts *facts)
{
    return redis_replies_slowlog(answer, facts, &facts->unknown[FACT_SLOWLOG]);
}

static int take_latency(const struct redis_answer *answer, struct redis_facts *facts)
{
    return redis_replies_latency(answer, facts, &facts->unknown[FACT_LATENCY]);
}

static int take_acl(const struct redis_answer *answer, struct redis_facts *facts)
{
    return redis_replies_acl(answer, facts, &facts->unknown[FACT_ACL]);
}

struct question {
    enum fact fact;
    const char *words[4];
    int (*take)(const struct redis_answer *answer, struct redis_facts *facts);
};

/* INFO all has commandstats and errorstats as well. */
static const struct question first_sample = {FACT_INFO_BEFORE, {"INFO", "all"}, take_before};
static const struct question last_sample = {FACT_INFO, {"INFO", "all"}, take_now};
static const struct question questions[] = {
    {FACT_CONFIG, {"CONFIG", "GET", "*"}, take_config},
    {FACT_CLIENTS, {"CLIENT", "LIST"}, take_clients},
    {FACT_SLOWLOG, {"SLOWLOG", "GET", "1000"}, take_slowlog},
    {FACT_LATENCY, {"LATENCY", "LATEST"}, take_latency},
    {FACT_ACL, {"ACL", "WHOAMI"}, redis_replies_whoami},
    {FACT_ACL, {"ACL", "LIST"}, take_acl},
};

/* A broken connection is a reason like any other. -ENOMEM. */
static int ask(struct redis_connection *connection, const struct question *question,
               struct redis_facts *facts)
{
    _cleanup_answer_ struct redis_answer *answer = NULL;
    _cleanup_free_ char *reason = NULL;
    int error = redis_ask(connection, question->words, &answer, &reason);

    if (error == -ENOMEM)
        return error;
    if (error < 0)
        return error_make(&facts->unknown[question->fact], 0, "%s: %s", question->words[0],
                          reason ? reason : strerror(-error));
    return question->take(answer, facts);
}

static int ask_all(struct redis_connection *connection, double interval, struct redis_facts *facts)
{
    double first = 0;
    int error = 0;

    if (interval > 0) {
        error = ask(connection, &first_sample, facts);
        first = now();
    }
    for (size_t i = 0; i < ELEMENTS(questions) && error == 0; i++)
        error = ask(connection, &questions[i], facts);
    if (error < 0)
        return error;
    if (interval > 0 && !facts->unknown[FACT_INFO_BEFORE])
        sleep_until(first + interval);
    error = ask(connection, &last_sample, facts);
    if (interval > 0)
        facts->interval = now() - first;
    else
        error_make(&facts->unknown[FACT_INFO_BEFORE], 0, "only one sample was taken (--interval=0)");
    return error;
}

/* --- connecting --- */

static struct redis_endpoint endpoint_of(const struct redis_target *target, const struct redis_query *query)
{
    return (struct redis_endpoint){
        .socket = target->socket,
        .host = target->host,
        .port = target->port,
        .is_tls = target->is_tls,
        .ca_file = query->ca_file,
        .certificate = query->certificate,
        .key = query->key,
    };
}

/* Whether the next address may do better: what the server itself said is final. */
static bool is_final(int error)
{
    return error == 0 || error == -ENOMEM || error == -EACCES || error == -EUSERS;
}

/* *ret_used: the target that was connected, or the last one that was tried. */
static int connect_any(const struct redis_targets *targets, const struct redis_query *query,
                       struct server_peer *peer, const struct redis_target **ret_used,
                       struct redis_connection **ret, char **ret_error)
{
    int error = -ENOENT;

    for (size_t i = 0; i < targets->count; i++) {
        struct redis_endpoint endpoint = endpoint_of(&targets->items[i], query);

        *ret_used = &targets->items[i];
        server_peer_prepare(peer, &targets->items[i], &endpoint);
        error = redis_connect(&endpoint, &query->limits, ret, ret_error);
        if (is_final(error))
            break;
    }
    return error;
}

static int name(const struct redis_target *target, const struct redis_query *query,
                const struct server_peer *peer, struct redis_facts *facts)
{
    const struct redis_cli_options options = {server_peer_user(peer), query->ca_file, query->certificate,
                                              query->key};

    facts->address = redis_target_address(target);
    facts->cli = redis_target_cli(target, facts->is_valkey ? "valkey-cli" : "redis-cli", &options);
    return facts->address && facts->cli ? text_replace(&facts->unproven, server_peer_unproven(peer))
                                        : -ENOMEM;
}

int redis_server_facts_read(const struct redis_targets *targets, const struct redis_query *query,
                            struct server_peer *peer, struct redis_facts *ret)
{
    const struct redis_target *used = &targets->items[0];
    struct redis_connection *connection = NULL;
    _cleanup_free_ char *reason = NULL;
    struct redis_facts facts = {0};
    int error = connect_any(targets, query, peer, &used, &connection, &reason);

    if (error == -EACCES && server_peer_explain(peer, used, &reason) < 0)
        error = -ENOMEM;
    if (error == 0) {
        error = ask_all(connection, query->interval, &facts);
        redis_disconnect(connection);
    } else if (error != -ENOMEM) {
        facts.was_refused = true;
        facts.is_full = error == -EUSERS;
        error = redis_server_facts_unknown(&facts, reason ? reason : strerror(-error));
    }
    if (error == 0)
        error = redis_replies_identify(&facts);
    if (error == 0)
        error = name(used, query, peer, &facts);
    if (error < 0) {
        redis_facts_done(&facts);
        return error;
    }
    *ret = facts;
    return 0;
}
