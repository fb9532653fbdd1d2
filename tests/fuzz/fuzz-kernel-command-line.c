/* SPDX-License-Identifier: MIT */
/* A kernel command line: whatever it makes of a knob is one of the knob's values. */
#include "fuzz.h"

#include "boot/kernel-command-line.h"
#include "policy/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct host_facts facts = {
        .kernel_major = 6, .kernel_minor = 12, .pmd_size_kib = 2048, .least_thp_kib = 16};
    _cleanup_free_ char *line = fuzz_text(data, size);

    for (size_t i = 0; i < tunables_count; i++) {
        _cleanup_free_ char *path = tunable_expand(tunables[i].path, "64"), *again = NULL;
        struct kernel_parameter parameter = {0};

        REQUIRE(path);
        kernel_command_line_find(line, &tunables[i], path, &facts, &parameter);
        REQUIRE(!parameter.value == !parameter.text);
        if (parameter.value)
            REQUIRE(value_parse_configured(&tunables[i], parameter.value, &again, NULL) == 0 &&
                    strcmp(again, parameter.value) == 0);
        kernel_parameter_done(&parameter);
    }
    return 0;
}
