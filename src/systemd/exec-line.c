/* SPDX-License-Identifier: MIT */
/* Command lines of units.
 * Owns where the wrapper goes in them; quoting and specifiers stay as they are; pure. */
#include "systemd/exec-line.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/memory.h"
#include "util/text.h"

#define WHITE_SPACE " \t"

/* The end of the word at text, quotes and escapes included; NULL: one of them is left open. */
static const char *word_end(const char *text)
{
    char quote = '\0';

    for (; *text && (quote || !strchr(WHITE_SPACE, *text)); text++) {
        if (*text == '\\') {
            if (*++text == '\0')
                return NULL;
        } else if (*text == quote) {
            quote = '\0';
        } else if (!quote && (*text == '"' || *text == '\'')) {
            quote = *text;
        }
    }
    return quote ? NULL : text;
}

static const char *skip_white_space(const char *text)
{
    return text + strspn(text, WHITE_SPACE);
}

static bool has_variable(const char *word, size_t length)
{
    return word && memchr(word, '$', length);
}

/* The words behind the program. */
static int parse_rest(struct exec_line *line)
{
    const char *end;

    for (const char *word = skip_white_space(line->rest); *word; word = skip_white_space(end)) {
        end = word_end(word);
        if (!end)
            return -EINVAL;
        line->is_compound = line->is_compound || (*word == ';' && end == word + 1);
    }
    return 0;
}

int exec_line_parse(const char *value, struct exec_line *ret)
{
    size_t prefixes = strspn(value, "-@:+!|");
    struct exec_line line = {.prefixes = value, .prefixes_length = prefixes, .program = value + prefixes};

    line.rest = word_end(line.program);
    /* ">" and the like: prefixes of a systemd that we do not know */
    if (!line.rest || line.rest == line.program)
        return -EINVAL;
    line.program_length = (size_t)(line.rest - line.program);
    if (memchr(value, '@', prefixes)) {
        line.name = skip_white_space(line.rest);
        line.rest = word_end(line.name);
        if (!line.rest || line.rest == line.name)
            return -EINVAL;
        line.name_length = (size_t)(line.rest - line.name);
    }
    line.is_compound = has_variable(line.program, line.program_length) ||
                       has_variable(line.name, line.name_length) ||
                       (line.name_length == 1 && *line.name == ';');
    if (parse_rest(&line) < 0)
        return -EINVAL;
    *ret = line;
    return 0;
}

static bool is_quote(char c)
{
    return c == '"' || c == '\'';
}

/* Without the quote behind it. */
static size_t bare_length(const struct exec_line *line)
{
    return line->program_length - (is_quote(line->program[line->program_length - 1]) ? 1 : 0);
}

bool exec_line_has_path(const struct exec_line *line)
{
    const char *first = line->program + (is_quote(*line->program) ? 1 : 0);
    size_t length = bare_length(line);

    return (*first == '/' || *first == '%') && length > 0 && line->program[length - 1] != '/';
}

bool exec_line_runs(const struct exec_line *line, const char *name)
{
    size_t length = strlen(name), end = bare_length(line);

    if (end < length || strncmp(line->program + end - length, name, length) != 0)
        return false;
    return end == length || strchr("/\"'", line->program[end - length - 1]) != NULL;
}

char *exec_line_wrap(const struct exec_line *line, const char *wrapper)
{
    struct text_builder text = {0};

    for (size_t i = 0; i < line->prefixes_length; i++)
        if (line->prefixes[i] != '@')
            text_builder_add_part(&text, &line->prefixes[i], 1);
    text_builder_add_text(&text, wrapper);
    if (line->name)
        text_builder_add(&text, " --argv0 %.*s", (int)line->name_length, line->name);
    text_builder_add(&text, " -- %.*s%s", (int)line->program_length, line->program, line->rest);
    return memory_require(text_builder_take(&text));
}
