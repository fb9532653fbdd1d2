/* SPDX-License-Identifier: MIT */
/* Where hiredis has its memory from: src/util/memory.h, as it looks at what it is given in some places only.
 */
#pragma once

/* Before the first call of hiredis in any thread; again does no harm. */
void redis_use_memory(void);
