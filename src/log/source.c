/* SPDX-License-Identifier: MIT */
/* Writers of a stream of log lines.
 * Owns what of a line's beginning is a name, and whose. */
#include "log/source.h"

#include <string.h>

#include "log/cursor.h"
#include "util/text.h"

/* --- words before a message --- */

static int is_no_gap(int character)
{
    return character != ' ' && character != '\t';
}

static bool take_word(struct cursor *cursor, struct log_part *ret)
{
    while (cursor->at < cursor->end && !is_no_gap((unsigned char)*cursor->at))
        cursor->at++;
    *ret = take_while(cursor, is_no_gap);
    return ret->size > 0;
}

/* "[Thu" and "2022]" of dmesg -T. */
static struct log_part without_brackets(struct log_part word)
{
    while (word.size > 0 && strchr("[(", *word.text))
        word = (struct log_part){word.text + 1, word.size - 1};
    while (word.size > 0 && strchr("])", word.text[word.size - 1]))
        word.size--;
    return word;
}

/* No name: times, levels, parts of a frame that is not whole ("812:M", "#"), signs. */
static bool is_decoration(struct log_part word)
{
    static const char *const words[] = {
        "Jan",   "Feb",    "Mar",   "Apr",  "May",    "Jun",     "Jul",   "Aug",   "Sep",
        "Oct",   "Nov",    "Dec",   "Mon",  "Tue",    "Wed",     "Thu",   "Fri",   "Sat",
        "Sun",   "UTC",    "-",     "--",   "stdout", "stderr",  "DEBUG", "INFO",  "WARN",
        "ERROR", "NOTICE", "debug", "info", "notice", "warning", "warn",  "error",
    };
    size_t letters = 0;

    word = without_brackets(word);
    for (size_t i = 0; i < word.size; i++)
        letters += isalpha((unsigned char)word.text[i]) != 0;
    if (letters == 0 || *word.text == ':' ||
        (letters == 1 && (word.size == 1 || isdigit((unsigned char)*word.text))))
        return true;
    if (letters == 2 && isdigit((unsigned char)*word.text) && memchr(word.text, 'T', word.size))
        return true; /* 2022-06-30T10:00:00Z */
    for (size_t i = 0; i < ELEMENTS(words); i++)
        if (text_equals_part(words[i], word.text, word.size))
            return true;
    return false;
}

bool log_is_tool(struct log_part name)
{
    static const char *const words[] = {"exporter", "hosttune", "cli", "benchmark", "insight", "check"};

    for (size_t i = 0; i < ELEMENTS(words); i++)
        if (memmem(name.text, name.size, words[i], strlen(words[i])))
            return true;
    return false;
}

bool log_is_server(struct log_part name)
{
    static const char *const servers[] = {"redis", "valkey", "keydb"};

    for (size_t i = 0; i < ELEMENTS(servers); i++)
        if (name.size >= strlen(servers[i]) && memcmp(name.text, servers[i], strlen(servers[i])) == 0)
            return !log_is_tool(name);
    return false;
}

/* "redis-server[812]:" without what stands behind the name; dmesg -x has "kern  :err   : ". */
static enum log_writer writer_called(struct log_part name)
{
    if (text_equals_part("kernel", name.text, name.size) || text_equals_part("kern", name.text, name.size))
        return LOG_WRITER_KERNEL;
    if (text_equals_part("systemd", name.text, name.size))
        return LOG_WRITER_SYSTEMD;
    return log_is_server(name) ? LOG_WRITER_SERVER : LOG_WRITER_OTHER;
}

/* "NAME[PID]:" or "NAME:" */
static bool take_name(struct log_part word, struct log_part *ret)
{
    const char *bracket;

    if (word.size < 2 || word.text[word.size - 1] != ':')
        return false;
    word.size--;
    if (*word.text == '(') { /* "(edis-server)[812]:", systemd in the process that it starts it in */
        *ret = (struct log_part){"systemd", strlen("systemd")};
        return true;
    }
    bracket = memchr(word.text, '[', word.size);
    if (bracket)
        word.size = (size_t)(bracket - word.text);
    *ret = without_brackets(word);
    return true;
}

/* compose's "redis-1 |", kubectl's "[pod/redis-0/redis]" */
static bool is_of_container(struct log_part word)
{
    return text_equals_part("|", word.text, word.size) ||
           (word.size > 0 && *word.text == '[' && memchr(word.text, '/', word.size));
}

enum log_writer log_writer(struct log_part prefix)
{
    struct cursor cursor = {prefix.text, prefix.text + prefix.size};
    enum log_writer writer = LOG_WRITER_NOBODY;
    bool is_named = false;
    struct log_part word, name;

    while (take_word(&cursor, &word)) {
        if (is_of_container(word)) {
            writer = LOG_WRITER_SERVER;
            is_named = true;
        } else if (is_decoration(word)) {
            continue;
        } else if (take_name(word, &name)) {
            writer = writer_called(name);
            is_named = true;
        } else if (is_named || writer != LOG_WRITER_SERVER) { /* syslog's newer form: "HOST redis 812 - -" */
            writer = is_named ? LOG_WRITER_OTHER : writer_called(word);
        }
    }
    return writer;
}

/* --- versions --- */

/* FNV-1a */
static void add_to(uint64_t *hash, struct log_part part)
{
    for (size_t i = 0; i < part.size; i++)
        *hash = (*hash ^ (unsigned char)part.text[i]) * 0x100000001b3ULL;
    *hash *= 0x100000001b3ULL;
}

uint64_t log_source(struct log_part prefix, struct log_part pid)
{
    struct cursor cursor = {prefix.text, prefix.text + prefix.size};
    uint64_t hash = 0xcbf29ce484222325ULL;
    struct log_part word;

    while (take_word(&cursor, &word))
        if (!is_decoration(word))
            add_to(&hash, word);
    add_to(&hash, pid);
    return hash;
}

struct log_version log_version_of(const struct log_versions *versions, uint64_t source)
{
    size_t kept = versions->count < LOG_SOURCES_MAX ? versions->count : LOG_SOURCES_MAX;

    for (size_t i = 1; i <= kept; i++)
        if (versions->told[(versions->count - i) % LOG_SOURCES_MAX].source == source)
            return versions->told[(versions->count - i) % LOG_SOURCES_MAX].version;
    return (struct log_version){0};
}

void log_version_told(struct log_versions *versions, uint64_t source, struct log_version version)
{
    size_t place = versions->count++ % LOG_SOURCES_MAX;

    versions->told[place].source = source;
    versions->told[place].version = version;
}
