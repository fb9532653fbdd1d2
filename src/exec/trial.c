/* SPDX-License-Identifier: MIT */
/* Owns the child in which a call is tried that a seccomp filter may answer
 * with SIGSYS instead of an error. */
#include "exec/trial.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

struct shared {
    bool done;
    char output[] __attribute__((aligned(16)));
};

static void run_child(trial_body *body, const void *input, struct shared *shared)
{
    const struct rlimit no_core = {0, 0};

    /* A killed trial is no crash: neither a core file nor a core_pattern helper shall hear of it. */
    prctl(PR_SET_DUMPABLE, 0);
    setrlimit(RLIMIT_CORE, &no_core);
    body(input, shared->output);
    shared->done = true;
    _exit(0);
}

/* No exit signal: the command must not start with a SIGCHLD pending, and the child must be there to be
 * waited for even where SIGCHLD is ignored. All arguments are 0, so their order, which differs between
 * architectures, does not matter. */
static pid_t clone_silently(void)
{
    return (pid_t)syscall(SYS_clone, 0UL, 0UL, 0UL, 0UL, 0UL);
}

static int wait_for(pid_t pid)
{
    int status;

    while (waitpid(pid, &status, __WALL) < 0) {
        if (errno != EINTR)
            return -errno;
    }
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

int trial_run(trial_body *body, const void *input, size_t size, void *ret_output)
{
    size_t length = sizeof(struct shared) + size;
    struct shared *shared = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t pid;
    int r;

    if (shared == MAP_FAILED)
        return -errno;
    pid = clone_silently();
    if (pid == 0)
        run_child(body, input, shared);
    r = pid < 0 ? -errno : wait_for(pid);
    if (shared->done) {
        memcpy(ret_output, shared->output, size);
        r = 0;
    } else if (r == 0) {
        r = -ECHILD;
    }
    munmap(shared, length);
    return r;
}
