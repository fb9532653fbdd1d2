/* SPDX-License-Identifier: MIT */
#pragma once

#include "exec/numa-policy.h"

/* Each writes one line without its end: what is wrong, what happens instead, what mends it. */
void explain_unreadable(const char *path, int error, const char *command, char *buffer, size_t size);
void explain_policy(const struct policy_result *result, const char *command, char *buffer, size_t size);

/* trial: what trial_run returned, not 0. */
void explain_trial(int trial, const char *command, char *buffer, size_t size);

/* The nodes of the policy that no processor belongs to, and those that are left when they go. */
void explain_slow_nodes(const struct nodelist *slow, const struct nodelist *fast, char *buffer, size_t size);

void explain_exec(const char *command, int error, char *buffer, size_t size);
void explain_option(const char *option, char *buffer, size_t size);
