/* SPDX-License-Identifier: MIT */
/* Servers of which the same is to be said: what they were seen by may differ, and what reaches each in their
 * remedies. Pure. */
#pragma once

#include "diagnose/report.h"

/* Servers of a report by their numbers, the first of them first. */
struct server_group {
    const struct diagnosis_report *report;
    size_t place; /* of the verdict */
    size_t *servers, count;
};

/* All servers that say the same as this one does. False where an earlier one says it already. *ret_has_cli is
 * set where what reaches each stands in the remedy. group_done either way. */
bool group_gather(const struct diagnosis_report *report, size_t server, size_t place,
                  struct server_group *group, bool *ret_has_cli);
void group_done(struct server_group *group);

const struct server_report *group_server(const struct server_group *group, size_t i);
const struct verdict *group_verdict(const struct server_group *group, size_t i);

/* Their addresses from this one on, or what reaches them from a shell: "a, b and 8 more". Owned by the
 * caller.
 */
char *group_names(const struct server_group *group, size_t from, bool is_by_cli);
