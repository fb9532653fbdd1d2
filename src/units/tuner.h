/* SPDX-License-Identifier: MIT */
/* Why redis-hosttune.service does not start at boot, and what makes it. mask: the path of its mask, as
 * unit_directories_mask gives it; NULL: it has none, and is not enabled. Static texts. */
#pragma once

const char *tuner_idle_because(const char *mask);
const char *tuner_enable_command(const char *mask);
