/* SPDX-License-Identifier: MIT */
/* A hostile server: the table of its ways, and how it keeps to them. */
#include "hostile-answers.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "support.h"

/* a title, a colour, C1 in two forms, a line of its own, a backspace, text from right to left, no UTF-8 */
#define ESCAPES                        \
    "\x1b]0;owned\x07\x1b[31m\xc2\x9b" \
    "31m\x9b"                          \
    "31m\x7f\x08\xe2\x80\xae\xe2\x81\xa6\xff$(id)`id`'\"\\,{}"

#define STALLS(name_, command_)                                                                        \
    {.name = "stalls-" name_, .command = command_, .way = HOSTILE_IS_SILENT, .bytes = "$100\r\nhalf"}, \
        {.name = "closes-" name_, .command = command_, .way = HOSTILE_CLOSES},                         \
        {.name = "refuses-" name_, .command = command_, .bytes = "-NOPERM " ESCAPES "\r\n"},           \
    {                                                                                                  \
        .name = "nothing-" name_, .command = command_, .bytes = "*-1\r\n"                              \
    }

const struct hostile_mode hostile_modes[] = {
    {.name = "good"},
    {.name = "silent", .way = HOSTILE_IS_SILENT, .bytes = ""},
    {.name = "greets", .way = HOSTILE_GREETS, .bytes = "+hello\r\n", .repeat = 1000},
    {.name = "random", .way = HOSTILE_IS_RANDOM},
    {.name = "http", .bytes = "HTTP/1.1 400 Bad Request\r\nServer: " ESCAPES "\r\n\r\n"},
    {.name = "closes", .way = HOSTILE_CLOSES},
    {.name = "length-negative", .bytes = "$-5\r\n"},
    {.name = "count-negative", .bytes = "*-9\r\n"},
    {.name = "length-huge", .bytes = "$9223372036854775807\r\nabc"},
    {.name = "length-over", .bytes = "$9223372036854775808\r\nabc"},
    {.name = "count-huge", .bytes = "*2147483647\r\n"},
    {.name = "count-huge-64", .bytes = "*9223372036854775807\r\n"},
    {.name = "counts-in-counts", .bytes = "*99999\r\n", .repeat = 8},
    {.name = "nested-8", .bytes = "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n"},
    {.name = "nested-100000", .bytes = "*1\r\n", .repeat = 100000},
    {.name = "line-without-end", .bytes = "+AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", .repeat = 1 << 16},
    {.name = "error-with-escapes", .bytes = "-ERR " ESCAPES "\r\n"},
    {.name = "error-empty", .bytes = "-\r\n"},
    {.name = "map", .bytes = "%1\r\n+a\r\n+b\r\n"},
    {.name = "map-over", .bytes = "%9223372036854775807\r\n+a\r\n"},
    {.name = "set", .bytes = "~2\r\n,nan\r\n(123456789012345678901234567890\r\n"},
    {.name = "push", .bytes = ">2\r\n+a\r\n+b\r\n+PONG\r\n"},
    {.name = "push-for-ever", .way = HOSTILE_IS_ENDLESS, .bytes = ">1\r\n+a\r\n"},
    {.name = "verbatim", .bytes = "=8\r\ntxt:abcd\r\n"},
    {.name = "boolean", .bytes = "#t\r\n"},
    {.name = "double", .bytes = ",inf\r\n"},
    {.name = "nil", .bytes = "$-1\r\n"},
    {.name = "integer", .bytes = ":9223372036854775807\r\n"},
    {.name = "integer-over", .bytes = ":99999999999999999999999\r\n"},
    {.name = "endless-text",
     .way = HOSTILE_IS_ENDLESS,
     .bytes = "$60000000\r\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
    {.name = "endless-array", .way = HOSTILE_IS_ENDLESS, .bytes = "*1000\r\n$3\r\nabc\r\n$3\r\nabc\r\n"},
    {.name = "endless-status", .way = HOSTILE_IS_ENDLESS, .bytes = "+PONG\r\n"},
    {.name = "drips", .drip_usec = 1000000},
    {.name = "drips-fast", .drip_usec = 9000},
    {.name = "lines-300000", .lines = 300000},
    {.name = "words-with-escapes", .word = ESCAPES},
    {.name = "words-empty", .word = ""},
    {.name = "numbers-2^63-1", .number = "9223372036854775807"},
    {.name = "numbers-2^63", .number = "9223372036854775808"},
    {.name = "numbers-2^64", .number = "18446744073709551616"},
    {.name = "numbers-minus-2^63", .number = "-9223372036854775808"},
    {.name = "numbers-minus-1", .number = "-1"},
    {.name = "numbers-0", .number = "0"},
    {.name = "numbers-1e308", .number = "1e308"},
    {.name = "numbers-nan", .number = "nan"},
    {.name = "numbers-inf", .number = "inf"},
    {.name = "numbers-empty", .number = ""},
    {.name = "numbers-with-escapes", .number = "1" ESCAPES},
    {.name = "numbers-of-400-digits",
     .number =
         "999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999"
         "999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999"
         "999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999"
         "9999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999."
         "5"},
    STALLS("ping", "PING"),
    STALLS("info", "INFO"),
    STALLS("config", "CONFIG"),
    STALLS("client", "CLIENT"),
    STALLS("slowlog", "SLOWLOG"),
    STALLS("latency", "LATENCY"),
    STALLS("acl", "ACL"),
    STALLS("memory", "MEMORY"),
};
const size_t hostile_modes_count = sizeof(hostile_modes) / sizeof(*hostile_modes);

/* --- what a good server says --- */

/* W is a word and N a number of the mode's; without one, what follows the letter stands. */
static const char info[] =
    "# Server\nredis_version:W7.0.15\nredis_mode:Wstandalone\nos:WLinux\nprocess_id:N1\nrun_id:W0123\n"
    "tcp_port:N6379\nuptime_in_seconds:N100\nexecutable:W/usr/bin/redis-server\nconfig_file:W\n"
    "# "
    "Clients\nconnected_clients:N1\nmaxclients:N10000\nblocked_clients:N0\nclient_recent_max_input_buffer:"
    "N0\n"
    "# Memory\nused_memory:N1000000\nused_memory_rss:N2000000\nused_memory_peak:N1000000\nmaxmemory:N0\n"
    "maxmemory_policy:Wnoeviction\nmem_fragmentation_ratio:N1.5\nmem_fragmentation_bytes:N100\n"
    "allocator_frag_ratio:N1.1\nallocator_frag_bytes:N9\nmem_clients_normal:N100\nmem_allocator:Wjemalloc-5."
    "2.1\n"
    "# Persistence\nloading:N0\nrdb_changes_since_last_save:N9\nrdb_bgsave_in_progress:N0\n"
    "rdb_last_save_time:N1700000000\nrdb_last_bgsave_status:Wok\nrdb_last_bgsave_time_sec:N1\n"
    "rdb_last_cow_size:N1\naof_enabled:N1\naof_last_write_status:Wok\naof_last_bgrewrite_status:Wok\n"
    "# Stats\ntotal_connections_received:N9\ntotal_commands_processed:N9\ninstantaneous_ops_per_sec:N1\n"
    "rejected_connections:N0\nevicted_keys:N0\nkeyspace_hits:N9\nkeyspace_misses:N9\nlatest_fork_usec:"
    "N900000\n"
    "total_error_replies:N0\n# Replication\nrole:Wmaster\nconnected_slaves:N1\n"
    "slave0:ip=W,port=N1,state=Wonline,offset=N1,lag=N1\nmaster_host:W\nmaster_port:N1\n"
    "master_link_status:Wup\nmaster_link_down_since_seconds:N9\nrepl_backlog_size:N1048576\n"
    "# CPU\nused_cpu_sys:N1.1\nused_cpu_user:N1.1\n# Errorstats\nerrorstat_W:count=N1\n"
    "# Commandstats\ncmdstat_keysW:calls=N1,usec=N1,usec_per_call=N1.00,rejected_calls=N0,failed_calls=N0\n"
    "# Keyspace\ndb0:keys=N1,expires=N0,avg_ttl=N0\n";

static const char clients[] =
    "id=N1 addr=W127.0.0.1:1 laddr=W fd=N8 name=W age=N99 idle=N9 flags=N db=N0 sub=N0 psub=N0 multi=N1 "
    "qbuf=N26 qbuf-free=N1 argv-mem=N1 obl=N0 oll=N0 omem=N1 tot-mem=N22298 events=r cmd=Wclient "
    "user=Wdefault\n";

static const char *const settings[] = {
    "save",
    "Wsave",
    "appendonly",
    "Wyes",
    "maxmemory",
    "N0",
    "maxmemory-policy",
    "Wnoeviction",
    "maxclients",
    "N10000",
    "tcp-backlog",
    "N511",
    "client-output-buffer-limit",
    "Wnormal N0 N0 N0 slave N0 N0 N0 pubsub N0 N0 N0",
    "protected-mode",
    "Wyes",
    "bind",
    "W127.0.0.1",
    "dir",
    "W/var/lib/redis",
    "dbfilename",
    "Wdump.rdb",
    "logfile",
    "W/var/log/redis.log",
    "timeout",
    "N0",
    "hz",
    "N10",
    "repl-backlog-size",
    "N1048576",
    "stop-writes-on-bgsave-error",
    "Wyes",
    "unixsocket",
    "W/run/redis.sock",
    "slowlog-log-slower-than",
    "N10000",
    "maxmemory-clients",
    "N0",
};

/* Puts the mode's word or number in the place of each W and N that stands behind a sign. */
static void say_furnished(const struct hostile_mode *mode, const char *template, struct text *ret)
{
    char before = ':';

    for (; *template; before = *template ++) {
        const char *instead = *template == 'W' ? mode->word : *template == 'N' ? mode->number : NULL;
        bool is_place =
            (*template == 'W' || *template == 'N') && strchr(":= _s", before) && template[1] != ' ';

        if (!is_place) {
            text_say(ret, "%s%c", *template == '\n' ? "\r" : "", *template);
        } else if (instead) {
            text_say(ret, "%s", instead);
            template += strcspn(template + 1, " ,\n");
        }
    }
}

static void say_bulk(struct text *ret, const struct hostile_mode *mode, const char *template)
{
    struct text said = {0};

    say_furnished(mode, template, &said);
    text_say(ret, "$%zu\r\n%s\r\n", said.size, said.data ? said.data : "");
    text_done(&said);
}

static void say_info(struct text *ret, const struct hostile_mode *mode)
{
    struct text said = {0};

    say_furnished(mode, info, &said);
    for (size_t i = 0; i < mode->lines; i++)
        text_say(&said, "cmdstat_x%zu:calls=1,usec=1\r\n", i);
    text_say(ret, "$%zu\r\n%s\r\n", said.size, said.data);
    text_done(&said);
}

static void say_slowlog(struct text *ret, const struct hostile_mode *mode)
{
    text_say(ret, "*5\r\n");
    for (int i = 0; i < 5; i++) {
        text_say(ret, "*6\r\n:%d\r\n:1700000000\r\n:9000000\r\n*2\r\n", i);
        for (int j = 0; j < 4; j++)
            say_bulk(ret, mode, "WKEYS");
    }
}

static void say_latency(struct text *ret, const struct hostile_mode *mode)
{
    text_say(ret, "*2\r\n");
    for (int i = 0; i < 2; i++) {
        text_say(ret, "*4\r\n");
        say_bulk(ret, mode, "Wfork");
        text_say(ret, ":1700000000\r\n:9999\r\n:99999\r\n");
    }
}

static void say_settings(struct text *ret, const struct hostile_mode *mode)
{
    text_say(ret, "*%zu\r\n", sizeof(settings) / sizeof(*settings));
    for (size_t i = 0; i < sizeof(settings) / sizeof(*settings); i++)
        say_bulk(ret, i % 2 ? mode : &hostile_modes[0], settings[i]);
}

static void say_good_answer(const struct hostile_mode *mode, const char *command, struct text *ret)
{
    if (strcasecmp(command, "PING") == 0) {
        text_say(ret, "+PONG\r\n");
    } else if (strcasecmp(command, "INFO") == 0) {
        say_info(ret, mode);
    } else if (strcasecmp(command, "CONFIG") == 0) {
        say_settings(ret, mode);
    } else if (strcasecmp(command, "CLIENT") == 0) {
        say_bulk(ret, mode, clients);
    } else if (strcasecmp(command, "SLOWLOG") == 0) {
        say_slowlog(ret, mode);
    } else if (strcasecmp(command, "LATENCY") == 0) {
        say_latency(ret, mode);
    } else if (strcasecmp(command, "ACL") == 0) {
        text_say(ret, "*1\r\n");
        say_bulk(ret, mode, mode->word ? "W" : "user default on nopass ~* &* +@all");
    } else {
        text_say(ret, "-ERR unknown command\r\n");
    }
}

/* --- one connection --- */

static void send_all(int fd, const char *data, size_t size, unsigned drip_usec)
{
    size_t step = drip_usec ? 1 : size;

    for (size_t i = 0; i < size; i += step) {
        if (send(fd, data + i, step, MSG_NOSIGNAL) < 0)
            _exit(0);
        if (drip_usec)
            usleep(drip_usec);
    }
}

static void send_repeated(int fd, const struct hostile_mode *mode)
{
    size_t size = strlen(mode->bytes), copies = 65536 / (size ? size : 1) + 1,
           left = mode->repeat ? mode->repeat : 1;
    char *block = must_allocate(size * copies + 1);

    for (size_t i = 0; i < copies; i++)
        memcpy(block + i * size, mode->bytes, size);
    while (left > 0 || mode->way == HOSTILE_IS_ENDLESS) {
        size_t n = mode->way == HOSTILE_IS_ENDLESS || left > copies ? copies : left;

        send_all(fd, block, n * size, 0);
        left -= left > n ? n : left;
    }
    free(block);
}

static void send_random(int fd)
{
    char noise[4096];

    for (size_t i = 0; i < sizeof(noise); i++)
        noise[i] = (char)random();
    send_all(fd, noise, sizeof(noise), 0);
}

static void answer(int fd, const struct hostile_mode *mode, const char *command)
{
    struct text good = {0};

    if ((mode->bytes || mode->way != HOSTILE_ANSWERS) &&
        (!mode->command || strcasecmp(command, mode->command) == 0)) {
        if (mode->way == HOSTILE_CLOSES)
            _exit(0);
        if (mode->way == HOSTILE_IS_RANDOM)
            send_random(fd);
        else if (mode->bytes)
            send_repeated(fd, mode);
        while (mode->way == HOSTILE_IS_SILENT)
            pause();
        return;
    }
    say_good_answer(mode, command, &good);
    send_all(fd, good.data, good.size, mode->drip_usec);
    text_done(&good);
}

/* The commands of a request come whole: the client writes each at once. */
static void serve_connection(int fd, const struct hostile_mode *mode)
{
    char request[65536], *line, *rest;
    ssize_t n;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (mode->way == HOSTILE_GREETS)
        send_repeated(fd, mode);
    while ((n = read(fd, request, sizeof(request) - 1)) > 0) {
        request[n] = '\0';
        for (rest = request; (line = strsep(&rest, "\n"));)
            if (*line == '*' && rest && *rest == '$') { /* the length and then the first word */
                strsep(&rest, "\n");
                line = strsep(&rest, "\r");
                answer(fd, mode, line ? line : "");
            }
    }
    _exit(0);
}

void hostile_serve(const char *path, const struct hostile_mode *mode)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), fd;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGCHLD, SIG_IGN);
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof(address)) < 0 ||
        listen(listener, 64) < 0)
        die("%s: %s", path, strerror(errno));
    chmod(path, 0777);
    for (;;) {
        fd = accept(listener, NULL, NULL);
        if (fd < 0)
            continue;
        if (fork() == 0)
            serve_connection(fd, mode);
        close(fd);
    }
}
