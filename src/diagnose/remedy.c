/* SPDX-License-Identifier: MIT */
/* Steps that many remedies share.
 * Owns what each of them says; diagnose/setting has how a parameter is changed. */
#include "diagnose/remedy.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose/sizing.h"
#include "servers/facts.h"
#include "servers/judgement.h"
#include "util/cleanup.h"
#include "util/memory.h"

/* What the step takes of the host. */
static void explain_raise(struct verdict *verdict, const struct sizing_advice *advice)
{
    char from[QUANTITY_TEXT_MAX], to[QUANTITY_TEXT_MAX], taken[QUANTITY_TEXT_MAX];

    verdict_remedy(verdict, "(from %s to %s, half as much again at the most: it takes up to %s more; %s)",
                   quantity_format(QUANTITY_BYTES, advice->maxmemory, from),
                   quantity_format(QUANTITY_BYTES, advice->bytes, to),
                   quantity_format(QUANTITY_BYTES, advice->takes, taken), advice->why);
}

void remedy_maxmemory(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    double used = diagnosis_memory_counted(diagnosis);
    _cleanup_advice_ struct sizing_advice advice = {0};
    char text[QUANTITY_TEXT_MAX];

    if (!sizing_advise(diagnosis, &advice)) {
        verdict_remedy(verdict, "set maxmemory below half of what this server may have of RAM");
        return;
    }
    quantity_format(QUANTITY_BYTES, advice.bytes, text);
    if (advice.maxmemory > 0 && advice.bytes >= advice.maxmemory) {
        verdict_remedy(verdict, "maxmemory fits as it is (%s): see what else takes memory here", advice.why);
        return;
    }
    if (used > advice.bytes)
        verdict_remedy(
            verdict,
            "add RAM, or move keys to another server: only then the step below is safe, for it evicts "
            "keys or refuses writes at once while used_memory is above it");
    remedy_set(diagnosis, verdict, "maxmemory %.0f", advice.bytes);
    verdict_remedy(verdict, "(%s: %s)", text, advice.why);
    remedy_keep(diagnosis, verdict);
}

void remedy_more_room(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    _cleanup_advice_ struct sizing_advice advice = {0};

    if (!sizing_advise(diagnosis, &advice) || advice.bytes <= advice.maxmemory) {
        verdict_remedy(verdict,
                       "add RAM, or move keys to another server: there is no room for a larger "
                       "maxmemory (%s)",
                       advice.why ? advice.why : "the memory of its host is not known");
        return;
    }
    remedy_set(diagnosis, verdict, "maxmemory %.0f", advice.bytes);
    explain_raise(verdict, &advice);
    remedy_keep(diagnosis, verdict);
}

void remedy_evict(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    remedy_set(diagnosis, verdict, "maxmemory-policy allkeys-lru");
    remedy_keep(diagnosis, verdict);
}

/* What is saved is not thrown away by the first step. */
void remedy_full(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    bool is_saved = diagnosis_is_persistent(diagnosis) || diagnosis_info(diagnosis, "aof_enabled") > 0;

    if (is_saved) {
        verdict_remedy(verdict, "give the keys that may go a TTL (EXPIRE, or SET with EX), or make room:");
        remedy_more_room(diagnosis, verdict);
        verdict_remedy(
            verdict,
            "only where every key may be lost, as in a cache: CONFIG SET maxmemory-policy allkeys-lru");
    } else {
        verdict_remedy(verdict, "for a cache, let every key be evicted:");
        remedy_evict(diagnosis, verdict);
        verdict_remedy(verdict, "for mixed data, give the keys that may go a TTL: EXPIRE, or SET with EX");
    }
}

static double number_or_unknown(const struct diagnosis *diagnosis, const char *field)
{
    double number;

    return redis_fields_number(&diagnosis->redis.now, field, &number) < 0 ? -1 : number;
}

/* Where none was made yet, and of data that has grown since: between 200 and 400 MiB a second were measured,
 * for saving and for loading. */
static double save_seconds(const struct diagnosis *diagnosis)
{
    double bytes = diagnosis_info(diagnosis, "used_memory"),
           last = number_or_unknown(diagnosis, "rdb_last_bgsave_time_sec");

    if (last < 0)
        return bytes / (200 * MIB);
    return last > bytes / (400 * MIB) ? last : bytes / (400 * MIB);
}

void remedy_restart_stake(const struct diagnosis *diagnosis, struct restart_stake *ret)
{
    bool is_config_known = !diagnosis_unknown(diagnosis, FACT_CONFIG),
         is_known = !diagnosis_unknown(diagnosis, FACT_INFO);
    const char *status = diagnosis_info_text(diagnosis, "rdb_last_bgsave_status");
    bool has_file = diagnosis_info(diagnosis, "aof_enabled") > 0;

    *ret = (struct restart_stake){
        .has_save_points = diagnosis_has_save_points(diagnosis),
        .is_kept = has_file || diagnosis_is_persistent(diagnosis) ? TRAIT_YES
                   : is_config_known                              ? TRAIT_NO
                                                                  : TRAIT_UNKNOWN,
        .has_failed =
            diagnosis_has_save_points(diagnosis) && *status && strcmp(status, "ok") != 0 && !has_file,
        .is_replica = diagnosis->redis.is_replica,
        .keys = is_known ? diagnosis_keyspace(diagnosis).keys : -1,
        .changes = number_or_unknown(diagnosis, "rdb_changes_since_last_save"),
        .replicas = number_or_unknown(diagnosis, "connected_slaves"),
        .bytes = number_or_unknown(diagnosis, "used_memory"),
        .save_seconds = save_seconds(diagnosis),
        .cli = memory_copy(diagnosis->redis.cli ? diagnosis->redis.cli : "redis-cli"),
    };
}

static void add_lines(struct verdict *verdict, const char *lines, const char *price)
{
    for (const char *end; (end = strchr(lines, '\n')); lines = end + 1)
        verdict_remedy(verdict, "%.*s", (int)(end - lines), lines);
    verdict_remedy(verdict, "%s  # in a quiet hour: %s", lines, price);
}

void remedy_restart(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    struct restart_stake stake;
    struct server_restart restart;

    remedy_restart_stake(diagnosis, &stake);
    server_restart_find(&diagnosis->process->process, &stake, &restart);
    if (restart.command)
        add_lines(verdict, restart.command, restart.price);
    else
        verdict_remedy(verdict, "%s, in a quiet hour: %s", restart.words, restart.price);
    server_restart_done(&restart);
    restart_stake_done(&stake);
}

void remedy_timeout(const struct diagnosis *diagnosis, struct verdict *verdict, const char *setting)
{
    _cleanup_free_ char *line = memory_format("%s=infinity", setting),
                        *command = server_dropin_command(&diagnosis->process->process, setting, line);

    if (command)
        verdict_remedy(verdict, "%s", command);
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
