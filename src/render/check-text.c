/* SPDX-License-Identifier: MIT */
/* check's table, by libsmartcols.
 * Owns its columns. */
#include "render/check-text.h"

#include <errno.h>
#include <libsmartcols.h>
#include <stdlib.h>
#include <string.h>

#include "util/cleanup.h"
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

static const char *shown_now(const struct check_row *row)
{
    if (row->item->current)
        return row->item->current;
    return row->item->state == ITEM_UNKNOWN ? "?" : "-";
}

static const char *shown_at_boot(const struct check_row *row)
{
    if (!row->forecast)
        return "-";
    return row->forecast->at_boot ? row->forecast->at_boot : "?";
}

/* The table has the file's name, the lines below it and JSON have its path. Owned by the caller. */
static char *shown_decided_by(const struct check_row *row)
{
    const struct forecast_step *step = row->forecast ? &row->forecast->steps[row->forecast->decided] : NULL;
    const char *slash = step && step->file ? strrchr(step->file, '/') : NULL;
    struct forecast_step shortened;

    if (!step)
        return strdup("-");
    shortened = *step;
    if (slash)
        shortened.file = (char *)slash + 1;
    return forecast_step_describe(&shortened);
}

static int add_row(struct libscols_table *table, const struct check_row *row)
{
    struct libscols_line *line = scols_table_new_line(table, NULL);
    _cleanup_free_ char *by = shown_decided_by(row);
    const char *cells[] = {
        row->item->object,
        shown_now(row),
        row->item->state == ITEM_LEFT ? "(left)" : or_dash(row->item->wanted),
        shown_at_boot(row),
        by,
        or_dash(row->running),
    };

    if (!line || !by)
        return -ENOMEM;
    for (size_t i = 0; i < ELEMENTS(cells); i++)
        if (scols_line_set_data(line, i, cells[i]) < 0)
            return -ENOMEM;
    return 0;
}

static int print_table(FILE *out, const struct check_report *report)
{
    static const struct {
        const char *name;
        int flags;
    } columns[] = {
        {"NAME", 0},
        {"NOW", 0},
        {"WANTED", 0},
        {"AFTER BOOT", 0},
        {"DECIDED BY", SCOLS_FL_WRAP},
        {"RUNNING REDIS", SCOLS_FL_WRAP},
    };
    _cleanup_(cleanup_table) struct libscols_table *table = scols_new_table();
    _cleanup_free_ char *text = NULL;

    if (!table || scols_table_set_termforce(table, SCOLS_TERMFORCE_ALWAYS) < 0 ||
        scols_table_set_termwidth(table, TABLE_WIDTH) < 0)
        return -ENOMEM;
    for (size_t i = 0; i < ELEMENTS(columns); i++)
        if (!scols_table_new_column(table, columns[i].name, 0, columns[i].flags))
            return -ENOMEM;
    for (size_t i = 0; i < report->rows_count; i++)
        if (add_row(table, &report->rows[i]) < 0)
            return -ENOMEM;
    if (scols_print_table_to_string(table, &text) < 0)
        return -ENOMEM;
    fprintf(out, "%s\n", text);
    return 0;
}

/* What was read from somebody's file is shown without its control characters. */
static void print_lines(FILE *out, const char *mark, const struct check_lines *lines)
{
    for (size_t i = 0; i < lines->count; i++) {
        fprintf(out, "%s%s%s", mark, lines->items[i].object ? lines->items[i].object : "",
                lines->items[i].object ? ": " : "");
        text_print(out, lines->items[i].text);
        fputc('\n', out);
    }
}

int check_render_text(FILE *out, const struct check_report *report)
{
    int error = print_table(out, report);

    if (error < 0)
        return error;
    if (report->problems.count + report->notes.count > 0)
        fputc('\n', out);
    print_lines(out, "", &report->problems);
    print_lines(out, "note: ", &report->notes);
    if (report->problems.count == 0)
        fputs("nothing to mend\n", out);
    return 0;
}

static int print_step(FILE *out, const char *before, const char *value, const struct forecast_step *step)
{
    _cleanup_free_ char *by = forecast_step_describe(step);

    if (!by)
        return -ENOMEM;
    fputs(before, out);
    text_print(out, value ? value : "unknown");
    fputs(", by ", out);
    text_print(out, by);
    fputc('\n', out);
    return 0;
}

int check_render_next_boot(FILE *out, const struct forecasts *forecasts)
{
    int error = 0;

    fputs("\nAfter the next boot\n", out);
    for (size_t i = 0; i < forecasts->items_count && error == 0; i++) {
        const struct forecast *forecast = &forecasts->items[i];

        fprintf(out, "  %s: ", forecast->item->object);
        error = print_step(out, "", forecast->at_boot, &forecast->steps[forecast->decided]);
        for (size_t step = 0; step < forecast->steps_count && error == 0; step++)
            if (step != forecast->decided && forecast->steps[step].source != FORECAST_KERNEL)
                error =
                    print_step(out, "    overridden: ", forecast->steps[step].value, &forecast->steps[step]);
    }
    return error;
}
