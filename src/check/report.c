/* SPDX-License-Identifier: MIT */
/* From plan and forecast to what is wrong.
 * Owns the sentences about values now and at the next boot; pure. */
#include "check/report.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot/set-by.h"
#include "policy/value.h"
#include "systemd/read-unit-directories.h"
#include "units/tuner.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

void check_lines_add(struct check_lines *lines, const char *object, const char *format, ...)
{
    struct check_line *line;
    va_list arguments;

    memory_grow(&lines->items, lines->count, sizeof(*lines->items));
    line = &lines->items[lines->count++];
    memory_set_text(&line->object, object);
    va_start(arguments, format);
    line->text = memory_format_list(format, arguments);
    va_end(arguments);
}

/* --- now --- */

bool check_is_judged(const struct plan_item *item)
{
    return item->wanted && item->state != ITEM_ABSENT && item->state != ITEM_LEFT &&
           item->state != ITEM_REFUSED;
}

/* ", set by FILE:LINE"; nothing where it is not known. Owned by the caller. */
static char *by_whom(const struct plan_item *item)
{
    if (text_has_prefix(item->set_by, "unknown"))
        return memory_copy("");
    return memory_format(", set by %s", item->set_by);
}

/* No line of ours stands in the files: an apply writes one, whoever decides without it. */
static bool is_mended_by_apply(const struct boot_input *input, const struct plan_item *item)
{
    return !item->boot->has_our_line && !forecast_mask(input->config, item->tunable) &&
           forecast_decided_by(item->boot)->source != FORECAST_OTHER_UNIT;
}

/* Written in an earlier boot, and nothing that would have set it again in this one. */
static bool is_lost_at_boot(const struct boot_input *input, const struct plan_item *item)
{
    const struct saved_value *saved = saved_state_value(input->state, item->object);

    return saved && saved->boot_id && *input->facts->boot_id &&
           strcmp(saved->boot_id, input->facts->boot_id) != 0 && item->boot &&
           !text_equal(item->boot->at_boot, saved->written);
}

static void report_now(const struct boot_input *input, const struct plan_item *item,
                       struct check_report *report)
{
    const char *drifted = set_by_drifted_from(input, item);
    _cleanup_free_ char *by = NULL;

    if (item->state == ITEM_REFUSED)
        check_lines_add(&report->problems, item->object, "is %s now; it should be %s (%s): it %s",
                        item->current, item->wanted, item->wanted_from,
                        item->reason ? item->reason : "cannot be set here");
    if (!check_is_judged(item) || item->state == ITEM_IN_SYNC)
        return;
    if (item->state == ITEM_UNKNOWN) {
        if (input->facts->is_running)
            check_lines_add(&report->problems, item->object, "%s",
                            item->reason ? item->reason : "it cannot be read");
        return;
    }
    by = by_whom(item);
    if (drifted && is_lost_at_boot(input, item))
        check_lines_add(
            &report->problems, item->object,
            "is %s now%s; redis-hosttune had set it to %s before this boot, in which nothing set it: "
            "sudo redis-hosttune apply",
            item->current, by, drifted);
    else if (drifted)
        check_lines_add(&report->problems, item->object,
                        "is %s now%s; redis-hosttune had set it to %s, and somebody changed it since: "
                        "sudo redis-hosttune apply",
                        item->current, by, drifted);
    else
        check_lines_add(&report->problems, item->object,
                        "is %s now%s; it should be %s (%s): sudo redis-hosttune apply", item->current, by,
                        item->wanted, item->wanted_from);
}

/* --- after the next boot --- */

/* What mends it, by who decides. Owned by the caller. */
static char *remedy(const struct boot_input *input, const struct plan_item *item)
{
    const struct forecast_step *step = forecast_decided_by(item->boot);
    const char *enable = tuner_enable_command(input->config->unit_mask);

    if (is_mended_by_apply(input, item))
        return memory_copy("sudo redis-hosttune apply");
    if (step->fate == FORECAST_UNSEEN)
        return memory_format("let it be read, or %s", enable);
    switch (step->source) {
    case FORECAST_KERNEL:
        return memory_copy(enable);
    case FORECAST_COMMAND_LINE:
        return memory_format("take it off the boot loader's command line, or %s", enable);
    case FORECAST_OTHER_UNIT:
        return memory_copy(step->mended_by);
    case FORECAST_TUNED:
        return memory_format("use a profile of your own that includes %s and sets %s, or %s",
                             input->config->tuned->names, forecast_wish(item), enable);
    default:
        return memory_format("take that line out of %s, or %s", step->file, enable);
    }
}

/* "will be 10 after the next boot, by FILE:LINE". Owned by the caller. */
static char *describe_boot(const struct forecast *forecast)
{
    const struct forecast_step *step = forecast_decided_by(forecast);
    _cleanup_free_ char *by = forecast_step_describe(step);

    if (step->fate == FORECAST_UNSEEN)
        return memory_format("may be anything after the next boot, for %s cannot be read", step->file);
    if (step->source == FORECAST_KERNEL)
        return memory_format("will be as the kernel starts with it%s%s%s after the next boot",
                             step->value ? " (" : "", step->value ? step->value : "", step->value ? ")" : "");
    return memory_format("will be %s after the next boot, by %s",
                         forecast->at_boot ? forecast->at_boot : "what only its writer knows", by);
}

static void report_boot(const struct boot_input *input, const struct plan_item *item,
                        struct check_report *report)
{
    _cleanup_free_ char *will_be = NULL, *mends = NULL;

    if (!item->boot || !check_is_judged(item) || forecast_is_right(item))
        return;
    will_be = describe_boot(item->boot);
    mends = remedy(input, item);
    check_lines_add(&report->problems, item->object, "%s; it should be %s: %s", will_be, forecast_wish(item),
                    mends);
}

/* Both at once, where one command mends both. */
static void report_values(const struct boot_input *input, const struct plan_item *item,
                          struct check_report *report)
{
    _cleanup_free_ char *will_be = NULL, *by = NULL;

    if (!item->boot || !check_is_judged(item) || item->state != ITEM_CHANGE || forecast_is_right(item) ||
        !is_mended_by_apply(input, item) || set_by_drifted_from(input, item)) {
        report_now(input, item, report);
        report_boot(input, item, report);
        return;
    }
    will_be = describe_boot(item->boot);
    by = by_whom(item);
    check_lines_add(&report->problems, item->object,
                    "is %s now%s, and %s; it should be %s (%s): sudo redis-hosttune apply", item->current, by,
                    will_be, item->wanted, item->wanted_from);
}

static void report_late(const struct boot_input *input, const struct plan_item *item,
                        struct check_report *report)
{
    const struct forecast *forecast = item->boot;

    if (!forecast || !check_is_judged(item) || (!forecast->late && !forecast->is_late_unknown) ||
        forecast_satisfies(item, forecast->late))
        return;
    if (forecast->late_unit) {
        check_lines_add(
            &report->problems, item->object,
            "%s (%s) sets it to %s, and is not ordered before redis-hosttune.service: it may come behind "
            "it: %s",
            forecast->late_unit, forecast->late_from,
            forecast->late ? forecast->late : "what its script decides", forecast->late_mended_by);
        return;
    }
    if (forecast->late_from) {
        check_lines_add(
            &report->problems, item->object,
            "%s sets it to %s, and tuned reads that again in a thread of its own (reapply_sysctl), which "
            "may come behind redis-hosttune.service: take that line out",
            forecast->late_from, forecast->late ? forecast->late : "a value of its own");
        return;
    }
    check_lines_add(&report->problems, item->object,
                    "tuned's profile %s sets it to %s in a thread of its own, which may come behind "
                    "redis-hosttune.service: use a profile of your own that includes %s and sets %s",
                    input->config->tuned->names, forecast->late ? forecast->late : "a value of its own",
                    input->config->tuned->names, forecast_wish(item));
}

/* --- worth knowing --- */

/* Several rows have the word of huge pages: by the file's name, or by the parameter. */
static bool is_about(const struct sysctl_stray *stray, const struct tunable *tunable)
{
    const char *parameter = tunable->kernel_parameter;

    if (!text_equal(stray->word, tunable->searched_word))
        return false;
    if (tunable_sysctl_key(tunable))
        return true;
    if (parameter && text_has_prefix(stray->text, parameter) && stray->text[strlen(parameter)] == '=')
        return true;
    return stray->reason != STRAY_LOADER && strstr(stray->text, text_file_name(tunable->path)) &&
           tunable_has_objects(tunable) == (strstr(stray->text, "hugepages-") != NULL);
}

/* tuned reads /etc/sysctl.conf, where nobody else does. */
static bool has_turn(const struct forecast *forecast, const struct sysctl_stray *stray)
{
    for (size_t i = 0; i < forecast->steps_count; i++)
        if (text_equal(forecast->steps[i].file, stray->file) && forecast->steps[i].line == stray->line)
            return true;
    return false;
}

/* Lines that were meant for it and set nothing, where it will not be right without them. True: one of them is
 * what "sysctl --system" goes by. */
static bool note_strays(const struct boot_input *input, const struct plan_item *item,
                        struct check_report *report)
{
    static const char *const reasons[] = {
        [STRAY_LINE] = "sets nothing: systemd-sysctl takes NAME = VALUE, with the sysctl's whole name",
        [STRAY_MARK] = "sets nothing: the byte order mark in front of it belongs to the name",
        [STRAY_NAME] =
            "is read by nothing at boot: the name of its file has to end in .conf, with no dot in front",
        [STRAY_LOADER] = "is not on the command line of this boot: make the boot loader's configuration anew "
                         "(update-grub, grub2-mkconfig) and boot",
        [STRAY_PLACE] =
            "is read by nothing at boot here, unless something runs \"sysctl -p\" or \"sysctl --system\": "
            "move it to a file of /etc/sysctl.d that ends in .conf",
    };
    const struct sysctl_strays *strays = input->config->strays;
    bool is_by_hand = false;

    if (!item->boot || !check_is_judged(item) || forecast_is_right(item))
        return false;
    for (size_t i = 0; strays && i < strays->count; i++) {
        const struct sysctl_stray *stray = &strays->items[i];
        _cleanup_free_ char *at = memory_format("%s:%u", stray->file, stray->line);

        if (!is_about(stray, item->tunable) || has_turn(item->boot, stray))
            continue;
        is_by_hand = is_by_hand || text_equal(at, item->boot->by_hand_from);
        check_lines_add(&report->notes, item->object,
                        "%s, \"%s\", %s; sudo redis-hosttune apply writes one that counts", at, stray->text,
                        reasons[stray->reason]);
    }
    return is_by_hand;
}

static void note_item(const struct boot_input *input, const struct plan_item *item,
                      struct check_report *report)
{
    const struct forecast *forecast = item->boot;

    if (!forecast)
        return;
    if (!note_strays(input, item, report) && forecast->by_hand && forecast_wish(item))
        check_lines_add(&report->notes, item->object,
                        "\"sysctl --system\", run by hand, would make it %s (%s)", forecast->by_hand,
                        forecast->by_hand_from);
    if (forecast->lost_file)
        check_lines_add(&report->notes, item->object,
                        "%s sets it now, and is gone after a boot: nothing of /run stays",
                        forecast->lost_file);
    for (size_t i = 0; i < forecast->steps_count; i++)
        if (forecast->steps[i].fate == FORECAST_REFUSED)
            check_lines_add(&report->notes, item->object, "%s:%u sets it to \"%s\", which the kernel refuses",
                            forecast->steps[i].file, forecast->steps[i].line, forecast->steps[i].value);
}

/* One line names them all: what they set is not known here. */
static void note_others(const struct boot_config *config, struct check_report *report)
{
    _cleanup_free_ char *names = NULL;

    for (size_t i = 0; config->others && i < config->others->count; i++) {
        const struct other_writer *other = &config->others->items[i];
        _cleanup_free_ char *name =
            memory_format("%s%s%s%s", other->what, other->because ? " (" : "",
                          other->because ? other->because : "", other->because ? ")" : "");

        if (i > 0 && text_equal(other->what, config->others->items[i - 1].what)) /* several lines of one */
            continue;
        memory_join(&names, ", ", name);
    }
    if (names)
        check_lines_add(&report->notes, NULL, "these may set values as well, at boot or later: %s", names);
}

/* What sets nothing at boot, whatever stands in its files. */
static void note_mask(const char *unit, const char *mask, const char *what, struct check_report *report)
{
    if (!mask)
        return;
    if (text_has_prefix(mask, UNIT_BOOT_MASKS))
        check_lines_add(
            &report->notes, unit,
            "it is masked by systemd.mask=%s on the kernel's command line: at boot nothing of %s is set",
            unit, what);
    else
        check_lines_add(&report->notes, unit,
                        "it is masked (%s): at boot nothing of %s is set: sudo systemctl unmask %s", mask,
                        what, unit);
}

static void note_files(const struct boot_config *config, struct check_report *report)
{
    const char *const cut[] = {config->sysctl->cut_off, config->tmpfiles->cut_off};

    for (size_t i = 0; i < ELEMENTS(cut); i++)
        if (cut[i])
            check_lines_add(&report->notes, NULL,
                            "%s has 1 MiB or more: systemd reads no further in that file", cut[i]);
    if (config->tuned->names && config->tuned->starts_at_boot && config->tuned->is_incomplete)
        check_lines_add(&report->notes, NULL,
                        "tuned's profile %s, or one that it includes, is not found or not understood: it "
                        "may set more than is said here",
                        config->tuned->names);
}

/* --- the whole --- */

const struct plan_item *check_next_item(const struct check_report *report, size_t *position)
{
    while (*position < report->plan->items_count) {
        const struct plan_item *item = &report->plan->items[(*position)++];

        if (item->is_selected)
            return item;
    }
    return NULL;
}

void check_report_build(const struct plan *plan, const struct boot_input *input, struct check_report *ret)
{
    const struct plan_item *item;
    size_t position = 0;

    *ret = (struct check_report){.plan = plan};
    note_files(input->config, ret);
    note_mask(BOOT_SYSCTL_UNIT, input->config->sysctl_mask, "sysctl.d", ret);
    note_mask(BOOT_TMPFILES_UNIT, input->config->tmpfiles_mask, "tmpfiles.d", ret);
    note_others(input->config, ret);
    while ((item = check_next_item(ret, &position))) {
        report_values(input, item, ret);
        report_late(input, item, ret);
        note_item(input, item, ret);
    }
}

static void lines_done(struct check_lines *lines)
{
    for (size_t i = 0; i < lines->count; i++) {
        free(lines->items[i].object);
        free(lines->items[i].text);
    }
    free(lines->items);
}

void check_report_done(struct check_report *report)
{
    for (size_t i = 0; i < report->servers_count; i++) {
        free(report->servers[i].judgements);
        judgements_done(&report->servers[i].limits);
    }
    free(report->servers);
    lines_done(&report->problems);
    lines_done(&report->notes);
    *report = (struct check_report){0};
}
