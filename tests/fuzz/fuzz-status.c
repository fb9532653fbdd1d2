/* SPDX-License-Identifier: MIT */
/* /proc/PID/status and limits: a figure is a number that the rules can reckon with, or unknown. */
#include "fuzz.h"

#include "servers/readers.h"

static void require_figure(amount value)
{
    REQUIRE(value == AMOUNT_UNKNOWN || value == AMOUNT_UNLIMITED || value < AMOUNT_UNKNOWN / 4);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_free_ char *text = fuzz_text(data, size);
    struct server_status status = {0};
    struct server_limits limits = {0};

    server_status_parse(text, &status);
    require_figure(status.size_bytes);
    require_figure(status.rss_bytes);
    require_figure(status.swap_bytes);
    require_figure(status.page_tables_bytes);
    server_limits_parse(text, &limits);
    require_figure(limits.open_files);
    require_figure(limits.open_files_hard);
    require_figure(limits.processes);
    require_figure(limits.processes_hard);
    return 0;
}
