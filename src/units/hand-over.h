/* SPDX-License-Identifier: MIT */
/* Programs that a unit runs to have its server started by somebody else. What a process has by inheritance
 * (the policy of its memory, its limits) reaches the server only where that is a child of it. */
#pragma once

#include "systemd/unit.h"

struct hand_over {
    const char *program;   /* its file's name */
    const char *word;      /* only with this word behind it; NULL: always */
    const char *starter;   /* whose child the server is then; NULL: the unit's own all the same */
    const char *placement; /* what interleaves its memory instead; NULL: it inherits the policy */
    const char *limit;     /* what gives it open files instead, with their number behind it; NULL: it inherits
                              the limit */
};

/* The ExecStart= that counts with such a program in it, as the program, or in what a shell, sudo, env and the
 * like are given to run; a script is not looked into. NULL: none. */
const struct unit_setting *unit_hand_over_find(const struct unit *unit, const struct hand_over **ret);

/* Why the unit's settings do not reach the server, and what does instead: open files (nofile > 0), the
 * placement of its memory (is_placed). Owned by the caller. */
char *unit_hand_over_describe(const struct hand_over *program, long long nofile, bool is_placed);
