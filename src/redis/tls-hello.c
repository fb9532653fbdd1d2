/* SPDX-License-Identifier: MIT */
/* A ClientHello and the first bytes of what follows.
 * Owns how little of TLS is needed for that: RFC 5246, 7.4.1.2. */
#include "redis/tls-hello.h"

#include <poll.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>

/* TLS 1.2, a random number that nobody relies on, two suites that every server of it has, no compression, and
 * the curve and signatures that they need. */
static const unsigned char hello[] = {
    0x16, 0x03, 0x01, 0x00, 0x55,                               /* a record of a handshake, its length */
    0x01, 0x00, 0x00, 0x51, 0x03, 0x03,                         /* ClientHello, its length, 1.2 */
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    /* random */
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    /* random */
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    /* random */
    0,    0,                                                    /* random */
    0x00,                                                       /* no session */
    0x00, 0x06, 0xc0, 0x2f, 0xc0, 0x2b, 0x00, 0x2f,             /* suites */
    0x01, 0x00,                                                 /* no compression */
    0x00, 0x22,                                                 /* extensions */
    0x00, 0x0d, 0x00, 0x0a, 0x00, 0x08, 0x04, 0x03, 0x08, 0x04, /* signatures */
    0x04, 0x01, 0x02, 0x01,                                     /* signatures */
    0x00, 0x0a, 0x00, 0x06, 0x00, 0x04, 0x00, 0x17, 0x00, 0x1d, /* groups */
    0x00, 0x0b, 0x00, 0x02, 0x01, 0x00,                         /* points */
    0x00, 0x17, 0x00, 0x00,                                     /* extended master secret */
};

enum {
    RECORD_ALERT = 0x15,
    RECORD_HANDSHAKE = 0x16,
    MAJOR = 0x03,
};

bool tls_hello_is_answered(int fd, double seconds)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    unsigned char answer[2] = {0};

    if (send(fd, hello, sizeof(hello), MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)sizeof(hello) ||
        poll(&ready, 1, (int)(seconds * 1000)) != 1 ||
        recv(fd, answer, sizeof(answer), MSG_DONTWAIT) != (ssize_t)sizeof(answer))
        return false;
    return (answer[0] == RECORD_HANDSHAKE || answer[0] == RECORD_ALERT) && answer[1] == MAJOR;
}
