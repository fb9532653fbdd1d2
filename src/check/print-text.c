/* SPDX-License-Identifier: MIT */
/* check's table, by libsmartcols.
 * Owns its columns. */
#include "check/print-text.h"

#include <errno.h>
#include <libsmartcols.h>
#include <stdlib.h>
#include <string.h>

#include "boot/forecast.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/terminal.h"
#include "util/text.h"

enum { TABLE_WIDTH = 100 };

static void cleanup_table(struct libscols_table **table)
{
    scols_unref_table(*table);
}

static const char *or_dash(const char *text)
{
    return text ? text : "-";
}

static const char *shown_now(const struct plan_item *item)
{
    if (item->current)
        return item->current;
    return item->state == ITEM_UNKNOWN ? "?" : "-";
}

static const char *shown_at_boot(const struct plan_item *item)
{
    if (!item->boot)
        return "-";
    return item->boot->at_boot ? item->boot->at_boot : "?";
}

/* The table has the file's name, the lines below it and JSON have its path. Owned by the caller. */
static char *shown_decided_by(const struct plan_item *item)
{
    const struct forecast_step *step = item->boot ? forecast_decided_by(item->boot) : NULL;
    const char *slash = step && step->file ? strrchr(step->file, '/') : NULL;
    struct forecast_step shortened;

    if (!step)
        return memory_copy("-");
    shortened = *step;
    if (step->fate == FORECAST_UNSEEN)
        return memory_copy(step->file);
    if (slash)
        shortened.file = (char *)slash + 1;
    return forecast_step_describe(&shortened);
}

enum column {
    COLUMN_NAME,
    COLUMN_NOW,
    COLUMN_WANTED,
    COLUMN_AT_BOOT,
    COLUMN_DECIDED_BY, /* this and the next are folded, so that the table keeps its width */
    COLUMN_RUNNING,
    COLUMN_COUNT,
};

enum {
    RUNNING_WIDTH = 16, /* "unknown (2 of 3)" */
    FOLDED_WIDTH_MIN = 12,
};

static const char *const headings[COLUMN_COUNT] = {
    "NAME", "NOW", "WANTED", "AFTER BOOT", "DECIDED BY", "RUNNING REDIS",
};

struct cells {
    char *text[COLUMN_COUNT];
};

static void fill_cells(const struct plan_item *item, struct cells *cells)
{
    _cleanup_free_ char *running = check_describe_running(item);
    const char *texts[COLUMN_COUNT] = {
        [COLUMN_NAME] = item->object,
        [COLUMN_NOW] = shown_now(item),
        [COLUMN_WANTED] = item->state == ITEM_LEFT ? "(left)" : or_dash(item->wanted),
        [COLUMN_AT_BOOT] = shown_at_boot(item),
        [COLUMN_RUNNING] = or_dash(running),
    };

    for (enum column i = 0; i < COLUMN_COUNT; i++) {
        cells->text[i] = i == COLUMN_DECIDED_BY ? shown_decided_by(item) : memory_copy(texts[i]);
        memory_check(text_escape(&cells->text[i])); /* a line is ours to end */
    }
}

static size_t column_width(const struct cells *rows, size_t count, enum column column)
{
    size_t width = strlen(headings[column]);

    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(rows[i].text[column]);

        width = length > width ? length : width;
    }
    return width;
}

/* Where a text that is longer than width is cut: behind a space, else anywhere but within a letter. */
static size_t fold_at(const char *text, size_t width)
{
    size_t end = width;

    while (end > 0 && text[end] != ' ')
        end--;
    if (end > 0)
        return end;
    end = width;
    while (end > 1 && ((unsigned char)text[end] & 0xC0) == 0x80)
        end--;
    return end;
}

/* The text in lines of at most width. Owned by the caller. libsmartcols folds by itself, but where differs
 * from one version to the next. */
static char *fold(const char *text, size_t width)
{
    size_t length = strlen(text);
    char *folded = memory_new(2, length + 1), *out = folded;

    while (length > width) {
        size_t end = fold_at(text, width);

        out = mempcpy(out, text, end);
        *out++ = '\n';
        end += text[end] == ' ';
        text += end;
        length -= end;
    }
    memcpy(out, text, length + 1);
    return folded;
}

static void fold_column(struct cells *rows, size_t count, enum column column, size_t width)
{
    for (size_t i = 0; i < count; i++) {
        char *folded = fold(rows[i].text[column], width);

        free(rows[i].text[column]);
        rows[i].text[column] = folded;
    }
}

/* What the columns before them leave of the table's width. */
static void fold_last_columns(struct cells *rows, size_t count)
{
    size_t running = column_width(rows, count, COLUMN_RUNNING), used = COLUMN_COUNT - 1, decided;

    if (running > RUNNING_WIDTH)
        running = RUNNING_WIDTH;
    for (enum column i = 0; i < COLUMN_DECIDED_BY; i++)
        used += column_width(rows, count, i);
    decided =
        used + running + FOLDED_WIDTH_MIN < TABLE_WIDTH ? TABLE_WIDTH - used - running : FOLDED_WIDTH_MIN;
    fold_column(rows, count, COLUMN_DECIDED_BY, decided);
    fold_column(rows, count, COLUMN_RUNNING, running);
}

/* What libsmartcols refuses it has no memory for. */
static void must(int error)
{
    if (error < 0)
        memory_exhausted();
}

static void add_columns(struct libscols_table *table)
{
    for (enum column i = 0; i < COLUMN_COUNT; i++) {
        bool is_folded = i >= COLUMN_DECIDED_BY;
        struct libscols_column *column =
            memory_require(scols_table_new_column(table, headings[i], 0, is_folded ? SCOLS_FL_WRAP : 0));

        /* it would escape the backslash of what is escaped already */
        must(scols_column_set_safechars(column, is_folded ? "\\\n" : "\\"));
        if (is_folded)
            must(scols_column_set_wrapfunc(column, scols_wrapnl_chunksize, scols_wrapnl_nextchunk, NULL));
    }
}

static void add_line(struct libscols_table *table, const struct cells *cells)
{
    struct libscols_line *line = memory_require(scols_table_new_line(table, NULL));

    for (enum column i = 0; i < COLUMN_COUNT; i++)
        must(scols_line_set_data(line, i, cells->text[i]));
}

static void print_cells(FILE *out, const struct cells *rows, size_t count)
{
    _cleanup_(cleanup_table) struct libscols_table *table = memory_require(scols_new_table());
    _cleanup_free_ char *text = NULL;

    must(scols_table_set_termforce(table, SCOLS_TERMFORCE_ALWAYS));
    must(scols_table_set_termwidth(table, TABLE_WIDTH));
    add_columns(table);
    for (size_t i = 0; i < count; i++)
        add_line(table, &rows[i]);
    errno = 0; /* it prints what it has, where an allocation fails within */
    must(scols_print_table_to_string(table, &text));
    memory_check(-errno);
    fprintf(out, "%s\n", text);
}

static void print_table(FILE *out, const struct check_report *report)
{
    const struct plan_item *item;
    struct cells *rows = NULL;
    size_t count = 0;

    for (size_t i = 0; (item = check_next_item(report, &i));)
        fill_cells(item, memory_add(rows, count));
    fold_last_columns(rows, count);
    print_cells(out, rows, count);
    for (size_t i = 0; i < count; i++)
        for (enum column column = 0; column < COLUMN_COUNT; column++)
            free(rows[i].text[column]);
    free(rows);
}

static void print_lines(FILE *out, const char *mark, const struct check_lines *lines)
{
    for (size_t i = 0; i < lines->count; i++)
        terminal_print_line(out, "%s%s%s%s", mark, lines->items[i].object ? lines->items[i].object : "",
                            lines->items[i].object ? ": " : "", lines->items[i].text);
}

void check_render_text(FILE *out, const struct check_report *report)
{
    print_table(out, report);
    if (report->problems.count + report->notes.count > 0)
        fputc('\n', out);
    print_lines(out, "", &report->problems);
    print_lines(out, "note: ", &report->notes);
    if (report->problems.count == 0)
        fputs("nothing to mend\n", out);
}

static void print_step(FILE *out, const char *before, const char *value, const struct forecast_step *step)
{
    _cleanup_free_ char *by = forecast_step_describe(step);

    terminal_print_line(out, "%s%s, by %s", before, value ? value : "unknown", by);
}

void check_render_next_boot(FILE *out, const struct plan *plan)
{
    bool has_heading = false;

    for (size_t i = 0; i < plan->items_count; i++) {
        const struct forecast *forecast = plan->items[i].boot;

        if (!forecast)
            continue;
        fprintf(out, "%s  %s: ", has_heading ? "" : "\nAfter the next boot\n", plan->items[i].object);
        has_heading = true;
        print_step(out, "", forecast->at_boot, forecast_decided_by(forecast));
        for (size_t step = 0; step < forecast->steps_count; step++)
            if (step != forecast->decided && forecast->steps[step].source != FORECAST_KERNEL)
                print_step(out,
                           forecast->steps[step].fate == FORECAST_UNREAD ? "    never read: "
                                                                         : "    overridden: ",
                           forecast->steps[step].value, &forecast->steps[step]);
    }
}
