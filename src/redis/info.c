/* SPDX-License-Identifier: MIT */
/* INFO and CONFIG GET as fields.
 * Owns how hostile lines and numbers are read, and since when a field is there. */
#include "redis/info.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "util/memory.h"
#include "util/text.h"

enum { FIELDS_MAX = 65536 };

/* By name, then in the order in which they came: names point into one text. */
static int compare_fields(const void *a, const void *b)
{
    const struct redis_field *left = a, *right = b;
    int order = strcmp(left->name, right->name);

    return order ? order : (left->name > right->name) - (left->name < right->name);
}

/* Sorts and keeps the first of equal names. */
static void settle(struct redis_fields *fields)
{
    size_t kept = 0;

    if (fields->count == 0)
        return;
    qsort(fields->fields, fields->count, sizeof(*fields->fields), compare_fields);
    for (size_t i = 1; i < fields->count; i++)
        if (strcmp(fields->fields[i].name, fields->fields[kept].name) != 0)
            fields->fields[++kept] = fields->fields[i];
    fields->count = kept + 1;
}

static size_t count_lines(const char *text, size_t size)
{
    size_t lines = 1;

    for (const char *c = text; (c = memchr(c, '\n', size - (size_t)(c - text))); c++)
        lines++;
    return lines;
}

/* Cuts the text into lines and these at the colon, in place. */
static void add_lines(struct redis_fields *fields, size_t size)
{
    char *end = fields->text + size;

    for (char *line = fields->text, *next; line < end; line = next) {
        char *newline = memchr(line, '\n', (size_t)(end - line)), *colon;

        next = newline ? newline + 1 : end;
        *(newline ? newline : end) = '\0';
        colon = strchr(line, ':');
        if (*line == '#' || !colon || colon == line)
            continue;
        line[strcspn(line, "\r")] = '\0';
        *colon = '\0';
        fields->fields[fields->count++] = (struct redis_field){.name = line, .value = colon + 1};
    }
}

int redis_info_parse(const char *text, size_t size, struct redis_fields *ret)
{
    struct redis_fields fields = {0};
    size_t lines = size ? count_lines(text, size) : 1;

    if (lines > FIELDS_MAX)
        return -E2BIG;
    fields.text = memory_new(1, size + 1);
    fields.fields = memory_new(lines, sizeof(*fields.fields));
    memcpy(fields.text, text, size);
    add_lines(&fields, size);
    settle(&fields);
    *ret = fields;
    return 0;
}

void redis_fields_from_pairs(const char *const *strings, size_t pairs, struct redis_fields *ret)
{
    struct redis_fields fields = {0};
    size_t size = 1;
    char *end;

    for (size_t i = 0; i < 2 * pairs; i++)
        size += strlen(strings[i]) + 1;
    fields.text = memory_new(1, size);
    fields.fields = memory_new(pairs, sizeof(*fields.fields));
    end = fields.text;
    for (size_t i = 0; i < pairs; i++) {
        fields.fields[i].name = end;
        end = stpcpy(end, strings[2 * i]) + 1;
        fields.fields[i].value = end;
        end = stpcpy(end, strings[2 * i + 1]) + 1;
    }
    fields.count = pairs;
    settle(&fields);
    *ret = fields;
}

void redis_fields_done(struct redis_fields *fields)
{
    free(fields->text);
    free(fields->fields);
    *fields = (struct redis_fields){0};
}

/* The first field that is not below name. */
static size_t lower_bound(const struct redis_fields *fields, const char *name)
{
    size_t low = 0, high = fields->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (strcmp(fields->fields[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const char *redis_fields_find(const struct redis_fields *fields, const char *name)
{
    size_t place;

    if (!fields)
        return NULL;
    place = lower_bound(fields, name);
    if (place == fields->count || strcmp(fields->fields[place].name, name) != 0)
        return NULL;
    return fields->fields[place].value;
}

int redis_fields_integer(const struct redis_fields *fields, const char *name, long long *ret)
{
    const char *value = redis_fields_find(fields, name);

    return value ? parse_integer(value, ret) : -ENOENT;
}

int redis_fields_number(const struct redis_fields *fields, const char *name, double *ret)
{
    const char *value = redis_fields_find(fields, name);
    double number;
    char *end;

    if (!value)
        return -ENOENT;
    if (!isdigit((unsigned char)*value) && !(*value == '-' && isdigit((unsigned char)value[1])))
        return -EINVAL;
    if (strspn(value, "-0123456789.eE+%") != strlen(value))
        return -EINVAL;
    number = strtod(value, &end);
    if (!isfinite(number))
        return -ERANGE;
    if (*end != '\0' && strcmp(end, "%") != 0)
        return -EINVAL;
    *ret = number;
    return 0;
}

const struct redis_field *redis_fields_with_prefix(const struct redis_fields *fields, const char *prefix,
                                                   size_t *ret_count)
{
    size_t first = fields ? lower_bound(fields, prefix) : 0, n = 0;

    while (fields && first + n < fields->count && text_has_prefix(fields->fields[first + n].name, prefix))
        n++;
    *ret_count = n;
    return n ? &fields->fields[first] : NULL;
}

int redis_value_part(const char *value, const char *name, char *part, size_t size)
{
    size_t length = strlen(name);

    for (const char *item = value; *item; item += *item == ',') {
        size_t whole = strcspn(item, ",");

        if (whole > length && strncmp(item, name, length) == 0 && item[length] == '=') {
            size_t copied = whole - length - 1 < size - 1 ? whole - length - 1 : size - 1;

            memcpy(part, item + length + 1, copied);
            part[copied] = '\0';
            return 0;
        }
        item += whole;
    }
    return -ENOENT;
}

int redis_value_integer(const char *value, const char *name, long long *ret)
{
    char part[32];
    int error = redis_value_part(value, name, part, sizeof(part));

    return error < 0 ? error : parse_integer(part, ret);
}

const char *redis_info_since(const char *name)
{
    static const struct {
        const char *name, *since;
    } fields[] = {
        {"total_system_memory", "3.2"},
        {"maxmemory", "3.2"},
        {"maxmemory_policy", "3.2"},
        {"executable", "3.2"},
        {"rdb_last_cow_size", "4.0"},
        {"aof_last_cow_size", "4.0"},
        {"active_defrag_running", "4.0"},
        {"used_memory_startup", "4.0"},
        {"mem_fragmentation_bytes", "5.0"},
        {"allocator_allocated", "5.0"},
        {"allocator_active", "5.0"},
        {"allocator_frag_ratio", "5.0"},
        {"allocator_frag_bytes", "5.0"},
        {"allocator_rss_ratio", "5.0"},
        {"rss_overhead_ratio", "5.0"},
        {"mem_clients_normal", "5.0"},
        {"mem_clients_slaves", "5.0"},
        {"mem_not_counted_for_evict", "5.0"},
        {"client_recent_max_output_buffer", "5.0"},
        {"io_threads_active", "6.0"},
        {"module_fork_last_cow_size", "6.0"},
        {"maxclients", "6.2"},
        {"total_forks", "6.2"},
        {"current_cow_size", "6.2"},
        {"server_time_usec", "6.2"},
        {"total_error_replies", "6.2"},
        {"current_cow_peak", "7.0"},
        {"rdb_saves", "7.0"},
        {"total_eviction_exceeded_time", "7.0"},
        {"client_output_buffer_limit_disconnections", "7.4"},
    };

    for (size_t i = 0; i < ELEMENTS(fields); i++)
        if (strcmp(fields[i].name, name) == 0)
            return fields[i].since;
    return NULL;
}
