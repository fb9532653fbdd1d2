/* SPDX-License-Identifier: MIT */
/* Reads credentials.conf and what a unit's own configuration has.
 * Owns who may have such a file. */
#include "servers/read-credentials.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "servers/read-claimed-file.h"
#include "servers/read-redis-conf.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

enum { FILE_SIZE_MAX = 64 * 1024 };

#define MENDED_BY "sudo chown root " CREDENTIALS_PATH " && sudo chmod 600 " CREDENTIALS_PATH

static int check_owner(int fd, char **ret_error)
{
    struct stat status;

    if (fstat(fd, &status) < 0)
        return -errno;
    if (status.st_uid != 0)
        return memory_error(ret_error, -EPERM, "%s belongs to uid %u, not to root: %s", CREDENTIALS_PATH,
                            status.st_uid, MENDED_BY);
    if (status.st_mode & 077)
        return memory_error(ret_error, -EPERM, "%s has mode %04o, others than root may use it: %s",
                            CREDENTIALS_PATH, status.st_mode & 07777, MENDED_BY);
    return 0;
}

static int parse(char *content, size_t size, struct credentials *ret, char **ret_error)
{
    if (strlen(content) != size || !text_is_printable(content, size))
        return memory_error(ret_error, -EINVAL, "%s: not a text file in UTF-8", CREDENTIALS_PATH);
    return credentials_parse(content, CREDENTIALS_PATH, ret, ret_error);
}

int credentials_read(const struct root *root, struct credentials *ret, char **ret_error)
{
    _cleanup_close_ int fd = claimed_file_open(root, CREDENTIALS_PATH);
    char *content = NULL;
    size_t size = 0;
    int error;

    if (fd == -ENOENT || (fd == -EACCES && geteuid() != 0))
        return 0;
    error = fd < 0 ? fd : check_owner(fd, ret_error);
    if (error == 0)
        error = memory_check(fd_read_all(fd, FILE_SIZE_MAX, &content, &size));
    if (error < 0 && error != -EPERM)
        return memory_error(ret_error, error, "%s: cannot be read: %s", CREDENTIALS_PATH, strerror(-error));
    if (error < 0 || !content)
        return error;
    error = parse(content, size, ret, ret_error);
    explicit_bzero(content, size);
    free(content);
    return error;
}

void unit_secret_read(const struct root *root, const struct system_unit *unit, unsigned uid, unsigned gid,
                      struct redis_secret *secret, char **ret_from)
{
    const struct conf_reader reader = {.uid = uid, .gid = gid};
    const char *file = NULL;
    char *const *options = NULL;
    bool is_option;

    if (!unit->exec_argv || !redis_config_find_command(unit->exec_argv, &file, &options))
        return;
    if (file && *file == '/')
        redis_conf_read_secret(root, file, &reader, secret, NULL);
    is_option = redis_config_take_secret_option(secret, options);
    if (secret->requirepass)
        memory_set_text(ret_from, is_option ? "its command line" : file);
}
