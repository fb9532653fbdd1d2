/* SPDX-License-Identifier: MIT */
/* Asks a server.
 * Owns which commands are sent, in which order, and the interval between the samples. */
#include "servers/read-answers.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <time.h>

#include "redis/reach.h"
#include "redis/replies.h"
#include "util/budget.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

static const double shortest_seconds = 0.02;

enum {
    ANSWER_SECONDS = 1,
    PLACE_SIZE = sizeof(struct redis_field),
};

static void sleep_until(double moment)
{
    struct timespec time = {.tv_sec = (time_t)moment,
                            .tv_nsec = (long)((moment - (double)(time_t)moment) * 1e9)};

    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) == EINTR)
        ;
}

void redis_server_facts_unknown(struct redis_facts *facts, const char *reason)
{
    for (enum fact fact = 0; fact < FACT_REDIS_COUNT; fact++) {
        memory_set_text(&facts->unknown[fact], reason);
        memory_check(text_escape(&facts->unknown[fact])); /* it may have the server's own words */
    }
}

/* --- one group each --- */

static void take_before(const struct redis_answer *answer, struct redis_facts *facts, char **unknown)
{
    redis_replies_info(answer, &facts->before, unknown);
}

static void take_now(const struct redis_answer *answer, struct redis_facts *facts, char **unknown)
{
    redis_replies_info(answer, &facts->now, unknown);
}

/* What of an answer the facts hold on to, in memory. */
enum kept {
    KEPT_NOTHING, /* sums alone */
    KEPT_TEXT,    /* all of its text, and a place for each line or element */
    KEPT_ENTRIES, /* so much for each element, up to a number */
};

struct question {
    enum fact fact;
    const char *words[4];
    void (*take)(const struct redis_answer *answer, struct redis_facts *facts, char **unknown);
    enum kept kept;
};

/* INFO all has commandstats and errorstats as well. */
static const struct question first_sample = {FACT_INFO_BEFORE, {"INFO", "all"}, take_before, KEPT_TEXT};
static const struct question last_sample = {FACT_INFO, {"INFO", "all"}, take_now, KEPT_TEXT};
static const struct question questions[] = {
    {FACT_CONFIG, {"CONFIG", "GET", "*"}, redis_replies_config, KEPT_TEXT},
    {FACT_CLIENTS, {"CLIENT", "LIST"}, redis_replies_clients, KEPT_NOTHING},
    {FACT_SLOWLOG, {"SLOWLOG", "GET", "1000"}, redis_replies_slowlog, KEPT_ENTRIES},
    {FACT_LATENCY, {"LATENCY", "LATEST"}, redis_replies_latency, KEPT_ENTRIES},
    {FACT_ACL, {"ACL", "WHOAMI"}, redis_replies_whoami, KEPT_TEXT},
    {FACT_ACL, {"ACL", "LIST"}, redis_replies_acl, KEPT_TEXT},
};

static size_t size_of_text(const struct redis_answer *answer)
{
    const char *text = redis_answer_text(answer), *end = text + redis_answer_size(answer);
    size_t size = redis_answer_size(answer) + PLACE_SIZE;

    while (text < end && (text = memchr(text, '\n', (size_t)(end - text)))) {
        size += PLACE_SIZE;
        text++;
    }
    for (size_t i = 0; i < redis_answer_count(answer); i++)
        size += size_of_text(redis_answer_at(answer, i));
    return size;
}

static size_t size_to_keep(const struct redis_answer *answer, enum kept kept)
{
    size_t entries = redis_answer_count(answer);

    if (kept == KEPT_ENTRIES)
        return sizeof(struct slow_command) * (entries < REDIS_ENTRIES_MAX ? entries : REDIS_ENTRIES_MAX);
    return kept == KEPT_TEXT ? size_of_text(answer) : 0;
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

struct reaching {
    const struct redis_targets *targets;
    const struct redis_query *query;
    const struct server_peer *peer;
    struct server_peer **attempts; /* one for each target that was tried */
};

static int connect_one(void *data, size_t index, const struct redis_limits *limits,
                       struct redis_connection **ret, char **ret_error)
{
    const struct reaching *reaching = data;
    const struct redis_target *target = &reaching->targets->items[index];
    struct redis_endpoint endpoint = endpoint_of(target, reaching->query);

    reaching->attempts[index] = server_peer_copy(reaching->peer);
    server_peer_prepare(reaching->attempts[index], target, &endpoint);
    return redis_connect(&endpoint, limits, ret, ret_error);
}

/* --- asking --- */

struct session {
    const struct reaching *reaching;
    size_t used; /* the target */
    struct redis_share *share;
    struct redis_connection *connection; /* NULL: it was lost */
    char *lost;                          /* why it could not be had again */
    bool is_renewed;
};

static void take(const struct redis_answer *answer, const struct question *question,
                 struct memory_account *account, struct redis_facts *facts)
{
    size_t size = size_to_keep(answer, question->kept);

    if (memory_account_keep(account, size) == 0)
        question->take(answer, facts, &facts->unknown[question->fact]);
    else
        memory_error(&facts->unknown[question->fact], 0,
                     "%s: an answer of %zu KiB, which this run has no room for beside the other servers",
                     question->words[0], size / 1024);
}

/* One answer that was not taken to its end is no reason to know nothing: once, a new connection is made for
 * what is still to be asked. */
static void renew(struct session *session)
{
    const struct reaching *reaching = session->reaching;
    struct redis_limits limits = reaching->query->limits;
    int error;

    redis_disconnect(session->connection);
    session->connection = NULL;
    session->is_renewed = true;
    server_peer_copy_free(reaching->attempts[session->used]);
    reaching->attempts[session->used] = NULL;
    limits.total = session->share->until - budget_now();
    limits.connect = fmin(limits.connect, limits.total);
    error = limits.total < shortest_seconds
                ? memory_error(&session->lost, -ETIME, "%s", server_no_time)
                : connect_one((void *)reaching, session->used, &limits, &session->connection, &session->lost);
    if (error == 0)
        redis_limit(session->connection, &session->share->account, session->share->until - budget_now());
}

/* A broken connection is a reason like any other. */
static void ask(struct session *session, const struct question *question, struct redis_facts *facts)
{
    struct redis_answer *answer = NULL;
    _cleanup_free_ char *reason = NULL;
    bool is_cut;
    int error;

    if (!session->connection) {
        memory_error(&facts->unknown[question->fact], 0, "%s: %s", question->words[0],
                     session->lost ? session->lost : strerror(ECONNRESET));
        return;
    }
    error = redis_ask(session->connection, question->words, &answer, &reason);
    is_cut = error == -ENOBUFS || error == -EMSGSIZE;
    if (error == 0)
        take(answer, question, &session->share->account, facts);
    else
        memory_error(&facts->unknown[question->fact], 0, "%s: %s", question->words[0],
                     reason ? reason : strerror(-error));
    redis_answer_free(answer);
    redis_let_go(session->connection);
    if (is_cut && !session->is_renewed)
        renew(session);
}

static void ask_all(struct session *session, double interval, struct redis_facts *facts)
{
    double first = 0;

    if (interval > 0) {
        ask(session, &first_sample, facts);
        first = budget_now();
    }
    for (size_t i = 0; i < ELEMENTS(questions); i++)
        ask(session, &questions[i], facts);
    if (interval > 0 && !facts->unknown[FACT_INFO_BEFORE]) /* at the end there is time for an answer */
        sleep_until(fmin(first + interval, session->share->until - ANSWER_SECONDS));
    ask(session, &last_sample, facts);
    if (interval > 0)
        facts->interval = budget_now() - first;
    else
        memory_error(&facts->unknown[FACT_INFO_BEFORE], 0, "only one sample was taken (--interval=0)");
}

static void name(const struct redis_target *target, const struct redis_query *query,
                 const struct server_peer *peer, struct redis_facts *facts)
{
    const struct redis_cli_options options = {query->ca_file, query->certificate, query->key};

    facts->address = redis_target_address(target);
    facts->cli = redis_target_cli(target, facts->is_valkey ? "valkey-cli" : "redis-cli", &options);
    memory_set_text(&facts->user, server_peer_user(peer));
    redis_replies_name_asker(facts);
    memory_set_text(&facts->unproven, server_peer_unproven(peer));
}

/* *ret_reason: why it could not be connected to. */
static int reach_and_ask(const struct reaching *reaching, struct redis_share *share, size_t *ret_used,
                         struct redis_facts *facts, char **ret_reason)
{
    const struct redis_way way = {.patience = redis_patience,
                                  .count = reaching->targets->count,
                                  .at_once = share->at_once,
                                  .connect = connect_one,
                                  .data = (void *)reaching};
    struct session session = {.reaching = reaching, .share = share};
    struct redis_reach *reach = NULL;
    struct redis_limits limits = reaching->query->limits;
    int error;

    limits.total = share->until - budget_now();
    limits.connect = fmin(limits.connect, limits.total);
    if (limits.total < shortest_seconds)
        return memory_error(ret_reason, -ETIME, "%s", server_no_time);
    error = redis_reach(&way, &limits, &reach, ret_used, &session.connection, ret_reason);
    session.used = *ret_used;
    if (error == 0) {
        redis_limit(session.connection, &share->account, share->until - budget_now());
        ask_all(&session, reaching->query->interval, facts);
    }
    redis_disconnect(session.connection);
    free(session.lost);
    redis_reach_end(reach);
    return error;
}

/* What connecting proved of the peer, and why it failed. */
static void settle(const struct reaching *reaching, size_t used, int error, char **reason,
                   struct server_peer *peer, struct redis_facts *facts)
{
    if (reaching->attempts[used])
        server_peer_settle(peer, reaching->attempts[used]);
    if (error == 0)
        return;
    if (error == -EACCES)
        server_peer_explain(peer, &reaching->targets->items[used], reason);
    facts->is_full = error == -EUSERS;
    facts->is_tls_likely = error == -EPROTONOSUPPORT;
    redis_server_facts_unknown(facts, *reason ? *reason : strerror(-error));
}

void redis_server_facts_read(const struct redis_targets *targets, const struct redis_query *query,
                             struct server_peer *peer, struct redis_share *share, struct redis_facts *ret)
{
    struct redis_facts facts = {0};
    struct reaching reaching = {.targets = targets, .query = query, .peer = peer};
    _cleanup_free_ char *reason = NULL;
    size_t used = 0;
    int error;

    reaching.attempts = memory_new(targets->count, sizeof(void *));
    error = reach_and_ask(&reaching, share, &used, &facts, &reason);
    settle(&reaching, used, error, &reason, peer, &facts);
    for (size_t i = 0; i < targets->count; i++)
        server_peer_copy_free(reaching.attempts[i]);
    free(reaching.attempts);
    redis_replies_identify(&facts);
    name(&targets->items[used], query, peer, &facts);
    memory_account_end(&share->account);
    *ret = facts;
}
