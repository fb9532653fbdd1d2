/* SPDX-License-Identifier: MIT */
/* zz-redis-hosttune.conf for one unit.
 * Owns its form; the same decision gives the same bytes. */
#include "units/print-dropin.h"

#include <stdio.h>
#include <stdlib.h>

#include "util/memory.h"

static void render_placement(FILE *out, const struct unit_wrap *wrap)
{
    if (wrap->placement == PLACEMENT_SYSTEMD)
        fputs("NUMAPolicy=interleave\nNUMAMask=all\n", out);
    if (wrap->placement != PLACEMENT_EXEC)
        return;
    fputs("ExecStart=\n", out);
    for (char **line = wrap->exec_starts; *line; line++)
        fprintf(out, "ExecStart=%s\n", *line);
    if (wrap->needs_system_calls)
        fputs("SystemCallFilter=set_mempolicy get_mempolicy\n", out);
    if (wrap->needs_exec_path)
        fputs("ExecPaths=" UNIT_WRAPPER "\n", out);
}

/* A file's name in the reason may hold anything, and the comment must stay one line. */
static void render_comment(FILE *out, const char *what, const char *decision, const char *reason)
{
    fprintf(out, "# %s %s: ", what, decision);
    for (const char *c = reason; *c; c++)
        fputc((unsigned char)*c < 0x20 || *c == 0x7f ? '?' : *c, out);
    fputc('\n', out);
}

char *unit_dropin_render(const struct unit_wrap *wrap)
{
    struct memory_stream text;
    FILE *out = memory_stream_open(&text);

    fputs("# Written by redis-hosttune-generator at each boot and daemon-reload.\n", out);
    render_comment(out, "Placement", placement_name(wrap->placement),
                   wrap->recorded_reason ? wrap->recorded_reason : wrap->reason);
    if (wrap->order.refused)
        render_comment(out, "Order", "off", wrap->order.refused);
    else
        fputs("[Unit]\nAfter=redis-hosttune.service\n", out);
    if (wrap->placement != PLACEMENT_OFF || wrap->limit_nofile)
        fputs("\n[Service]\n", out);
    render_placement(out, wrap);
    if (wrap->limit_nofile)
        fprintf(out, "LimitNOFILE=%s\n", wrap->limit_nofile);
    return memory_stream_close(&text);
}
