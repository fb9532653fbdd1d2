/* SPDX-License-Identifier: MIT */
/* What a server answers that will not serve us, whatever the command was. */
#pragma once

#include <stdbool.h>

#include "redis/answer.h"

/* 0: it serves us. -EUSERS: maxclients is reached; -EPERM: protected mode; -EACCES: it wants a password, or
 * another one. */
int redis_refusal_judge(const struct redis_answer *answer, char **ret_error);

/* A password that a server has no use for is no trouble: several servers are asked with one. */
bool redis_refusal_is_of_no_password(const struct redis_answer *answer);
