/* SPDX-License-Identifier: MIT */
/* Plans as text.
 * Owns the words and the layout for a person; tables by libsmartcols. */
#include "plan/print-text.h"

#include <errno.h>
#include <libsmartcols/libsmartcols.h>
#include <stdlib.h>
#include <string.h>

#include "plan/dropin.h"
#include "policy/value.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/print-paragraph.h"
#include "util/terminal.h"
#include "util/text-diff.h"
#include "util/text.h"

#define IN_SYNC        "in sync: "
#define IN_SYNC_INDENT "         "

enum { LINE_COLUMNS = 80 };

struct text_style text_style_of_terminal(void)
{
    return (struct text_style){.colour = terminal_has_colour()};
}

/* --- the table of runtime values --- */

static void cleanup_table(struct libscols_table **table)
{
    scols_unref_table(*table);
}

/* Why, and on whose word where that is not the built-in policy. */
static char *describe_why(const struct plan_item *item)
{
    if (strcmp(item->wanted_from, "built in") == 0)
        return memory_copy(item->tunable->summary);
    return memory_format("%s (%s)", item->tunable->summary, item->wanted_from);
}

static void table_add(struct libscols_table *table, const struct plan_item *item)
{
    struct libscols_line *line = memory_require(scols_table_new_line(table, NULL));
    _cleanup_free_ char *why = describe_why(item);
    const char *scope = item->tunable->scope == SCOPE_HOST ? "host" : "network namespace";
    const char *cells[] = {item->object, item->current ? item->current : "?", item->wanted, why, scope};

    for (size_t i = 0; i < ELEMENTS(cells); i++) {
        _cleanup_free_ char *cell = memory_require(text_escaped(cells[i], strlen(cells[i])));

        if (scols_line_set_data(line, i, cell) < 0)
            memory_exhausted();
    }
}

static void print_table(FILE *out, const struct plan *plan)
{
    static const char *const columns[] = {"NAME", "NOW", "AFTER", "WHY", "SCOPE"};
    _cleanup_(cleanup_table) struct libscols_table *table = memory_require(scols_new_table());
    _cleanup_free_ char *text = NULL;

    for (size_t i = 0; i < ELEMENTS(columns); i++) {
        struct libscols_column *column = memory_require(scols_table_new_column(table, columns[i], 0, 0));

        /* it would escape the backslash of what is escaped already */
        if (scols_column_set_safechars(column, "\\") < 0)
            memory_exhausted();
    }
    for (size_t i = 0; i < plan->items_count; i++)
        if (plan->items[i].is_selected && plan->items[i].state == ITEM_CHANGE)
            table_add(table, &plan->items[i]);
    errno = 0; /* it prints what it has, where an allocation fails within */
    if (scols_print_table_to_string(table, &text) < 0 || errno == ENOMEM)
        memory_exhausted();
    fprintf(out, "%s\n", text);
}

/* "in sync: a = 1, b = 2", in lines that fit a terminal. */
static void print_in_sync(FILE *out, const struct plan *plan)
{
    size_t column = 0;

    for (size_t i = 0; i < plan->items_count; i++) {
        const struct plan_item *item = &plan->items[i];
        size_t length = strlen(item->object) + strlen(" = ") + strlen(item->current ? item->current : "");
        const char *separator = column == 0                          ? IN_SYNC
                                : column + length + 3 > LINE_COLUMNS ? ",\n" IN_SYNC_INDENT
                                                                     : ", ";

        if (!item->is_selected || item->state != ITEM_IN_SYNC)
            continue;
        column = (*separator == ',' && separator[1] == ' ' ? column + 2 : strlen(IN_SYNC)) + length;
        fprintf(out, "%s%s = ", separator, item->object);
        terminal_print_text(out, item->current);
    }
    if (column > 0)
        fputc('\n', out);
}

/* Rows with a reason get a line each. */
static void print_others(FILE *out, const struct plan *plan)
{
    print_in_sync(out, plan);
    for (size_t i = 0; i < plan->items_count; i++) {
        const struct plan_item *item = &plan->items[i];

        if (!item->is_selected || item->state == ITEM_IN_SYNC || item->state == ITEM_CHANGE)
            continue;
        terminal_print_line(
            out, "%s: %s%s%s%s%s%s", item_state_name(item->state), item->object, item->reason ? ": " : "",
            item->reason ? item->reason : "", item->state == ITEM_LEFT ? " (" : "",
            item->state == ITEM_LEFT ? item->wanted_from : "", item->state == ITEM_LEFT ? ")" : "");
    }
}

/* --- files and restarts --- */

static void print_diff_line(FILE *out, const char *line, size_t length, struct text_style style)
{
    enum terminal_colour colour = !style.colour  ? COLOUR_NONE
                                  : *line == '+' ? COLOUR_GREEN
                                  : *line == '-' ? COLOUR_RED
                                  : *line == '@' ? COLOUR_CYAN
                                                 : COLOUR_NONE;

    terminal_set_colour(out, colour);
    fprintf(out, "%.*s", (int)length, line);
    terminal_set_colour(out, colour == COLOUR_NONE ? COLOUR_NONE : COLOUR_RESET);
    fputc('\n', out);
}

static void print_diff(FILE *out, const char *diff, struct text_style style)
{
    fputc('\n', out);
    for (const char *line = diff; *line;) {
        size_t length = strcspn(line, "\n");

        print_diff_line(out, line, length, style);
        line += length + (line[length] == '\n');
    }
}

static void print_file_diff(FILE *out, const struct plan_file *file, struct text_style style)
{
    _cleanup_free_ char *diff = NULL;

    if (file->action == FILE_REFUSED) {
        fputc('\n', out);
        terminal_print_line(out, "refused: %s", file->reason);
        return;
    }
    if (file->action == FILE_LEFT) {
        fputc('\n', out);
        terminal_print_line(out, "left: %s", file->reason);
    }
    if (!plan_file_differs(file))
        return;
    diff = text_diff_unified(file->path, file->old_content, file->new_content);
    print_diff(out, diff, style);
}

/* Where no systemd runs that could be asked to reload, they count as no difference: apply has nothing to do
 * with them. */
static void print_unit_diffs(FILE *out, const struct plan *plan, struct text_style style)
{
    bool is_announced = plan->has_live_units;

    for (size_t i = 0; i < plan->units_count; i++) {
        const struct plan_unit *unit = &plan->units[i];
        _cleanup_free_ char *diff = text_diff_unified(unit->path, unit->old_content, unit->new_content);

        if (*diff && !is_announced)
            fputs("\nBy the generator, when that system boots:\n", out);
        is_announced = is_announced || *diff;
        if (*diff)
            print_diff(out, diff, style);
    }
}

/* The last line has why, and what it costs. */
static void print_restart(FILE *out, const struct judgement *stale)
{
    const char *line = stale->remedy;

    for (const char *end; (end = strchr(line, '\n')); line = end + 1)
        terminal_print_line(out, "  %.*s", (int)(end - line), line);
    terminal_print_line(out, "  %s  # %s; %s", line, stale->text, stale->price);
}

static void print_restarts(FILE *out, const struct plan *plan)
{
    if (plan->restarts_count > 0)
        fputs("\nTo be restarted by you, in a quiet hour:\n", out);
    for (size_t i = 0; i < plan->restarts_count; i++) {
        const struct judgement *stale = plan->restarts[i];

        if (!stale->server)
            terminal_print_line(out, "  unknown: %s", stale->text);
        else if (stale->remedy)
            print_restart(out, stale);
        else
            terminal_print_line(out, "  %s: %s; %s", stale->words, stale->text, stale->price);
    }
}

void text_render_diff(FILE *out, const struct plan *plan, struct text_style style)
{
    if (plan_has_item_in(plan, ITEM_CHANGE))
        print_table(out, plan);
    print_others(out, plan);
    for (size_t i = 0; i < plan->files_count; i++)
        print_file_diff(out, &plan->files[i], style);
    print_unit_diffs(out, plan, style);
    print_restarts(out, plan);
    if (plan_is_in_sync(plan))
        fputs("nothing to change\n", out);
}

/* What of somebody's was in its place has another name now. */
static void print_written(FILE *out, const struct plan_file *file)
{
    fprintf(out, "%s: %s", file->path, file->new_content ? "written" : "removed");
    if (file->keeps_original)
        fprintf(out, " (what was there is kept as %s" DROPIN_KEPT_SUFFIX ")", file->path);
    if (file->changed_path)
        fprintf(out, " (what somebody made of it is kept as %s)", file->changed_path);
    fputc('\n', out);
}

void text_render_result(FILE *out, const struct plan *plan)
{
    bool any = false;

    for (size_t i = 0; i < plan->items_count; i++) {
        const struct plan_item *item = &plan->items[i];

        if (!item->is_selected)
            continue;
        if (item->state == ITEM_APPLIED)
            terminal_print_line(out, "%s: %s -> %s", item->object, item->current, item->wanted);
        else if (item->state == ITEM_REFUSED || (item->state == ITEM_LEFT && item->reason))
            terminal_print_line(out, "%s: %s: %s", item_state_name(item->state), item->object, item->reason);
        any = any || item->state == ITEM_APPLIED;
    }
    for (size_t i = 0; i < plan->files_count; i++) {
        const struct plan_file *file = &plan->files[i];

        if (file->action == FILE_WRITTEN)
            print_written(out, file);
        any = any || file->action == FILE_WRITTEN;
    }
    for (size_t i = 0; i < plan->units_count && plan->has_live_units; i++)
        if (plan_unit_differs(&plan->units[i]))
            terminal_print_line(out, "%s: %s by systemd's reload", plan->units[i].path,
                                plan->units[i].new_content ? "written" : "removed");
    print_restarts(out, plan);
    if (!any && plan_is_in_sync(plan))
        fputs("nothing to change\n", out);
}

/* --- explanations --- */

static void print_item_facts(FILE *out, const struct plan_item *item)
{
    fprintf(out, "  %s: %s", item->object, item_state_name(item->state));
    if (item->current) {
        fputs(", now ", out);
        terminal_print_text(out, item->current);
    }
    if (item->set_by) {
        fputs(" (set by: ", out);
        terminal_print_text(out, item->set_by);
        fputc(')', out);
    }
    if (item->wanted)
        fprintf(out, ", wanted %s", item->wanted);
    terminal_print_line(out, " (%s)", item->wanted_from);
    if (item->reason)
        terminal_print_line(out, "    %s", item->reason);
}

void text_render_explanation(FILE *out, const struct plan *plan, const struct tunable *tunable,
                             const struct host_facts *facts, int width)
{
    _cleanup_free_ char *allowed = memory_require(value_allowed(tunable));
    bool any = false;

    fprintf(out, "%s: %s\n\n", tunable->name, tunable->summary);
    paragraph_print(out, tunable->rationale, width);
    for (const struct remark *remark = tunable->remarks; remark && remark->text; remark++) {
        if (remark->applies && !remark->applies(facts))
            continue;
        fputc('\n', out);
        paragraph_print(out, remark->text, width);
    }
    fputs("\nOn this host\n", out);
    for (size_t i = 0; i < plan->items_count; i++) {
        if (plan->items[i].tunable != tunable || !plan->items[i].is_selected)
            continue;
        print_item_facts(out, &plan->items[i]);
        any = true;
    }
    if (!any)
        fputs("  absent: this kernel has no such knob\n", out);
    fprintf(out,
            "\nFile            /%s\nAllowed         %s, or leave\nBelongs to      %s\nDocumentation   %s\n",
            tunable->path, allowed, tunable->scope == SCOPE_HOST ? "the host" : "the network namespace",
            tunable->documentation);
}
