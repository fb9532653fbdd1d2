/* SPDX-License-Identifier: MIT */
/* From a server's answers to facts. Every function takes whatever was answered: an error or an answer of
 * another shape gives *ret_unknown, the reason for a person, and leaves the facts empty. */
#pragma once

#include "redis/answer.h"
#include "redis/facts.h"

/* What is kept of a list at most: SLOWLOG is asked for so many, and others are shorter. */
enum { REDIS_ENTRIES_MAX = 1000 };

void redis_replies_info(const struct redis_answer *answer, struct redis_fields *ret, char **ret_unknown);
void redis_replies_config(const struct redis_answer *answer, struct redis_facts *facts, char **ret_unknown);
void redis_replies_clients(const struct redis_answer *answer, struct redis_facts *facts, char **ret_unknown);
void redis_replies_slowlog(const struct redis_answer *answer, struct redis_facts *facts, char **ret_unknown);
void redis_replies_latency(const struct redis_answer *answer, struct redis_facts *facts, char **ret_unknown);
void redis_replies_acl(const struct redis_answer *answer, struct redis_facts *facts, char **ret_unknown);
void redis_replies_whoami(const struct redis_answer *answer, struct redis_facts *facts, char **ret_unknown);

/* Version, role and mode from INFO. */
/* What stands for the user that asks in a reason, until it is known who that is. */
#define REDIS_ASKER "{asker}"

/* Names it there, as a word of a shell. */
void redis_replies_name_asker(struct redis_facts *facts);

void redis_replies_identify(struct redis_facts *facts);
