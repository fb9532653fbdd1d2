/* SPDX-License-Identifier: MIT */
/* Shared by the two halves of sysctl-rules.h. */
#pragma once

/* A key as systemd has it, in place: "net.core.somaxconn" becomes "net/core/somaxconn". */
void sysctl_key_normalize(char *key);
