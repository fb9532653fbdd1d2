/* SPDX-License-Identifier: MIT */
/* Memory of a server as its own files in /proc have it: smaps_rollup, smaps, and what saving
 * children hold alone. Owns how long files are read line by line. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "servers/memory-map.h"
#include "servers/read-process.h"
#include "servers/readers.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

enum {
    LINE_SIZE = 8192,
    LONG_FILE_MAX = 512 * 1024 * 1024, /* smaps has about 1 KiB for each of at most some 100,000 mappings */
};

static int add_lines(FILE *file, const struct budget_share *share, int (*add)(void *data, char *line),
                     void *data)
{
    char line[LINE_SIZE];
    bool is_start = true;
    size_t total = 0;
    unsigned lines = 0;
    int error = 0;

    while (error == 0 && fgets(line, sizeof(line), file)) {
        size_t length = strlen(line);
        bool has_end = length > 0 && line[length - 1] == '\n';

        total += length;
        if (total > LONG_FILE_MAX)
            return -EFBIG;
        if (share && ++lines % 64 == 0 && budget_share_is_over(share))
            return -ETIME;
        if (has_end)
            line[length - 1] = '\0';
        if (is_start)
            error = add(data, line);
        is_start = has_end;
    }
    if (error == 0 && ferror(file))
        return errno ? -errno : -EIO;
    return error < 0 ? error : total == 0 ? -ENODATA : 0;
}

int server_each_line(const struct root *root, int pid, const char *name, const struct budget_share *share,
                     int (*add)(void *data, char *line), void *data)
{
    _cleanup_close_ int fd = -EBADF;
    _cleanup_fclose_ FILE *file = NULL;
    struct stat status;
    char path[64];

    snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
    fd = root_open_path(root, path, O_RDONLY);
    if (fd < 0)
        return fd;
    if (fstat(fd, &status) < 0)
        return -errno;
    if (!S_ISREG(status.st_mode))
        return -ENODEV;
    file = fdopen(fd, "r");
    if (!file)
        return memory_check(-errno);
    (void)TAKE_FD(fd);
    errno = 0;
    return add_lines(file, share, add, data);
}

/* One call gives all of it: whether there is time for it can be asked only before. */
bool server_memory_read(const struct root *root, struct server_facts *server, struct budget_share *share)
{
    struct server_memory *memory = &server->memory;
    const struct kib_row rows[] = {
        {"Rss", &memory->rss_bytes},
        {"Anonymous", &memory->anonymous_bytes},
        {"AnonHugePages", &memory->anonymous_huge_bytes},
        {"Private_Dirty", &memory->private_dirty_bytes},
        {"Swap", &memory->swap_bytes},
    };
    _cleanup_free_ char *content = NULL;
    int error = budget_share_is_over(share)
                    ? -ETIME
                    : redis_process_read(root, server->process.pid, "smaps_rollup", &content);

    if (error == 0 && !*content)
        error = -ENODATA;
    if (error < 0) {
        server_unknown(&memory->unknown, root, server->process.pid, "smaps_rollup", error);
        return error == -ETIME;
    }
    server_parse_kib(content, rows, ELEMENTS(rows));
    memory_set_text(&memory->unknown, NULL);
    return false;
}

static int add_smaps_line(void *data, char *line)
{
    smaps_add_line(data, line);
    return 0;
}

bool server_mappings_read(const struct root *root, struct server_facts *server, struct budget_share *share)
{
    struct server_mappings *mappings = &server->mappings;
    struct smaps_sum sum = {0};
    int error = server_each_line(root, server->process.pid, "smaps", share, add_smaps_line, &sum);

    if (error < 0) {
        server_unknown(&mappings->unknown, root, server->process.pid, "smaps", error);
        return error == -ETIME;
    }
    mappings->count = sum.count;
    mappings->is_system_jemalloc = sum.has_jemalloc ? TRAIT_YES : TRAIT_NO;
    mappings->accountable_largest_bytes = sum.accountable_largest_bytes;
    mappings->accountable_sum_bytes = sum.accountable_sum_bytes;
    memory_set_text(&mappings->unknown, NULL);
    return false;
}

void server_children_read(const struct root *root, struct server_facts *server)
{
    for (size_t i = 0; i < server->children_count; i++) {
        struct saving_child *child = &server->children[i];
        const struct kib_row row = {"Private_Dirty", &child->private_dirty_bytes};
        _cleanup_free_ char *content = NULL;

        child->private_dirty_bytes = AMOUNT_UNKNOWN;
        if (redis_process_read(root, child->pid, "smaps_rollup", &content) == 0)
            server_parse_kib(content, &row, 1);
    }
}
