/* SPDX-License-Identifier: MIT */
/* An allocator in front of glibc's, one of whose allocations fails: linked into a test, or as a library that
 * is loaded into a program. strdup, asprintf, getline, fopen and all libraries allocate through it too. */
#pragma once

#include <stdbool.h>

#ifdef __SANITIZE_ADDRESS__
#define ALLOCATIONS_CAN_FAIL false /* it has an allocator of its own */
#else
#define ALLOCATIONS_CAN_FAIL true
#endif

#define ALLOCATION_COUNTS_VARIABLE "TRUST_ALLOCATIONS" /* the file that is shared, of this size */

struct allocation_counts {
    unsigned long programs; /* that loaded the library; only the first one is disturbed */
    unsigned long fail_at;  /* the first allocation is 1; 0: none fails */
    unsigned long fail_on;  /* not 0: and all behind it, as where memory has really run out */
    unsigned long made;     /* so far */
    unsigned long failed;
};

/* What is counted and decides; NULL: nothing fails. A program that has the library finds that file there. */
extern struct allocation_counts *allocation_counts;
