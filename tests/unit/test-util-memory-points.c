/* SPDX-License-Identifier: MIT */
/* Each allocation in turn fails, those of the libraries too: what comes of it is right, or the program ends
 * as util/memory has it; never by a signal, and never with less than there is. */
#include "support.h"

#include <dlfcn.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <systemd/sd-bus.h>

#include "../trust/fail-allocation.h"
#include "config/keys.h"
#include "config/read-file.h"
#include "redis/connection.h"
#include "util/json.h"
#include "util/library.h"
#include "util/log.h"
#include "util/memory.h"

enum { ENDED = 42, RIGHT = 0, WRONG = 1, NOT_REACHED = 10 };

/* --- the allocator of this program, libraries included --- */

static struct allocation_counts counts;

/* A checker in front of the program has an allocator of its own. */
static bool can_fail(void)
{
    const char *preloaded = getenv("LD_PRELOAD");

    return ALLOCATIONS_CAN_FAIL && !(preloaded && strstr(preloaded, "vgpreload"));
}

static void say_nothing(const char *line)
{
    (void)line;
}

/* In a child of its own: one of the above. */
static int run_failing(bool (*is_right)(void), long at)
{
    pid_t child = fork();
    int status;

    assert_true(child >= 0);
    if (child == 0) {
        bool right;

        memory_set_failure(ENDED, "", say_nothing);
        counts = (struct allocation_counts){.fail_at = (unsigned long)at};
        allocation_counts = &counts;
        right = is_right();
        _exit(!right ? WRONG : counts.failed == 0 ? NOT_REACHED : RIGHT);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (!WIFEXITED(status))
        fail_msg("ended by signal %d where allocation %ld fails", WTERMSIG(status), at);
    return WEXITSTATUS(status);
}

/* How many ended the program. */
static long fail_each(bool (*is_right)(void))
{
    long ended = 0;

    if (!can_fail())
        skip();
    for (long at = 1;; at++) {
        int status = run_failing(is_right, at);

        if (status == NOT_REACHED)
            break;
        if (status != RIGHT && status != ENDED)
            fail_msg("status %d where allocation %ld fails", status, at);
        ended += status == ENDED;
    }
    return ended;
}

/* --- the configuration, by libeconf --- */

static bool is_config_read(void)
{
    static const char content[] = "[tunables]\nvm.swappiness = 10\nthp.enabled = leave\n"
                                  "[units]\nadd = my-cache.service\n"
                                  "[suppress]\nopen-to-network = firewalled, ticket OPS-12\n";
    _cleanup_(policy_done) struct policy policy = {0};
    char *error = NULL;

    return config_file_parse(content, strlen(content), "x.conf", config_all_sections, &policy, &error) == 0 &&
           policy.settings_count == 2 && strcmp(policy.settings[0].value, "10") == 0 &&
           policy.settings[1].line == 3 && policy_has_unit(&policy, "my-cache.service") &&
           text_equal(policy_suppressed(&policy, "open-to-network"), "firewalled, ticket OPS-12");
}

static void config__each_allocation_fails(void **state)
{
    (void)state;
    assert_true(fail_each(is_config_read) > 0);
}

/* --- JSON, by jansson --- */

static bool is_json_made(void)
{
    char *text;

    json_memory_begin();
    text = json_to_text(json_pack("{s:[s, i], s:{s:f}}", "a", "b", 1, "c", "d", 0.5), 0);
    return text &&
           strcmp(text, "{\n  \"a\": [\n    \"b\",\n    1\n  ],\n  \"c\": {\n    \"d\": 0.5\n  }\n}\n") == 0;
}

static void json__each_allocation_fails(void **state)
{
    (void)state;
    assert_true(fail_each(is_json_made) > 0);
}

/* --- an answer, by hiredis --- */

enum { LONG_TEXT = 3000 };

static struct sockaddr_un address = {.sun_family = AF_UNIX};

/* Answers each connection's first command with PONG, its second with a long text and a number. */
static void serve(int listener)
{
    static char answer[LONG_TEXT + 100];
    int length = sprintf(answer, "*2\r\n$%d\r\n%0*d\r\n:7\r\n", LONG_TEXT, LONG_TEXT, 0);

    signal(SIGPIPE, SIG_IGN); /* whoever asked may have ended meanwhile */
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        char command[1000];

        if (read(fd, command, sizeof(command)) > 0 && write(fd, "+PONG\r\n", 7) == 7 &&
            read(fd, command, sizeof(command)) > 0 && write(fd, answer, (size_t)length) == length)
            (void)!read(fd, command, sizeof(command));
        close(fd);
    }
}

static bool is_answer_read(void)
{
    static const char *const command[] = {"INFO", "all", NULL};
    const struct redis_limits limits = {.connect = 5, .answer = 5, .total = 5, .bytes = 1 << 20};
    const struct redis_endpoint endpoint = {.socket = address.sun_path};
    struct redis_connection *connection = NULL;
    struct redis_answer *answer = NULL;
    char *error = NULL;

    return redis_connect(&endpoint, &limits, &connection, &error) == 0 &&
           redis_ask(connection, command, &answer, &error) == 0 && redis_answer_count(answer) == 2 &&
           redis_answer_size(redis_answer_at(answer, 0)) == LONG_TEXT &&
           redis_answer_integer(redis_answer_at(answer, 1)) == 7;
}

static int setup_server(void **state)
{
    static pid_t server;
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    snprintf(address.sun_path, sizeof(address.sun_path), "/tmp/memory-points-%d", getpid());
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(listener, 100), 0); /* who ended while it connected waits there too */
    server = fork();
    if (server == 0)
        serve(listener);
    close(listener);
    *state = &server;
    return server < 0;
}

static int teardown_server(void **state)
{
    const pid_t *server = *state;

    kill(*server, SIGKILL);
    waitpid(*server, NULL, 0);
    return unlink(address.sun_path);
}

static void redis__each_allocation_fails(void **state)
{
    (void)state;
    assert_true(fail_each(is_answer_read) > 0);
}

/* --- libsystemd, which is loaded at the first call --- */

static bool is_systemd_loaded(void)
{
    sd_bus *bus = NULL;
    int error = sd_bus_new(&bus);

    return error >= 0 || error == -ENOMEM;
}

static void libsystemd__is_not_missing_where_memory_is(void **state)
{
    (void)state;
    assert_int_equal(fail_each(is_systemd_loaded), 0);
}

/* What is mapped now, and so much more. */
static void limit_memory(size_t more)
{
    _cleanup_fclose_ FILE *file = fopen("/proc/self/statm", "re");
    struct rlimit limit;
    unsigned long pages;

    if (!file || fscanf(file, "%lu", &pages) != 1)
        _exit(WRONG);
    limit.rlim_cur = limit.rlim_max = pages * (size_t)sysconf(_SC_PAGESIZE) + more;
    setrlimit(RLIMIT_AS, &limit);
}

/* The loader's own calls of mmap(2) are no allocations, and say nothing of why they fail. */
static void libsystemd__is_not_missing_where_it_cannot_be_mapped(void **state)
{
    unsigned failed = 0;

    (void)state;
    if (!can_fail())
        skip();
    for (size_t more = 0; more < (6UL << 20); more += 32UL << 10) {
        pid_t child = fork();
        int status;

        if (child == 0) {
            sd_bus *bus = NULL;
            int error;

            limit_memory(more);
            error = sd_bus_new(&bus);
            _exit(error >= 0 ? RIGHT : error == -ENOMEM ? ENDED : WRONG);
        }
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status));
        assert_int_not_equal(WEXITSTATUS(status), WRONG);
        failed += WEXITSTATUS(status) == ENDED;
    }
    assert_true(failed > 10);
}

static void library__one_that_is_not_there_is_named(void **state)
{
    const char *why = NULL;
    void *library = NULL;

    (void)state;
    assert_int_equal(library_open("libnone-such.so.7", RTLD_LAZY, &library, &why), -ENOPKG);
    assert_null(library);
    assert_contains(why, "libnone-such.so.7: cannot open shared object file");
}

/* --- a message on standard error --- */

static bool is_error_said(void)
{
    char said[200];
    int ends[2];
    ssize_t size;

    if (pipe(ends) < 0 || dup2(ends[1], STDERR_FILENO) < 0)
        return false;
    log_error("%s: %d\n", "no memory", 7);
    size = read(ends[0], said, sizeof(said) - 1);
    said[size < 0 ? 0 : size] = '\0';
    return strcmp(said, "redis-hosttune: no memory: 7\\x0a\n") == 0;
}

static void log_error__is_said_without_memory(void **state)
{
    (void)state;
    assert_int_equal(fail_each(is_error_said), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(config__each_allocation_fails),
        cmocka_unit_test(json__each_allocation_fails),
        cmocka_unit_test(log_error__is_said_without_memory),
        cmocka_unit_test(libsystemd__is_not_missing_where_memory_is),
        cmocka_unit_test(libsystemd__is_not_missing_where_it_cannot_be_mapped),
        cmocka_unit_test(library__one_that_is_not_there_is_named),
        cmocka_unit_test_setup_teardown(redis__each_allocation_fails, setup_server, teardown_server),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
