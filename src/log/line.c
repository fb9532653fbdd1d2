/* SPDX-License-Identifier: MIT */
/* Known messages in log lines of Redis and Valkey, by the table's patterns.
 * Owns how one is found in a line that may hold anything, be cut, or be another program's. */
#include "log/line.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "log/cursor.h"
#include "log/pattern.h"
#include "util/text.h"

enum {
    KEY_SIZE = 4, /* characters of a pattern that it is found by */
    BUCKETS = 1 << 11,
    ENTRIES_MAX = 1024, /* patterns of the table; test-log-line finds each */
};

#define ELLIPSIS "\xe2\x80\xa6" /* systemctl status */

/* --- the table's patterns by their first characters --- */

struct entry {
    uint32_t key; /* the first characters */
    const char *pattern;
    const struct log_line_kind *kind;
    unsigned speaker; /* its bit */
    uint16_t next;    /* in the same bucket, in the table's order; 0: the last */
};

/* Built by the first line. Logs are read by one thread. */
static struct {
    bool is_built;
    struct entry entries[ENTRIES_MAX];
    uint16_t heads[BUCKETS];       /* 0: none */
    bool is_within[UCHAR_MAX + 1]; /* characters behind which no message begins */
} table;

/* Not of the table: tells a server's version. */
static const struct log_line_kind version_kind = {
    .id = "version",
    .speaker = LOG_SPEAKER_REPLY, /* by whatever name it logs */
    .patterns =
        {
            "Redis version=%d.%d.%d",                 /* 4.0 and later */
            "Server started, Redis version %d.%d.%d", /* before */
            "Valkey version=%d.%d.%d",
            "KeyDB version=%d.%d.%d",
        },
};

static uint32_t key_of(const char *text)
{
    uint32_t key;

    memcpy(&key, text, KEY_SIZE);
    return key;
}

static uint16_t *bucket_of(uint32_t key)
{
    return &table.heads[key * 2654435761U >> 21];
}

/* Only a reply begins with ERR. */
static unsigned speaker_of(const struct log_line_kind *kind, size_t pattern)
{
    return 1U << (text_has_prefix(kind->patterns[pattern], "ERR ") ? LOG_SPEAKER_REPLY : kind->speaker);
}

static void add_kind(const struct log_line_kind *kind, size_t *count)
{
    size_t patterns = 0;

    while (kind->patterns[patterns])
        patterns++;
    while (patterns-- > 0 && *count + 1 < ENTRIES_MAX) {
        uint32_t key = key_of(kind->patterns[patterns]);
        uint16_t *head = bucket_of(key);

        table.entries[++*count] =
            (struct entry){key, kind->patterns[patterns], kind, speaker_of(kind, patterns), *head};
        *head = (uint16_t)*count;
    }
}

/* From the last to the first, each put before those that are there. */
static void build_table(void)
{
    size_t count = 0;

    for (size_t i = log_line_kinds_count; i-- > 0;)
        add_kind(&log_line_kinds[i], &count);
    add_kind(&version_kind, &count);
    for (int i = 0; i <= UCHAR_MAX; i++)
        table.is_within[i] = isalnum(i) != 0;
    table.is_built = true;
}

/* --- all patterns --- */

/* What a message may be: the first row that fits whole, and the row of which most is there. */
struct candidates {
    const struct log_line_kind *whole, *part;
    size_t whole_literal, part_literal;
    bool is_ambiguous; /* as much is there of another row */
    bool is_open;      /* a row before the whole one would fit if more came */
    size_t literal;    /* the most that is there of any, whatever is to come */
    struct log_part values[LOG_VALUES_MAX], part_values[LOG_VALUES_MAX];
};

static void consider_part(const struct log_line_kind *kind, size_t literal, const struct log_part *values,
                          struct candidates *candidates)
{
    if (literal < candidates->part_literal)
        return;
    if (literal == candidates->part_literal) {
        candidates->is_ambiguous = candidates->is_ambiguous || candidates->part != kind;
        return;
    }
    candidates->part = kind;
    candidates->part_literal = literal;
    candidates->is_ambiguous = false;
    memcpy(candidates->part_values, values, sizeof(candidates->part_values));
}

/* What fits whole ends the search: true. */
static bool consider(const struct entry *entry, struct log_part message, struct candidates *candidates)
{
    struct log_part values[LOG_VALUES_MAX] = {0};
    size_t literal;
    enum log_fit fit = log_pattern_match(entry->pattern, message, values, &literal);
    bool applies;

    if (fit == LOG_FIT_NOT)
        return false;
    applies = !entry->kind->applies || entry->kind->applies(values);
    candidates->is_open = candidates->is_open || fit != LOG_FIT_WHOLE;
    if ((applies || fit != LOG_FIT_WHOLE) && literal > candidates->literal)
        candidates->literal = literal;
    if (!applies)
        return false;
    if (fit == LOG_FIT_OPEN && literal >= LITERAL_MIN)
        literal = LITERAL_MIN - 1;
    if (fit != LOG_FIT_WHOLE && literal >= KEY_SIZE)
        consider_part(entry->kind, literal, values, candidates);
    if (fit != LOG_FIT_WHOLE)
        return false;
    candidates->whole = entry->kind;
    candidates->whole_literal = literal;
    memcpy(candidates->values, values, sizeof(values));
    return true;
}

/* mask: which speakers it may be of, 1 << enum log_speaker | … */
static void find_candidates(struct log_part message, unsigned mask, struct candidates *ret)
{
    uint32_t key;

    if (message.size < KEY_SIZE)
        return;
    key = key_of(message.text);
    for (uint16_t at = *bucket_of(key); at; at = table.entries[at].next) {
        const struct entry *entry = &table.entries[at];

        if (entry->key == key && (mask & entry->speaker) && consider(entry, message, ret))
            return;
    }
}

static bool may_be_harmless(struct log_part message)
{
    for (const char *const *text = log_lines_harmless; *text; text++)
        if (message.size < strlen(*text) && memcmp(message.text, *text, message.size) == 0)
            return true;
    return false;
}

/* --- lines that are cut --- */

/* Takes the sign off that the message was cut: all of them have the ellipsis, some end with one of the others
 * by themselves. */
static bool take_mark_off(struct log_part *message, const char *mark)
{
    size_t size = strlen(mark);

    if (message->size < size || memcmp(message->text + message->size - size, mark, size) != 0)
        return false;
    message->size -= size;
    return true;
}

static enum log_found choose(const struct candidates *candidates, struct log_part message, bool is_marked,
                             struct log_match *match)
{
    bool is_part = candidates->part_literal > candidates->whole_literal;
    const struct log_part *values = is_part ? candidates->part_values : candidates->values;
    const char *end = message.text + message.size;

    match->kind = candidates->whole;
    if (is_part && !candidates->is_ambiguous && candidates->part_literal >= LITERAL_MIN &&
        !may_be_harmless(message))
        match->kind = candidates->part;
    else if (is_part)
        values = candidates->values;
    memcpy(match->values, values, sizeof(match->values));
    match->literal = candidates->literal;
    match->is_cut = is_part;
    match->is_marked = is_marked;
    match->is_open = !is_part && !is_marked && candidates->is_open;
    for (size_t i = 0; i < LOG_VALUES_MAX && is_marked; i++)
        match->is_cut = match->is_cut || (values[i].text && values[i].text + values[i].size == end);
    if (is_part)
        return LOG_FOUND_PART;
    return match->kind ? LOG_FOUND : LOG_FOUND_NOTHING;
}

static enum log_found find_message(struct log_part message, unsigned mask, struct log_match *match)
{
    struct candidates candidates = {0};
    bool is_marked = take_mark_off(&message, ELLIPSIS);

    find_candidates(message, mask, &candidates);
    if (!candidates.whole && !candidates.part && !is_marked &&
        (take_mark_off(&message, "...") || take_mark_off(&message, ">") || take_mark_off(&message, "$"))) {
        is_marked = true;
        find_candidates(message, mask, &candidates);
    }
    return choose(&candidates, message, is_marked, match);
}

/* --- whose line it is --- */

/* What may be said by who has written a line, without a frame. A name that nobody knows is a server's once it
 * has told its version. */
static unsigned may_say(const struct log_versions *versions, struct log_part prefix)
{
    static const unsigned masks[] = {
        [LOG_WRITER_NOBODY] = ~0U,
        [LOG_WRITER_SERVER] = 1U << LOG_SPEAKER_SERVER | 1U << LOG_SPEAKER_REPLY,
        [LOG_WRITER_KERNEL] = 1U << LOG_SPEAKER_KERNEL | 1U << LOG_SPEAKER_REPLY,
        [LOG_WRITER_SYSTEMD] = 1U << LOG_SPEAKER_SYSTEMD | 1U << LOG_SPEAKER_REPLY,
        [LOG_WRITER_OTHER] = 1U << LOG_SPEAKER_REPLY,
    };
    enum log_writer writer = log_writer(prefix);

    if (writer == LOG_WRITER_OTHER &&
        log_version_of(versions, log_source(prefix, (struct log_part){0})).major > 0)
        writer = LOG_WRITER_SERVER;
    return masks[writer];
}

/* Another program may speak of a version too; only a server has ", bits=" or nothing behind it. */
static bool tells_version(struct log_part message, const struct log_match *match)
{
    const struct log_part *last = &match->values[2];
    struct cursor rest = {last->text + last->size, message.text + message.size};

    return rest.at == rest.end || *rest.at != ',' || take_text(&rest, ", bits=");
}

/* *match and what is returned stay as they are where there is no better one here. */
static enum log_found find_at(const struct log_versions *versions, struct log_part line, size_t at,
                              enum log_found best, struct log_match *match)
{
    const struct log_part rest = {line.text + at, line.size - at}, prefix = {line.text, at};
    struct log_match here = {.frame = {.prefix = prefix, .message = rest}};
    enum log_found found = find_message(rest, ~0U, &here);

    if (found > best) /* whose line it is takes longer to learn */
        found = find_message(rest, may_say(versions, prefix), &here);
    if (found <= best)
        return best;
    *match = here;
    return found;
}

/* Without a frame the message may stand behind a prefix that nobody knows, such as syslog's. */
static enum log_found find_anywhere(const struct log_versions *versions, struct log_match *match)
{
    const struct log_part line = match->frame.message;
    enum log_found best = LOG_FOUND_NOTHING;

    for (size_t i = 0; i + KEY_SIZE <= line.size && best != LOG_FOUND; i++)
        if ((i == 0 || !table.is_within[(unsigned char)line.text[i - 1]]) &&
            *bucket_of(key_of(line.text + i)))
            best = find_at(versions, line, i, best, match);
    return best;
}

/* --- versions --- */

static int number_of(struct log_part digits)
{
    int number = 0;

    for (size_t i = 0; i < digits.size && i < 3; i++)
        number = number * 10 + (digits.text[i] - '0');
    return number;
}

static void note_version(const struct log_match *match, struct log_versions *versions)
{
    const struct log_version version = {number_of(match->values[0]), number_of(match->values[1]),
                                        number_of(match->values[2])};

    if (tells_version(match->frame.message, match))
        log_version_told(versions, log_source(match->frame.prefix, match->frame.pid), version);
}

/* 7.0.1 and 7.0.2 warn where nothing is wrong, in the words of the others. */
static void set_version(const struct log_versions *versions, struct log_match *match)
{
    if (!match->kind)
        return;
    if (versions->count > 0)
        match->version = log_version_of(versions, log_source(match->frame.prefix, match->frame.pid));
    if (match->version.major == 7 && match->version.minor == 0 &&
        (match->version.patch == 1 || match->version.patch == 2) &&
        strcmp(match->kind->id, "overcommit-is-0") == 0)
        match->kind = log_line_kind_find("overcommit-inverted");
}

enum log_found log_line_find(const char *line, size_t size, struct log_versions *versions,
                             struct log_match *ret)
{
    struct log_match match = {.frame = log_frame_parse(line, size)};
    enum log_found found;

    if (!table.is_built)
        build_table();
    if (match.frame.pid.size == 0)
        found = find_anywhere(versions, &match);
    else if (match.frame.message.size < KEY_SIZE) /* wrapped at its very beginning */
        found = LOG_FOUND_PART;
    else
        found = find_message(match.frame.message, 1U << LOG_SPEAKER_SERVER | 1U << LOG_SPEAKER_REPLY, &match);
    if (match.kind == &version_kind) {
        if (found == LOG_FOUND)
            note_version(&match, versions);
        match.kind = NULL;
        found = found == LOG_FOUND ? LOG_FOUND_NOTHING : found;
    }
    set_version(versions, &match);
    *ret = match;
    return found;
}

/* --- what was found --- */

const struct log_line_kind *log_line_kind_find(const char *id)
{
    return array_find(&log_line_kinds[0], log_line_kinds_count, id, id);
}

long long log_match_number(const struct log_match *match, size_t value)
{
    struct log_part part = match->values[value];
    char digits[24];
    long long number;

    if (!part.text || part.size >= sizeof(digits))
        return -1;
    memcpy(digits, part.text, part.size);
    digits[part.size] = '\0';
    return parse_integer(digits, &number) < 0 || number < 0 ? -1 : number;
}
