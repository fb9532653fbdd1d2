/* SPDX-License-Identifier: MIT */
/* redis-hosttune explain, for log lines: an argument, or a whole log on standard input.
 * Owns the reading of it. */
#include "cmd/explain-log.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "host/read-facts.h"
#include "host/read-kernel.h"
#include "log/print-summary.h"
#include "util/cleanup.h"
#include "util/log.h"
#include "util/memory.h"
#include "util/terminal.h"

enum { BLOCK_SIZE = 64 * 1024 };

bool explain_knows_line(const char *text)
{
    static const struct log_host no_host = {.overcommit_memory = -1, .somaxconn = -1};
    _cleanup_(log_summary_done) struct log_summary summary = {0};

    log_summary_feed(&summary, text, strlen(text));
    log_summary_finish(&summary, &no_host);
    return summary.seen_count > 0;
}

static int feed_input(struct log_summary *summary)
{
    _cleanup_free_ char *block = memory_new(1, BLOCK_SIZE);

    for (;;) {
        ssize_t n = read(STDIN_FILENO, block, BLOCK_SIZE);

        if (n == 0)
            return 0;
        if (n < 0 && errno != EINTR)
            return -errno;
        if (n > 0)
            log_summary_feed(summary, block, (size_t)n);
    }
}

static void finish(const struct root *root, struct log_summary *summary)
{
    _cleanup_(kernel_facts_done) struct kernel_facts kernel = {0};
    struct host_facts facts;
    struct log_host host;

    kernel_facts_read(root, &kernel);
    facts_read(root, &facts);
    host = (struct log_host){
        .facts = &facts,
        .overcommit_memory = kernel.overcommit_memory,
        .somaxconn = kernel.somaxconn,
        .thp_enabled = *kernel.thp_enabled ? kernel.thp_enabled : NULL,
        .clocksource = *kernel.clocksource ? kernel.clocksource : NULL,
    };
    log_summary_finish(summary, &host);
}

static void print(const struct options *options, const struct log_summary *summary, int width)
{
    if (options->format == FORMAT_TEXT)
        log_summary_render_text(terminal_out(), summary, width);
    else
        terminal_print_json(log_summary_render_json(summary));
}

int explain_log(const struct options *options, const char *text, int width)
{
    _cleanup_(log_summary_done) struct log_summary summary = {0};
    bool is_input = strcmp(text, "-") == 0;
    int error = 0;

    if (is_input)
        error = feed_input(&summary);
    else
        log_summary_feed(&summary, text, strlen(text));
    if (error < 0) {
        log_error("explain: cannot read standard input: %s", strerror(-error));
        return EXIT_TROUBLE;
    }
    finish(options->root, &summary);
    print(options, &summary, width);
    return EXIT_DONE;
}
