/* SPDX-License-Identifier: MIT */
/* Line by line comparison by the longest common subsequence.
 * Owns the form of the hunks; drop-ins are short, so the plain quadratic table does. */
#include "util/text-diff.h"

#include <string.h>

#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

enum {
    CONTEXT = 3,
    LINES_COMPARED_MAX = 2000,
};

struct line {
    const char *text;
    size_t length;
    bool ends; /* with a newline */
};

struct text {
    struct line *lines;
    size_t n;
};

struct edit {
    char kind; /* ' ', '-' or '+' */
    struct line line;
    size_t old_number, new_number; /* of the next line on either side, from 0 */
};

struct edits {
    struct edit *items;
    size_t n;
};

static void text_done(struct text *text)
{
    free(text->lines);
}

static void edits_done(struct edits *edits)
{
    free(edits->items);
}

static void split_lines(const char *content, struct text *ret)
{
    while (content && *content) {
        size_t length = strcspn(content, "\n");

        *memory_add(ret->lines, ret->n) = (struct line){content, length, content[length] == '\n'};
        content += length + (content[length] == '\n');
    }
}

static bool is_same_line(const struct line *a, const struct line *b)
{
    return a->length == b->length && a->ends == b->ends && memcmp(a->text, b->text, a->length) == 0;
}

/* lengths[i][j]: of the longest common subsequence of what follows line i on the old and line j on the new
 * side. */
static unsigned short *common_lengths(const struct text *old, const struct text *new)
{
    size_t width = new->n + 1;
    unsigned short *lengths = memory_new((old->n + 1) * width, sizeof(*lengths));

    for (size_t i = old->n; i-- > 0;)
        for (size_t j = new->n; j-- > 0;) {
            unsigned short skip_old = lengths[(i + 1) * width + j], skip_new = lengths[i * width + j + 1];

            if (is_same_line(&old->lines[i], &new->lines[j]))
                lengths[i * width + j] = (unsigned short)(lengths[(i + 1) * width + j + 1] + 1);
            else
                lengths[i * width + j] = skip_old > skip_new ? skip_old : skip_new;
        }
    return lengths;
}

static void compare(const struct text *old, const struct text *new, const unsigned short *lengths,
                    struct edits *edits)
{
    size_t i = 0, j = 0, width = new->n + 1;

    while (i < old->n || j < new->n) {
        struct edit *edit = &edits->items[edits->n++];

        *edit = (struct edit){.old_number = i, .new_number = j};
        if (lengths && i < old->n && j < new->n &&is_same_line(&old->lines[i], &new->lines[j])) {
            edit->kind = ' ';
            edit->line = old->lines[i++];
            j++;
        } else if (i < old->n &&
                   (j == new->n || !lengths || lengths[(i + 1) * width + j] >= lengths[i * width + j + 1])) {
            edit->kind = '-';
            edit->line = old->lines[i++];
        } else {
            edit->kind = '+';
            edit->line = new->lines[j++];
        }
    }
}

/* The end of the hunk that begins at `first`: behind the last change that is followed by more than twice the
 * context of equal lines, or by the end. */
static size_t hunk_end(const struct edits *edits, size_t first)
{
    size_t last_change = first;

    for (size_t i = first; i < edits->n && i <= last_change + CONTEXT + CONTEXT + 1; i++)
        if (edits->items[i].kind != ' ')
            last_change = i;
    return last_change + CONTEXT + 1 < edits->n ? last_change + CONTEXT + 1 : edits->n;
}

static void add_range(struct text_builder *diff, char sign, size_t start, size_t count)
{
    text_builder_add(diff, "%c%zu", sign, count ? start + 1 : start);
    if (count != 1)
        text_builder_add(diff, ",%zu", count);
}

static void add_hunk(struct text_builder *diff, const struct edits *edits, size_t begin, size_t end)
{
    size_t old_count = 0, new_count = 0;

    for (size_t i = begin; i < end; i++) {
        old_count += edits->items[i].kind != '+';
        new_count += edits->items[i].kind != '-';
    }
    text_builder_add_text(diff, "@@ ");
    add_range(diff, '-', edits->items[begin].old_number, old_count);
    text_builder_add_text(diff, " ");
    add_range(diff, '+', edits->items[begin].new_number, new_count);
    text_builder_add_text(diff, " @@\n");
    for (size_t i = begin; i < end; i++)
        text_builder_add(diff, "%c%.*s\n%s", edits->items[i].kind, (int)edits->items[i].line.length,
                         edits->items[i].line.text,
                         edits->items[i].line.ends ? "" : "\\ No newline at end of file\n");
}

static void add_hunks(struct text_builder *diff, const struct edits *edits)
{
    size_t i = 0;

    while (i < edits->n) {
        size_t begin, end;

        if (edits->items[i].kind == ' ') {
            i++;
            continue;
        }
        begin = i > CONTEXT ? i - CONTEXT : 0;
        end = hunk_end(edits, i);
        add_hunk(diff, edits, begin, end);
        i = end;
    }
}

static void build_edits(const struct text *old, const struct text *new, struct edits *ret)
{
    _cleanup_free_ unsigned short *lengths = NULL;

    if (old->n + new->n == 0)
        return;
    ret->items = memory_new(old->n + new->n, sizeof(*ret->items));
    if (old->n <= LINES_COMPARED_MAX && new->n <= LINES_COMPARED_MAX)
        lengths = common_lengths(old, new);
    compare(old, new, lengths, ret);
}

char *text_diff_unified(const char *path, const char *old_text, const char *new_text)
{
    _cleanup_(text_done) struct text old = {0};
    _cleanup_(text_done) struct text new = {0};
    _cleanup_(edits_done) struct edits edits = {0};
    struct text_builder diff = {0};

    if (text_equal(old_text, new_text))
        return memory_copy("");
    split_lines(old_text, &old);
    split_lines(new_text, &new);
    build_edits(&old, &new, &edits);
    text_builder_add(&diff, "--- %s\n+++ %s\n", old_text ? path : "/dev/null", new_text ? path : "/dev/null");
    add_hunks(&diff, &edits);
    return memory_require(text_builder_take(&diff));
}
