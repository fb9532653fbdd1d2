/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>

typedef void trial_body(const void *input, void *output);

/* Runs body in a child that may be killed for what it does, and waits for it.
 * 0: it came to its end, and the size bytes of its output (zeroed before) are in *ret_output;
 * > 0: killed by that signal; -ECHILD: it ended early otherwise; other -errno: it could not be started.
 * Leaves no zombie, no core dump, no pending SIGCHLD, no descriptor. */
int trial_run(trial_body *body, const void *input, size_t size, void *ret_output);
