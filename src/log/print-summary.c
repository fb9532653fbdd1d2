/* SPDX-License-Identifier: MIT */
/* Known messages of a log, explained.
 * Owns their layout; the words are the table's. */
#include "log/print-summary.h"

#include <jansson.h>

#include "util/cleanup.h"
#include "util/json.h"
#include "util/print-paragraph.h"

static const char *trait_name(enum trait trait)
{
    static const char *const names[] = {
        [TRAIT_UNKNOWN] = "unknown",
        [TRAIT_NO] = "no",
        [TRAIT_YES] = "yes",
    };

    return names[trait];
}

static void render_heading(FILE *out, const struct log_seen *seen)
{
    fputs(seen->kind->id, out);
    if (seen->count > 1)
        fprintf(out, ", %llu times", seen->count);
    if (*seen->last)
        fprintf(out, "%s%s", seen->count > 1 ? ", last at " : ", at ", seen->last);
    fputs("\n\n", out);
}

static void render_seen(FILE *out, const struct log_seen *seen, int width)
{
    const struct log_line_kind *kind = seen->kind;

    render_heading(out, seen);
    paragraph_print(out, seen->message, width);
    if (seen->match.is_cut)
        paragraph_print(out, "(The line is cut: what stood behind its end is not known.)", width);
    fputc('\n', out);
    paragraph_print(out, kind->meaning, width);
    if (kind->wrong) {
        fputs("\nWhat is wrong in it\n", out);
        paragraph_print(out, kind->wrong, width);
    }
    if (seen->now_reason) {
        fprintf(out, "\nTrue here now: %s\n", trait_name(seen->now));
        paragraph_print(out, seen->now_reason, width);
    }
    fputs("\nWhat fixes it\n", out);
    paragraph_print(out, kind->remedy, width);
    fprintf(out, "\nWritten by      %s\n", kind->versions);
    if (kind->see)
        fprintf(out, "See also        redis-hosttune explain %s\n", kind->see);
}

void log_summary_render_text(FILE *out, const struct log_summary *summary, int width)
{
    for (size_t i = 0; i < summary->seen_count; i++) {
        render_seen(out, &summary->seen[i], width);
        fputc('\n', out);
    }
    fprintf(out, "%llu %s read, %zu known %s\n", summary->lines, summary->lines == 1 ? "line" : "lines",
            summary->seen_count, summary->seen_count == 1 ? "message" : "messages");
    if (summary->lines_unclear > 0)
        fprintf(out, "%llu %s cut too early to tell which message it was\n", summary->lines_unclear,
                summary->lines_unclear == 1 ? "line is" : "lines are");
    if (summary->lines_too_long > 0)
        fprintf(out, "of %llu only the first %d bytes were looked at\n", summary->lines_too_long,
                LOG_LINE_MAX);
}

static json_t *seen_to_json(const struct log_seen *seen)
{
    const struct log_line_kind *kind = seen->kind;

    return json_pack("{s:s, s:I, s:s?, s:s?, s:s, s:s, s:s, s:s?, s:s?, s:s?, s:s, s:s?, s:b}", "id",
                     kind->id, "count", (json_int_t)seen->count, "first", *seen->first ? seen->first : NULL,
                     "last", *seen->last ? seen->last : NULL, "message", seen->message, "written_by",
                     kind->versions, "meaning", kind->meaning, "wrong", kind->wrong, "now",
                     seen->now_reason ? trait_name(seen->now) : NULL, "now_reason", seen->now_reason,
                     "remedy", kind->remedy, "see", kind->see, "is_cut", seen->match.is_cut);
}

char *log_summary_render_json(const struct log_summary *summary)
{
    json_t *lines;

    json_memory_begin();
    lines = json_array();
    for (size_t i = 0; i < summary->seen_count; i++)
        json_array_append_new(lines, seen_to_json(&summary->seen[i]));
    return json_to_text(json_pack("{s:i, s:I, s:I, s:I, s:o}", "version", 1, "read",
                                  (json_int_t)summary->lines, "cut", (json_int_t)summary->lines_too_long,
                                  "unclear", (json_int_t)summary->lines_unclear, "lines", lines),
                        0);
}
