/* SPDX-License-Identifier: MIT */
/* Lines that set nothing.
 * Owns which of them are told from text that has nothing to do with a key; pure. */
#include "systemd/sysctl-strays.h"

#include <stdlib.h>
#include <string.h>

#include "systemd/text.h"
#include "util/memory.h"
#include "util/text.h"

#define MARK "\xef\xbb\xbf"

enum { STRAYS_MAX = 64, TEXT_SHOWN_MAX = 80 };

/* The first word in it; NULL: none. */
static const char *find_word(const struct sysctl_strays *strays, const char *start, size_t length)
{
    for (const char *const *word = strays->words; *word; word++)
        if (memmem(start, length, *word, strlen(*word)))
            return *word;
    return NULL;
}

static size_t length_without_comment(const char *start, size_t length)
{
    const char *comment = memchr(start, '#', length);

    return comment ? (size_t)(comment - start) : length;
}

static void add(struct sysctl_strays *strays, struct sysctl_stray stray, const char *text, size_t length)
{
    struct sysctl_stray *added;

    if (length >= strlen(MARK) && memcmp(text, MARK, strlen(MARK)) == 0) {
        text += strlen(MARK);
        length -= strlen(MARK);
        stray.reason = stray.reason == STRAY_LINE ? STRAY_MARK : stray.reason;
    }
    if (length == 0 || *text == '#' || *text == ';')
        return;
    stray.word = find_word(strays, text, length_without_comment(text, length));
    if (!stray.word || strays->count == STRAYS_MAX)
        return;
    added = memory_add(strays->items, strays->count);
    *added = stray;
    added->file = memory_copy(stray.file);
    added->text = memory_copy_part(text, length < TEXT_SHOWN_MAX ? length : TEXT_SHOWN_MAX);
}

void sysctl_strays_add_line(struct sysctl_strays *strays, enum sysctl_stray_reason reason, const char *file,
                            unsigned line, const char *text, size_t length)
{
    add(strays, (struct sysctl_stray){.file = (char *)file, .line = line, .reason = reason}, text, length);
}

void sysctl_strays_add_file(struct sysctl_strays *strays, enum sysctl_stray_reason reason, const char *file,
                            const char *content, size_t size)
{
    struct systemd_lines lines = systemd_lines_of(content, size);
    const char *start;
    size_t length;

    while (systemd_lines_next(&lines, &start, &length))
        add(strays, (struct sysctl_stray){.file = (char *)file, .line = lines.number, .reason = reason},
            start, length);
}

void sysctl_strays_done(struct sysctl_strays *strays)
{
    for (size_t i = 0; i < strays->count; i++) {
        free(strays->items[i].file);
        free(strays->items[i].text);
    }
    free(strays->items);
    *strays = (struct sysctl_strays){0};
}
