/* SPDX-License-Identifier: MIT */
/* From a unit's settings to what is added to it.
 * Owns when a wrapper can be trusted; pure. */
#include "units/wrap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "systemd/exec-line.h"
#include "units/hand-over.h"
#include "units/nofile.h"
#include "units/redis-unit.h"
#include "units/safe.h"
#include "units/sandbox.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

enum {
    VALUE_SHOWN_MAX = 200,
    EXEC_LINE_MAX = 64 * 1024, /* systemd takes no line above 1 MiB, and what stands before it counts */
};

/* A reset, or a boolean that is off, confines nothing. */
static bool is_off(const char *value)
{
    return *value == '\0' || unit_parse_boolean(value) == 0;
}

/* The first setting in force that is not known to be safe. */
static const struct unit_setting *find_unsafe(const struct unit *unit)
{
    for (size_t i = 0; i < unit->settings_count; i++) {
        const struct unit_setting *setting = &unit->settings[i];

        if (!unit_setting_is_safe(setting->key) && !is_off(setting->value) &&
            !is_off(unit_find(unit, setting->key)->value) && unit_list_begin(unit, setting->key) <= i)
            return setting;
    }
    return NULL;
}

/* --- placement --- */

static void place(struct unit_wrap *wrap, enum placement placement, char *reason)
{
    wrap->placement = placement;
    free(wrap->reason);
    wrap->reason = reason;
}

/* The setting with its place, and what it means; a long value is cut where a character begins. */
static char *reason_of(const struct unit_setting *setting, const char *meaning)
{
    size_t shown = strlen(setting->value);
    bool is_cut = shown > VALUE_SHOWN_MAX;

    if (is_cut)
        for (shown = VALUE_SHOWN_MAX; shown > 0 && (setting->value[shown] & 0xc0) == 0x80;)
            shown--;
    return memory_format("%s=%.*s%s (%s:%u): %s", setting->key, (int)shown, setting->value,
                         is_cut ? "..." : "", setting->file, setting->line, meaning);
}

/* An ExecStart= whose program places its memory itself; NULL: none. */
static const struct unit_setting *find_placed_start(const struct unit *unit)
{
    static const char *const programs[] = {"numactl", "redis-hosttune-exec", "redis-hosttune"};
    size_t position = unit_list_begin(unit, "ExecStart");
    const struct unit_setting *setting;

    while ((setting = unit_next(unit, "ExecStart", &position))) {
        struct exec_line line;

        for (size_t i = 0; exec_line_parse(setting->value, &line) == 0 && i < ELEMENTS(programs); i++)
            if (exec_line_runs(&line, programs[i]))
                return setting;
    }
    return NULL;
}

/* What places the unit's memory without us; NULL: nothing. A mask alone means "preferred" to systemd. */
static const struct unit_setting *find_placed(const struct unit *unit)
{
    static const char *const keys[] = {"NUMAPolicy", "NUMAMask"};

    for (size_t i = 0; i < ELEMENTS(keys); i++) {
        const struct unit_setting *setting = unit_find(unit, keys[i]);

        if (setting && *setting->value)
            return setting;
    }
    return find_placed_start(unit);
}

static const char *why_not_to_be_wrapped(const char *value)
{
    struct exec_line line;

    if (strlen(value) > EXEC_LINE_MAX)
        return "it is too long";
    if (exec_line_parse(value, &line) < 0)
        return "its program cannot be told";
    if (!exec_line_has_path(&line))
        return "its program has no absolute path";
    return line.is_compound ? "several commands in one line, or a variable for a program" : NULL;
}

/* An ExecStart= that a wrapper cannot stand in front of; NULL: none. */
static const struct unit_setting *find_odd_start(const struct unit *unit, const char **ret_why)
{
    size_t position = unit_list_begin(unit, "ExecStart");
    const struct unit_setting *setting;

    while ((setting = unit_next(unit, "ExecStart", &position))) {
        *ret_why = why_not_to_be_wrapped(setting->value);
        if (*ret_why)
            return setting;
    }
    return NULL;
}

/* Why a wrapper in front of ExecStart= cannot be trusted to work here, NULL: it can. */
static char *why_no_wrapper(const struct unit *unit, const struct wrap_input *input)
{
    const char *why = "a wrapper may not be found or not be allowed under it";
    const struct unit_setting *setting = find_unsafe(unit);
    char *reason = NULL;

    if (!setting && unit_sandbox_forbids_wrapper(unit)) {
        setting = unit_find(unit, "NoExecPaths");
        why = "it forbids the wrapper by name";
    }
    if (!setting)
        setting = find_odd_start(unit, &why);
    if (input->selinux_enforcing)
        reason = memory_copy("SELinux is enforcing, and Redis would lose its domain behind a wrapper");
    else if (setting)
        reason = reason_of(setting, why);
    return reason;
}

/* Each is understood, or why_no_wrapper() had found it. */
static void wrap_exec_starts(const struct unit *unit, struct unit_wrap *wrap)
{
    size_t position = unit_list_begin(unit, "ExecStart"), n = 0;
    const struct unit_setting *setting;
    struct exec_line line;

    memory_grow(&wrap->exec_starts, 0, sizeof(char *));
    while ((setting = unit_next(unit, "ExecStart", &position)))
        if (exec_line_parse(setting->value, &line) == 0)
            memory_add_text(&wrap->exec_starts, n++, exec_line_wrap(&line, UNIT_WRAPPER));
}

static bool has_system_call_filter(const struct unit *unit)
{
    return unit_list_begin(unit, "SystemCallFilter") < unit->settings_count;
}

static void decide_exec(const struct unit *unit, const struct wrap_input *input, struct unit_wrap *wrap)
{
    char *reason = why_no_wrapper(unit, input);

    if (reason) {
        place(wrap, PLACEMENT_SYSTEMD, reason);
        return;
    }
    wrap->needs_system_calls = has_system_call_filter(unit);
    wrap->needs_exec_path = unit_sandbox_needs_exec_path(unit);
    wrap_exec_starts(unit, wrap);
    place(wrap, PLACEMENT_EXEC, memory_copy(input->asked_from));
}

static void decide_placement(const struct unit *unit, const struct wrap_input *input,
                             const struct unit_setting *handed_over, struct unit_wrap *wrap)
{
    const struct unit_setting *placed = find_placed(unit);

    if (input->is_sentinel)
        place(wrap, PLACEMENT_OFF, memory_copy("a sentinel holds no data"));
    else if (input->asked == PLACEMENT_OFF)
        place(wrap, PLACEMENT_OFF, memory_copy(input->asked_from));
    else if (input->memory_nodes == 1)
        place(wrap, PLACEMENT_OFF, memory_copy("this host has one memory node: nothing to interleave over"));
    else if (input->memory_nodes == 0)
        place(wrap, PLACEMENT_OFF, memory_copy("this host does not tell its memory nodes"));
    else if (handed_over)
        place(wrap, PLACEMENT_OFF, reason_of(handed_over, wrap->handed_over));
    else if (placed)
        place(wrap, PLACEMENT_OFF, reason_of(placed, "its memory is placed already: left"));
    else if (unit_list_begin(unit, "ExecStart") == unit->settings_count)
        place(wrap, PLACEMENT_OFF, memory_copy("the unit has no ExecStart="));
    else if (input->asked == PLACEMENT_SYSTEMD)
        place(wrap, PLACEMENT_SYSTEMD, memory_copy(input->asked_from));
    else
        decide_exec(unit, input, wrap);
}

/* What stands where packages have their units is nobody's decision about this host. */
static bool is_of_this_host(const struct unit_setting *setting)
{
    return !text_has_prefix(setting->file, "/usr/") && !text_has_prefix(setting->file, "/lib/");
}

static void decide_limit(const struct unit *unit, const struct wrap_input *input, struct unit_wrap *wrap)
{
    const struct unit_setting *from = NULL;

    if (input->is_sentinel)
        return;
    if (input->nofile > 0 && wrap->handed_over)
        memory_set_text(&wrap->limit_from, wrap->handed_over);
    else if (input->nofile > 0)
        wrap->limit_nofile = unit_nofile_decide(unit, input->manager, input->nofile, &from);
    if (wrap->limit_nofile || input->nofile == 0)
        memory_set_text(&wrap->limit_from, input->nofile_from);
    if (wrap->limit_nofile && from && is_of_this_host(from))
        wrap->limit_instead_of = memory_format("%s (%s:%u)", from->value, from->file, from->line);
}

void unit_wrap_decide(const struct unit *unit, const struct wrap_input *input, struct unit_wrap *ret)
{
    const struct hand_over *program = NULL;
    const struct unit_setting *setting = input->is_sentinel ? NULL : unit_hand_over_find(unit, &program);

    *ret = (struct unit_wrap){.nofile = input->nofile};
    if (program)
        ret->handed_over = unit_hand_over_describe(program, input->nofile, input->memory_nodes > 1);
    decide_placement(unit, input, program && program->placement ? setting : NULL, ret);
    decide_limit(unit, input, ret);
}

void unit_wrap_done(struct unit_wrap *wrap)
{
    unit_order_done(&wrap->order);
    strings_free(wrap->exec_starts);
    free(wrap->reason);
    free(wrap->recorded_reason);
    free(wrap->limit_nofile);
    free(wrap->limit_from);
    free(wrap->limit_instead_of);
    free(wrap->handed_over);
    *wrap = (struct unit_wrap){0};
}

bool unit_wrap_equal(const struct unit_wrap *a, const struct unit_wrap *b)
{
    size_t i = 0;

    if (!a->order.refused != !b->order.refused || a->placement != b->placement ||
        a->needs_system_calls != b->needs_system_calls || a->needs_exec_path != b->needs_exec_path ||
        !text_equal(a->limit_nofile, b->limit_nofile))
        return false;
    if (!a->exec_starts || !b->exec_starts)
        return !a->exec_starts && !b->exec_starts;
    while (a->exec_starts[i] && b->exec_starts[i] && strcmp(a->exec_starts[i], b->exec_starts[i]) == 0)
        i++;
    return !a->exec_starts[i] && !b->exec_starts[i];
}

void redis_units_done(struct redis_units *units)
{
    for (size_t i = 0; i < units->items_count; i++) {
        free(units->items[i].name);
        free(units->items[i].problem);
        free(units->items[i].shielded_because);
        unit_wrap_done(&units->items[i].wrap);
    }
    for (size_t i = 0; i < units->unknown_count; i++) {
        free(units->unknown[i].name);
        free(units->unknown[i].made_of);
    }
    free(units->items);
    free(units->unknown);
    *units = (struct redis_units){0};
}
