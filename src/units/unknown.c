/* SPDX-License-Identifier: MIT */
/* Words for units that nobody looks after.
 * Owns the command that adds them; pure. */
#include "units/unknown.h"

#include <stdlib.h>

#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

bool unknown_unit_may_be_added(const char *name)
{
    return !text_has_prefix(name, "run-");
}

char *unknown_units_add_command(const char *const *names)
{
    _cleanup_free_ char *list = NULL, *quoted = NULL, *file = NULL, *quoted_file = NULL;

    for (const char *const *name = names; *name; name++)
        memory_join(&list, " ", *name);
    file = memory_format("/etc/redis-hosttune/redis-hosttune.conf.d/%s.conf", names[0]);
    quoted = memory_require(text_shell_quote(list));
    quoted_file = memory_require(text_shell_quote(file));
    return memory_format("printf '[units]\\nadd = %%s\\n' %s | sudo install -D -m 644 /dev/stdin %s", quoted,
                         quoted_file);
}

char *unknown_unit_describe(const struct unknown_unit *unit, long long open_files, bool is_placed)
{
    _cleanup_free_ char *limit = NULL;
    const char *placement = is_placed ? ", below [Service] NUMAPolicy=interleave and NUMAMask=all" : "";

    if (unit->is_quadlet) {
        limit = open_files > 0 ? memory_format(", below [Container] Ulimit=nofile=%lld", open_files)
                               : memory_copy("");
        return memory_format(
            "Quadlet makes it of %s, and redis-hosttune's generator does not see it: put there, below "
            "[Unit], After=redis-hosttune.service%s%s",
            unit->made_of, limit, placement);
    }
    limit =
        open_files > 0 ? memory_format(", below [Service] LimitNOFILE=%lld", open_files) : memory_copy("");
    return memory_format(
        "systemd makes it of %s, and redis-hosttune's generator does not see it: sudo systemctl edit "
        "%s, and there, below [Unit], After=redis-hosttune.service%s%s",
        unit->made_of, unit->name, limit, placement);
}
