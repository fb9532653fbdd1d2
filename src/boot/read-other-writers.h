/* SPDX-License-Identifier: MIT */
/* Looks for what else may write the knobs at boot and cannot be forecast: other tuners, orchestrators,
 * scripts. */
#pragma once

#include "systemd/read-unit-directories.h"
#include "util/root.h"

/* "kubelet.service", "/etc/rc.local (swappiness)", …: NULL-terminated, owned by the caller (strings_free).
 * Files count where they name one of the knobs, and where they cannot be read, which is said with them. */
void other_writers_find(const struct root *root, const struct unit_directories *directories, char ***ret);
