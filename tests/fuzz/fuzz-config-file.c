/* SPDX-License-Identifier: MIT */
/* The parser of redis-hosttune.conf: each setting stands on the line that it names, each error names a line.
 */
#include "fuzz.h"

#include "config/read-file.h"
#include "policy/value.h"
#include "systemd/unit.h"
#include "units/nofile.h"

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
    const struct tunable *tunable =
        strcmp(setting->name, unit_nofile.name) == 0 ? &unit_nofile : tunable_find(setting->name);
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(policy_done) struct policy policy = {0};
    _cleanup_free_ char *content = fuzz_text(data, size), *message = NULL;
    int error = config_file_parse(content, size, SHOWN, &policy, &message);

    if (error < 0) {
        check_error(message, content);
        return 0;
    }
    REQUIRE(!message);
    check_unique(&policy);
    for (size_t i = 0; i < policy.settings_count; i++)
        check_setting(&policy.settings[i], content);
    for (size_t i = 0; i < policy.placements_count; i++)
        REQUIRE(!*policy.placements[i].unit || unit_name_is_service(policy.placements[i].unit));
    for (char **unit = policy.units_added; unit && *unit; unit++)
        REQUIRE(unit_name_is_service(*unit));
    return 0;
}
