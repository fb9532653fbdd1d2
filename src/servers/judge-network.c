/* SPDX-License-Identifier: MIT */
/* The listen queue and the limits of a server's network namespace.
 * Owns what a queue's limit says about the time when it was made; pure. */
#include "servers/judge.h"
#include "util/text.h"

enum { TCP_BACKLOG_STANDARD = 511, SOMAXCONN_ONCE = 128 /* the kernel's own before 5.4 */ };

/* listen(2) takes the smaller of what Redis asks for (tcp-backlog, for TCP and unix sockets alike) and of
 * net.core.somaxconn at that moment, and keeps it. */
struct queue {
    amount limit;  /* of the listener with the least room */
    amount now;    /* net.core.somaxconn of its namespace */
    amount asked;  /* tcp-backlog */
    amount wanted; /* net.core.somaxconn by the plan */
};

static amount parse_value(const char *text)
{
    long long value;

    return parse_integer(text, &value) == 0 && value >= 0 ? (amount)value : AMOUNT_UNKNOWN;
}

static amount smaller(amount a, amount b)
{
    return a < b ? a : b;
}

/* Whether the namespace is another one than the plan is for. */
static bool is_elsewhere(const struct server_facts *server)
{
    return server->network.is_ours == TRAIT_NO;
}

static struct queue look_at(const struct server_facts *server, const struct plan_item *item)
{
    struct queue queue = {
        .limit = AMOUNT_UNKNOWN,
        .now = server->network.somaxconn,
        .asked = amount_is_known(server->answered_backlog) ? server->answered_backlog
                 : server->config.unknown                  ? AMOUNT_UNKNOWN
                                                           : server->config.tcp_backlog,
        .wanted = parse_value(item->wanted),
    };

    if (!amount_is_known(queue.now) && !is_elsewhere(server))
        queue.now = parse_value(item->current);
    for (size_t i = 0; !server->listeners.unknown && i < server->listeners.count; i++)
        queue.limit = smaller(queue.limit, server->listeners.items[i].queue_limit);
    return queue;
}

/* The namespace's own value has to be raised first; with a container it goes when that is made anew. */
static void add_elsewhere(struct judging *judging, const struct plan_item *item, amount now)
{
    judge_add(judging, JUDGEMENT_ELSEWHERE, "its own network namespace has %s = %llu%s", item->object, now,
              judging->server->process.container ? ": to last, set it where the container is made (--sysctl)"
                                                 : "");
    judge_remedy(judging, "sudo nsenter -t %d -n sysctl -w %s=%s", judging->server->process.pid, item->object,
                 item->wanted);
}

/* Without knowing tcp-backlog: what is below its default was cut, but for who configured so little. */
static void judge_unasked_queue(struct judging *judging, const struct plan_item *item, struct queue queue)
{
    const char *began_under = judge_value_before(judging, item);
    amount before = began_under ? parse_value(began_under) : AMOUNT_UNKNOWN;

    if (queue.limit < TCP_BACKLOG_STANDARD && amount_is_known(before) && before > queue.limit &&
        queue.limit != SOMAXCONN_ONCE)
        judge_add(judging, JUDGEMENT_FINE,
                  "its listen queue has room for %llu connections, and %s was %llu: its tcp-backlog asks for "
                  "no more",
                  queue.limit, item->object, before);
    else if (queue.limit < TCP_BACKLOG_STANDARD && queue.now > queue.limit)
        judge_add(
            judging, JUDGEMENT_STALE,
            "its listen queue has room for %llu connections although %s is %llu now (unless that is its "
            "tcp-backlog)",
            queue.limit, item->object, queue.now);
    else if (queue.limit < TCP_BACKLOG_STANDARD)
        judge_add(judging, JUDGEMENT_STALE,
                  "its listen queue has room for %llu connections: %s is no higher yet", queue.limit,
                  item->object);
    else if (queue.limit == TCP_BACKLOG_STANDARD)
        judge_add(judging, JUDGEMENT_FINE,
                  "its listen queue has room for %llu connections, what Redis asks for unless tcp-backlog "
                  "says more",
                  queue.limit);
    else
        judge_add(judging, JUDGEMENT_UNKNOWN,
                  "its listen queue has room for %llu connections, and its tcp-backlog is not known: %s",
                  queue.limit,
                  judging->server->config.unknown ? judging->server->config.unknown : "not told");
}

static void judge_queue(struct judging *judging, const struct plan_item *item, struct queue queue)
{
    amount due = smaller(queue.asked, queue.wanted);

    if (amount_is_known(queue.now) && queue.limit < smaller(queue.asked, queue.now))
        judging->is_pending = false;
    if (queue.limit >= due)
        judge_add(judging, JUDGEMENT_FINE,
                  queue.asked < queue.wanted
                      ? "its listen queue has room for %llu connections: its tcp-backlog asks for no more"
                      : "its listen queue has room for %llu connections",
                  queue.limit);
    else if (!amount_is_known(queue.asked))
        judge_unasked_queue(judging, item, queue);
    else
        judge_add(
            judging, JUDGEMENT_STALE,
            "its listen queue has room for %llu connections only: %s was lower when it began to listen (its "
            "tcp-backlog asks for %llu)",
            queue.limit, item->object, queue.asked);
}

/* Without the limit itself: what the value was before, the configuration and the time of the start tell
 * whether it was cut. */
static bool judge_unseen_queue(struct judging *judging, const struct plan_item *item, struct queue queue)
{
    const struct saved_value *saved = saved_state_value(judging->input->state, item->object);
    const char *began_under = judge_value_before(judging, item);
    const char *before = saved && saved->written_before ? saved->written_before
                         : saved                        ? saved->original
                                                        : NULL;
    amount asked = amount_is_known(queue.asked) ? queue.asked : TCP_BACKLOG_STANDARD; /* of nearly all */

    if (item->state == ITEM_IN_SYNC && before && amount_is_known(queue.asked) &&
        amount_is_known(parse_value(before)) && parse_value(before) >= asked) {
        judge_add(judging, JUDGEMENT_FINE, "its tcp-backlog asks for %llu connections, and %s was %s before",
                  asked, item->object, before);
        return true;
    }
    if (!began_under || !amount_is_known(parse_value(began_under)) || parse_value(began_under) >= asked)
        return false;
    judge_add(judging, JUDGEMENT_STALE, "its listen queue was cut to %s, which %s was when it started%s",
              began_under, item->object,
              amount_is_known(queue.asked) ? "" : " (unless its tcp-backlog asks for less)");
    return true;
}

void judge_listen_queue(struct judging *judging, const struct plan_item *item)
{
    const struct server_facts *server = judging->server;
    struct queue queue = look_at(server, item);

    if (is_elsewhere(server) && amount_is_known(queue.now) &&
        queue.now < smaller(queue.asked, queue.wanted) &&
        (amount_is_known(queue.asked) || queue.now < TCP_BACKLOG_STANDARD)) {
        add_elsewhere(judging, item, queue.now);
        return;
    }
    if (amount_is_number(queue.limit)) {
        judge_queue(judging, item, queue);
        return;
    }
    if (!is_elsewhere(server) && judge_unseen_queue(judging, item, queue))
        return;
    if (server->listeners.unknown)
        judge_add(judging, JUDGEMENT_UNKNOWN, "its listening sockets cannot be seen: %s",
                  server->listeners.unknown);
    else if (server->listeners.count == 0)
        judge_add(judging, JUDGEMENT_UNKNOWN, "it does not listen");
    else
        judge_add(judging, JUDGEMENT_UNKNOWN, "the limit of its listen queue cannot be seen: %s",
                  server->listeners.limits_unknown ? server->listeners.limits_unknown
                                                   : "the kernel does not show it");
}

/* Looked up whenever a request arrives: no restart is ever needed for it. */
void judge_syn_backlog(struct judging *judging, const struct plan_item *item)
{
    const struct server_network *network = &judging->server->network;
    amount wanted = parse_value(item->wanted);

    if (network->is_ours == TRAIT_YES)
        judge_add(judging, JUDGEMENT_FINE, "it shares the host's network namespace");
    else if (!amount_is_known(network->tcp_max_syn_backlog))
        judge_add(judging, JUDGEMENT_UNKNOWN, "%s",
                  network->sysctls_unknown ? network->sysctls_unknown
                  : network->unknown       ? network->unknown
                                           : "its network namespace does not show it");
    else if (network->tcp_max_syn_backlog < wanted)
        add_elsewhere(judging, item, network->tcp_max_syn_backlog);
    else
        judge_add(judging, JUDGEMENT_FINE, "its own network namespace has %llu",
                  network->tcp_max_syn_backlog);
}
