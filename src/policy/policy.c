/* SPDX-License-Identifier: MIT */
/* From settings to wishes.
 * Owns which of several settings counts. */
#include "policy/policy.h"

#include <stdlib.h>
#include <string.h>

#include "host/facts.h"
#include "policy/value.h"
#include "systemd/unit.h"
#include "util/memory.h"
#include "util/text.h"

void policy_add(struct policy *policy, const char *name, const char *value, const char *file, unsigned line)
{
    *memory_add(policy->settings, policy->settings_count) = (struct setting){
        .name = memory_copy(name), .value = memory_copy(value), .file = memory_copy(file), .line = line};
}

static const struct setting *find_setting(const struct policy *policy, const char *name)
{
    for (size_t i = policy->settings_count; i > 0; i--)
        if (strcmp(policy->settings[i - 1].name, name) == 0)
            return &policy->settings[i - 1];
    return NULL;
}

static bool is_left(const struct policy *policy, const char *name)
{
    const struct setting *setting = find_setting(policy, name);

    return setting && strcmp(setting->value, VALUE_LEAVE) == 0;
}

struct wish policy_wish(const struct policy *policy, const struct tunable *tunable, const char *object,
                        const struct host_facts *facts)
{
    const struct setting *setting = find_setting(policy, object);
    const char *standard = NULL;

    if (!setting)
        setting = find_setting(policy, tunable->name);
    if (setting)
        return (struct wish){.value = setting->value, .setting = setting};
    if (tunable->follows && is_left(policy, tunable->follows))
        return (struct wish){
            .value = VALUE_LEAVE,
            .setting = find_setting(policy, tunable->follows),
            .left_because_of = tunable->follows,
        };
    if (tunable->standard_for)
        standard = tunable->standard_for(object, facts);
    return (struct wish){.value = standard ? standard : tunable->standard};
}

char *wish_describe(const struct wish *wish)
{
    if (!wish->setting)
        return memory_copy("built in");
    return memory_format("%s:%u", wish->setting->file, wish->setting->line);
}

/* --- units --- */

const char *const policy_units[] = {
    "redis-server.service", "redis-server@.service", "redis.service",
    "redis@.service",       "valkey-server.service", "valkey-server@.service",
    "valkey.service",       "valkey@.service",       NULL,
};

const char *const policy_sentinels[] = {
    "redis-sentinel.service",
    "redis-sentinel@.service",
    "valkey-sentinel.service",
    "valkey-sentinel@.service",
    NULL,
};

bool policy_has_unit(const struct policy *policy, const char *name)
{
    char template[256];

    if (strings_have(policy_units, name) || strings_have((const char *const *)policy->units_added, name))
        return true;
    return unit_name_template(name, template, sizeof(template)) && policy_has_unit(policy, template);
}

bool policy_is_sentinel(const char *name)
{
    char template[256];

    if (strings_have(policy_sentinels, name))
        return true;
    return unit_name_template(name, template, sizeof(template)) && strings_have(policy_sentinels, template);
}

void policy_add_unit(struct policy *policy, const char *name)
{
    memory_add_text(&policy->units_added, strings_count(policy->units_added), memory_copy(name));
}

void policy_add_unit_wish(struct policy *policy, const char *unit, const char *key, const char *value,
                          const char *file, unsigned line)
{
    *memory_add(policy->unit_wishes, policy->unit_wishes_count) = (struct unit_wish){
        .unit = memory_copy(unit),
        .key = key,
        .value = memory_copy(value),
        .file = memory_copy(file),
        .line = line,
    };
}

static const struct unit_wish *find_unit_wish(const struct policy *policy, const char *unit, const char *key)
{
    for (size_t i = policy->unit_wishes_count; i > 0; i--)
        if (strcmp(policy->unit_wishes[i - 1].unit, unit) == 0 &&
            strcmp(policy->unit_wishes[i - 1].key, key) == 0)
            return &policy->unit_wishes[i - 1];
    return NULL;
}

const struct unit_wish *policy_unit_wish(const struct policy *policy, const char *unit, const char *key)
{
    const struct unit_wish *wish = find_unit_wish(policy, unit, key);
    char template[UNIT_NAME_SIZE];

    if (!wish && unit_name_template(unit, template, sizeof(template)))
        wish = find_unit_wish(policy, template, key);
    return wish ? wish : find_unit_wish(policy, "", key);
}

long long policy_open_files(const struct policy *policy, const char *unit)
{
    static const struct host_facts any; /* the row does not depend on them */
    const struct unit_wish *own = unit ? policy_unit_wish(policy, unit, UNIT_WISH_OPEN_FILES) : NULL;
    const struct wish all =
        policy_wish(policy, tunable_find_any(TUNABLE_OPEN_FILES), TUNABLE_OPEN_FILES, &any);
    long long files = 0;

    (void)parse_integer(own ? own->value : all.value, &files); /* "leave" leaves it */
    return files;
}

/* --- findings --- */

void policy_add_threshold(struct policy *policy, const char *finding, const char *name, double value,
                          const char *file, unsigned line)
{
    *memory_add(policy->thresholds, policy->thresholds_count) = (struct threshold_setting){
        .finding = memory_copy(finding),
        .name = memory_copy(name),
        .value = value,
        .file = memory_copy(file),
        .line = line,
    };
}

const struct threshold_setting *policy_threshold(const struct policy *policy, const char *finding,
                                                 const char *name)
{
    for (size_t i = policy->thresholds_count; i > 0; i--)
        if (strcmp(policy->thresholds[i - 1].finding, finding) == 0 &&
            strcmp(policy->thresholds[i - 1].name, name) == 0)
            return &policy->thresholds[i - 1];
    return NULL;
}

void policy_add_suppression(struct policy *policy, const char *finding, const char *reason)
{
    *memory_add(policy->suppressions, policy->suppressions_count) =
        (struct suppression){.finding = memory_copy(finding), .reason = memory_copy(reason)};
}

const char *policy_suppressed(const struct policy *policy, const char *finding)
{
    for (size_t i = policy->suppressions_count; i > 0; i--)
        if (strcmp(policy->suppressions[i - 1].finding, finding) == 0)
            return policy->suppressions[i - 1].reason;
    return NULL;
}

void policy_done(struct policy *policy)
{
    for (size_t i = 0; i < policy->settings_count; i++) {
        free(policy->settings[i].name);
        free(policy->settings[i].value);
        free(policy->settings[i].file);
    }
    for (size_t i = 0; i < policy->unit_wishes_count; i++) {
        free(policy->unit_wishes[i].unit);
        free(policy->unit_wishes[i].value);
        free(policy->unit_wishes[i].file);
    }
    for (size_t i = 0; i < policy->thresholds_count; i++) {
        free(policy->thresholds[i].finding);
        free(policy->thresholds[i].name);
        free(policy->thresholds[i].file);
    }
    for (size_t i = 0; i < policy->suppressions_count; i++) {
        free(policy->suppressions[i].finding);
        free(policy->suppressions[i].reason);
    }
    free(policy->settings);
    free(policy->unit_wishes);
    free(policy->thresholds);
    free(policy->suppressions);
    strings_free(policy->units_added);
    *policy = (struct policy){0};
}
