/* SPDX-License-Identifier: MIT */
/* Files, credentials and the build of systemd.
 * Owns what counts as hidden from us. */
#include "systemd/read-conf.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

enum { FILE_SIZE_MAX = 8 * 1024 * 1024 };

bool conf_is_unseen(int error)
{
    /* what systemd cannot read either hides nothing */
    return error < 0 && error != -ENOENT && error != -ELOOP && error != -EISDIR && error != -ENODEV &&
           error != -ENOTDIR;
}

void conf_add_unseen(const char *what, int error, char ***unseen)
{
    if (unseen)
        memory_add_text(unseen, strings_count(*unseen),
                        memory_format("%s: %s", what,
                                      error == -EFBIG   ? "too large to be read"
                                      : error == -E2BIG ? "too many files to be read"
                                                        : strerror(-error)));
}

bool conf_note_unseen(const struct root *root, const char *path, int error, char ***unseen)
{
    if (!conf_is_unseen(error))
        return false;
    conf_add_unseen(root_display(root, path), error, unseen);
    return true;
}

bool conf_read(const struct root *root, const char *path, char **ret, size_t *ret_size, char ***unseen)
{
    int error = memory_check(root_read_file(root, path, FILE_SIZE_MAX, ret, ret_size));

    if (error == 0)
        return true;
    *ret = NULL;
    return !conf_note_unseen(root, path, error, unseen);
}

/* systemd covers this directory in the sandbox of every service that has no credentials of its own, that of
 * our timer too: root is refused there as nowhere else, and nothing else tells what lies below. */
static bool credentials_are_covered(const struct root *root)
{
    _cleanup_close_ int fd =
        geteuid() == 0 ? root_open_path(root, "/run/credentials", O_RDONLY | O_DIRECTORY) : -ENOENT;

    return fd == -EACCES;
}

/* The first is the system's own, which may be covered. */
static const char *const credentials[CONF_CREDENTIALS_PLACES] = {
    "/run/credentials/@system",
    "/etc/credstore",
    "/usr/local/lib/credstore",
    "/usr/lib/credstore",
};

bool conf_list_credentials(const struct root *root, size_t n, const char *pattern, char ***ret,
                           const char **ret_place, char ***unseen)
{
    int error;

    *ret = NULL;
    if (n == 0 && credentials_are_covered(root))
        return true;
    *ret_place = credentials[n];
    error = memory_check(root_list(root, credentials[n], pattern, ret));
    return !conf_note_unseen(root, credentials[n], error, unseen);
}

bool conf_read_credential(const struct root *root, const char *name, char **ret, size_t *ret_size,
                          const char **ret_path, char ***unseen)
{
    static char path[PATH_MAX];

    *ret = NULL;
    for (size_t i = 0; i < ELEMENTS(credentials); i++) {
        if (i == 0 && credentials_are_covered(root))
            continue;
        if ((size_t)snprintf(path, sizeof(path), "%s/%s", credentials[i], name) >= sizeof(path))
            return true;
        *ret_path = path;
        if (!conf_read(root, path, ret, ret_size, unseen))
            return false;
        if (*ret)
            return true;
    }
    return true;
}

bool conf_reads_lib(const struct root *root)
{
    _cleanup_free_ char *target = NULL;

    return memory_check(root_read_link(root, "/lib", &target)) < 0 &&
           root_exists(root, "/lib/systemd/systemd");
}

/* Likewise. */
static int version_in(const struct root *root, const char *directory, const char **ret_path, char ***unseen)
{
    _cleanup_strings_ char **names = NULL;
    int version, error = memory_check(root_list(root, directory, "libsystemd-shared-[0-9]*.so", &names));

    if (conf_note_unseen(root, directory, error, unseen)) {
        *ret_path = "systemd's library";
        return error;
    }
    if (error < 0 || !names[0])
        return 0;
    return sscanf(names[0], "libsystemd-shared-%4d", &version) == 1 ? version : 0;
}

/* Fedora has it in /usr/lib/systemd, Debian below the architecture's directory. */
int conf_systemd_version(const struct root *root, const char **ret_path, char ***unseen)
{
    static const char parent[] = "/usr/lib";
    _cleanup_strings_ char **triplets = NULL;
    int error, version = version_in(root, "/usr/lib/systemd", ret_path, unseen);

    if (version != 0)
        return version;
    error = memory_check(root_list(root, parent, "*-linux-gnu*", &triplets));
    if (conf_note_unseen(root, parent, error, unseen)) {
        *ret_path = parent;
        return error;
    }
    for (char **triplet = triplets; triplet && *triplet && version == 0; triplet++) {
        char path[PATH_MAX];

        if ((size_t)snprintf(path, sizeof(path), "/usr/lib/%s/systemd", *triplet) < sizeof(path))
            version = version_in(root, path, ret_path, unseen);
    }
    return version;
}
