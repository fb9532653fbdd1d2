/* SPDX-License-Identifier: MIT */
/* zz-redis-hosttune.conf for one unit.
 * Owns its form; the same decision gives the same bytes. */
#include "units/print-dropin.h"

#include <stdlib.h>

#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

static void render_placement(struct text_builder *text, const struct unit_wrap *wrap)
{
    if (wrap->placement == PLACEMENT_SYSTEMD)
        text_builder_add_text(text, "NUMAPolicy=interleave\nNUMAMask=all\n");
    if (wrap->placement != PLACEMENT_EXEC)
        return;
    text_builder_add_text(text, "ExecStart=\n");
    for (char **line = wrap->exec_starts; *line; line++)
        text_builder_add(text, "ExecStart=%s\n", *line);
    if (wrap->needs_system_calls)
        text_builder_add_text(text, "SystemCallFilter=set_mempolicy get_mempolicy\n");
    if (wrap->needs_exec_path)
        text_builder_add_text(text, "ExecPaths=" UNIT_WRAPPER "\n");
}

/* A file's name in the reason may hold anything, and the comment must stay one line. */
static void render_comment(struct text_builder *text, const char *what, const char *decision,
                           const char *reason)
{
    text_builder_add(text, "# %s %s: ", what, decision);
    for (const char *c = reason; *c; c++)
        text_builder_add(text, "%c", (unsigned char)*c < 0x20 || *c == 0x7f ? '?' : *c);
    text_builder_add_text(text, "\n");
}

static void render_limit_comment(struct text_builder *text, const struct unit_wrap *wrap)
{
    _cleanup_free_ char *instead =
        wrap->limit_instead_of ? memory_format("instead of %s", wrap->limit_instead_of) : NULL;

    if (instead)
        render_comment(text, "LimitNOFILE", wrap->limit_nofile, instead);
    else if (wrap->handed_over && wrap->limit_from && !text_has_suffix(wrap->reason, wrap->handed_over))
        render_comment(text, "LimitNOFILE", "left", wrap->limit_from);
}

char *unit_dropin_render(const struct unit_wrap *wrap)
{
    struct text_builder text = {0};

    text_builder_add_text(&text, "# Written by redis-hosttune-generator at each boot and daemon-reload.\n");
    render_comment(&text, "Placement", placement_name(wrap->placement),
                   wrap->recorded_reason ? wrap->recorded_reason : wrap->reason);
    render_limit_comment(&text, wrap);
    if (wrap->order.refused)
        render_comment(&text, "Order", "off", wrap->order.refused);
    else
        text_builder_add_text(&text, "[Unit]\nAfter=redis-hosttune.service\n");
    if (wrap->placement != PLACEMENT_OFF || wrap->limit_nofile)
        text_builder_add_text(&text, "\n[Service]\n");
    render_placement(&text, wrap);
    if (wrap->limit_nofile)
        text_builder_add(&text, "LimitNOFILE=%s\n", wrap->limit_nofile);
    return memory_require(text_builder_take(&text));
}
