/* SPDX-License-Identifier: MIT */
/* Findings for a person.
 * Owns their order on the screen, and that what is the same for several servers stands there once. */
#include "diagnose/print.h"

#include "diagnose/group.h"

#include <stdlib.h>

#include <string.h>

#include "util/cleanup.h"
#include "util/memory.h"
#include "util/print-paragraph.h"
#include "util/terminal.h"
#include "util/text.h"

struct page {
    FILE *out;
    bool has_notes;
    struct text_style style;
    int width;
};

static void print_coloured(const struct page *page, enum terminal_colour colour, const char *text)
{
    terminal_set_colour(page->out, page->style.colour ? colour : COLOUR_NONE);
    terminal_print_text(page->out, text);
    terminal_set_colour(page->out, page->style.colour ? COLOUR_RESET : COLOUR_NONE);
}

static enum terminal_colour result_colour(enum finding_result result)
{
    return result == FINDING_CRITICAL  ? COLOUR_BOLD_RED
           : result == FINDING_WARNING ? COLOUR_BOLD_YELLOW
           : result == FINDING_PASS    ? COLOUR_GREEN
                                       : COLOUR_BOLD;
}

/* The lines behind the first below its text. */
static void print_words(const struct page *page, const char *label, const char *text, size_t length)
{
    paragraph_print_labelled(page->out, label, 10, text, length, page->width);
}

/* What is to be copied: a command, or a line of a configuration file. */
static bool is_to_be_copied(const char *step)
{
    static const char *const beginnings[] = {
        "redis-cli ",  "valkey-cli ",     "sudo ", "umask ", "echo ",
        "journalctl ", "redis-hosttune ", "df ",   "in /",   "on the command line that starts it: ",
    };

    for (size_t i = 0; i < ELEMENTS(beginnings); i++)
        if (text_has_prefix(step, beginnings[i]))
            return true;
    return false;
}

/* That is not wrapped. */
static void print_remedy(const struct page *page, const char *remedy)
{
    const char *label = "Remedy";

    for (const char *step = remedy; *step;) {
        size_t length = strcspn(step, "\n");

        if (is_to_be_copied(step))
            fprintf(page->out, "  %-8s%.*s\n", label, (int)length, step);
        else
            print_words(page, label, step, length);
        label = "";
        step += length + (step[length] == '\n');
    }
}

static char *evidence_line(const struct verdict *verdict)
{
    struct text_builder line = {0};

    for (size_t i = 0; i < verdict->evidence_count; i++) {
        const struct evidence *evidence = &verdict->evidence[i];
        char number[QUANTITY_TEXT_MAX];

        text_builder_add(&line, "%s%s %s", i ? ", " : "", evidence->name,
                         evidence->text ? evidence->text
                                        : quantity_format(evidence->quantity, evidence->number, number));
    }
    return memory_require(text_builder_take(&line));
}

enum { SEEN_MAX = 4 };

/* Once where it is the same for all, else for the first of them. */
static void print_seen(const struct page *page, const struct server_group *group)
{
    _cleanup_free_ char *first = evidence_line(group_verdict(group, 0));
    bool is_same = true;

    for (size_t i = 1; i < group->count && is_same; i++) {
        _cleanup_free_ char *other = evidence_line(group_verdict(group, i));

        is_same = strcmp(first, other) == 0;
    }
    if (is_same && *first)
        print_words(page, "Seen", first, strlen(first));
    for (size_t i = 0; !is_same && i < group->count && i < SEEN_MAX; i++) {
        _cleanup_free_ char *line = evidence_line(group_verdict(group, i)),
                            *text = memory_format("%s: %s", group_server(group, i)->address, line);

        print_words(page, i == 0 ? "Seen" : "", text, strlen(text));
    }
}

static void print_block(const struct page *page, const struct server_group *group, bool has_cli)
{
    static const char *const labels[] = {
        [FINDING_NOTE] = "NOTE    ",
        [FINDING_WARNING] = "WARNING ",
        [FINDING_CRITICAL] = "CRITICAL",
    };
    const struct verdict *verdict = group_verdict(group, 0);
    _cleanup_free_ char *addresses = group_names(group, 0, false);

    print_coloured(page, result_colour(verdict->result), labels[verdict->result]);
    fputs("  ", page->out);
    print_coloured(page, COLOUR_BOLD, verdict->finding->id);
    terminal_print_line(page->out, "  %s", addresses);
    print_seen(page, group);
    if (verdict->harm)
        print_words(page, "Harm", verdict->harm, strlen(verdict->harm));
    if (verdict->remedy)
        print_remedy(page, verdict->remedy);
    if (verdict->remedy && has_cli && group->count > 1) {
        _cleanup_free_ char *others = group_names(group, 1, true),
                            *text = memory_format("and the same by: %s", others);

        print_words(page, "", text, strlen(text));
    }
    fputc('\n', page->out);
}

static void print_result(const struct page *page, const struct diagnosis_report *report, size_t place,
                         enum finding_result result)
{
    for (size_t i = 0; i < report->servers_count; i++) {
        const struct server_report *server = &report->servers[i];
        struct server_group group;
        bool has_cli = false;

        if (place >= server->verdicts_count || server->verdicts[place].result != result ||
            verdict_is_suppressed(&server->verdicts[place]))
            continue;
        if (group_gather(report, i, place, &group, &has_cli))
            print_block(page, &group, has_cli);
        group_done(&group);
    }
}

/* --- what is not known, and what is not to be heard of --- */

static const char *reason_of(const struct verdict *verdict, bool suppressed)
{
    if (verdict_is_suppressed(verdict) != suppressed)
        return NULL;
    if (suppressed)
        return verdict->suppressed_reason;
    return verdict->result == FINDING_UNKNOWN ? verdict->unknown_reason : NULL;
}

static bool had_reason(const struct server_report *server, size_t before, const char *reason, bool suppressed)
{
    for (size_t i = 0; i < before; i++) {
        const char *earlier = reason_of(&server->verdicts[i], suppressed);

        if (earlier && strcmp(earlier, reason) == 0)
            return true;
    }
    return false;
}

/* The ids that share a reason on one line. */
static void print_reason(const struct page *page, const struct server_report *server, size_t first,
                         const char *reason, bool suppressed)
{
    _cleanup_free_ char *text = NULL;
    struct text_builder line = {0};

    for (size_t i = first; i < server->verdicts_count; i++) {
        const char *other = reason_of(&server->verdicts[i], suppressed);

        if (other && strcmp(other, reason) == 0)
            text_builder_add(&line, "%s%s", i == first ? "" : ", ", server->verdicts[i].finding->id);
    }
    text_builder_add(&line, ": %s", reason);
    text = memory_require(text_builder_take(&line));
    print_words(page, "", text, strlen(text));
}

static void print_reasons(const struct page *page, const struct server_report *server, const char *title,
                          bool suppressed)
{
    bool any = false;

    for (size_t i = 0; i < server->verdicts_count; i++) {
        const char *reason = reason_of(&server->verdicts[i], suppressed);

        if (!reason || had_reason(server, i, reason, suppressed))
            continue;
        if (!any) {
            print_coloured(page, COLOUR_BOLD, title);
            terminal_print_line(page->out, "  %s", server->address);
        }
        any = true;
        print_reason(page, server, i, reason, suppressed);
    }
    if (any)
        fputc('\n', page->out);
}

/* --- the end --- */

static void print_count(FILE *out, size_t count, const char *one, const char *many)
{
    if (count)
        fprintf(out, ", %zu %s", count, count == 1 ? one : many);
}

static void print_summary(const struct page *page, const struct server_report *server)
{
    struct verdict_counts counts = report_count(server);
    enum finding_result worst = counts.of[FINDING_CRITICAL]  ? FINDING_CRITICAL
                                : counts.of[FINDING_WARNING] ? FINDING_WARNING
                                                             : FINDING_PASS;
    char passed[40];

    print_coloured(page, COLOUR_BOLD, server->address);
    if (server->identity)
        fprintf(page->out, " (%s)", server->identity);
    if (server->trouble) {
        fputs(": not asked\n", page->out); /* why is an error, which cmd says */
        return;
    }
    snprintf(passed, sizeof(passed), "%zu passed", counts.of[FINDING_PASS]);
    fputs(": ", page->out);
    print_coloured(page, result_colour(worst), passed);
    print_count(page->out, counts.of[FINDING_NOTE], page->has_notes ? "note" : "note (--notes shows it)",
                page->has_notes ? "notes" : "notes (--notes shows them)");
    print_count(page->out, counts.of[FINDING_WARNING], "warning", "warnings");
    print_count(page->out, counts.of[FINDING_CRITICAL], "critical", "critical");
    print_count(page->out, counts.of[FINDING_UNKNOWN], "unknown", "unknown");
    print_count(page->out, counts.suppressed, "suppressed", "suppressed");
    fputc('\n', page->out);
}

void diagnosis_render_text(FILE *out, const struct diagnosis_report *report, bool has_notes,
                           struct text_style style, int width)
{
    const struct page page = {out, has_notes, style, width};
    enum finding_result least = has_notes ? FINDING_NOTE : FINDING_WARNING;
    size_t places = 0;

    for (size_t i = 0; i < report->servers_count; i++)
        if (report->servers[i].verdicts_count > places)
            places = report->servers[i].verdicts_count;

    for (enum finding_result result = FINDING_CRITICAL; result >= least; result--)
        for (size_t place = 0; place < places; place++)
            print_result(&page, report, place, result);
    for (size_t i = 0; i < report->servers_count; i++) {
        if (report->servers[i].trouble)
            continue;
        print_reasons(&page, &report->servers[i], "Suppressed", true);
        print_reasons(&page, &report->servers[i], "Unknown", false);
    }
    for (size_t i = 0; i < report->servers_count; i++)
        print_summary(&page, &report->servers[i]);
}

/* --- changes --- */

/* A note that is not to be shown is as a pass. */
static enum finding_result shown_result(const struct page *page, const struct verdict *verdict)
{
    return verdict->result == FINDING_NOTE && !page->has_notes ? FINDING_PASS : verdict->result;
}

static void print_one(const struct page *page, const struct server_report *server,
                      const struct verdict *verdict)
{
    const struct diagnosis_report report = {.servers = (struct server_report *)server, .servers_count = 1};
    size_t first = 0;
    const struct server_group group = {&report, (size_t)(verdict - server->verdicts), &first, 1};

    print_block(page, &group, false);
}

static bool print_change(const struct page *page, const char *time, const struct server_report *server,
                         const struct verdict *before, const struct verdict *now)
{
    enum finding_result old_result = before ? shown_result(page, before) : FINDING_PASS;
    enum finding_result result = shown_result(page, now);

    if (result == old_result || verdict_is_suppressed(now) || (!before && result == FINDING_UNKNOWN))
        return false;
    fprintf(page->out, "%s  %s  %s: ", time, server->address, now->finding->id);
    print_coloured(page, result_colour(result), finding_result_name(result));
    fprintf(page->out, ", was %s\n", before ? finding_result_name(old_result) : "not judged");
    if (result == FINDING_UNKNOWN)
        print_words(page, "Reason", now->unknown_reason, strlen(now->unknown_reason));
    else if (result != FINDING_PASS && (result > old_result || old_result == FINDING_UNKNOWN))
        print_one(page, server, now);
    return true;
}

static bool print_server_changes(const struct page *page, const char *time,
                                 const struct server_report *before, const struct server_report *now)
{
    bool any = false;

    if (!before) {
        terminal_print_line(page->out, "%s  %s: a new server", time, now->address);
        any = true;
    }
    if (!text_equal(before ? before->trouble : NULL, now->trouble)) {
        terminal_print_line(page->out, "%s  %s: %s", time, now->address,
                            now->trouble ? now->trouble : "can be asked again");
        any = true;
    }
    if (now->trouble)
        return any;
    for (size_t i = 0; i < now->verdicts_count; i++)
        any |= print_change(page, time, now,
                            before ? report_verdict(before, now->verdicts[i].finding->id) : NULL,
                            &now->verdicts[i]);
    return any;
}

bool diagnosis_render_changes(FILE *out, const struct diagnosis_report *before,
                              const struct diagnosis_report *now, const char *time, bool has_notes,
                              struct text_style style, int width)
{
    const struct page page = {out, has_notes, style, width};
    bool any = false;

    for (size_t i = 0; i < now->servers_count; i++)
        any |=
            print_server_changes(&page, time, report_find(before, now->servers[i].address), &now->servers[i]);
    for (size_t i = 0; i < before->servers_count; i++)
        if (!report_find(now, before->servers[i].address)) {
            terminal_print_line(out, "%s  %s: gone", time, before->servers[i].address);
            any = true;
        }
    return any;
}
