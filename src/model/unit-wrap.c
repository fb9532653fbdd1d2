/* SPDX-License-Identifier: MIT */
/* From a unit's settings to what is added to it.
 * Owns which settings a wrapper can be trusted with; pure. */
#include "model/unit-wrap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/exec-line.h"
#include "model/unit-safe.h"
#include "util/cleanup.h"
#include "util/text.h"

/* The first setting with a value that is not known to be safe. A reset, or a boolean that is off, confines
 * nothing. */
static const struct unit_setting *find_unsafe(const struct unit *unit)
{
    static const char *const off[] = {"", "no", "false", "off", "0", "n", "f"};

    for (size_t i = 0; i < unit->settings_count; i++) {
        const struct unit_setting *setting = &unit->settings[i];
        bool is_off = false;

        if (unit_setting_is_safe(setting->key))
            continue;
        for (size_t j = 0; j < ELEMENTS(off); j++)
            is_off = is_off || strcmp(setting->value, off[j]) == 0;
        if (!is_off && unit_list_begin(unit, setting->key) <= i)
            return setting;
    }
    return NULL;
}

/* --- placement --- */

static int place(struct unit_wrap *wrap, enum placement placement, char *reason)
{
    wrap->placement = placement;
    free(wrap->reason);
    wrap->reason = reason;
    return reason ? 0 : -ENOMEM;
}

static char *reason_of(const char *format, const struct unit_setting *setting)
{
    char *text;

    /* the formats below: key, file, line */
    if (asprintf(&text, "%s=%s (%s:%u): %s", setting->key, setting->value, setting->file, setting->line,
                 format) < 0)
        return NULL;
    return text;
}

/* Why a wrapper in front of ExecStart= cannot be trusted to work here, NULL: it can. -1 in *ret_error: no
 * memory. */
static char *why_no_wrapper(const struct unit *unit, const struct wrap_input *input, int *ret_error)
{
    const struct unit_setting *unsafe = find_unsafe(unit);
    char *reason = NULL;

    if (input->selinux_enforcing)
        reason = strdup("SELinux is enforcing, and Redis would lose its domain behind a wrapper");
    else if (unsafe)
        reason = reason_of("a wrapper may not be found or not be allowed under it", unsafe);
    *ret_error = (input->selinux_enforcing || unsafe) && !reason ? -ENOMEM : 0;
    return reason;
}

static const struct unit_setting *find_list_entry(const struct unit *unit, const char *key, size_t *position)
{
    for (size_t i = *position; i < unit->settings_count; i++)
        if (strcmp(unit->settings[i].key, key) == 0) {
            *position = i + 1;
            return &unit->settings[i];
        }
    return NULL;
}

/* An ExecStart= that is wrapped already, or that cannot be wrapped: *ret_off tells which. NULL: all can be.
 */
static const struct unit_setting *find_odd_start(const struct unit *unit, bool *ret_off, const char **ret_why)
{
    size_t position = unit_list_begin(unit, "ExecStart");
    const struct unit_setting *setting;

    while ((setting = find_list_entry(unit, "ExecStart", &position))) {
        struct exec_line line;

        *ret_off = false;
        *ret_why = "its program cannot be told";
        if (exec_line_parse(setting->value, &line) < 0)
            return setting;
        *ret_off = true;
        *ret_why = "its memory is placed already: left";
        if (exec_line_runs(&line, "numactl") || exec_line_runs(&line, "redis-hosttune-exec") ||
            exec_line_runs(&line, "redis-hosttune"))
            return setting;
        *ret_off = false;
        *ret_why = "its program has no absolute path";
        if (exec_line_first_character(&line) != '/' && exec_line_first_character(&line) != '%')
            return setting;
        *ret_why = "several commands in one line, or a variable for a program";
        if (exec_line_is_compound(&line))
            return setting;
    }
    return NULL;
}

static int add_exec_start(struct unit_wrap *wrap, const struct unit_setting *setting, size_t n)
{
    struct exec_line line;

    if (exec_line_parse(setting->value, &line) < 0 ||
        array_grow(&wrap->exec_starts, n + 1, sizeof(char *)) < 0)
        return -ENOMEM;
    wrap->exec_starts[n] = exec_line_wrap(&line, UNIT_WRAPPER);
    return wrap->exec_starts[n] ? 0 : -ENOMEM;
}

static int wrap_exec_starts(const struct unit *unit, struct unit_wrap *wrap)
{
    size_t position = unit_list_begin(unit, "ExecStart"), n = 0;
    const struct unit_setting *setting;
    int error = array_grow(&wrap->exec_starts, 0, sizeof(char *));

    while (error == 0 && (setting = find_list_entry(unit, "ExecStart", &position)))
        error = add_exec_start(wrap, setting, n++);
    return error;
}

/* --- what the wrapper needs of the unit's sandbox --- */

/* The longest path of a list that holds the wrapper, as the more specific one counts. 0: none. */
static size_t longest_cover(const struct unit *unit, const char *key)
{
    size_t position = unit_list_begin(unit, key), longest = 0;
    const struct unit_setting *setting;

    while ((setting = find_list_entry(unit, key, &position))) {
        for (const char *word = setting->value; *word;) {
            size_t length = strcspn(word, " \t"), skip = strspn(word, "-+");
            const char *path = word + skip;
            size_t bare = length - skip;

            while (bare > 1 && path[bare - 1] == '/')
                bare--;
            if (bare == 1 || (strncmp(UNIT_WRAPPER, path, bare) == 0 && strchr("/", UNIT_WRAPPER[bare])))
                longest = bare > longest ? bare : longest;
            word += length + strspn(word + length, " \t");
        }
    }
    return longest;
}

static bool needs_exec_path(const struct unit *unit)
{
    size_t forbidden = longest_cover(unit, "NoExecPaths");

    return forbidden > 0 && longest_cover(unit, "ExecPaths") < forbidden;
}

static bool has_system_call_filter(const struct unit *unit)
{
    return unit_list_begin(unit, "SystemCallFilter") < unit->settings_count;
}

static int decide_exec(const struct unit *unit, const struct wrap_input *input, struct unit_wrap *wrap)
{
    const struct unit_setting *odd;
    const char *why = NULL;
    bool is_placed = false;
    int error;
    char *reason = why_no_wrapper(unit, input, &error);

    if (error < 0 || reason)
        return error < 0 ? error : place(wrap, PLACEMENT_SYSTEMD, reason);
    if (unit_list_begin(unit, "ExecStart") == unit->settings_count)
        return place(wrap, PLACEMENT_OFF, strdup("the unit has no ExecStart="));
    odd = find_odd_start(unit, &is_placed, &why);
    if (odd)
        return place(wrap, is_placed ? PLACEMENT_OFF : PLACEMENT_SYSTEMD, reason_of(why, odd));
    wrap->needs_system_calls = has_system_call_filter(unit);
    wrap->needs_exec_path = needs_exec_path(unit);
    error = wrap_exec_starts(unit, wrap);
    return error < 0 ? error : place(wrap, PLACEMENT_EXEC, strdup(input->asked_from));
}

static int decide_placement(const struct unit *unit, const struct wrap_input *input, struct unit_wrap *wrap)
{
    const struct unit_setting *policy = unit_find(unit, "NUMAPolicy"), *odd;
    const char *why = NULL;
    bool is_placed = false;

    if (input->is_sentinel)
        return place(wrap, PLACEMENT_OFF, strdup("a sentinel holds no data"));
    if (input->asked == PLACEMENT_OFF)
        return place(wrap, PLACEMENT_OFF, strdup(input->asked_from));
    if (input->memory_nodes == 1)
        return place(wrap, PLACEMENT_OFF,
                     strdup("this host has one memory node: nothing to interleave over"));
    if (input->memory_nodes == 0)
        return place(wrap, PLACEMENT_OFF, strdup("this host does not tell its memory nodes"));
    if (policy && *policy->value)
        return place(wrap, PLACEMENT_OFF, reason_of("its memory is placed already: left", policy));
    if (input->asked == PLACEMENT_EXEC)
        return decide_exec(unit, input, wrap);
    odd = find_odd_start(unit, &is_placed, &why);
    if (odd && is_placed)
        return place(wrap, PLACEMENT_OFF, reason_of(why, odd));
    return place(wrap, PLACEMENT_SYSTEMD, strdup(input->asked_from));
}

/* --- open files --- */

/* systemd.syntax(7): "infinity", or a number with K, M, G, T, P or E to the base of 1024. -1: neither. */
static long long parse_limit(const char *text, size_t length)
{
    static const char suffixes[] = "KMGTPE";
    char number[32];
    const char *suffix;
    long long value;

    if (length == strlen("infinity") && strncmp(text, "infinity", length) == 0)
        return INT64_MAX;
    if (length == 0 || length >= sizeof(number))
        return -1;
    memcpy(number, text, length);
    number[length] = '\0';
    suffix = strchr(suffixes, number[length - 1]);
    if (suffix)
        number[length - 1] = '\0';
    if (parse_integer(number, &value) < 0 || value < 0)
        return -1;
    for (long step = suffix ? suffix - suffixes + 1 : 0; step > 0; step--)
        value = value > INT64_MAX / 1024 ? INT64_MAX : value * 1024;
    return value;
}

/* Only upwards, soft and hard alike. Without a setting systemd gives 1024 and 524288 (since 240). */
static int decide_nofile(const struct unit *unit, struct unit_wrap *wrap)
{
    const struct unit_setting *setting = unit_find(unit, "LimitNOFILE");
    const char *value = setting && *setting->value ? setting->value : "1024:524288",
               *colon = strchr(value, ':');
    long long soft = parse_limit(value, colon ? (size_t)(colon - value) : strlen(value));
    long long hard = colon ? parse_limit(colon + 1, strlen(colon + 1)) : soft;
    int length;

    if (soft < 0 || hard < 0 || soft >= UNIT_NOFILE) /* what cannot be told is left */
        return 0;
    if (hard <= UNIT_NOFILE)
        length = asprintf(&wrap->limit_nofile, "%d", UNIT_NOFILE);
    else if (hard == INT64_MAX)
        length = asprintf(&wrap->limit_nofile, "%d:infinity", UNIT_NOFILE);
    else
        length = asprintf(&wrap->limit_nofile, "%d:%lld", UNIT_NOFILE, hard);
    if (length < 0)
        wrap->limit_nofile = NULL;
    return wrap->limit_nofile ? 0 : -ENOMEM;
}

int unit_wrap_decide(const struct unit *unit, const struct wrap_input *input, struct unit_wrap *ret)
{
    _cleanup_(unit_wrap_done) struct unit_wrap wrap = {0};
    int error = decide_placement(unit, input, &wrap);

    if (error == 0 && !input->is_sentinel)
        error = decide_nofile(unit, &wrap);
    if (error < 0)
        return error;
    *ret = wrap;
    wrap = (struct unit_wrap){0};
    return 0;
}

void unit_wrap_done(struct unit_wrap *wrap)
{
    strings_free(wrap->exec_starts);
    free(wrap->reason);
    free(wrap->limit_nofile);
    *wrap = (struct unit_wrap){0};
}

bool unit_wrap_equal(const struct unit_wrap *a, const struct unit_wrap *b)
{
    size_t i = 0;

    if (a->placement != b->placement || a->needs_system_calls != b->needs_system_calls ||
        a->needs_exec_path != b->needs_exec_path || !text_equal(a->limit_nofile, b->limit_nofile))
        return false;
    if (!a->exec_starts || !b->exec_starts)
        return !a->exec_starts && !b->exec_starts;
    while (a->exec_starts[i] && b->exec_starts[i] && strcmp(a->exec_starts[i], b->exec_starts[i]) == 0)
        i++;
    return !a->exec_starts[i] && !b->exec_starts[i];
}

static const char *const placement_names[] = {
    [PLACEMENT_EXEC] = "exec",
    [PLACEMENT_SYSTEMD] = "systemd",
    [PLACEMENT_OFF] = "off",
};

int placement_parse(const char *text, enum placement *ret)
{
    for (size_t i = 0; i < ELEMENTS(placement_names); i++)
        if (strcmp(placement_names[i], text) == 0) {
            *ret = (enum placement)i;
            return 0;
        }
    return -EINVAL;
}

const char *placement_name(enum placement placement)
{
    return placement_names[placement];
}
