/* SPDX-License-Identifier: MIT */
/* The registers of a thread that stands before a system call. */
#pragma once

#include <stdint.h>
#include <sys/types.h>

/* The call is not made and returns this. */
void registers_skip_call(pid_t pid, long result);
void registers_set_third_argument(pid_t pid, uint64_t value);
