/* SPDX-License-Identifier: MIT */
/* The program itself, which lies one directory above the test, and a server that says what a terminal obeys.
 */
#include "fake-server.h"

#include "util/escape.h"

static char program[PATH_MAX];

#define HOSTILE "X\033]0;t\007\033[31m\xc2\x9b\x9b\xff\xe2\x80\xae\xe2\x81\xa6\xd8\x9c\x7f\"'\\{}"

#define INFO_FIELDS                                                                                    \
    "# Server\r\nredis_version:7.0." HOSTILE "\r\nredis_mode:" HOSTILE "\r\nos:" HOSTILE               \
    "\r\nrun_id:" HOSTILE "\r\nexecutable:/" HOSTILE "\r\nconfig_file:/" HOSTILE                       \
    "\r\nmem_allocator:" HOSTILE "\r\nmaxmemory_policy:" HOSTILE "\r\nrole:" HOSTILE                   \
    "\r\nmaster_host:" HOSTILE "\r\nmaster_link_status:" HOSTILE "\r\nrdb_last_bgsave_status:" HOSTILE \
    "\r\naof_last_write_status:" HOSTILE "\r\nused_memory:1000000\r\n"                                 \
    "maxmemory:1000\r\nconnected_clients:1\r\nslave0:ip=" HOSTILE ",port=1,state=" HOSTILE             \
    ",offset=1,lag=99\r\n"                                                                             \
    "cmdstat_" HOSTILE ":calls=1,usec=1\r\nerrorstat_" HOSTILE ":count=9\r\n"

/* A word that is asked for, and what is said to it; the last one to all else. */
static const struct {
    const char *asked, *answer;
} answers[] = {
    {"INFO", INFO_FIELDS},
    {"LIST\r\n",
     "id=3 addr=" HOSTILE " laddr=x name=" HOSTILE
     " age=1 idle=0 flags=O db=0 omem=999999999999 tot-mem=999999999999 cmd=" HOSTILE " user=" HOSTILE "\n"},
    {"WHOAMI", HOSTILE},
};

static const char refusal[] = "-ERR " HOSTILE "\r\n";

static void *serve_hostile(void *data)
{
    const struct fake_server *fake = data;
    char command[4096], answer[8192];
    int fd;

    while ((fd = accept(fake->listener, NULL, NULL)) >= 0) {
        ssize_t n;

        while ((n = read(fd, command, sizeof(command) - 1)) > 0) {
            size_t row = 0;

            command[n] = '\0';
            while (row < ELEMENTS(answers) && !strstr(command, answers[row].asked))
                row++;
            snprintf(answer, sizeof(answer), "%s", refusal);
            if (row < ELEMENTS(answers))
                snprintf(answer, sizeof(answer), "$%zu\r\n%s\r\n", strlen(answers[row].answer),
                         answers[row].answer);
            if (send(fd, answer, strlen(answer), MSG_NOSIGNAL) < 0)
                break;
        }
        close(fd);
    }
    return NULL;
}

/* What the program prints, to both of its streams; owned by the caller. */
static char *diagnose(const struct fake_server *fake, const char *format)
{
    char command[PATH_MAX + 200], *output = calloc(1, 256 * 1024);
    FILE *pipe;

    assert_non_null(output);
    snprintf(command, sizeof(command), "timeout 30 '%s' diagnose --socket='%s' --interval=0 --format=%s 2>&1",
             program, fake->path, format);
    pipe = popen(command, "re");
    assert_non_null(pipe);
    output[fread(output, 1, 256 * 1024 - 1, pipe)] = '\0';
    pclose(pipe);
    return output;
}

static void assert_shown(const char *format, const char *text)
{
    size_t size = strlen(text);

    for (size_t at = 0; at < size;) {
        struct character character = character_at(text + at, size - at);

        if (character.kind != CHARACTER_SHOWN && text[at] != '\n' && text[at] != '\t')
            fail_msg("--format=%s printed U+%04X: %.60s", format, character.code,
                     text + (at > 30 ? at - 30 : 0));
        at += character.bytes;
    }
}

static void hostile__server_shows_nothing_that_a_terminal_obeys(void **state)
{
    static const char *const formats[] = {"text", "json", "prometheus"};
    struct fake_server *fake = *state;

    assert_int_equal(pthread_create(&fake->thread, NULL, serve_hostile, fake), 0);
    for (size_t i = 0; i < ELEMENTS(formats); i++) {
        _cleanup_free_ char *text = diagnose(fake, formats[i]);

        assert_contains(text, fake->path); /* it was asked */
        assert_shown(formats[i], text);
        if (i == 0)
            assert_contains(text,
                            "Redis 7.0.X\\x1b]0;t\\x07\\x1b[31m\\u009b\\x9b\\xff\\u202e\\u2066\\u061c\\x7f");
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        fake_test(hostile__server_shows_nothing_that_a_terminal_obeys),
    };
    char *slash;

    (void)argc;
    if (!realpath(argv[0], program))
        return 1;
    for (int i = 0; i < 2 && (slash = strrchr(program, '/')); i++)
        *slash = '\0';
    strcat(program, "/redis-hosttune");
    return cmocka_run_group_tests_name("redis-hostile-server", tests, NULL, NULL);
}
