/* SPDX-License-Identifier: MIT */
/* The kernel's messages from the journal or from its own buffer.
 * Owns the only reading of sd-journal, and how far it goes. */
#include "diagnose/read-kernel-log.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <systemd/sd-journal.h>
#include <time.h>

#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

enum {
    ENTRIES_MAX = 200000, /* kernel messages that are looked at, the newest; a noisy host has 10,000 a day */
    RECORD_MAX = 8192,    /* CONSOLE_EXT_LOG_MAX of the kernel: a longer read of /dev/kmsg cannot come */
};

static void cleanup_journal(sd_journal **journal)
{
    sd_journal_close(*journal);
}

/* A message that counts, until all are known: the journal is read backwards. */
struct found {
    char *message;
    size_t size;
    long long at;
    bool is_this_boot;
};

struct found_list {
    struct found *items;
    size_t count;
};

static void found_list_done(struct found_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i].message);
    free(list->items);
}

/* --- the journal --- */

/* On this host all of it; below another root what our own resolver reaches. *fd: the journal's while it is
 * open. */
static int open_journal(const struct root *root, int *fd, sd_journal **ret)
{
    static const char *const directories[] = {"/var/log/journal", "/run/log/journal"};

    if (root_is_host(root))
        return sd_journal_open(ret, SD_JOURNAL_LOCAL_ONLY | SD_JOURNAL_SYSTEM);
    for (size_t i = 0; i < ELEMENTS(directories) && *fd < 0; i++)
        *fd = root_open_path(root, directories[i], O_RDONLY | O_DIRECTORY);
    return *fd < 0 ? *fd : sd_journal_open_directory_fd(ret, *fd, 0);
}

/* The value of a field of the entry; false: it has none. */
static bool get_field(sd_journal *journal, const char *name, const char **ret, size_t *ret_size)
{
    const void *data;
    size_t size, before = strlen(name) + 1; /* "NAME=" */

    if (memory_check(sd_journal_get_data(journal, name, &data, &size)) < 0 || size < before)
        return false;
    *ret = (const char *)data + before;
    *ret_size = size - before;
    return true;
}

/* The journal has the boot's id without dashes. */
static bool is_boot(sd_journal *journal, const char *boot_id)
{
    const char *value;
    size_t size, n = 0;

    if (!get_field(journal, "_BOOT_ID", &value, &size))
        return false;
    for (; *boot_id; boot_id++) {
        if (*boot_id == '-')
            continue;
        if (n == size || value[n] != *boot_id)
            return false;
        n++;
    }
    return n > 0 && n == size;
}

static void keep(struct found_list *list, const char *message, size_t size, long long at, bool is_this_boot)
{
    struct found *found = memory_add(list->items, list->count);

    *found = (struct found){memory_copy_part(message, size), 0, at, is_this_boot};
    found->size = strlen(found->message);
}

static int take_entry(sd_journal *journal, const char *boot_id, long long from, struct kernel_log *log,
                      struct found_list *list)
{
    const char *message;
    uint64_t usec;
    size_t size;
    bool is_this_boot;
    int error = sd_journal_get_realtime_usec(journal, &usec);

    if (error < 0)
        return error;
    if ((long long)(usec / 1000000) < from)
        return 1;
    is_this_boot = is_boot(journal, boot_id);
    log->has_earlier_boots = log->has_earlier_boots || !is_this_boot;
    if (!get_field(journal, "MESSAGE", &message, &size) || !kernel_log_is_relevant(message, size))
        return 0;
    keep(list, message, size < KERNEL_MESSAGE_MAX ? size : KERNEL_MESSAGE_MAX, (long long)(usec / 1000000),
         is_this_boot);
    return 0;
}

/* Backwards, so that the newest are read where there are too many. *ret_count: kernel messages seen, of any
 * time. */
static int walk_journal(sd_journal *journal, const char *boot_id, long long from, struct kernel_log *log,
                        struct found_list *list, size_t *ret_count)
{
    size_t count = 0;
    int error = sd_journal_add_match(journal, "_TRANSPORT=kernel", 0);

    if (error >= 0)
        error = sd_journal_seek_tail(journal);
    while (error >= 0) {
        error = sd_journal_previous(journal);
        if (error <= 0)
            break;
        count++;
        if (count > ENTRIES_MAX || list->count == 4UL * KERNEL_EVENTS_MAX)
            break;
        error = take_entry(journal, boot_id, from, log, list);
        if (error > 0)
            break;
    }
    *ret_count = count;
    return error < 0 ? error : 0;
}

static int read_journal(const struct root *root, const char *boot_id, struct kernel_log *log,
                        char **ret_reason)
{
    _cleanup_close_ int fd = -EBADF;
    _cleanup_(cleanup_journal) sd_journal *journal = NULL;
    _cleanup_(found_list_done) struct found_list list = {0};
    size_t count = 0;
    int error = open_journal(root, &fd, &journal);

    if (error >= 0)
        error = walk_journal(journal, boot_id, log->from, log, &list, &count);
    memory_check(error);
    if (error == -ENOPKG)
        return memory_error(ret_reason, error, "libsystemd.so.0 cannot be loaded");
    if (error < 0)
        return memory_error(ret_reason, error, "the journal cannot be read: %s", strerror(-error));
    /* files that may not be opened are passed over in silence, so no message at all means that */
    if (count == 0)
        return memory_error(
            ret_reason, -EACCES,
            "the journal shows no kernel message: run as root, or as a member of systemd-journal");
    for (size_t i = list.count; i-- > 0;)
        kernel_log_feed(log, list.items[i].message, list.items[i].size, list.items[i].at,
                        list.items[i].is_this_boot);
    return 0;
}

/* --- the kernel's own buffer --- */

static long long boot_time(long long now)
{
    struct timespec since_boot;

    return clock_gettime(CLOCK_MONOTONIC, &since_boot) < 0 ? now : now - since_boot.tv_sec;
}

static int read_records(int fd, long long booted, struct kernel_log *log)
{
    char record[RECORD_MAX];
    const char *message;
    unsigned long long usec;
    size_t size;

    for (;;) {
        ssize_t n = read(fd, record, sizeof(record));

        if (n < 0 && (errno == EPIPE || errno == EINTR)) /* EPIPE: some were overwritten meanwhile */
            continue;
        if (n < 0 && errno == EAGAIN)
            return 0;
        if (n < 0)
            return -errno;
        if (n == 0)
            return 0;
        if (kernel_record_parse(record, (size_t)n, &message, &size, &usec))
            kernel_log_feed(log, message, size, booted + (long long)(usec / 1000000), true);
    }
}

static int read_kmsg(const struct root *root, long long now, struct kernel_log *log, char **ret_reason)
{
    _cleanup_close_ int fd = -1;
    int error;

    if (!root_is_host(root))
        return -ENOENT;
    fd = root_open_path(root, "/dev/kmsg", O_RDONLY);
    error = memory_check(fd < 0 ? fd : read_records(fd, boot_time(now), log));
    if (error < 0)
        return memory_error(ret_reason, error, "neither the journal nor /dev/kmsg can be read: %s",
                            strerror(-error));
    return error;
}

int kernel_log_read(const struct root *root, const char *boot_id, long long now, struct kernel_log *ret,
                    char **ret_reason)
{
    _cleanup_(kernel_log_done) struct kernel_log log = {.from = now - KERNEL_LOG_DAYS * 86400LL};
    _cleanup_free_ char *other_reason = NULL;
    const char *source = "the journal";
    int error = read_journal(root, boot_id, &log, ret_reason);

    if (error < 0) {
        source = "/dev/kmsg";
        if (read_kmsg(root, now, &log, &other_reason) < 0)
            return error;
    }
    log.source = memory_copy(source);
    *ret = log;
    log = (struct kernel_log){0};
    return 0;
}
