/* SPDX-License-Identifier: MIT */
/* The parser of redis-hosttune.conf: each setting stands on the line that it names, each error names a line.
 */
#include "fuzz.h"

#include "config/keys.h"
#include "config/read-file.h"
#include "policy/value.h"
#include "systemd/unit.h"

#define SHOWN "x.conf"

/* The line with this number, from 1; NULL: there are not so many. */
static const char *find_line(const char *content, unsigned number)
{
    while (number > 1 && content)
        content = (content = strchr(content, '\n')) ? content + 1 : NULL, number--;
    return number == 1 ? content : NULL;
}

static void check_setting(const struct setting *setting, const char *content)
{
    const struct tunable *tunable = tunable_find_any(setting->name);
    const char *line = find_line(content, setting->line);
    _cleanup_free_ char *canonical = NULL, *message = NULL;

    REQUIRE(tunable);
    REQUIRE(strcmp(setting->file, SHOWN) == 0);
    REQUIRE(line && text_has_prefix(line, setting->name));
    REQUIRE(value_parse_configured(tunable, setting->value, &canonical, &message) == 0);
    REQUIRE(strcmp(canonical, setting->value) == 0);
}

static void check_error(const char *message, const char *content)
{
    unsigned line;

    REQUIRE(message && text_has_prefix(message, SHOWN ":"));
    if (sscanf(message, SHOWN ":%u:", &line) == 1)
        REQUIRE(line >= 1 && find_line(content, line));
}

/* No name stands twice in one file, not even with the same value. */
static void check_unique(const struct policy *policy)
{
    for (size_t i = 0; i < policy->settings_count; i++)
        for (size_t j = i + 1; j < policy->settings_count; j++)
            REQUIRE(strcmp(policy->settings[i].name, policy->settings[j].name) != 0);
}

/* With some sections alone: what is right stays right, and gives the same settings. */
static bool is_right_for(const struct config_section *const *sections, const char *content, size_t size,
                         const struct policy *all)
{
    _cleanup_(policy_done) struct policy policy = {0};
    _cleanup_free_ char *message = NULL;

    if (config_file_parse(content, size, SHOWN, sections, &policy, &message) < 0) {
        check_error(message, content);
        return false;
    }
    if (!all)
        return true;
    if (sections == config_host_sections)
        REQUIRE(policy.settings_count == all->settings_count &&
                policy.unit_wishes_count == all->unit_wishes_count && policy.suppressions_count == 0);
    else
        REQUIRE(policy.suppressions_count == all->suppressions_count &&
                policy.thresholds_count == all->thresholds_count && policy.settings_count == 0);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(policy_done) struct policy policy = {0};
    _cleanup_free_ char *content = fuzz_text(data, size), *message = NULL;
    int error = config_file_parse(content, size, SHOWN, config_all_sections, &policy, &message);
    const struct policy *all = error < 0 ? NULL : &policy;
    bool host = is_right_for(config_host_sections, content, size, all);
    bool findings = is_right_for(config_finding_sections, content, size, all);

    if (error < 0) {
        check_error(message, content);
        return 0;
    }
    REQUIRE(host && findings);
    REQUIRE(!message);
    check_unique(&policy);
    for (size_t i = 0; i < policy.settings_count; i++)
        check_setting(&policy.settings[i], content);
    for (size_t i = 0; i < policy.unit_wishes_count; i++)
        REQUIRE(!*policy.unit_wishes[i].unit || unit_name_is_service(policy.unit_wishes[i].unit));
    for (char **unit = policy.units_added; unit && *unit; unit++)
        REQUIRE(unit_name_is_service(*unit));
    return 0;
}
