/* SPDX-License-Identifier: MIT */
/* Steps that many remedies share.
 * Owns what each of them says; diagnose/setting has how a parameter is changed. */
#include "diagnose/remedy.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose/sizing.h"
#include "policy/tunable.h"
#include "servers/facts.h"
#include "servers/judgement.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

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
    if (used > advice.bytes && !diagnosis_is_cache(diagnosis)) {
        verdict_remedy(verdict,
                       "%s, or move keys to another server; then set maxmemory to %.0f (%s: %s): while "
                       "used_memory is above it that would evict keys or refuse writes at once",
                       advice.more, advice.bytes, text, advice.why);
        return;
    }
    remedy_set(diagnosis, verdict, "maxmemory %.0f", advice.bytes);
    verdict_remedy(verdict, "(%s: %s%s)", text, advice.why,
                   used > advice.bytes ? "; a cache drops at once what is beyond it" : "");
    remedy_keep(diagnosis, verdict);
}

void remedy_more_room(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    _cleanup_advice_ struct sizing_advice advice = {0};

    if (!sizing_advise(diagnosis, &advice)) {
        verdict_remedy(verdict, "move keys to another server: whether its host has more memory is not known");
        return;
    }
    if (advice.bytes <= advice.maxmemory) {
        verdict_remedy(verdict,
                       "%s, or move keys to another server: there is no room for a larger maxmemory (%s)",
                       advice.more, advice.why);
        return;
    }
    remedy_set(diagnosis, verdict, "maxmemory %.0f", advice.bytes);
    explain_raise(verdict, &advice);
    remedy_keep(diagnosis, verdict);
}

/* A server that is started with appendonly yes and has no such file yet comes up empty, whatever its snapshot
 * holds (tried, Redis 7.0.15). */
void remedy_persist(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    if (remedy_starts_with(diagnosis, "appendonly")) {
        verdict_remedy(verdict,
                       "save points, as this server can't begin an append-only file while it runs, and one "
                       "that is started with appendonly yes and has no such file comes up empty:");
        remedy_set(diagnosis, verdict, "save '3600 1 300 100 60 10000'");
    } else {
        verdict_remedy(verdict,
                       "an append-only file: with appendfsync everysec about two seconds of writes are lost "
                       "at the most:");
        remedy_set(diagnosis, verdict, "appendonly yes");
    }
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
    if (diagnosis_may_be_saved(diagnosis)) {
        verdict_remedy(verdict, "give the keys that may go a TTL (EXPIRE, or SET with EX), or make room:");
        remedy_more_room(diagnosis, verdict);
        verdict_remedy(verdict,
                       "only where every key may be lost, as in a cache: maxmemory-policy allkeys-lru");
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

/* By its configuration as it stands, where that is known. */
static enum restart_file file_of(const struct diagnosis *diagnosis)
{
    const struct server_facts *process = diagnosis->process;
    bool has_file = diagnosis_info(diagnosis, "aof_enabled") > 0;

    if (diagnosis_unknown(diagnosis, FACT_INFO) || !process || process->config.unknown)
        return RESTART_FILE_AS_TOLD;
    if (has_file && process->config.has_append_only_file == TRAIT_NO)
        return RESTART_FILE_FORGOTTEN;
    return !has_file && process->config.has_append_only_file == TRAIT_YES ? RESTART_FILE_STALE
                                                                          : RESTART_FILE_AS_TOLD;
}

static const char save_and_end[] = "SHUTDOWN SAVE";

void remedy_restart_stake(const struct diagnosis *diagnosis, struct restart_stake *ret)
{
    bool is_config_known = !diagnosis_unknown(diagnosis, FACT_CONFIG),
         is_known = !diagnosis_unknown(diagnosis, FACT_INFO);
    const char *status = diagnosis_info_text(diagnosis, "rdb_last_bgsave_status");
    enum restart_file file = file_of(diagnosis);
    bool has_points = diagnosis_has_save_points(diagnosis),
         has_file = diagnosis_info(diagnosis, "aof_enabled") > 0 && file != RESTART_FILE_FORGOTTEN;

    *ret = (struct restart_stake){
        .file = file,
        .has_save_points = has_points,
        .is_kept =
            has_points || has_file || (file == RESTART_FILE_AS_TOLD && diagnosis_is_persistent(diagnosis))
                ? TRAIT_YES
            : is_config_known ? TRAIT_NO
                              : TRAIT_UNKNOWN,
        .has_failed = has_points && *status && strcmp(status, "ok") != 0 && !has_file,
        .is_replica = diagnosis->redis.is_replica,
        .keys = is_known ? diagnosis_keyspace(diagnosis).keys : -1,
        .changes = number_or_unknown(diagnosis, "rdb_changes_since_last_save"),
        .replicas = number_or_unknown(diagnosis, "connected_slaves"),
        .bytes = number_or_unknown(diagnosis, "used_memory"),
        .save_seconds = save_seconds(diagnosis),
        .cli = remedy_cli(diagnosis, NULL, save_and_end),
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
    if (restart.before || (restart.command && strstr(restart.command, stake.cli)))
        free(remedy_cli(diagnosis, verdict, save_and_end)); /* says who may */
    if (restart.command)
        add_lines(verdict, restart.command, restart.price);
    if (restart.before)
        verdict_remedy(verdict, "%s", restart.before);
    if (!restart.command)
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

/* A part of a text, in a copy of the whole that is the caller's. */
static void replace_part(char **text, const char *part, const char *with)
{
    char *at = strstr(*text, part), *whole;

    if (!at || !with)
        return;
    whole = memory_format("%.*s%s%s", (int)(at - *text), *text, with, at + strlen(part));
    free(*text);
    *text = whole;
}

void remedy_of_line(const struct diagnosis *diagnosis, struct verdict *verdict, const char *advice)
{
    const char *dir = diagnosis_config_text(diagnosis, "dir"),
               *unit = diagnosis->process ? server_confirmed_unit(&diagnosis->process->process) : NULL;
    _cleanup_free_ char *text = memory_copy(advice), *edit = NULL, *quoted = NULL;

    if (*dir) {
        quoted = memory_require(text_shell_quote(dir));
        replace_part(&text, "\"$(redis-cli CONFIG GET dir | tail -n 1)\"", quoted);
        replace_part(&text, "the server's dir (redis-cli CONFIG GET dir)", quoted);
    }
    if (unit) {
        free(quoted);
        quoted = memory_require(text_shell_quote(unit));
        edit = memory_format("a drop-in of its unit (sudo systemctl edit %s)", quoted);
        replace_part(&text, "a drop-in of its unit", edit);
        replace_part(&text, "a drop-in of the unit", edit);
    }
    verdict_remedy(verdict, "%s", text);
}

void remedy_sysctl(const struct diagnosis *diagnosis, struct verdict *verdict, const char *name,
                   long long value)
{
    if (diagnosis->host && diagnosis->host->container && !text_has_prefix(name, "net."))
        verdict_remedy(verdict, "on the host of this container, which alone can set it:");
    verdict_remedy(verdict, "sudo sysctl -w %s=%lld", name, value);
    verdict_remedy(verdict, "echo '%s = %lld' | sudo tee /etc/sysctl.d/99-zz-%s.conf  # keeps it over boots",
                   name, value, name);
}

void remedy_apply(const struct diagnosis *diagnosis, struct verdict *verdict, const char *tunable)
{
    const struct tunable *row = tunable_find(tunable);
    bool is_refused = diagnosis->host && diagnosis->host->container && row && row->scope == SCOPE_HOST;

    if (is_refused)
        verdict_remedy(
            verdict,
            "on the host of this container, which alone can set it: sudo redis-hosttune apply --only=%s",
            tunable);
    else
        verdict_remedy(verdict, "sudo redis-hosttune apply --only=%s", tunable);
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
