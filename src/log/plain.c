/* SPDX-License-Identifier: MIT */
/* What carries a line of a log.
 * Owns JSON as far as logs have it: one flat object a line, which may be cut anywhere. */
#include "log/plain.h"

#include <stdbool.h>
#include <string.h>

#include "log/cursor.h"
#include "util/text.h"

enum { ESCAPE = 27 };

enum field {
    FIELD_LOG,
    FIELD_MESSAGE,
    FIELD_PID,
    FIELD_ROLE,
    FIELD_TIME,
    FIELD_LEVEL,
    FIELD_JOURNAL_MESSAGE,
    FIELD_JOURNAL_IDENTIFIER,
    FIELD_JOURNAL_PID,
    FIELD_COUNT,
};

/* As they stand there: escaped, without quotes. */
struct fields {
    struct log_part parts[FIELD_COUNT];
};

/* --- what is read --- */

static int is_space(int character)
{
    return character == ' ' || character == '\t' || character == '\r';
}

static int is_in_number(int character)
{
    return character != ',' && character != '}' && character != ']';
}

/* Behind its first quote: up to the last one, or to the end of what is there. */
static struct log_part take_string(struct cursor *cursor)
{
    struct log_part part = {.text = cursor->at};

    while (cursor->at < cursor->end && *cursor->at != '"')
        cursor->at += *cursor->at == '\\' && cursor->at + 1 < cursor->end ? 2 : 1;
    part.size = (size_t)(cursor->at - part.text);
    if (cursor->at < cursor->end)
        cursor->at++;
    return part;
}

/* Objects and lists in it are passed over. */
static struct log_part take_value(struct cursor *cursor)
{
    char bracket;
    size_t depth = 0;

    if (take_text(cursor, "\""))
        return take_string(cursor);
    if (cursor->at == cursor->end || !strchr("{[", *cursor->at))
        return take_while(cursor, is_in_number);
    do {
        if (take_text(cursor, "\""))
            take_string(cursor);
        else if (take_one_of(cursor, "{}[]", &bracket))
            depth = bracket == '{' || bracket == '[' ? depth + 1 : depth - 1;
        else
            cursor->at++;
    } while (depth > 0 && cursor->at < cursor->end);
    return (struct log_part){0};
}

static bool read_object(struct log_part line, struct fields *fields)
{
    static const struct {
        const char *name;
        enum field field;
    } names[] = {
        {"log", FIELD_LOG},
        {"message", FIELD_MESSAGE},
        {"msg", FIELD_MESSAGE},
        {"pid", FIELD_PID},
        {"role", FIELD_ROLE},
        {"timestamp", FIELD_TIME},
        {"level", FIELD_LEVEL},
        {"MESSAGE", FIELD_JOURNAL_MESSAGE},
        {"SYSLOG_IDENTIFIER", FIELD_JOURNAL_IDENTIFIER},
        {"_PID", FIELD_JOURNAL_PID},
    };
    struct cursor cursor = {line.text, line.text + line.size};

    take_while(&cursor, is_space);
    if (!take_text(&cursor, "{"))
        return false;
    do {
        struct log_part name, value;

        take_while(&cursor, is_space);
        if (!take_text(&cursor, "\""))
            return false;
        name = take_string(&cursor);
        take_while(&cursor, is_space);
        if (!take_text(&cursor, ":"))
            return false;
        take_while(&cursor, is_space);
        value = take_value(&cursor);
        for (size_t i = 0; i < ELEMENTS(names); i++)
            if (text_equals_part(names[i].name, name.text, name.size))
                fields->parts[names[i].field] = value;
        take_while(&cursor, is_space);
    } while (take_text(&cursor, ","));
    return true;
}

/* --- what is written --- */

struct writer {
    char *text;
    size_t size; /* at most LOG_LINE_MAX */
};

static void put(struct writer *writer, const char *bytes, size_t size)
{
    size_t room = LOG_LINE_MAX - writer->size;

    size = size < room ? size : room;
    memcpy(writer->text + writer->size, bytes, size);
    writer->size += size;
}

static void put_text(struct writer *writer, const char *text)
{
    put(writer, text, strlen(text));
}

/* \uXXXX: what is no ASCII becomes '?', for no known message has any. */
static void put_escape(struct writer *writer, struct cursor *cursor)
{
    static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    const char *letter;
    unsigned value = 0, digits = 0;
    char digit;

    if (take_text(cursor, "u")) {
        while (digits < 4 && take_one_of(cursor, "0123456789abcdefABCDEF", &digit)) {
            value = value * 16 +
                    (unsigned)(isdigit((unsigned char)digit) ? digit - '0' : (digit | 32) - 'a' + 10);
            digits++;
        }
        put(writer, digits == 4 && value > 0 && value < 128 ? (const char[]){(char)value} : "?", 1);
        return;
    }
    letter = cursor->at < cursor->end && *cursor->at ? strchr(letters, *cursor->at) : NULL;
    if (letter) {
        put(writer, &meant[letter - letters], 1);
        cursor->at++;
    }
}

static void put_string(struct writer *writer, struct log_part part)
{
    struct cursor cursor;

    if (!part.text)
        return;
    cursor = (struct cursor){part.text, part.text + part.size};
    while (cursor.at < cursor.end) {
        const char *escape = memchr(cursor.at, '\\', (size_t)(cursor.end - cursor.at));
        size_t size = (size_t)((escape ? escape : cursor.end) - cursor.at);

        put(writer, cursor.at, size);
        cursor.at += size;
        if (take_text(&cursor, "\\"))
            put_escape(writer, &cursor);
    }
}

static void put_frame(struct writer *writer, const struct fields *fields)
{
    const struct log_part *parts = fields->parts;

    put_string(writer, parts[FIELD_PID]);
    put(writer, (const char[]){':', log_role(parts[FIELD_ROLE]), ' '}, 3);
    put_string(writer, parts[FIELD_TIME]);
    put(writer, (const char[]){' ', log_level(parts[FIELD_LEVEL]), ' '}, 3);
    put_string(writer, parts[FIELD_MESSAGE]);
}

static void put_journal_entry(struct writer *writer, const struct fields *fields)
{
    put_string(writer, fields->parts[FIELD_JOURNAL_IDENTIFIER]);
    put_text(writer, "[");
    put_string(writer, fields->parts[FIELD_JOURNAL_PID]);
    put_text(writer, "]: ");
    put_string(writer, fields->parts[FIELD_JOURNAL_MESSAGE]);
}

static void put_object(struct writer *writer, const struct fields *fields)
{
    const struct log_part *parts = fields->parts;

    if (parts[FIELD_LOG].text) {
        put_string(writer, parts[FIELD_LOG]);
    } else if (parts[FIELD_JOURNAL_MESSAGE].text) {
        put_journal_entry(writer, fields);
    } else if (parts[FIELD_MESSAGE].text && log_role(parts[FIELD_ROLE]) && log_level(parts[FIELD_LEVEL])) {
        put_frame(writer, fields);
    } else if (parts[FIELD_MESSAGE].text) {
        put_text(writer, "json: ");
        put_string(writer, parts[FIELD_MESSAGE]);
    }
}

/* Without what sets a colour: ESCAPE "[36m", as docker compose puts around "redis-1  | ". */
static void put_uncoloured(struct writer *writer, struct log_part line)
{
    struct cursor cursor = {line.text, line.text + line.size};

    while (cursor.at < cursor.end) {
        const char *escape = memchr(cursor.at, ESCAPE, (size_t)(cursor.end - cursor.at));
        struct cursor behind = {escape ? escape + 1 : cursor.end, cursor.end};
        bool is_colour = take_text(&behind, "[");

        put(writer, cursor.at, (size_t)((escape ? escape : cursor.end) - cursor.at));
        while (is_colour && behind.at < behind.end &&
               (isdigit((unsigned char)*behind.at) || *behind.at == ';'))
            behind.at++;
        is_colour = is_colour && take_text(&behind, "m");
        if (escape && !is_colour)
            put(writer, escape, 1);
        cursor.at = !escape ? cursor.end : is_colour ? behind.at : escape + 1;
    }
}

static struct log_part plain_of_json(struct log_part line, char buffer[static LOG_LINE_MAX])
{
    struct writer writer = {0};
    struct fields fields = {0};

    writer.text = buffer;
    read_object(line, &fields);
    put_object(&writer, &fields);
    return writer.size > 0 ? (struct log_part){buffer, writer.size} : line;
}

static struct log_part plain_of_colours(struct log_part line, char buffer[static LOG_LINE_MAX])
{
    struct writer writer = {0};

    writer.text = buffer;
    put_uncoloured(&writer, line);
    return (struct log_part){buffer, writer.size};
}

struct log_part log_plain(const char *line, size_t size, char buffer[static LOG_LINE_MAX])
{
    const struct log_part plain = {line, size < LOG_LINE_MAX ? size : LOG_LINE_MAX};

    if (size > 0 && (*line == '{' || is_space(*line)))
        return plain_of_json(plain, buffer);
    return memchr(line, ESCAPE, plain.size) ? plain_of_colours(plain, buffer) : plain;
}
