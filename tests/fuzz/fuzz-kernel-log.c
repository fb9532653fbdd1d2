/* SPDX-License-Identifier: MIT */
/* Messages of the kernel, one a line, and each line as a record of /dev/kmsg: what is kept must be printable
 * and within bounds. */
#include "fuzz.h"

#include <ctype.h>

#include "diagnose/kernel-log.h"

static void require_printable(const char *text, size_t size)
{
    REQUIRE(memchr(text, '\0', size));
    for (; *text; text++)
        REQUIRE(isgraph((unsigned char)*text));
}

static void check_event(const struct kernel_event *event)
{
    REQUIRE(event->pid >= 0);
    REQUIRE(event->anon_rss >= -1);
    require_printable(event->command, sizeof(event->command));
    require_printable(event->limit_cgroup, sizeof(event->limit_cgroup));
    require_printable(event->task_cgroup, sizeof(event->task_cgroup));
    REQUIRE(kernel_log_is_server(event->command));
}

static void feed(struct kernel_log *log, const char *line, size_t size, long long number)
{
    unsigned long long usec;
    const char *message;
    size_t before = log->events_count, message_size;

    kernel_log_feed(log, line, size, number, true);
    REQUIRE(log->events_count == before || kernel_log_is_relevant(line, size));
    if (kernel_record_parse(line, size, &message, &message_size, &usec)) {
        REQUIRE(message >= line && message + message_size <= line + size);
        kernel_log_feed(log, message, message_size, number, false);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(kernel_log_done) struct kernel_log log = {0};
    long long number = 0;

    for (size_t start = 0; start < size; number++) {
        const uint8_t *end = memchr(data + start, '\n', size - start);
        size_t length = end ? (size_t)(end - data) - start : size - start;
        _cleanup_free_ char *line = fuzz_text(data + start, length); /* of its exact size */

        feed(&log, line, length, number);
        start += length + 1;
    }
    REQUIRE(log.events_count <= KERNEL_EVENTS_MAX);
    for (size_t i = 0; i < log.events_count; i++) {
        check_event(&log.events[i]);
        REQUIRE(i == 0 || log.events[i].at >= log.events[i - 1].at);
    }
    return 0;
}
