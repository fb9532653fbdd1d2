/* SPDX-License-Identifier: MIT */
/* Which settings of a service do not matter to a wrapper in front of ExecStart=. */
#pragma once

#include <stdbool.h>

/* Whether a setting of [Service] is known to leave a wrapper below /usr/lib alone. What is not known is not
 * safe. */
bool unit_setting_is_safe(const char *key);
