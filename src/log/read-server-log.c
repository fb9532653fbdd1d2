/* SPDX-License-Identifier: MIT */
/* The log of a server.
 * Owns where it is, and how much of it is read. The file's name is the server's word: what is read there is
 * looked through for known messages and never shown otherwise. */
#include "log/read-server-log.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <systemd/sd-journal.h>
#include <time.h>

#include "servers/read-claimed-file.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

enum {
    TAIL_MAX = 4 * 1024 * 1024,
    BLOCK_SIZE = 64 * 1024,
    ENTRIES_MAX = 50000,
};

static void cleanup_journal(sd_journal **journal)
{
    sd_journal_close(*journal);
}

/* --- a file --- */

/* As the server names it, in its own mounts where it has others. */
static int make_path(const struct server_log_query *query, char path[static PATH_MAX])
{
    const char *directory = query->directory ? query->directory : "/";
    bool is_relative = query->logfile[0] != '/';
    char front[64] = "";
    int length;

    if (query->process->process.container)
        snprintf(front, sizeof(front), "/proc/%d/root", query->process->process.pid);
    length = snprintf(path, PATH_MAX, "%s%s%s%s", front, is_relative ? directory : "", is_relative ? "/" : "",
                      query->logfile);
    return length >= PATH_MAX ? -ENAMETOOLONG : 0;
}

/* Whether the share suffices for so many bytes more. */
static int use(struct budget_share *share, size_t bytes)
{
    share->used += bytes;
    if (share->used > share->amount)
        return -ENOBUFS;
    return budget_share_is_over(share) ? -ETIME : 0;
}

static int read_tail(int fd, struct budget_share *share, struct log_summary *summary)
{
    _cleanup_free_ char *block = memory_new(1, BLOCK_SIZE);
    struct stat status;
    size_t left = TAIL_MAX;
    int error = 0;

    if (fstat(fd, &status) < 0)
        return -errno;
    if (status.st_size > TAIL_MAX && lseek(fd, status.st_size - TAIL_MAX, SEEK_SET) < 0)
        return -errno;
    while (error == 0 && left > 0) { /* what is written meanwhile is not waited for */
        ssize_t n = read(fd, block, left < BLOCK_SIZE ? left : BLOCK_SIZE);

        if (n == 0)
            break;
        if (n < 0)
            return -errno;
        left -= (size_t)n;
        error = use(share, (size_t)n);
        if (error == 0)
            log_summary_feed(summary, block, (size_t)n);
    }
    return error;
}

static int explain_share(int error, char **ret_reason)
{
    return memory_error(
        ret_reason, error,
        error == -ETIME ? "its log was not read to its end: the time of this run is used up, shared with the "
                          "other servers"
                        : "its log is more than what this run reads of logs, shared with the other servers");
}

static bool is_of_share(int error)
{
    return error == -ENOBUFS || error == -ETIME;
}

static int read_file(const struct root *root, const struct server_log_query *query,
                     struct budget_share *share, struct log_summary *summary, char **ret_reason)
{
    _cleanup_close_ int fd = -EBADF;
    char path[PATH_MAX];
    int error = make_path(query, path);

    if (error == 0)
        fd = claimed_file_open(root, path);
    if (error == 0)
        error = fd < 0 ? fd : read_tail(fd, share, summary);
    if (is_of_share(error))
        return explain_share(error, ret_reason);
    if (memory_check(error) < 0)
        return memory_error(ret_reason, error, "its log cannot be read: %s: %s", path, strerror(-error));
    return 0;
}

/* --- the journal --- */

/* When the process was started, microseconds since the epoch; a little before, for the clocks differ. */
static unsigned long long started_at(const struct server_process *process)
{
    struct timespec now, since_boot;
    long long usec;

    if (clock_gettime(CLOCK_REALTIME, &now) < 0 || clock_gettime(CLOCK_BOOTTIME, &since_boot) < 0)
        return 0;
    usec = (now.tv_sec - since_boot.tv_sec) * 1000000LL + (long long)process->started_usec - 2000000;
    return usec > 0 ? (unsigned long long)usec : 0;
}

static int feed_entry(sd_journal *journal, struct budget_share *share, struct log_summary *summary)
{
    const void *data;
    size_t size;
    int error;

    if (memory_check(sd_journal_get_data(journal, "MESSAGE", &data, &size)) < 0 || size < strlen("MESSAGE="))
        return 0;
    error = use(share, size);
    if (error < 0)
        return error;
    log_summary_feed(summary, (const char *)data + strlen("MESSAGE="), size - strlen("MESSAGE="));
    log_summary_feed(summary, "\n", 1);
    return 0;
}

static int read_journal(const struct server_process *process, struct budget_share *share,
                        struct log_summary *summary, char **ret_reason)
{
    _cleanup_(cleanup_journal) sd_journal *journal = NULL;
    _cleanup_free_ char *match = memory_format("_SYSTEMD_UNIT=%s", process->unit);
    int error = sd_journal_open(&journal, SD_JOURNAL_LOCAL_ONLY | SD_JOURNAL_SYSTEM);

    if (error >= 0)
        error = sd_journal_add_match(journal, match, 0);
    if (error >= 0)
        error = sd_journal_seek_realtime_usec(journal, started_at(process));
    for (size_t n = 0; error >= 0 && n < ENTRIES_MAX; n++) {
        error = sd_journal_next(journal);
        if (error <= 0)
            break;
        error = feed_entry(journal, share, summary);
    }
    if (is_of_share(error))
        return explain_share(error, ret_reason);
    if (memory_check(error) < 0)
        return memory_error(ret_reason, error, "it logs to the journal, which cannot be read: %s",
                            strerror(-error));
    if (summary->lines == 0)
        return memory_error(ret_reason, -ENODATA,
                            "it logs to its standard output, of which the journal has nothing");
    return 0;
}

int server_log_read(const struct root *root, const struct server_log_query *query, struct budget_share *share,
                    struct log_summary *ret, char **ret_reason)
{
    _cleanup_(log_summary_done) struct log_summary summary = {.only_pid = query->own_pid};
    int error;

    if (!query->logfile)
        return memory_error(ret_reason, -ENODATA, "where it logs to is not known");
    if (*query->logfile)
        error = read_file(root, query, share, &summary, ret_reason);
    else if (query->process->process.unit && root_is_host(root))
        error = read_journal(&query->process->process, share, &summary, ret_reason);
    else
        error = memory_error(ret_reason, -ENODATA,
                             "it logs to its standard output, which nobody keeps: set logfile in redis.conf");
    if (error < 0)
        return error;
    *ret = summary;
    summary = (struct log_summary){0};
    return 0;
}
