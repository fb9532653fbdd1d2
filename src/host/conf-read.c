/* SPDX-License-Identifier: MIT */
/* Files, credentials and the build of systemd.
 * Owns what counts as hidden from us. */
#include "host/conf-read.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

enum { FILE_SIZE_MAX = 8 * 1024 * 1024 };

static size_t count(char **list)
{
    size_t n = 0;

    while (list && list[n])
        n++;
    return n;
}

void conf_note_unseen(const struct root *root, const char *path, int error, char ***unseen)
{
    size_t n;

    /* what systemd cannot read either hides nothing */
    if (!unseen || error == 0 || error == -ENOENT || error == -ELOOP || error == -EISDIR ||
        error == -ENODEV || error == -ENOTDIR)
        return;
    n = count(*unseen);
    memory_grow(unseen, n + 1, sizeof(**unseen));
    (*unseen)[n] = memory_format("%s: %s", root_display(root, path),
                                 error == -EFBIG   ? "larger than 8 MB, not read"
                                 : error == -E2BIG ? "more than 65536 files, not read"
                                                   : strerror(-error));
}

void conf_read(const struct root *root, const char *path, char **ret, size_t *ret_size, char ***unseen)
{
    int error = memory_check(root_read_file(root, path, FILE_SIZE_MAX, ret, ret_size));

    if (error == 0)
        return;
    *ret = NULL;
    conf_note_unseen(root, path, error, unseen);
}

/* systemd covers this directory in the sandbox of every service that has no credentials of its own, that of
 * our timer too: root is refused there as nowhere else, and nothing else tells what lies below. */
static bool credentials_are_covered(const struct root *root)
{
    _cleanup_close_ int fd =
        geteuid() == 0 ? root_open_path(root, "/run/credentials", O_RDONLY | O_DIRECTORY) : -ENOENT;

    return fd == -EACCES;
}

void conf_read_credential(const struct root *root, const char *name, char **ret, size_t *ret_size,
                          const char **ret_path, char ***unseen)
{
    static const char *const directories[] = {
        "/run/credentials/@system",
        "/etc/credstore",
        "/usr/local/lib/credstore",
        "/usr/lib/credstore",
    };
    static char path[PATH_MAX];

    *ret = NULL;
    for (size_t i = 0; i < ELEMENTS(directories); i++) {
        if (i == 0 && credentials_are_covered(root))
            continue;
        if ((size_t)snprintf(path, sizeof(path), "%s/%s", directories[i], name) >= sizeof(path))
            return;
        conf_read(root, path, ret, ret_size, unseen);
        if (*ret) {
            *ret_path = path;
            return;
        }
    }
}

bool conf_reads_lib(const struct root *root)
{
    _cleanup_free_ char *target = NULL;

    return memory_check(root_read_link(root, "/lib", &target)) < 0 &&
           root_exists(root, "/lib/systemd/systemd");
}

static int version_in(const struct root *root, const char *directory)
{
    _cleanup_strings_ char **names = NULL;
    int version;

    if (memory_check(root_list(root, directory, "libsystemd-shared-[0-9]*.so", &names)) < 0 || !names[0])
        return 0;
    return sscanf(names[0], "libsystemd-shared-%4d", &version) == 1 ? version : 0;
}

/* Fedora has it in /usr/lib/systemd, Debian below the architecture's directory. */
int conf_systemd_version(const struct root *root)
{
    _cleanup_strings_ char **triplets = NULL;
    int version = version_in(root, "/usr/lib/systemd");

    if (version > 0 || memory_check(root_list(root, "/usr/lib", "*-linux-gnu*", &triplets)) < 0)
        return version;
    for (char **triplet = triplets; *triplet && version == 0; triplet++) {
        char path[PATH_MAX];

        if ((size_t)snprintf(path, sizeof(path), "/usr/lib/%s/systemd", *triplet) < sizeof(path))
            version = version_in(root, path);
    }
    return version;
}
