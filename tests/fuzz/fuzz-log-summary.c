/* SPDX-License-Identifier: MIT */
/* A log of any bytes: what is seen must not depend on where the reads cut it, and what is shown must be
 * printable. */
#include "fuzz.h"

#include "log/summary.h"

static void require_printable(const char *text)
{
    REQUIRE(text_is_printable(text, strlen(text)) && !strpbrk(text, "\n\r"));
}

static void read_log(const uint8_t *data, size_t size, size_t step, struct log_summary *summary)
{
    static const struct host_facts facts = {.kernel_major = 6, .kernel_minor = 12};
    static const struct log_host host = {&facts, 0, 128, "always", "tsc"};

    for (size_t at = 0; at < size; at += step)
        log_summary_feed(summary, (const char *)data + at, step < size - at ? step : size - at);
    log_summary_finish(summary, &host);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(log_summary_done) struct log_summary whole = {0}, cut = {0};

    read_log(data, size, size + 1, &whole);
    read_log(data, size, 1 + size % 7, &cut);
    REQUIRE(whole.lines == cut.lines && whole.lines_too_long == cut.lines_too_long);
    REQUIRE(whole.seen_count == cut.seen_count && whole.seen_count <= log_line_kinds_count);
    for (size_t i = 0; i < whole.seen_count; i++) {
        const struct log_seen *seen = &whole.seen[i];

        REQUIRE(seen->kind == cut.seen[i].kind && seen->count == cut.seen[i].count && seen->count > 0);
        REQUIRE(strcmp(seen->message, cut.seen[i].message) == 0 && strcmp(seen->last, cut.seen[i].last) == 0);
        REQUIRE(!seen->kind->judge == !seen->now_reason);
        require_printable(seen->first);
        require_printable(seen->last);
        require_printable(seen->message);
    }
    return 0;
}
