/* SPDX-License-Identifier: MIT */
/* The connection to a server.
 * Owns its time-outs, and what a server says that will not serve us. */
#include "redis/connection.h"

#include <errno.h>
#include <hiredis/hiredis.h>
#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "redis/allocators.h"
#include "redis/context.h"
#include "redis/intake.h"
#include "redis/refusal.h"
#include "redis/tls-hello.h"
#include "redis/tls.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

struct redis_connection {
    redisContext *context;
    struct intake intake;
    struct redis_limits limits;
    double started;
    int error;       /* what broke it; 0: it works */
    struct tls *tls; /* NULL: none */
};

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* --- asking --- */

/* What is left of this answer's time and of the whole. */
static double time_left(const struct redis_connection *connection, double asked)
{
    double answer = connection->limits.answer - (now() - asked);
    double total = connection->limits.total - (now() - connection->started);

    return answer < total ? answer : total;
}

/* What is left of the whole, and no more than connecting may take. */
static double time_to_connect(const struct redis_connection *connection)
{
    return fmin(connection->limits.connect, time_left(connection, now()));
}

/* The limit that was met. */
static double waited(const struct redis_connection *connection)
{
    const struct redis_limits *limits = &connection->limits;

    return now() - connection->started > limits->total ? limits->total : limits->answer;
}

static int broken(struct redis_connection *connection, int error, char **ret_error)
{
    connection->error = error;
    switch (error) {
    case -ETIMEDOUT:
        return memory_error(ret_error, error, "no answer within %g s", round(waited(connection) * 10) / 10);
    case -ECONNRESET:
        return memory_error(ret_error, error, "the server closed the connection");
    case -EMSGSIZE:
        return memory_error(ret_error, error, "an answer larger than %zu MiB",
                            connection->limits.bytes >> 20);
    case -ENOBUFS:
        return memory_error(
            ret_error, error,
            "an answer larger, or slower to come, than what this run has for it beside the other "
            "servers");
    case -EPROTO:
        return memory_error(ret_error, error, "an answer that is not in Redis' protocol");
    default:
        return memory_error(ret_error, error, "%s", strerror(-error));
    }
}

static int io_error(int error)
{
    return error == EAGAIN ? -ETIMEDOUT : error == EPIPE ? -ECONNRESET : -error;
}

/* hiredis' errors and ours as -errno. */
static int translate(const struct redis_connection *connection, int error_before)
{
    int refused = intake_error(&connection->intake, 0);

    if (refused < 0)
        return refused;
    switch (connection->context->err) {
    case REDIS_ERR_EOF:
        return -ECONNRESET;
    case REDIS_ERR_PROTOCOL:
        return -EPROTO;
    case REDIS_ERR_OOM:
        memory_exhausted();
    case REDIS_ERR_IO:
        return io_error(error_before);
    default:
        return -EPROTO;
    }
}

/* 1: there is more of the answer; 0: it is time to look at the account again. */
static int wait_for_more(struct redis_connection *connection, double left)
{
    const struct redis_limits *limits = &connection->limits;
    double patience = limits->account ? memory_account_patience(limits->account) : INFINITY;
    struct pollfd ready[] = {
        {.fd = connection->context->fd, .events = POLLIN},
        {.fd = limits->cancel ? *limits->cancel : -1, .events = POLLIN},
    };
    int count = poll(ready, ELEMENTS(ready), (int)(fmin(left, patience) * 1000) + 1);

    if (ready[1].revents)
        return -ECANCELED;
    if (count == 0)
        return patience < left ? 0 : -ETIMEDOUT;
    return 1;
}

/* Waits for more of the answer and takes it. */
static int take_more(struct redis_connection *connection, double asked)
{
    redisContext *context = connection->context;
    double left = time_left(connection, asked);
    int result;

    if (left <= 0)
        return -ETIMEDOUT;
    result = wait_for_more(connection, left);
    if (result < 0)
        return result;
    if (result > 0 && redisBufferRead(context) != REDIS_OK)
        return translate(connection, errno);
    if (context->reader->len - context->reader->pos > connection->limits.bytes)
        return -EMSGSIZE;
    return intake_hold(&connection->intake, context->reader);
}

#if HIREDIS_MAJOR >= 1

/* Over TLS it may want to read first, or to write: which of them is not told. */
static int wait_for_room(const struct redis_connection *connection, double asked)
{
    struct pollfd ready = {.fd = connection->context->fd, .events = POLLIN};

    if (time_left(connection, asked) <= 0)
        return -ETIMEDOUT;
    poll(&ready, 1, 10);
    return 0;
}

static int write_command(struct redis_connection *connection, int argc, const char **argv, double asked)
{
    int is_sent = 0;

    if (redisAppendCommandArgv(connection->context, argc, argv, NULL) != REDIS_OK)
        memory_exhausted();
    while (!is_sent) {
        if (redisBufferWrite(connection->context, &is_sent) != REDIS_OK)
            return translate(connection, errno);
        if (!is_sent && wait_for_room(connection, asked) < 0)
            return -ETIMEDOUT;
    }
    return 0;
}

#else

/* redisBufferWrite() of 0.14 takes a new buffer when the old one is written, and reads through NULL where
 * there is none. */
static int write_command(struct redis_connection *connection, int argc, const char **argv, double asked)
{
    _cleanup_free_ char *command = NULL;
    int size = redisFormatCommandArgv(&command, argc, argv, NULL);

    if (size < 0)
        memory_exhausted();
    for (int sent = 0; sent < size;) {
        ssize_t n = write(connection->context->fd, command + sent, (size_t)(size - sent));

        if (n < 0 && errno != EINTR)
            return io_error(errno);
        sent += n > 0 ? (int)n : 0;
        if (sent < size && time_left(connection, asked) <= 0)
            return -ETIMEDOUT;
    }
    return 0;
}

#endif

static int send_command(struct redis_connection *connection, const char *const *arguments, double asked)
{
    const char *argv[16];
    int argc = 0;

    while (arguments[argc] && argc < (int)ELEMENTS(argv)) {
        argv[argc] = arguments[argc];
        argc++;
    }
    return write_command(connection, argc, argv, asked);
}

int redis_ask(struct redis_connection *connection, const char *const *arguments, struct redis_answer **ret,
              char **ret_error)
{
    double asked = now();
    void *reply = NULL;
    int error = connection->error;

    connection->intake.bytes = 0;
    if (error == 0)
        error = send_command(connection, arguments, asked);
    while (error == 0) {
        if (redisGetReplyFromReader(connection->context, &reply) != REDIS_OK)
            error = translate(connection, errno);
        else if (reply)
            break;
        else
            error = take_more(connection, asked);
    }
    if (error < 0)
        return broken(connection, error, ret_error);
    *ret = reply;
    return 0;
}

void redis_let_go(struct redis_connection *connection)
{
    connection->intake.bytes = connection->intake.buffered = 0;
    if (connection->limits.account)
        memory_account_let_go(connection->limits.account);
}

void redis_limit(struct redis_connection *connection, struct memory_account *account, double seconds)
{
    connection->limits.account = connection->intake.account = account;
    connection->limits.cancel = NULL;
    connection->limits.total = now() - connection->started + seconds;
}

/* --- connecting --- */

/* A server that is full says so and closes, perhaps before it was asked anything: its words may wait where
 * writing fails already. */
static int read_farewell(const struct redis_connection *connection, int error, char **ret_error)
{
    _cleanup_answer_ struct redis_answer *answer = NULL;
    char words[512];
    ssize_t size = recv(connection->context->fd, words, sizeof(words), MSG_DONTWAIT);
    int refusal = 0;

    if (size > 0 && redis_answer_parse(words, (size_t)size, sizeof(words) * 2, &answer) == 0)
        refusal = redis_refusal_judge(answer, ret_error);
    return refusal < 0 ? refusal : error;
}

static int authenticate(struct redis_connection *connection, const struct redis_endpoint *endpoint,
                        char **ret_error)
{
    const char *with_user[] = {"AUTH", endpoint->user, endpoint->password ? endpoint->password : "", NULL};
    const char *without[] = {"AUTH", endpoint->password, NULL};
    _cleanup_answer_ struct redis_answer *answer = NULL;
    int error;

    if (!endpoint->user && !endpoint->password)
        return 0;
    error = redis_ask(connection, endpoint->user ? with_user : without, &answer, ret_error);
    if (error == -ECONNRESET)
        return read_farewell(connection, error, ret_error);
    if (error < 0 || redis_answer_kind(answer) != ANSWER_ERROR || redis_refusal_is_of_no_password(answer))
        return error;
    error = redis_refusal_judge(answer, ret_error);
    return error < 0 ? error : memory_error(ret_error, -EACCES, "AUTH: %.100s", redis_answer_text(answer));
}

/* Whether it speaks the protocol and lets us in. NOPERM and LOADING are answers as good as PONG. */
static int greet(struct redis_connection *connection, char **ret_error)
{
    const char *const ping[] = {"PING", NULL};
    _cleanup_answer_ struct redis_answer *answer = NULL;
    int error = redis_ask(connection, ping, &answer, ret_error);

    if (error < 0)
        return error == -ECONNRESET ? read_farewell(connection, error, ret_error) : error;
    return redis_refusal_judge(answer, ret_error);
}

/* Whether the secrets may be sent: 1, 0, or -errno where nothing may. */
static int pass_gate(const struct redis_connection *connection, const struct redis_endpoint *endpoint,
                     char **ret_error)
{
    const struct redis_gate *gate = endpoint->gate;

    return gate && gate->admit
               ? gate->admit(gate->data, connection->context->fd, connection->limits.connect, ret_error)
               : 1;
}

static int open_connection(struct redis_connection *connection, const struct redis_endpoint *endpoint,
                           char **ret_error)
{
    int error = context_open(endpoint, connection->limits.connect, &connection->context, ret_error);
    int may_authenticate;

    if (error < 0 || !connection->context)
        return error;
    if (redisSetTimeout(connection->context, context_timeval(connection->limits.answer)) != REDIS_OK)
        return -EINVAL;
    may_authenticate = pass_gate(connection, endpoint, ret_error);
    if (may_authenticate < 0)
        return may_authenticate;
    if (endpoint->is_tls && !endpoint->socket)
        error = tls_start(connection->context, endpoint, time_to_connect(connection),
                          connection->limits.cancel, &connection->tls, ret_error);
    if (error < 0)
        return error;
    intake_attach(&connection->intake, connection->context->reader, connection->limits.bytes);
    connection->intake.account = connection->limits.account;
    if (may_authenticate)
        error = authenticate(connection, endpoint, ret_error);
    return error < 0 ? error : greet(connection, ret_error);
}

/* A port of TLS closes what is none without a word. */
static int explain_closing(const struct redis_connection *connection, const struct redis_endpoint *endpoint,
                           char **ret_error)
{
    redisContext *context = NULL;
    bool is_tls;

    if (endpoint->socket || endpoint->is_tls ||
        context_open(endpoint, connection->limits.connect, &context, NULL) < 0)
        return -ECONNRESET;
    is_tls = tls_hello_is_answered(context->fd, connection->limits.connect);
    redisFree(context);
    if (!is_tls)
        return -ECONNRESET;
    return memory_error(ret_error, -EPROTONOSUPPORT, "that port speaks TLS%s",
                        redis_has_tls()
                            ? ": give --tls"
                            : ", which this build's hiredis does not (it came with 1.0.0): use the "
                              "server's unix socket, or a port without TLS");
}

int redis_connect(const struct redis_endpoint *endpoint, const struct redis_limits *limits,
                  struct redis_connection **ret, char **ret_error)
{
    struct redis_connection *connection = memory_new(1, sizeof(*connection));
    int error;

    redis_use_memory();
    connection->limits = *limits;
    connection->started = now();
    error = open_connection(connection, endpoint, ret_error);
    if (error == -ECONNRESET)
        error = explain_closing(connection, endpoint, ret_error);
    if (error < 0) {
        redis_disconnect(connection);
        return error;
    }
    *ret = connection;
    return 0;
}

void redis_disconnect(struct redis_connection *connection)
{
    if (!connection)
        return;
    if (connection->context)
        redisFree(connection->context);
    tls_stop(connection->tls);
    free(connection);
}
