/* SPDX-License-Identifier: MIT */
/* Records of earlier runs.
 * Owns their form as text and how long each counts. */
#include "diagnose/run-record.h"

#include <stdlib.h>
#include <string.h>

#include "diagnose/diagnosis.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

static bool is_run_id(const char *text)
{
    return strlen(text) == RUN_ID_SIZE - 1 && text[strspn(text, "0123456789abcdef")] == '\0';
}

/* The next word of a line as a number that is not negative. */
static bool take_number(char **line, long long *ret)
{
    char *word = strsep(line, " ");

    return word && parse_integer(word, ret) == 0 && *ret >= 0;
}

static bool parse_line(char *line, struct run_record *ret)
{
    const char *run_id = strsep(&line, " ");
    struct run_record record = {0};

    if (!is_run_id(run_id) || !take_number(&line, &record.at) || !take_number(&line, &record.used_memory) ||
        !take_number(&line, &record.keys) || !take_number(&line, &record.expired_keys) ||
        !take_number(&line, &record.evicted_keys) || line)
        return false;
    memcpy(record.run_id, run_id, RUN_ID_SIZE);
    *ret = record;
    return true;
}

/* *ret_last, where it is wanted, is the last one's; the first is returned. */
static struct run_record *find(const struct run_records *records, const char *run_id, size_t *ret_count,
                               struct run_record **ret_last)
{
    struct run_record *first = NULL;

    *ret_count = 0;
    *ret_last = NULL;
    for (size_t i = 0; i < records->items_count; i++) {
        if (strcmp(records->items[i].run_id, run_id) != 0)
            continue;
        first = first ? first : &records->items[i];
        *ret_last = &records->items[i];
        ++*ret_count;
    }
    return first;
}

static void remove_one(struct run_records *records, struct run_record *record)
{
    size_t at = (size_t)(record - records->items);

    records->items_count--;
    memmove(record, record + 1, (records->items_count - at) * sizeof(*record));
}

static void add(struct run_records *records, const struct run_record *record)
{
    if (records->items_count >= RUN_RECORDS_MAX)
        return;
    *memory_add(records->items, records->items_count) = *record;
}

void run_records_parse(const char *text, struct run_records *ret)
{
    _cleanup_free_ char *copy = memory_copy(text);
    struct run_records records = {0};
    char *rest = copy, *line;

    while ((line = strsep(&rest, "\n"))) {
        struct run_record record, *last;
        size_t count;

        if (!parse_line(line, &record))
            continue;
        (void)find(&records, record.run_id, &count, &last);
        if (count < RUN_RECORDS_OF_ONE && (count == 0 || last->at < record.at))
            add(&records, &record);
    }
    *ret = records;
}

char *run_records_print(const struct run_records *records)
{
    struct text_builder text = {0};

    for (size_t i = 0; i < records->items_count; i++) {
        const struct run_record *record = &records->items[i];

        text_builder_add(&text, "%s %lld %lld %lld %lld %lld\n", record->run_id, record->at,
                         record->used_memory, record->keys, record->expired_keys, record->evicted_keys);
    }
    return memory_require(text_builder_take(&text));
}

const struct run_record *run_records_find(const struct run_records *records, const char *run_id,
                                          long long now)
{
    struct run_record *last;
    size_t count;
    const struct run_record *record = find(records, run_id, &count, &last);

    return record && record->at <= now ? record : NULL;
}

bool run_records_note(struct run_records *records, const struct run_record *record)
{
    struct run_record *last, *first;
    size_t count;

    first = find(records, record->run_id, &count, &last);
    if (first && last->at <= record->at && record->at - last->at < RUN_RECORD_KEPT)
        return false;
    while (first && (last->at > record->at || count == RUN_RECORDS_OF_ONE)) {
        remove_one(records, first);
        first = find(records, record->run_id, &count, &last);
    }
    add(records, record);
    return true;
}

void run_records_forget(struct run_records *records, long long now)
{
    size_t kept = 0;

    for (size_t i = 0; i < records->items_count; i++)
        if (records->items[i].at <= now && now - records->items[i].at < RUN_RECORD_FORGOTTEN)
            records->items[kept++] = records->items[i];
    records->items_count = kept;
}

bool run_record_of(const struct diagnosis *diagnosis, struct run_record *ret)
{
    const char *run_id = diagnosis_info_text(diagnosis, "run_id");
    struct keyspace keyspace = diagnosis_keyspace(diagnosis);
    struct run_record record = {.at = diagnosis->now};

    if (diagnosis->redis.is_loading || diagnosis_info(diagnosis, "master_sync_in_progress") > 0 ||
        !is_run_id(run_id) ||
        redis_fields_integer(&diagnosis->redis.now, "used_memory", &record.used_memory) < 0 ||
        record.used_memory < 0)
        return false;
    memcpy(record.run_id, run_id, RUN_ID_SIZE);
    record.keys = keyspace.keys > 0 && keyspace.keys < 1e18 ? (long long)keyspace.keys : 0;
    (void)redis_fields_integer(&diagnosis->redis.now, "expired_keys", &record.expired_keys);
    (void)redis_fields_integer(&diagnosis->redis.now, "evicted_keys", &record.evicted_keys);
    *ret = record;
    return true;
}

void run_records_done(struct run_records *records)
{
    free(records->items);
    *records = (struct run_records){0};
}
