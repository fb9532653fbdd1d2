/* SPDX-License-Identifier: MIT */
/* Libraries that are loaded when they are needed. */
#pragma once

/* As dlopen(3). -ENOMEM, or -ENOPKG: it is not there, or is no library that can be used. *ret_why is the
 * loader's word on it, good until the next call of the loader. */
int library_open(const char *name, int flags, void **ret, const char **ret_why);
