/* SPDX-License-Identifier: MIT */
/* What `explain` says of a finding.
 * Owns its layout; the words are the table's. */
#include "diagnose/print-finding.h"

#include <jansson.h>
#include <string.h>

#include "diagnose/finding-words.h"
#include "util/cleanup.h"
#include "util/json.h"
#include "util/memory.h"
#include "util/print-paragraph.h"
#include "util/terminal.h"

static void render_condition(FILE *out, const char *heading, const char *words, const struct finding *finding,
                             const struct policy *policy, int width)
{
    _cleanup_free_ char *text = words ? finding_words(finding, policy, words) : NULL;

    if (!words)
        return;
    fprintf(out, "\n%s when\n", heading);
    paragraph_print(out, text, width);
}

static void render_remedy(FILE *out, const struct finding *finding, int width)
{
    const char *line = finding->remedy;

    fputs("\nWhat fixes it\n", out);
    if (!line)
        paragraph_print(out, "Commands made for the server that has it: see below.", width);
    while (line && *line) {
        int size = (int)strcspn(line, "\n");
        _cleanup_free_ char *step = memory_copy_part(line, (size_t)size);

        paragraph_print(out, step, width);
        line += size + (line[size] == '\n');
    }
}

static void render_thresholds(FILE *out, const struct finding *finding, const struct policy *policy)
{
    for (size_t i = 0; i < FINDING_THRESHOLDS_MAX && finding->thresholds[i].name; i++) {
        _cleanup_free_ char *shown = finding_threshold_describe(finding, policy, &finding->thresholds[i]);

        fprintf(out, "%s%s.%s = %s\n", i == 0 ? "\nThresholds\n  " : "  ", finding->id,
                finding->thresholds[i].name, shown);
    }
}

void finding_render_text(FILE *out, const struct finding *finding, const struct policy *policy, int width)
{
    const char *suppressed = policy_suppressed(policy, finding->id);

    fprintf(out, "%s: %s\n\n", finding->id, finding->summary);
    paragraph_print(out, finding->harm, width);
    render_condition(out, "A note", finding->note_when, finding, policy, width);
    render_condition(out, "Warning", finding->warning_when, finding, policy, width);
    render_condition(out, "Critical", finding->critical_when, finding, policy, width);
    render_remedy(out, finding, width);
    render_thresholds(out, finding, policy);
    if (suppressed) {
        fputc('\n', out);
        terminal_print_line(out, "Suppressed      %s", suppressed);
    }
    fprintf(out, "\nOn this host    redis-hosttune diagnose --only=%s\n", finding->id);
}

static json_t *words_to_json(const struct finding *finding, const struct policy *policy, const char *words)
{
    _cleanup_free_ char *text = words ? finding_words(finding, policy, words) : NULL;

    return json_of_text(text);
}

static json_t *thresholds_to_json(const struct finding *finding, const struct policy *policy)
{
    json_t *thresholds = json_array();

    for (size_t i = 0; i < FINDING_THRESHOLDS_MAX && finding->thresholds[i].name; i++) {
        _cleanup_free_ char *shown = finding_threshold_describe(finding, policy, &finding->thresholds[i]);

        json_array_append_new(thresholds, json_pack("{s:s, s:o}", "name", finding->thresholds[i].name,
                                                    "value", json_of_text(shown)));
    }
    return thresholds;
}

char *finding_render_json(const struct finding *finding, const struct policy *policy)
{
    json_memory_begin();
    return json_to_text(json_pack("{s:i, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:s?, s:s?, s:s?}", "version", 1,
                                  "id", finding->id, "section",
                                  finding_section_name(finding_section(finding)), "summary", finding->summary,
                                  "note", words_to_json(finding, policy, finding->note_when), "warning",
                                  words_to_json(finding, policy, finding->warning_when), "critical",
                                  words_to_json(finding, policy, finding->critical_when), "thresholds",
                                  thresholds_to_json(finding, policy), "harm", finding->harm, "remedy",
                                  finding->remedy, "suppressed", policy_suppressed(policy, finding->id)),
                        0);
}
