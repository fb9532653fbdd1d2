/* SPDX-License-Identifier: MIT */
/* Lines on stderr and structured entries in the journal.
 * Owns the program's name in messages and the only use of sd-journal for writing. */
#include "util/log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>

#include "util/cleanup.h"
#include "util/terminal.h"
#include "util/text.h"

/* JOURNAL_STREAM names the device and inode of the stream that systemd gave us, systemd.exec(5). */
bool log_is_journal(void)
{
    const char *stream = getenv("JOURNAL_STREAM");
    unsigned long device, inode;
    struct stat status;

    return stream && sscanf(stream, "%lu:%lu", &device, &inode) == 2 && fstat(STDERR_FILENO, &status) == 0 &&
           status.st_dev == device && status.st_ino == inode;
}

static void log_line(const char *priority, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

static void log_line(const char *priority, const char *format, va_list arguments)
{
    _cleanup_free_ char *whole = NULL;
    char start[512], prefix[32]; /* the start is what is said without memory */
    va_list again;

    va_copy(again, arguments);
    if (vasprintf(&whole, format, arguments) < 0) {
        whole = NULL;
        vsnprintf(start, sizeof(start), format, again);
    }
    va_end(again);
    snprintf(prefix, sizeof(prefix), "%sredis-hosttune: ", log_is_journal() ? priority : "");
    terminal_say(prefix, whole ? whole : start);
}

#define DEFINE_LOG(name, priority)             \
    void name(const char *format, ...)         \
    {                                          \
        va_list arguments;                     \
        va_start(arguments, format);           \
        log_line(priority, format, arguments); \
        va_end(arguments);                     \
    }

DEFINE_LOG(log_error, SD_ERR)
DEFINE_LOG(log_warning, SD_WARNING)
DEFINE_LOG(log_notice, SD_NOTICE)

bool log_result(int error, const char *message)
{
    if (error < 0)
        log_error("%s", error_words(error, message));
    return error >= 0;
}

enum { CHANGE_FIELDS = 7 };

/* sd_journal_send takes a variable number of arguments, which util/libsystemd.c cannot pass on. */
static void journal_send(char **fields, size_t count)
{
    struct iovec parts[CHANGE_FIELDS];

    text_escape(&fields[0]); /* the message, which journalctl shows; the others say what is so byte by byte */
    for (size_t i = 0; i < count; i++) {
        if (!fields[i])
            return;
        parts[i] = (struct iovec){.iov_base = fields[i], .iov_len = strlen(fields[i])};
    }
    sd_journal_sendv(parts, (int)count);
}

static char *field(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* NULL: out of memory. */
static char *field(const char *format, ...)
{
    va_list arguments;
    char *text;
    int length;

    va_start(arguments, format);
    length = vasprintf(&text, format, arguments);
    va_end(arguments);
    return length < 0 ? NULL : text;
}

void log_change(const char *tunable, const char *old, const char *new, const char *wanted_from)
{
    char *fields[CHANGE_FIELDS] = {
        field("MESSAGE=%s: %s -> %s (%s)", tunable, old ? old : "?", new, wanted_from),
        field("PRIORITY=%d", LOG_INFO),
        field("MESSAGE_ID=" LOG_MESSAGE_ID_CHANGE),
        field("HOSTTUNE_TUNABLE=%s", tunable),
        field("HOSTTUNE_OLD=%s", old ? old : ""),
        field("HOSTTUNE_NEW=%s", new),
        field("HOSTTUNE_WANTED_FROM=%s", wanted_from),
    };

    journal_send(fields, ELEMENTS(fields));
    for (size_t i = 0; i < ELEMENTS(fields); i++)
        free(fields[i]);
}

void log_problem(const char *object, const char *text)
{
    char *fields[] = {
        field("MESSAGE=%s%s%s", object ? object : "", object ? ": " : "", text),
        field("PRIORITY=%d", LOG_WARNING),
        field("MESSAGE_ID=" LOG_MESSAGE_ID_PROBLEM),
        field("HOSTTUNE_TUNABLE=%s", object ? object : ""),
    };

    journal_send(fields, ELEMENTS(fields));
    for (size_t i = 0; i < ELEMENTS(fields); i++)
        free(fields[i]);
}
