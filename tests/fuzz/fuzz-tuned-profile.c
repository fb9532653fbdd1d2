/* SPDX-License-Identifier: MIT */
/* A profile of tuned, laid over another one: no option stands twice, and each belongs to a unit. */
#include "fuzz.h"

#include "boot/tuned-profile.h"

static void check_options(const struct tuned_profile *profile)
{
    for (size_t i = 0; i < profile->options_count; i++) {
        const struct tuned_option *one = &profile->options[i];
        size_t units = 0;

        for (size_t j = 0; j < i && i < 64; j++)
            REQUIRE(strcmp(one->unit, profile->options[j].unit) != 0 ||
                    strcmp(one->name, profile->options[j].name) != 0);
        for (size_t j = 0; j < profile->units_count; j++)
            units += strcmp(profile->units[j].name, one->unit) == 0;
        REQUIRE(units == 1 && one->line >= 1);
    }
}

static void check_value(const struct tuned_option *option)
{
    _cleanup_free_ char *value = NULL;
    bool is_known;

    if (option)
        tuned_option_apply(option, "60", &value, &is_known);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(tuned_profile_done) struct tuned_profile profile = {0};
    _cleanup_free_ char *content = fuzz_text(data, size), *include = NULL;

    REQUIRE(tuned_profile_merge(&profile, "base",
                                "[sysctl]\nvm.swappiness=10\n[vm]\ntransparent_hugepages=x\n") == 0);
    if (tuned_profile_merge(&profile, "x", content) == 0)
        check_options(&profile);
    check_value(tuned_profile_find_sysctl(&profile, "vm.swappiness"));
    check_value(tuned_profile_find_vm(&profile, "transparent_hugepages"));
    tuned_profile_includes(content, &include);
    return 0;
}
