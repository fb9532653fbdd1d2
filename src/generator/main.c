/* SPDX-License-Identifier: MIT */
/* redis-hosttune-generator: a drop-in for each Redis unit, at boot and at each daemon-reload,
 * systemd.generator(7). Owns that it is quiet and safe: on any doubt it writes nothing, says so to the kernel
 * log and ends with 0. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "config/keys.h"
#include "config/read-file.h"
#include "privileged/file-writer.h"
#include "units/print-dropin.h"
#include "units/read-redis-units.h"
#include "util/cleanup.h"
#include "util/escape.h"
#include "util/memory.h"
#include "util/start.h"
#include "util/text.h"

enum { SECONDS_MAX = 15 }; /* it takes milliseconds; systemd itself would wait for 90 s */

/* With --root: nothing of another tree belongs into this host's log. */
static bool is_on_stderr;

#define LOG_PREFIX "<4>redis-hosttune-generator: "

/* In one write(): dprintf() seeks, which /dev/kmsg refuses. */
static bool write_line(int fd, const char *line)
{
    return write(fd, line, strlen(line)) >= 0;
}

/* To the kernel log, for the journal does not run yet at boot. A signal handler calls it too. */
static void log_line(const char *line)
{
    int fd = is_on_stderr ? -1 : open("/dev/kmsg", O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

    if (fd < 0 || !write_line(fd, line))
        write_line(STDERR_FILENO, line + strlen("<4>"));
    if (fd >= 0)
        close(fd);
}

static void report(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void report(const char *format, ...)
{
    char text[930], line[930] = LOG_PREFIX;                             /* as much as /dev/kmsg takes */
    const size_t begin = strlen(line), room = sizeof(line) - begin - 1; /* for the line's end */
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    escape_line(text, strlen(text), line + begin, room);
    strcat(line, "\n");
    log_line(line);
}

/* A drop-in that is begun is not there under its name yet. */
static void give_up(int signal)
{
    (void)signal;
    log_line(LOG_PREFIX
             "not done after 15 s, on a slow disk or among too many files: what is not written by now "
             "is not written\n");
    _exit(0);
}

/* NULL: it gets none. */
static char *render(const struct redis_unit *unit)
{
    if (unit->is_as_template)
        return NULL;
    if (unit->problem) {
        report("%s: %s: nothing is written for it", unit->name, unit->problem);
        return NULL;
    }
    if (unit->shielded_because)
        report("%s: %s: it gets nothing, nor what its template gets", unit->name, unit->shielded_because);
    return unit_dropin_render(&unit->wrap);
}

static void write_dropin(const struct root *output, const struct redis_unit *unit, const char *text)
{
    _cleanup_free_ char *message = NULL;
    char path[400];

    if (snprintf(path, sizeof(path), "%s.d/%s", unit->name, UNIT_DROPIN_NAME) >= (int)sizeof(path))
        return;
    if (file_write(output, path, text, &message) < 0)
        report("%s: %s", unit->name, message ? message : "out of memory");
}

/* What memory cannot be had for is all rendered before the first is written. */
static void write_dropins(const struct root *output, const struct redis_units *units)
{
    _cleanup_free_ char **texts = memory_new(units->items_count, sizeof(*texts));

    for (size_t i = 0; i < units->items_count; i++)
        texts[i] = render(&units->items[i]);
    for (size_t i = 0; i < units->items_count; i++) {
        if (texts[i])
            write_dropin(output, &units->items[i], texts[i]);
        free(texts[i]);
    }
}

static void generate(const struct root *root, const struct root *output)
{
    _cleanup_(redis_units_done) struct redis_units units = {0};
    _cleanup_(policy_done) struct policy policy = {0};
    _cleanup_free_ char *message = NULL;
    int error = config_file_read(root, config_host_sections, &policy, &message);

    if (error == 0)
        error = redis_units_read(root, &policy, false, &units, &message);
    if (error < 0) {
        report("%s: nothing is written", message ? message : strerror(-error));
        return;
    }
    if (!units.idle_because)
        write_dropins(output, &units);
}

int main(int argc, char **argv)
{
    _cleanup_root_ struct root *root = NULL, *output = NULL;
    const char *tree = "/";

    start_program();
    if (argc > 1 && text_has_prefix(argv[1], "--root=")) { /* for tests */
        tree = argv[1] + strlen("--root=");
        is_on_stderr = true;
        argc--;
        argv++;
    }
    if (argc != 2 && argc != 4) {
        write_line(STDERR_FILENO,
                   "Usage: redis-hosttune-generator [--root=DIR] NORMAL-DIR [EARLY-DIR LATE-DIR]\n"
                   "systemd runs it, see systemd.generator(7).\n");
        return 2;
    }
    memory_set_failure(0, LOG_PREFIX "out of memory: nothing is written\n", log_line);
    signal(SIGALRM, give_up);
    alarm(SECONDS_MAX);
    if (memory_check(root_open(tree, &root)) < 0 || memory_check(root_open(argv[1], &output)) < 0) {
        report("%s is no directory: nothing is written", root ? argv[1] : tree);
        return 0;
    }
    generate(root, output);
    return 0;
}
