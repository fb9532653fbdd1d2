/* SPDX-License-Identifier: MIT */
#include "redis/connection.h"

#include <netinet/in.h>

#include "fake-server.h"

static const struct redis_limits limits = {.connect = 2, .answer = 2, .total = 5, .bytes = 1 << 20};
static const char *const info[] = {"INFO", "all", NULL};

static int connect_to(const struct fake_server *fake, struct redis_connection **ret, char **ret_error)
{
    const struct redis_endpoint endpoint = {.socket = fake->path};

    return redis_connect(&endpoint, &limits, ret, ret_error);
}

/* What one command gives when the server sends this after a proper PONG. */
static int ask(struct fake_server *fake, struct fake_answer answer, struct redis_answer **ret,
               char **ret_error)
{
    const struct fake_answer answers[] = {{"+PONG\r\n"}, answer, {NULL}};
    struct redis_connection *connection = NULL;
    int error;

    fake_start(fake, answers);
    assert_int_equal(connect_to(fake, &connection, ret_error), 0);
    error = redis_ask(connection, info, ret, ret_error);
    redis_disconnect(connection);
    pthread_join(fake->thread, NULL);
    fake->thread = 0;
    return error;
}

static void ask__gives_the_answer(void **state)
{
    _cleanup_answer_ struct redis_answer *answer = NULL;
    _cleanup_free_ char *error = NULL;
    const struct redis_answer *inner;

    assert_int_equal(
        ask(*state, (struct fake_answer){"*3\r\n$3\r\na\0b\r\n:42\r\n*-1\r\n", 24}, &answer, &error), 0);
    assert_int_equal(redis_answer_kind(answer), ANSWER_ARRAY);
    assert_int_equal(redis_answer_count(answer), 3);
    inner = redis_answer_at(answer, 0);
    assert_int_equal(redis_answer_size(inner), 3);
    assert_memory_equal(redis_answer_text(inner), "a\0b", 4);
    assert_int_equal(redis_answer_integer(redis_answer_at(answer, 1)), 42);
    assert_int_equal(redis_answer_kind(redis_answer_at(answer, 2)), ANSWER_NIL);
    assert_text(redis_answer_text(redis_answer_at(answer, 1)), "");
}

static void ask__an_error_is_an_answer(void **state)
{
    _cleanup_answer_ struct redis_answer *answer = NULL;

    assert_int_equal(ask(*state, (struct fake_answer){"-NOPERM no\r\n"}, &answer, NULL), 0);
    assert_int_equal(redis_answer_kind(answer), ANSWER_ERROR);
    assert_text(redis_answer_text(answer), "NOPERM no");
}

static void ask__ten_megabytes_are_too_large_here(void **state)
{
    static char chunk[65536];
    struct redis_answer *answer = NULL;
    _cleanup_free_ char *error = NULL;

    memset(chunk, 'x', sizeof(chunk));
    memcpy(chunk, "$10485760\r\n", 11);
    assert_int_equal(ask(*state, (struct fake_answer){chunk, sizeof(chunk), 160}, &answer, &error),
                     -EMSGSIZE);
    assert_text(error, "an answer larger than 1 MiB");
    assert_null(answer);
}

static void ask__what_is_no_answer_is_refused(void **state)
{
    static const struct {
        struct fake_answer answer;
        int expected;
    } rows[] = {
        {{"HTTP/1.1 400 Bad Request\r\n\r\n"}, -EPROTO},
        {{"\x16\x03\x01\x02\r\n"}, -EPROTO},
        {{"$9223372036854775808\r\n"}, -EPROTO}, /* 2^63 */
        /* 2^63 - 1: the bytes never come, or are more than a size can say */
        {{"$9223372036854775807\r\nabc"}, SIZE_MAX > UINT32_MAX ? -ECONNRESET : -EPROTO},
        {{"$-5\r\n"}, -EPROTO},
        {{"*2147483647\r\n"}, -EMSGSIZE},
        {{"*100001\r\n"}, -EMSGSIZE},
        {{"*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n"}, -EPROTO},
        {{"$100\r\nhalf"}, -ECONNRESET},
        {{"$", 1}, -ECONNRESET},
        {{"*2\r\n:1\r\n"}, -ECONNRESET},
    };

    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        struct redis_answer *answer = NULL;
        _cleanup_free_ char *message = NULL;
        int error = ask(*state, rows[i].answer, &answer, &message);

        if (error != rows[i].expected)
            fail_msg("row %zu: %d (%s) instead of %d", i, error, message ? message : "", rows[i].expected);
        assert_non_null(message);
        assert_null(answer);
    }
}

static void ask__a_broken_connection_stays_broken(void **state)
{
    static const struct fake_answer answers[] = {{"+PONG\r\n"}, {"garbage\r\n"}, {NULL}};
    struct fake_server *fake = *state;
    struct redis_connection *connection = NULL;
    struct redis_answer *answer = NULL;

    fake_start(fake, answers);
    assert_int_equal(connect_to(fake, &connection, NULL), 0);
    assert_int_equal(redis_ask(connection, info, &answer, NULL), -EPROTO);
    assert_int_equal(redis_ask(connection, info, &answer, NULL), -EPROTO);
    redis_disconnect(connection);
}

static int connect_with(const struct fake_server *fake, double answer_limit, double total_limit,
                        char **ret_error)
{
    const struct redis_endpoint endpoint = {.socket = fake->path};
    const struct redis_limits short_limits = {
        .connect = 1, .answer = answer_limit, .total = total_limit, .bytes = 1 << 20};
    struct redis_connection *connection = NULL;
    int error = redis_connect(&endpoint, &short_limits, &connection, ret_error);

    redis_disconnect(connection);
    return error;
}

static void connect__silence_has_an_end(void **state)
{
    static const struct fake_answer nothing[] = {{NULL}};
    struct fake_server *fake = *state;
    _cleanup_free_ char *error = NULL;

    fake->is_silent = true;
    fake_start(fake, nothing);
    assert_int_equal(connect_with(fake, 0.1, 5, &error), -ETIMEDOUT);
    assert_text(error, "no answer within 0.1 s");
}

/* Each byte comes in time, the whole never does. */
static void connect__dawdling_has_an_end(void **state)
{
    static const struct fake_answer slow[] = {{"+PONGPONGPONGPONGPONGPONG", 0, 100}, {NULL}};
    struct fake_server *fake = *state;
    _cleanup_free_ char *error = NULL;

    fake->dawdle_usec = 10000;
    fake_start(fake, slow);
    assert_int_equal(connect_with(fake, 5, 0.2, &error), -ETIMEDOUT);
    assert_text(error, "no answer within 0.2 s");
}

static void connect__says_why_it_is_refused(void **state)
{
    static const struct {
        const char *answer;
        int expected;
        const char *part;
    } rows[] = {
        {"-ERR max number of clients reached\r\n", -EUSERS, "maxclients is reached"},
        {"-DENIED Redis is running in protected mode\r\n", -EPERM, "protected mode"},
        {"-NOAUTH Authentication required.\r\n", -EACCES, "REDISCLI_AUTH"},
    };
    struct fake_server *fake = *state;

    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        const struct fake_answer answers[] = {{rows[i].answer}, {NULL}};
        struct redis_connection *connection = NULL;
        _cleanup_free_ char *error = NULL;

        fake_start(fake, answers);
        assert_int_equal(connect_to(fake, &connection, &error), rows[i].expected);
        assert_contains(error, rows[i].part);
        assert_null(connection);
        pthread_join(fake->thread, NULL);
        fake->thread = 0;
    }
}

static void connect__lets_pass_what_is_no_refusal(void **state)
{
    static const char *const lines[] = {"-LOADING Redis is loading the dataset in memory\r\n",
                                        "-NOPERM this user has no permissions to run the 'ping' command\r\n",
                                        "-BUSY Redis is busy running a script.\r\n"};
    struct fake_server *fake = *state;

    for (size_t i = 0; i < ELEMENTS(lines); i++) {
        const struct fake_answer answers[] = {{lines[i]}, {NULL}};
        struct redis_connection *connection = NULL;

        fake_start(fake, answers);
        assert_int_equal(connect_to(fake, &connection, NULL), 0);
        redis_disconnect(connection);
        pthread_join(fake->thread, NULL);
        fake->thread = 0;
    }
}

/* AUTH's answer, and then PING's. */
static int authenticate(struct fake_server *fake, const char *answer, char **ret_error)
{
    const struct fake_answer answers[] = {{answer}, {"+PONG\r\n"}, {NULL}};
    const struct redis_endpoint endpoint = {.socket = fake->path, .password = "secret"};
    struct redis_connection *connection = NULL;
    int error;

    fake_start(fake, answers);
    error = redis_connect(&endpoint, &limits, &connection, ret_error);
    redis_disconnect(connection);
    pthread_join(fake->thread, NULL);
    fake->thread = 0;
    return error;
}

static void auth__a_wrong_password_is_said(void **state)
{
    _cleanup_free_ char *error = NULL;

    assert_int_equal(
        authenticate(*state, "-WRONGPASS invalid username-password pair or user is disabled.\r\n", &error),
        -EACCES);
    assert_contains(error, "does not take this user and password");
    assert_lacks(error, "secret");
    assert_int_equal(authenticate(*state, "-ERR invalid password\r\n", NULL), -EACCES); /* before 6.0 */
}

static void auth__a_needless_password_is_no_trouble(void **state)
{
    assert_int_equal(authenticate(*state, "+OK\r\n", NULL), 0);
    assert_int_equal(authenticate(*state, "-ERR Client sent AUTH, but no password is set\r\n", NULL), 0);
    assert_int_equal(
        authenticate(*state,
                     "-ERR AUTH <password> called without any password configured for the default "
                     "user. Are you sure your configuration is correct?\r\n",
                     NULL),
        0);
}

/* --- the gate --- */

struct guarded {
    int ours, servers; /* the two ends */
    int verdict;
    size_t waiting_at_admit; /* bytes that the server had when the gate was asked */
};

static int connect_guarded(void *data, const char *path, double timeout, char **ret_error)
{
    const struct guarded *guarded = data;

    if (guarded->ours < 0)
        return error_make(ret_error, -EPERM, "%s within %g s: no", path, timeout);
    return guarded->ours;
}

static int admit_guarded(void *data, int fd, double timeout, char **ret_error)
{
    struct guarded *guarded = data;
    char bytes[256];
    ssize_t size = recv(guarded->servers, bytes, sizeof(bytes), MSG_PEEK | MSG_DONTWAIT);

    assert_int_equal(fd, guarded->ours);
    assert_true(timeout > 0);
    guarded->waiting_at_admit = size > 0 ? (size_t)size : 0;
    return guarded->verdict < 0 ? error_make(ret_error, guarded->verdict, "a stranger") : guarded->verdict;
}

/* What the server got; static buffer. */
static const char *connect_through_gate(int verdict, int expected, char **ret_error)
{
    static char bytes[4096];
    static const struct redis_limits short_limits = {
        .connect = 1, .answer = 0.05, .total = 1, .bytes = 1 << 20};
    struct guarded guarded = {.verdict = verdict};
    const struct redis_gate gate = {connect_guarded, admit_guarded, &guarded};
    const struct redis_endpoint endpoint = {
        .socket = "/s", .gate = &gate, .user = "monitor", .password = "SECRET"};
    struct redis_connection *connection = NULL;
    ssize_t size;
    int ends[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    guarded.ours = ends[0];
    guarded.servers = ends[1];
    assert_int_equal(redis_connect(&endpoint, &short_limits, &connection, ret_error), expected);
    assert_int_equal(guarded.waiting_at_admit, 0);
    size = recv(ends[1], bytes, sizeof(bytes) - 1, MSG_DONTWAIT);
    assert_true(size >= 0); /* nothing and closed, or what was sent */
    bytes[size] = '\0';
    close(ends[1]);
    return bytes;
}

static void gate__is_asked_before_the_first_byte(void **state)
{
    _cleanup_free_ char *error = NULL;

    (void)state;
    assert_text(connect_through_gate(-EPERM, -EPERM, &error), "");
    assert_text(error, "a stranger");
    assert_text(connect_through_gate(0, -ETIMEDOUT, NULL), "*1\r\n$4\r\nPING\r\n");
    assert_contains(connect_through_gate(1, -ETIMEDOUT, NULL), "AUTH\r\n$7\r\nmonitor\r\n$6\r\nSECRET\r\n");
}

static void gate__may_refuse_to_connect(void **state)
{
    struct guarded guarded = {.ours = -1};
    const struct redis_gate gate = {connect_guarded, NULL, &guarded};
    const struct redis_endpoint endpoint = {.socket = "/s", .gate = &gate};
    struct redis_connection *connection = NULL;
    _cleanup_free_ char *error = NULL;

    (void)state;
    assert_int_equal(redis_connect(&endpoint, &limits, &connection, &error), -EPERM);
    assert_text(error, "/s within 2 s: no");
    assert_null(connection);
}

static int refuse_port(void *data, int fd, double timeout, char **ret_error)
{
    (void)data;
    (void)timeout;
    (void)ret_error;
    return fd >= 0 ? -EPERM : 1;
}

static void gate__is_asked_of_a_port_too(void **state)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(address);
    _cleanup_close_ int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), accepted = -EBADF;
    struct guarded guarded = {.verdict = -EPERM};
    const struct redis_gate gate = {.admit = refuse_port, .data = &guarded};
    struct redis_connection *connection = NULL;
    char byte;

    (void)state;
    assert_int_equal(bind(listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size), 0);
    assert_int_equal(redis_connect(&(struct redis_endpoint){.host = "127.0.0.1",
                                                            .port = ntohs(address.sin_port),
                                                            .gate = &gate,
                                                            .password = "SECRET"},
                                   &limits, &connection, NULL),
                     -EPERM);
    accepted = accept(listener, NULL, NULL);
    assert_true(accepted >= 0);
    assert_int_equal(read(accepted, &byte, 1), 0);
}

static void connect__no_server_is_said(void **state)
{
    const struct redis_endpoint nothing = {.socket = "/nonexistent/socket"};
    const struct redis_endpoint long_path = {.socket = "/0123456789012345678901234567890123456789012345678901"
                                                       "234567890123456789012345678901234567890123456789"
                                                       "0123456789"};
    const struct redis_endpoint closed = {.host = "127.0.0.1", .port = 1};
    struct redis_connection *connection = NULL;
    _cleanup_free_ char *error = NULL;

    (void)state;
    assert_int_equal(redis_connect(&nothing, &limits, &connection, &error), -ENOENT);
    assert_text(error, "cannot connect: No such file or directory");
    assert_int_equal(redis_connect(&long_path, &limits, &connection, &error), -ENAMETOOLONG);
    assert_int_equal(redis_connect(&closed, &limits, &connection, &error), -ECONNREFUSED);
    assert_text(error, "cannot connect: Connection refused");
}

static void parse__gives_one_answer_or_none(void **state)
{
    struct redis_answer *answer = NULL;

    (void)state;
    assert_int_equal(redis_answer_parse("$3\r\nab", 6, 1000, &answer), -EAGAIN);
    assert_int_equal(redis_answer_parse("$2000\r\n", 7, 1000, &answer), -EAGAIN);
    assert_int_equal(redis_answer_parse("*90000\r\n", 8, 1000, &answer), -EMSGSIZE);
    assert_null(answer);
    assert_int_equal(redis_answer_parse("+OK\r\n", 5, 1000, &answer), 0);
    assert_text(redis_answer_text(answer), "OK");
    redis_answer_free(answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fake_test(ask__gives_the_answer),
        fake_test(ask__an_error_is_an_answer),
        fake_test(ask__ten_megabytes_are_too_large_here),
        fake_test(ask__what_is_no_answer_is_refused),
        fake_test(ask__a_broken_connection_stays_broken),
        fake_test(connect__silence_has_an_end),
        fake_test(connect__dawdling_has_an_end),
        fake_test(connect__says_why_it_is_refused),
        fake_test(connect__lets_pass_what_is_no_refusal),
        fake_test(auth__a_wrong_password_is_said),
        fake_test(auth__a_needless_password_is_no_trouble),
        cmocka_unit_test(gate__is_asked_before_the_first_byte),
        cmocka_unit_test(gate__may_refuse_to_connect),
        cmocka_unit_test(gate__is_asked_of_a_port_too),
        cmocka_unit_test(connect__no_server_is_said),
        cmocka_unit_test(parse__gives_one_answer_or_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
