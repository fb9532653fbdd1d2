/* SPDX-License-Identifier: MIT */
/* What the caller of a program may have left in a bad state: closed standard streams, a mask that takes the
 * rights from what is made, a limit to the size of files whose signal kills. libc alone: the wrapper uses it.
 */
#pragma once

#include <sys/types.h>

/* Takes those of the descriptors 0 to 2 that are closed, so that no file which is opened later becomes one of
 * them and gets what is meant for a person. They can be neither read nor written (EBADF, as before), and a
 * program that is started in our place finds them closed. */
void start_hold_streams(void);

/* That, and: directories that are made have the modes that they are made with, and a write beyond
 * RLIMIT_FSIZE fails with EFBIG instead of ending the program. */
void start_program(void);

/* The caller's umask. */
mode_t start_umask(void);

/* Before another program takes our place: what start_program set is as the caller had it. */
void start_give_back(void);
