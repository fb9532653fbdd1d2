/* SPDX-License-Identifier: MIT */
/* What the library that is loaded into a program and the campaign that starts it have in common. */
#pragma once

#define ALLOCATION_COUNTS_VARIABLE "TRUST_ALLOCATIONS" /* the file that is shared, of this size */

struct allocation_counts {
    unsigned long programs; /* that loaded the library; only the first one is disturbed */
    unsigned long fail_at;  /* the first allocation is 1; 0: none fails */
    unsigned long fail_on;  /* not 0: and all behind it, as where memory has really run out */
    unsigned long made;     /* so far */
    unsigned long failed;
};
