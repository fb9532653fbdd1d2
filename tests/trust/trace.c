/* SPDX-License-Identifier: MIT */
/* System calls under ptrace(2).
 * Owns what a disturbance is to the program that meets it. */
#include "trace.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <linux/filter.h>
#include <linux/ptrace.h>
#include <linux/seccomp.h>

#include "trace-registers.h"

enum {
    RUN_SECONDS = 30,
    STATUS_HUNG = 999,
};

static const struct {
    long number;
    const char *name;
} names[] = {
#include "syscall-names.h"
};

struct tracer {
    struct disturbance disturbance;
    struct outcome *outcome;
    pid_t leader;
    unsigned long seen; /* calls of the disturbed kind so far */
    bool is_started;    /* the program itself, not yet the child that is to become it */
    pid_t knob_writer;  /* the thread that is inside a write to a knob; 0: none */
    int knob;           /* its descriptor */
};

static volatile sig_atomic_t running, is_hung;

const char *call_name(long number)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (names[i].number == number)
            return names[i].name;
    return "?";
}

char *call_describe(const struct call *call)
{
    bool is_of_descriptor = !*call->text && call->arguments[0] < 1024;

    if (is_of_descriptor)
        return must_print("%s(%llu)", call_name(call->number), (unsigned long long)call->arguments[0]);
    return must_print("%s(%s)", call_name(call->number), call->text);
}

/* --- which calls stop the program --- */

/* The disturbed one and those that concern knobs; with `is_all`, every one. A filter in the kernel is what
 * makes a point cost milliseconds: a stop costs as much as some ten calls. */
static void install_filter(long number, bool is_all)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)number, 5, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_write, 4, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 2),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, O_TRUNC, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, is_all ? SECCOMP_RET_TRACE : SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE),
    };
    struct sock_fprog program = {.len = sizeof(filter) / sizeof(*filter), .filter = filter};

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
        _exit(126);
}

/* --- one stop --- */

/* The string at an address of the thread; empty where there is none. */
static void read_text(pid_t pid, uint64_t address, char *text, size_t size)
{
    struct iovec here = {.iov_base = text, .iov_len = size - 1};
    struct iovec there = {.iov_base = (void *)(uintptr_t)address, .iov_len = size - 1};
    ssize_t n = process_vm_readv(pid, &here, 1, &there, 1, 0);

    text[n > 0 ? n : 0] = '\0';
}

static bool takes_path(long number)
{
    static const char *const calls[] = {"openat",  "newfstatat", "fstatat",   "statx",
                                        "mkdirat", "unlinkat",   "renameat",  "renameat2",
                                        "linkat",  "fchmodat",   "readlinkat"};

    for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
        if (strcmp(call_name(number), calls[i]) == 0)
            return true;
    return false;
}

static void note_call(pid_t pid, const struct __ptrace_syscall_info *info, struct call *ret)
{
    *ret = (struct call){.number = (long)info->seccomp.nr};
    for (int i = 0; i < 3; i++)
        ret->arguments[i] = info->seccomp.args[i];
    if (takes_path(ret->number))
        read_text(pid, ret->arguments[1], ret->text, sizeof(ret->text));
}

/* A path below a directory's descriptor. */
static char *whole_path(pid_t pid, const struct call *call)
{
    char link[64], directory[4096], name[4096];
    ssize_t n;

    read_text(pid, call->arguments[1], name, sizeof(name));
    if (*name == '/' || (int)call->arguments[0] < 0)
        return must_duplicate(name);
    snprintf(link, sizeof(link), "/proc/%d/fd/%d", pid, (int)call->arguments[0]);
    n = readlink(link, directory, sizeof(directory) - 1);
    return must_print("%.*s%s%s", (int)(n > 0 ? n : 0), directory, *name ? "/" : "", name);
}

static void record_call(struct outcome *outcome, const struct call *call)
{
    if (outcome->calls_count % 1024 == 0)
        outcome->calls = must_grow(outcome->calls, (outcome->calls_count + 1024) * sizeof(*outcome->calls));
    outcome->calls[outcome->calls_count++] = *call;
}

static bool is_knob(pid_t pid, int fd)
{
    char path[64], target[4096];
    ssize_t n;

    snprintf(path, sizeof(path), "/proc/%d/fd/%d", pid, fd);
    n = readlink(path, target, sizeof(target) - 1);
    target[n > 0 ? n : 0] = '\0';
    return strstr(target, "/proc/sys/") || strstr(target, "/sys/kernel/");
}

/* The program empties a captured knob when it opens it. The kernel's are never empty: the opening loses that
 * flag, and the write cuts off what it did not replace. */
static void enter_knob(struct tracer *tracer, pid_t pid, const struct call *call)
{
    uint64_t flags = call->arguments[2];

    if (call->number == SYS_openat && (flags & O_TRUNC) && !(flags & O_CREAT))
        registers_set_third_argument(pid, flags & ~(uint64_t)O_TRUNC);
    if (call->number == SYS_write && call->arguments[0] > 2 && is_knob(pid, (int)call->arguments[0])) {
        tracer->knob_writer = pid;
        tracer->knob = (int)call->arguments[0];
    }
}

static void leave_knob(struct tracer *tracer, pid_t pid)
{
    struct __ptrace_syscall_info info;
    char path[64];

    tracer->knob_writer = 0;
    if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, (void *)sizeof(info), &info) < 0 ||
        info.op != PTRACE_SYSCALL_INFO_EXIT || info.exit.rval <= 0)
        return;
    snprintf(path, sizeof(path), "/proc/%d/fd/%d", pid, tracer->knob);
    if (truncate(path, info.exit.rval) < 0)
        die("cannot cut %s: %s", path, strerror(errno));
}

static void disturb(struct tracer *tracer, pid_t pid, const struct call *call)
{
    tracer->outcome->is_reached = true;
    tracer->outcome->call = *call;
    if (tracer->disturbance.kind == DISTURB_KILL)
        kill(tracer->leader, SIGKILL);
    else if (tracer->disturbance.kind == DISTURB_SHORT)
        registers_set_third_argument(pid, call->arguments[2] / 2);
    else
        registers_skip_call(pid, -tracer->disturbance.error);
}

static void enter_call(struct tracer *tracer, pid_t pid)
{
    const struct disturbance *disturbance = &tracer->disturbance;
    struct __ptrace_syscall_info info;
    struct call call;

    if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, (void *)sizeof(info), &info) < 0 ||
        info.op != PTRACE_SYSCALL_INFO_SECCOMP)
        return; /* it is gone */
    note_call(pid, &info, &call);
    if (disturbance->kind == DISTURB_COUNT && takes_path(call.number))
        call.path = whole_path(pid, &call);
    if (disturbance->kind == DISTURB_COUNT)
        record_call(tracer->outcome, &call);
    else if (call.number == disturbance->number && tracer->seen++ == disturbance->occurrence) {
        disturb(tracer, pid, &call);
        return;
    }
    enter_knob(tracer, pid, &call);
}

struct disturbance disturbance_at(enum disturbance_kind kind, const struct outcome *undisturbed,
                                  unsigned long index)
{
    struct disturbance disturbance = {.kind = kind, .number = undisturbed->calls[index].number};

    for (unsigned long i = 0; i < index; i++)
        disturbance.occurrence += undisturbed->calls[i].number == disturbance.number;
    return disturbance;
}

/* --- a whole run --- */

/* Handles one stop; returns the signal to be delivered. */
static int stopped(struct tracer *tracer, pid_t pid, int status)
{
    int number = WSTOPSIG(status);

    if (status >> 8 == (SIGTRAP | PTRACE_EVENT_EXEC << 8))
        tracer->is_started = true;
    else if (status >> 8 == (SIGTRAP | PTRACE_EVENT_SECCOMP << 8) && tracer->is_started)
        enter_call(tracer, pid);
    else if (number == (SIGTRAP | 0x80) && tracer->knob_writer == pid)
        leave_knob(tracer, pid);
    return number == (SIGTRAP | 0x80) || number == SIGTRAP || number == SIGSTOP ? 0 : number;
}

static void follow(struct tracer *tracer)
{
    int status, deliver;
    pid_t pid;

    ptrace(PTRACE_CONT, tracer->leader, NULL, NULL);
    while ((pid = waitpid(-1, &status, __WALL)) > 0 || errno == EINTR) {
        if (pid < 0)
            continue;
        if (pid == tracer->leader && (WIFEXITED(status) || WIFSIGNALED(status)))
            tracer->outcome->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        if (!WIFSTOPPED(status))
            continue;
        deliver = stopped(tracer, pid, status);
        ptrace(tracer->knob_writer == pid ? PTRACE_SYSCALL : PTRACE_CONT, pid, NULL,
               (void *)(intptr_t)deliver);
    }
}

static void end_hung(int number)
{
    (void)number;
    is_hung = 1;
    if (running > 0)
        kill((pid_t)running, SIGKILL);
}

static int memory_file(void)
{
    int fd = memfd_create("said", MFD_CLOEXEC);

    return fd < 0 ? (die("memfd_create: %s", strerror(errno)), -1) : fd;
}

static char *take_text(int fd)
{
    struct stat status;
    char *text;
    ssize_t n;

    if (fstat(fd, &status) < 0)
        die("fstat: %s", strerror(errno));
    text = must_allocate((size_t)status.st_size + 1);
    n = pread(fd, text, (size_t)status.st_size, 0);
    text[n > 0 ? n : 0] = '\0';
    close(fd);
    return text;
}

static void become(const char *const argv[], const char *const environment[],
                   const struct disturbance *disturbance, int output, int errors)
{
    static const char *const bare[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", NULL};
    int nothing = open("/dev/null", O_RDONLY);

    personality(ADDR_NO_RANDOMIZE); /* or the allocator would make other calls in each run */
    if (dup2(nothing, 0) < 0 || dup2(output, 1) < 0 || dup2(errors, 2) < 0)
        _exit(126);
    close(nothing);
    if (disturbance->kind != DISTURB_NOTHING) {
        ptrace(PTRACE_TRACEME, 0, NULL, NULL);
        raise(SIGSTOP);
        install_filter(disturbance->number, disturbance->kind == DISTURB_COUNT);
    }
    execve(argv[0], (char *const *)argv, (char *const *)(environment ? environment : bare));
    _exit(127);
}

static void trace_child(struct tracer *tracer, pid_t pid)
{
    int status;

    if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
        die("the program could not be traced");
    ptrace(PTRACE_SETOPTIONS, pid, NULL,
           (void *)(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |
                    PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC | PTRACE_O_TRACESECCOMP));
    follow(tracer);
}

static void wait_for(pid_t pid, struct outcome *outcome)
{
    struct rusage usage;
    int status;

    while (wait4(pid, &status, 0, &usage) < 0)
        if (errno != EINTR)
            die("wait4: %s", strerror(errno));
    outcome->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    outcome->memory_kb = usage.ru_maxrss;
}

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

void trace_run(const char *const argv[], const char *const environment[], struct disturbance disturbance,
               struct outcome *ret)
{
    struct sigaction action = {.sa_handler = end_hung};
    struct tracer tracer = {.disturbance = disturbance, .outcome = ret};
    int output = memory_file(), errors = memory_file();
    bool is_traced = disturbance.kind != DISTURB_NOTHING;
    pid_t pid;

    *ret = (struct outcome){.status = -1, .seconds = now()};
    is_hung = 0;
    sigaction(SIGALRM, &action, NULL);
    pid = fork();
    if (pid < 0)
        die("fork: %s", strerror(errno));
    if (pid == 0)
        become(argv, environment, &disturbance, output, errors);
    running = pid;
    alarm(RUN_SECONDS);
    tracer.leader = pid;
    if (is_traced)
        trace_child(&tracer, pid);
    else
        wait_for(pid, ret);
    alarm(0);
    ret->seconds = now() - ret->seconds;
    running = 0;
    if (is_hung)
        ret->status = STATUS_HUNG;
    ret->output = take_text(output);
    ret->errors = take_text(errors);
}

void outcome_done(struct outcome *outcome)
{
    free(outcome->output);
    free(outcome->errors);
    for (unsigned long i = 0; i < outcome->calls_count; i++)
        free(outcome->calls[i].path);
    free(outcome->calls);
    *outcome = (struct outcome){0};
}
