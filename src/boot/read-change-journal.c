/* SPDX-License-Identifier: MIT */
/* Our own entries in the journal.
 * Owns which of them count: those of this boot that name a tunable. */
#include "boot/read-change-journal.h"

#include <stdlib.h>
#include <string.h>
#include <systemd/sd-journal.h>

#include "policy/tunable.h"
#include "util/cleanup.h"
#include "util/log.h"
#include "util/memory.h"
#include "util/text.h"

enum { ENTRIES_MAX = 4096, VALUE_SIZE_MAX = 256, BOOT_ID_SIZE = 33 };

static void cleanup_journal(sd_journal **journal)
{
    sd_journal_close(*journal);
}

/* A copy of the field's value without its name; NULL: none, or none of ours. */
static char *copy_field(sd_journal *journal, const char *name)
{
    const void *data;
    size_t size, before = strlen(name) + 1; /* "NAME=" */

    if (memory_check(sd_journal_get_data(journal, name, &data, &size)) < 0 || size < before ||
        size - before > VALUE_SIZE_MAX || !text_is_printable((const char *)data + before, size - before))
        return NULL;
    return memory_copy_part((const char *)data + before, size - before);
}

static void take_entry(sd_journal *journal, struct change_record **records, size_t *count)
{
    _cleanup_free_ char *object = copy_field(journal, "HOSTTUNE_TUNABLE");
    _cleanup_free_ char *value = copy_field(journal, "HOSTTUNE_NEW");

    if (!object || !value || !tunable_find(object) || array_find(*records, *count, object, object))
        return;
    *memory_add(*records, *count) = (struct change_record){TAKE_POINTER(object), TAKE_POINTER(value)};
}

/* "_BOOT_ID=" with the id as the journal has it, without dashes. */
static int match_boot(sd_journal *journal, const char *boot_id)
{
    char match[sizeof("_BOOT_ID=") + BOOT_ID_SIZE] = "_BOOT_ID=";
    size_t n = strlen(match);

    for (; *boot_id && n < sizeof(match) - 1; boot_id++)
        if (*boot_id != '-')
            match[n++] = *boot_id;
    match[n] = '\0';
    return sd_journal_add_match(journal, match, 0);
}

/* Backwards: the first of an object is its last. */
static int walk(sd_journal *journal, struct change_record **records, size_t *count)
{
    int error = sd_journal_seek_tail(journal);

    for (size_t seen = 0; error >= 0 && seen < ENTRIES_MAX; seen++) {
        error = sd_journal_previous(journal);
        if (error <= 0)
            break;
        take_entry(journal, records, count);
    }
    return error;
}

void change_journal_read(const struct root *root, const char *boot_id, struct change_record **ret,
                         size_t *ret_count)
{
    _cleanup_(cleanup_journal) sd_journal *journal = NULL;
    struct change_record *records = NULL;
    size_t count = 0;
    int error;

    *ret = NULL;
    *ret_count = 0;
    if (!root_is_host(root) || !*boot_id)
        return;
    error = sd_journal_open(&journal, SD_JOURNAL_LOCAL_ONLY | SD_JOURNAL_SYSTEM);
    if (error >= 0)
        error = sd_journal_add_match(journal, "MESSAGE_ID=" LOG_MESSAGE_ID_CHANGE, 0);
    if (error >= 0)
        error = match_boot(journal, boot_id);
    if (error >= 0)
        error = walk(journal, &records, &count);
    memory_check(error);
    *ret = records;
    *ret_count = count;
}

void change_records_free(struct change_record *records, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(records[i].object);
        free(records[i].value);
    }
    free(records);
}
