/* SPDX-License-Identifier: MIT */
/* A configuration file as CONFIG GET would give what it sets: for a server that does not answer that. What it
 * does not set is not there. Pure; hostile input. No password is kept. */
#pragma once

#include <stddef.h>

#include "redis/info.h"

struct config_pairs {
    char **strings; /* name and value by turns */
    size_t count;   /* of both */
};

/* Takes over what one line says; later ones count, as Redis has it. */
void config_pairs_add(struct config_pairs *pairs, const char *line);

/* As facts have them. Owned by the caller, redis_fields_done. */
void config_pairs_to_fields(const struct config_pairs *pairs, struct redis_fields *ret);

void config_pairs_done(struct config_pairs *pairs);
