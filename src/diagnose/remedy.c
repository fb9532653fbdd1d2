/* SPDX-License-Identifier: MIT */
/* Steps that many remedies share.
 * Owns how a parameter is changed and kept. */
#include "diagnose/remedy.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose/sizing.h"
#include "servers/facts.h"
#include "servers/judgement.h"
#include "servers/restart.h"
#include "util/cleanup.h"
#include "util/memory.h"

void remedy_set(const struct diagnosis *diagnosis, struct verdict *verdict, const char *format, ...)
{
    _cleanup_free_ char *setting = NULL;
    va_list arguments;

    va_start(arguments, format);
    setting = memory_format_list(format, arguments);
    va_end(arguments);
    verdict_remedy_cli(verdict, diagnosis, "CONFIG SET %s", setting);
}

void remedy_keep(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    if (*diagnosis_info_text(diagnosis, "config_file"))
        verdict_remedy_cli(verdict, diagnosis, "CONFIG REWRITE");
    else
        verdict_remedy(verdict,
                       "to keep it, give the same where the server is started: it has no configuration file");
}

void remedy_maxmemory(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    double used = diagnosis_info(diagnosis, "used_memory"), bytes;
    char text[QUANTITY_TEXT_MAX];
    struct memory_limit limit;
    const char *rule;

    if (!memory_limit_find(diagnosis, &limit)) {
        verdict_remedy(verdict, "set maxmemory below half of what this server may have of RAM");
        return;
    }
    bytes = sizing_maxmemory(&limit, sizing_is_forking(diagnosis), &rule);
    if (used > bytes)
        verdict_remedy(
            verdict,
            "add RAM, or move keys to another server: only then the step below is safe, for it evicts "
            "keys or refuses writes at once while used_memory is above it");
    remedy_set(diagnosis, verdict, "maxmemory %.0f", bytes);
    verdict_remedy(verdict, "(%s: %s)", quantity_format(QUANTITY_BYTES, bytes, text), rule);
    remedy_keep(diagnosis, verdict);
}

void remedy_more_room(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    struct memory_limit limit;
    const char *rule;

    if (memory_limit_find(diagnosis, &limit) &&
        sizing_maxmemory(&limit, sizing_is_forking(diagnosis), &rule) <=
            diagnosis_info(diagnosis, "maxmemory"))
        verdict_remedy(
            verdict, "maxmemory is as large as it may be here (%s): add RAM, or move keys to another server",
            rule);
    else
        remedy_maxmemory(diagnosis, verdict);
}

void remedy_evict(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    remedy_set(diagnosis, verdict, "maxmemory-policy allkeys-lru");
    remedy_keep(diagnosis, verdict);
}

void remedy_restart(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const struct server_process *process = &diagnosis->process->process;
    _cleanup_free_ char *command = server_restart_command(process),
                        *words = command ? NULL : server_restart_words(process);

    if (command)
        verdict_remedy(verdict, "%s  # in a quiet hour", command);
    else
        verdict_remedy(verdict, "%s, in a quiet hour", words);
}

bool remedy_set_property(const struct diagnosis *diagnosis, struct verdict *verdict, const char *comment,
                         const char *format, ...)
{
    const struct server_process *process = diagnosis->process ? &diagnosis->process->process : NULL;
    _cleanup_free_ char *setting = NULL, *command = NULL;
    va_list arguments;

    va_start(arguments, format);
    setting = memory_format_list(format, arguments);
    va_end(arguments);
    if (process)
        command = server_set_property_command(process, setting);
    if (command)
        verdict_remedy(verdict, "%s  # %s", command, comment);
    return command;
}

double remedy_buffer_bound(const struct diagnosis *diagnosis, double bytes)
{
    static const double standard = 1024.0 * 1024 * 1024; /* where the host's is not known */
    double most =
        diagnosis->memory && diagnosis->memory->total > 0 ? (double)diagnosis->memory->total / 4 : standard;

    return bytes < most ? bytes : sizing_whole_mib(most);
}
