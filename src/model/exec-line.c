/* SPDX-License-Identifier: MIT */
/* Command lines of units.
 * Owns where the wrapper goes in them; quoting and specifiers stay as they are; pure. */
#include "model/exec-line.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WHITE_SPACE " \t\n\r"

/* Bytes of the word at text, quotes and escapes included. */
static size_t word_length(const char *text)
{
    char quote = '\0';
    size_t i;

    for (i = 0; text[i] && (quote || !strchr(WHITE_SPACE, text[i])); i++) {
        if (text[i] == '\\' && text[i + 1])
            i++;
        else if (quote && text[i] == quote)
            quote = '\0';
        else if (!quote && (text[i] == '"' || text[i] == '\''))
            quote = text[i];
    }
    return i;
}

int exec_line_parse(const char *value, struct exec_line *ret)
{
    size_t prefixes = strspn(value, "-@:+!|");
    const char *program = value + prefixes;

    /* ">" and the like: prefixes of a systemd that we do not know */
    if (!*program || strchr(WHITE_SPACE, *program))
        return -EINVAL;
    *ret = (struct exec_line){
        .prefixes = value,
        .prefixes_length = prefixes,
        .program = program,
        .program_length = word_length(program),
        .has_argv0 = memchr(value, '@', prefixes) != NULL,
    };
    ret->rest = program + ret->program_length;
    return 0;
}

char exec_line_first_character(const struct exec_line *line)
{
    return *line->program == '"' || *line->program == '\'' ? line->program[1] : *line->program;
}

bool exec_line_runs(const struct exec_line *line, const char *name)
{
    size_t length = strlen(name), end = line->program_length;

    if (end > 0 && (line->program[end - 1] == '"' || line->program[end - 1] == '\''))
        end--;
    if (end < length || strncmp(line->program + end - length, name, length) != 0)
        return false;
    return end == length || strchr("/\"'", line->program[end - length - 1]) != NULL;
}

bool exec_line_is_compound(const struct exec_line *line)
{
    const char *word = line->rest + strspn(line->rest, WHITE_SPACE);

    if (memchr(line->program, '$', line->program_length))
        return true;
    while (*word) {
        size_t length = word_length(word);

        if (length == 1 && *word == ';')
            return true;
        word += length;
        word += strspn(word, WHITE_SPACE);
    }
    return false;
}

/* The '@' goes, for it would name the wrapper; --argv0 hands the name on. */
char *exec_line_wrap(const struct exec_line *line, const char *wrapper)
{
    const char *rest = line->rest, *name = "";
    size_t name_length = 0, size;
    char *text = NULL;
    FILE *out = open_memstream(&text, &size);

    if (!out)
        return NULL;
    for (size_t i = 0; i < line->prefixes_length; i++)
        if (line->prefixes[i] != '@')
            fputc(line->prefixes[i], out);
    if (line->has_argv0) {
        name = rest + strspn(rest, WHITE_SPACE);
        name_length = word_length(name);
        rest = name + name_length;
    }
    fprintf(out, "%s%s%.*s -- %.*s%s", wrapper, name_length ? " --argv0 " : "", (int)name_length, name,
            (int)line->program_length, line->program, rest);
    fclose(out);
    return text;
}
