/* SPDX-License-Identifier: MIT */
/* Whether a port speaks TLS, where a connection without it was closed without a word. */
#pragma once

#include <stdbool.h>

/* Says hello on a connected socket as a client of TLS would, and looks whether the answer is a record of TLS.
 * Sends nothing else; the socket is of no use afterwards. */
bool tls_hello_is_answered(int fd, double seconds);
