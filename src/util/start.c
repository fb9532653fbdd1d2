/* SPDX-License-Identifier: MIT */
/* The state that a program begins in.
 * Owns the umask and SIGXFSZ. */
#include "util/start.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

static mode_t mask_before = 022;
static void (*file_limit_before)(int) = SIG_DFL;

/* O_PATH: there is no device to depend on, and no way to write to it. */
void start_hold_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF && open("/", O_PATH | O_CLOEXEC) != fd)
            return; /* no descriptor at all: nothing else can become one either */
}

void start_program(void)
{
    start_hold_streams();
    mask_before = umask(022);
    file_limit_before = signal(SIGXFSZ, SIG_IGN);
}

mode_t start_umask(void)
{
    return mask_before;
}

void start_give_back(void)
{
    umask(mask_before);
    signal(SIGXFSZ, file_limit_before == SIG_ERR ? SIG_DFL : file_limit_before);
}
