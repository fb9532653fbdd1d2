/* SPDX-License-Identifier: MIT */
/* Reaches a server that has several addresses: by the best that answers. One that answers at once is the only
 * one that is tried; where it stays silent the others are asked beside it, in threads of their own, so that
 * many silent ones take no longer than one. */
#pragma once

#include "redis/connection.h"

extern const double redis_patience; /* that suits a host's own addresses: a quarter of a second */

struct redis_way {
    size_t count;    /* addresses, the best first; at least one */
    size_t at_once;  /* so many may be tried at the same time; at least one */
    double patience; /* seconds for a better address, before others are tried or taken */
    /* Connects to one of them. Called by several threads; data is used until redis_reach_end. */
    int (*connect)(void *data, size_t index, const struct redis_limits *limits, struct redis_connection **ret,
                   char **ret_error);
    void *data;
};

struct redis_reach;

/* limits.cancel and .account are its own to set. *ret_used: the address that was connected, or the last that
 * was tried. Whether it succeeds or not, what is still under way must be ended. Errors of connect:
 * those of the best address, but what a server itself said (another password, maxclients) before all others;
 * *ret_error says also how many were not tried. */
int redis_reach(const struct redis_way *way, const struct redis_limits *limits,
                struct redis_reach **ret_reach, size_t *ret_used, struct redis_connection **ret,
                char **ret_error);

/* Waits for those that are still trying, which are told to end; takes NULL. */
void redis_reach_end(struct redis_reach *reach);
