/* SPDX-License-Identifier: MIT */
/* Gathers what is true of the host as a whole. */
#pragma once

#include "host/facts.h"
#include "util/root.h"

/* Whatever cannot be read stays unknown. */
void facts_read(const struct root *root, struct host_facts *ret);

/* Only what decides how a unit's memory is placed: nodes and SELinux. For the generator, which is to be
 * quick. */
void facts_read_placement(const struct root *root, struct host_facts *facts);
