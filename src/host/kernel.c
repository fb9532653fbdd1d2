/* SPDX-License-Identifier: MIT */
/* What names of the kernel's stand for.
 * Owns which clocks take a system call, whatever the machine; pure. */
#include "host/kernel.h"

#include "util/text.h"

bool kernel_clocksource_is_slow(const char *name)
{
    /* hpet and acpi_pm are devices; the others have no vDSO of their own */
    static const char *const slow[] = {
        "hpet",  "acpi_pm", "jiffies", "refined-jiffies", "hyperv_clocksource_msr", "arch_mem_counter",
        "sp804", NULL,
    };

    return strings_have(slow, name);
}
