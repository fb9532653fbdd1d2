/* SPDX-License-Identifier: MIT */
/* Owns what differs between processors. */
#include "trace-registers.h"

#include <elf.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>

#include "trace.h"

#if defined(__x86_64__) || defined(__aarch64__)

bool trace_is_possible(void)
{
    return true;
}

static void get_registers(pid_t pid, struct user_regs_struct *ret)
{
    struct iovec vector = {.iov_base = ret, .iov_len = sizeof(*ret)};

    ptrace(PTRACE_GETREGSET, pid, (void *)NT_PRSTATUS, &vector);
}

static void set_registers(pid_t pid, struct user_regs_struct *registers)
{
    struct iovec vector = {.iov_base = registers, .iov_len = sizeof(*registers)};

    ptrace(PTRACE_SETREGSET, pid, (void *)NT_PRSTATUS, &vector);
}

#endif

#if defined(__x86_64__)

void registers_skip_call(pid_t pid, long result)
{
    struct user_regs_struct registers;

    get_registers(pid, &registers);
    registers.orig_rax = (unsigned long long)-1;
    registers.rax = (unsigned long long)result;
    set_registers(pid, &registers);
}

void registers_set_third_argument(pid_t pid, uint64_t value)
{
    struct user_regs_struct registers;

    get_registers(pid, &registers);
    registers.rdx = value;
    set_registers(pid, &registers);
}

#elif defined(__aarch64__)

void registers_skip_call(pid_t pid, long result)
{
    struct user_regs_struct registers;
    int number = -1;
    struct iovec vector = {.iov_base = &number, .iov_len = sizeof(number)};

    ptrace(PTRACE_SETREGSET, pid, (void *)NT_ARM_SYSTEM_CALL, &vector);
    get_registers(pid, &registers);
    registers.regs[0] = (unsigned long long)result;
    set_registers(pid, &registers);
}

void registers_set_third_argument(pid_t pid, uint64_t value)
{
    struct user_regs_struct registers;

    get_registers(pid, &registers);
    registers.regs[2] = value;
    set_registers(pid, &registers);
}

#else

bool trace_is_possible(void)
{
    return false;
}

void registers_skip_call(pid_t pid, long result)
{
    (void)pid, (void)result;
}

void registers_set_third_argument(pid_t pid, uint64_t value)
{
    (void)pid, (void)value;
}

#endif
