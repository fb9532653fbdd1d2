/* SPDX-License-Identifier: MIT */
/* The rules of the rows in findings.c. Each is named after its row's id and fills a verdict (finding.h). */
#pragma once

#include "model/finding.h"

#define RULE(name) void name(const struct diagnosis *diagnosis, struct verdict *verdict)

/* findings-clients.c */
RULE(connections_rejected);
RULE(clients_near_max);

#undef RULE
