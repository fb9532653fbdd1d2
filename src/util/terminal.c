/* SPDX-License-Identifier: MIT */
/* The one way to standard output and standard error.
 * Owns both descriptors, what of a text reaches them, and the sequences that a terminal obeys. */
#include "util/terminal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "util/cleanup.h"
#include "util/escape.h"
#include "util/memory.h"
#include "util/text.h"

enum { BLOCK_SIZE = 4096, SEQUENCE_MAX = 4 };

struct sink {
    int fd;
    bool is_line; /* newlines are escaped */
    int error;    /* -errno of the first write that failed */
    char begun[SEQUENCE_MAX];
    size_t begun_size; /* the beginning of a letter whose rest is still to come */
    char block[BLOCK_SIZE];
    size_t used;
};

static struct sink out_sink = {.fd = STDOUT_FILENO};
static FILE *out_stream;

static void write_all(struct sink *sink, const char *data, size_t size)
{
    while (size > 0 && sink->error == 0) {
        ssize_t n = write(sink->fd, data, size);

        if (n < 0 && errno != EINTR)
            sink->error = -errno;
        data += n > 0 ? n : 0;
        size -= n > 0 ? (size_t)n : 0;
    }
}

static void sink_drain(struct sink *sink)
{
    write_all(sink, sink->block, sink->used);
    sink->used = 0;
}

static void sink_put(struct sink *sink, const char *data, size_t size)
{
    if (sink->used + size > sizeof(sink->block))
        sink_drain(sink);
    memcpy(sink->block + sink->used, data, size);
    sink->used += size;
}

static void sink_put_character(struct sink *sink, const char *text, const struct character *character)
{
    char escape[ESCAPE_SIZE];

    if (character->kind == CHARACTER_SHOWN || *text == '\t' || (*text == '\n' && !sink->is_line)) {
        sink_put(sink, text, character->bytes);
        return;
    }
    character_escape(character, escape);
    sink_put(sink, escape, strlen(escape));
}

/* is_end: nothing follows that could complete a letter. */
static void sink_settle(struct sink *sink, bool is_end)
{
    while (sink->begun_size > 0) {
        struct character character = character_at(sink->begun, sink->begun_size);

        if (!is_end && character.kind == CHARACTER_NO_UTF8 && character_is_cut(sink->begun, sink->begun_size))
            return;
        sink_put_character(sink, sink->begun, &character);
        sink->begun_size -= character.bytes;
        memmove(sink->begun, sink->begun + character.bytes, sink->begun_size);
    }
}

/* A block of stdio's may end within a letter. */
static void sink_feed(struct sink *sink, const char *data, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        sink->begun[sink->begun_size++] = data[i];
        sink_settle(sink, false);
    }
}

/* --- standard output --- */

static ssize_t write_out(void *cookie, const char *data, size_t size)
{
    struct sink *sink = cookie;

    sink_feed(sink, data, size);
    sink_drain(sink);
    if (sink->error < 0) {
        errno = -sink->error;
        return 0;
    }
    return (ssize_t)size;
}

FILE *terminal_out(void)
{
    if (out_stream)
        return out_stream;
    out_stream = memory_require(fopencookie(&out_sink, "w", (cookie_io_functions_t){.write = write_out}));
    setvbuf(out_stream, NULL, isatty(STDOUT_FILENO) ? _IOLBF : _IOFBF, 0);
    return out_stream;
}

int terminal_flush(void)
{
    if (out_stream && (fflush(out_stream) != 0 || ferror(out_stream)) && out_sink.error == 0)
        out_sink.error = errno > 0 ? -errno : -EIO;
    sink_settle(&out_sink, true);
    sink_drain(&out_sink);
    return out_sink.error;
}

void terminal_print_text(FILE *out, const char *text)
{
    size_t size = strlen(text);

    for (size_t at = 0; at < size;) {
        struct character character = character_at(text + at, size - at);
        char shown[ESCAPE_SIZE];

        escape_line(text + at, character.bytes, shown, sizeof(shown));
        fputs(shown, out);
        at += character.bytes;
    }
}

void terminal_print_line(FILE *out, const char *format, ...)
{
    _cleanup_free_ char *line = NULL;
    va_list arguments;

    va_start(arguments, format);
    line = memory_format_list(format, arguments);
    va_end(arguments);
    terminal_print_text(out, line);
    fputc('\n', out);
}

void terminal_print_json(char *json)
{
    FILE *out = terminal_out();
    size_t size = strlen(json);

    for (size_t at = 0; at < size;) {
        struct character character = character_at(json + at, size - at);

        if (character.kind == CHARACTER_SHOWN || json[at] == '\n')
            fwrite(json + at, 1, character.bytes, out);
        else
            fprintf(out, "\\u%04x", character.kind == CHARACTER_NO_UTF8 ? 0xfffdU : character.code);
        at += character.bytes;
    }
    free(json);
}

/* --- standard error --- */

void terminal_say(const char *prefix, const char *text)
{
    struct sink sink = {.fd = STDERR_FILENO, .is_line = true};

    sink_put(&sink, prefix, strnlen(prefix, BLOCK_SIZE));
    sink_feed(&sink, text, strlen(text));
    sink_settle(&sink, true);
    sink_put(&sink, "\n", 1);
    sink_drain(&sink);
}

void terminal_show_progress(const char *text)
{
    struct sink sink = {.fd = STDERR_FILENO, .is_line = true};

    if (!isatty(STDERR_FILENO))
        return;
    sink_put(&sink, "\r\033[K", strlen("\r\033[K"));
    sink_feed(&sink, text ? text : "", text ? strlen(text) : 0);
    sink_settle(&sink, true);
    sink_drain(&sink);
}

/* --- what a terminal is, and obeys --- */

bool terminal_has_colour(void)
{
    const char *no_colour = getenv("NO_COLOR");

    const char *terminal = getenv("TERM");

    return isatty(STDOUT_FILENO) && !(no_colour && *no_colour) && terminal && strcmp(terminal, "dumb") != 0;
}

int terminal_width(int most)
{
    struct winsize size;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col < 40)
        return most < 80 ? most : 80;
    return size.ws_col < most ? size.ws_col : most;
}

void terminal_set_colour(FILE *out, enum terminal_colour colour)
{
    static const char *const sequences[] = {
        [COLOUR_NONE] = "",
        [COLOUR_RESET] = "\033[0m",
        [COLOUR_BOLD] = "\033[1m",
        [COLOUR_RED] = "\033[31m",
        [COLOUR_GREEN] = "\033[32m",
        [COLOUR_CYAN] = "\033[36m",
        [COLOUR_BOLD_RED] = "\033[1;31m",
        [COLOUR_BOLD_YELLOW] = "\033[1;33m",
    };

    if (!out_stream || out != out_stream) {
        fputs(sequences[colour], out);
        return;
    }
    if (colour != COLOUR_NONE && fflush(out) == 0) {
        sink_settle(&out_sink, true);
        sink_put(&out_sink, sequences[colour], strlen(sequences[colour]));
        sink_drain(&out_sink);
    }
}
