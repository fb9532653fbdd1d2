/* SPDX-License-Identifier: MIT */
/* A unit file, what is decided for it, and the drop-in: that is read back as it was meant, and with it in
 * force nothing more is to be done. */
#include "fuzz.h"

#include <errno.h>

#include "systemd/exec-line.h"
#include "units/nofile.h"
#include "units/print-dropin.h"
#include "units/sandbox.h"

#define SHOWN "/x.service"

static bool is_one_line(const char *text)
{
    return text_is_printable(text, strlen(text)) && !strpbrk(text, "\r\n");
}

static bool is_trimmed(const char *text)
{
    size_t length = strlen(text);

    return length == 0 || (!strchr(" \t", text[0]) && !strchr(" \t", text[length - 1]));
}

static void check_settings(const struct unit *unit)
{
    for (size_t i = 0; i < unit->settings_count; i++) {
        const struct unit_setting *setting = &unit->settings[i];

        REQUIRE(*setting->key && is_one_line(setting->key) && is_trimmed(setting->key));
        REQUIRE(!strchr(setting->key, '='));
        REQUIRE(is_one_line(setting->value) && is_trimmed(setting->value));
        REQUIRE(strcmp(setting->file, SHOWN) == 0 && setting->line > 0);
        REQUIRE(i == 0 || setting->line > unit->settings[i - 1].line);
        REQUIRE(unit_list_begin(unit, setting->key) <= unit->settings_count);
    }
}

/* Every value taken as a list of units. */
static void check_order(const struct unit *unit)
{
    const struct unit_setting *off = unit_order_without_defaults(unit);

    REQUIRE(!off || strcmp(off->key, "DefaultDependencies") == 0);
    for (size_t i = 0; i < unit->settings_count; i++) {
        const char *position = unit->settings[i].value, *before = position;
        char name[UNIT_NAME_SIZE];

        while (unit_order_next_name(&position, name)) {
            REQUIRE(*name && position > before);
            REQUIRE(unit_order_may_be(name, name) || strchr(name, '%'));
            REQUIRE(unit_order_has(unit, unit->settings[i].key, name));
            before = position;
        }
    }
}

/* Lines that count, in their order, against those in the drop-in. */
static void check_start_lines(const struct unit *unit, const struct unit *dropin,
                              const struct unit_wrap *wrap)
{
    size_t from = unit_list_begin(unit, "ExecStart"), to = unit_list_begin(dropin, "ExecStart");

    for (char **line = wrap->exec_starts; *line; line++) {
        const struct unit_setting *before = unit_next(unit, "ExecStart", &from);
        const struct unit_setting *after = unit_next(dropin, "ExecStart", &to);
        struct exec_line original, wrapped;

        REQUIRE(before && after);
        REQUIRE(strcmp(after->value, *line) == 0);
        REQUIRE(exec_line_parse(before->value, &original) == 0);
        REQUIRE(exec_line_parse(after->value, &wrapped) == 0);
        REQUIRE(!wrapped.is_compound && !wrapped.name);
        REQUIRE(strncmp(wrapped.program, UNIT_WRAPPER, wrapped.program_length) == 0);
        REQUIRE(text_has_suffix(*line, original.rest));
    }
    REQUIRE(!unit_next(unit, "ExecStart", &from) && !unit_next(dropin, "ExecStart", &to));
    REQUIRE(*unit_find(dropin, "ExecStart")->value);
    REQUIRE(strcmp(dropin->settings[0].key, "ExecStart") == 0 && !*dropin->settings[0].value);
}

/* The drop-in's text as systemd reads it. */
static void read_back(struct unit *unit, const char *text)
{
    _cleanup_free_ char *content = strdup(text), *message = NULL;

    REQUIRE(content);
    REQUIRE(unit_parse(unit, "Service", SHOWN, content, strlen(content), &message) == 0);
}

static void check_wrap(const struct unit *unit, const char *content, size_t size,
                       const struct wrap_input *input)
{
    _cleanup_(unit_wrap_done) struct unit_wrap wrap = {0}, again = {0};
    _cleanup_(unit_done) struct unit dropin = {0}, both = {0};
    _cleanup_free_ char *text = NULL, *copy = fuzz_text((const uint8_t *)content, size), *message = NULL;

    unit_wrap_decide(unit, input, &wrap);
    REQUIRE(wrap.reason && is_one_line(wrap.reason));
    REQUIRE((wrap.placement == PLACEMENT_EXEC) == (wrap.exec_starts != NULL));
    text = unit_dropin_render(&wrap);
    REQUIRE(text);
    read_back(&dropin, text);
    if (wrap.placement == PLACEMENT_EXEC)
        check_start_lines(unit, &dropin, &wrap);
    /* on top of the unit */
    REQUIRE(unit_parse(&both, "Service", SHOWN, copy, size, &message) == 0);
    if (both.settings_count + dropin.settings_count > UNIT_SETTINGS_MAX)
        return;
    read_back(&both, text);
    unit_wrap_decide(&both, input, &again);
    REQUIRE(again.placement == PLACEMENT_OFF || input->asked == PLACEMENT_OFF);
    REQUIRE(!again.limit_nofile);
    if (wrap.placement == PLACEMENT_EXEC)
        REQUIRE(!unit_sandbox_needs_exec_path(&both));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const long long limits[] = {65536, 0, 1073741816};
    _cleanup_(unit_done) struct unit unit = {0};
    _cleanup_free_ char *content = fuzz_text(data, size), *copy = fuzz_text(data, size), *message = NULL;
    struct wrap_input input = {.asked_from = "x", .nofile_from = "n", .memory_nodes = 2};
    int error = unit_parse(&unit, "Service", SHOWN, copy, size, &message);

    check_settings(&unit);
    if (unit.settings_count < 100) /* each name is looked for in all of them */
        check_order(&unit);
    if (error < 0) {
        REQUIRE(error == -EBADMSG || error == -E2BIG);
        REQUIRE(message && text_has_prefix(message, SHOWN ":") && is_one_line(message));
        return 0;
    }
    REQUIRE(!message);
    input.nofile = limits[size % ELEMENTS(limits)];
    for (input.asked = PLACEMENT_EXEC; input.asked <= PLACEMENT_OFF; input.asked++)
        check_wrap(&unit, content, size, &input);
    return 0;
}
