/* SPDX-License-Identifier: MIT */
/* NETLINK_SOCK_DIAG, sock_diag(7): the only source of a listening queue's limit.
 * Owns the requests and how the answers are taken apart. */
#include "servers/read-sock-diag.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "servers/net-tables.h"
#include "util/cleanup.h"
#include "util/memory.h"

enum {
    REPLY_SIZE = 32 * 1024,
    WAIT_SECONDS = 2,
};

/* Calls for each attribute behind a message of this size. Not RTA_NEXT: where the last one is not padded it
 * wraps what is left. */
static void each_attribute(const struct nlmsghdr *header, size_t message_size,
                           void (*take)(const struct rtattr *attribute, struct server_listener *listener),
                           struct server_listener *listener)
{
    size_t left = header->nlmsg_len - NLMSG_LENGTH(message_size), step;
    const struct rtattr *attribute =
        (const struct rtattr *)((const char *)NLMSG_DATA(header) + NLMSG_ALIGN(message_size));

    for (; RTA_OK(attribute, left);
         attribute = (const struct rtattr *)((const char *)attribute + step), left -= step) {
        step = RTA_ALIGN(attribute->rta_len) < left ? RTA_ALIGN(attribute->rta_len) : left;
        take(attribute, listener);
    }
}

/* Of a kernel that counts them, 4.7 and later (SK_MEMINFO_DROPS). */
static void take_inet(const struct rtattr *attribute, struct server_listener *listener)
{
    const uint32_t *figures = RTA_DATA(attribute);

    if (attribute->rta_type == INET_DIAG_SKMEMINFO &&
        RTA_PAYLOAD(attribute) >= (SK_MEMINFO_DROPS + 1) * sizeof(*figures))
        listener->drops = figures[SK_MEMINFO_DROPS];
}

static int add_inet(struct server_listeners *listeners, const struct nlmsghdr *header)
{
    const struct inet_diag_msg *message = NLMSG_DATA(header);
    struct server_listener listener = {.drops = AMOUNT_UNKNOWN};
    char shown[INET6_ADDRSTRLEN];

    if (header->nlmsg_len < NLMSG_LENGTH(sizeof(*message)))
        return -EBADMSG;
    if (!inet_ntop(message->idiag_family, message->id.idiag_src, shown, sizeof(shown)))
        return 0;
    listener.family = message->idiag_family == AF_INET6 ? LISTENER_IPV6 : LISTENER_IPV4;
    listener.address = memory_copy(shown);
    listener.port = ntohs(message->id.idiag_sport);
    listener.inode = message->idiag_inode;
    listener.queue_now = message->idiag_rqueue;
    listener.queue_limit = message->idiag_wqueue;
    each_attribute(header, sizeof(*message), take_inet, &listener);
    return server_listeners_add(listeners, listener);
}

static void take_unix(const struct rtattr *attribute, struct server_listener *listener)
{
    if (attribute->rta_type == UNIX_DIAG_NAME && !listener->address) {
        listener->address = net_unix_display(RTA_DATA(attribute), RTA_PAYLOAD(attribute));
    } else if (attribute->rta_type == UNIX_DIAG_RQLEN &&
               RTA_PAYLOAD(attribute) >= sizeof(struct unix_diag_rqlen)) {
        const struct unix_diag_rqlen *queue = RTA_DATA(attribute);

        listener->queue_now = queue->udiag_rqueue;
        listener->queue_limit = queue->udiag_wqueue;
    }
}

static int add_unix(struct server_listeners *listeners, const struct nlmsghdr *header)
{
    const struct unix_diag_msg *message = NLMSG_DATA(header);
    struct server_listener listener = {.family = LISTENER_UNIX,
                                       .queue_now = AMOUNT_UNKNOWN,
                                       .queue_limit = AMOUNT_UNKNOWN,
                                       .drops = AMOUNT_UNKNOWN};

    if (header->nlmsg_len < NLMSG_LENGTH(sizeof(*message)))
        return -EBADMSG;
    listener.inode = message->udiag_ino;
    each_attribute(header, sizeof(*message), take_unix, &listener);
    if (!listener.address)
        listener.address = memory_copy("");
    return server_listeners_add(listeners, listener);
}

static int take_message(struct server_listeners *listeners, const struct nlmsghdr *header)
{
    const struct nlmsgerr *error = NLMSG_DATA(header);
    const unsigned char *family = NLMSG_DATA(header); /* both answers begin with it */

    switch (header->nlmsg_type) {
    case NLMSG_DONE:
        return 1;
    case NLMSG_ERROR:
        return header->nlmsg_len >= NLMSG_LENGTH(sizeof(*error)) && error->error < 0 ? error->error
                                                                                     : -EBADMSG;
    case SOCK_DIAG_BY_FAMILY:
        if (header->nlmsg_len <= NLMSG_LENGTH(0))
            return -EBADMSG;
        return *family == AF_UNIX ? add_unix(listeners, header) : add_inet(listeners, header);
    default:
        return 0;
    }
}

int sock_diag_take(struct server_listeners *listeners, const void *reply, size_t size)
{
    const struct nlmsghdr *header = reply;
    int result = 0;

    /* not NLMSG_OK and NLMSG_NEXT: where the last one is not padded they wrap what is left */
    while (result == 0 && size >= sizeof(*header) && header->nlmsg_len >= sizeof(*header) &&
           header->nlmsg_len <= size) {
        size_t step = NLMSG_ALIGN(header->nlmsg_len);

        result = take_message(listeners, header);
        size -= step < size ? step : size;
        header = (const struct nlmsghdr *)((const char *)header + step);
    }
    return result;
}

static int take_answer(int fd, struct server_listeners *listeners)
{
    _cleanup_free_ char *reply = memory_new(REPLY_SIZE, 1);
    int error = 0;

    while (error == 0) {
        ssize_t size = recv(fd, reply, REPLY_SIZE, 0);

        if (size < 0 && errno == EINTR)
            continue;
        if (size <= 0)
            return size < 0 ? -errno : -EBADMSG;
        error = sock_diag_take(listeners, reply, (size_t)size);
    }
    return error < 0 ? error : 0;
}

static int ask(int fd, const void *request, size_t size, struct server_listeners *listeners)
{
    const struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};

    if (sendto(fd, request, size, 0, (const struct sockaddr *)&kernel, sizeof(kernel)) < 0)
        return -errno;
    return take_answer(fd, listeners);
}

static int ask_inet(int fd, unsigned char family, struct server_listeners *listeners)
{
    const struct {
        struct nlmsghdr header;
        struct inet_diag_req_v2 request;
    } message = {
        .header = {.nlmsg_len = sizeof(message),
                   .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                   .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
        .request = {.sdiag_family = family,
                    .sdiag_protocol = IPPROTO_TCP,
                    .idiag_ext = 1U << (INET_DIAG_SKMEMINFO - 1),
                    .idiag_states = 1U << TCP_LISTEN},
    };

    return ask(fd, &message, sizeof(message), listeners);
}

static int ask_unix(int fd, struct server_listeners *listeners)
{
    const struct {
        struct nlmsghdr header;
        struct unix_diag_req request;
    } message = {
        .header = {.nlmsg_len = sizeof(message),
                   .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                   .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
        .request = {.sdiag_family = AF_UNIX,
                    .udiag_states = 1U << TCP_LISTEN,
                    .udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_RQLEN},
    };

    return ask(fd, &message, sizeof(message), listeners);
}

int sock_diag_list(struct server_listeners *listeners)
{
    const struct timeval wait = {.tv_sec = WAIT_SECONDS};
    _cleanup_close_ int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    int error;

    if (fd < 0)
        return -errno;
    if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) < 0)
        return -errno;
    error = ask_inet(fd, AF_INET, listeners);
    if (error == 0) {
        error = ask_inet(fd, AF_INET6, listeners);
        if (error == -ENOENT) /* a kernel without IPv6 */
            error = 0;
    }
    return error < 0 ? error : ask_unix(fd, listeners);
}

/* --- the other end of a connection --- */

union address {
    struct sockaddr any;
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
};

/* As sock_diag wants it; false: no TCP. */
static bool put_address(const union address *address, __be32 words[static 4], __be16 *port)
{
    switch (address->any.sa_family) {
    case AF_INET:
        memcpy(words, &address->in.sin_addr, sizeof(address->in.sin_addr));
        *port = address->in.sin_port;
        return true;
    case AF_INET6:
        memcpy(words, &address->in6.sin6_addr, sizeof(address->in6.sin6_addr));
        *port = address->in6.sin6_port;
        return true;
    default:
        return false;
    }
}

/* What the other end has as its source is our peer, and its destination is ourselves. */
static int fill_id(int fd, unsigned char *ret_family, struct inet_diag_sockid *ret)
{
    union address here, there;
    socklen_t here_size = sizeof(here), there_size = sizeof(there);

    if (getsockname(fd, &here.any, &here_size) < 0 || getpeername(fd, &there.any, &there_size) < 0)
        return -errno;
    if (!put_address(&there, ret->idiag_src, &ret->idiag_sport) ||
        !put_address(&here, ret->idiag_dst, &ret->idiag_dport))
        return -EAFNOSUPPORT;
    ret->idiag_cookie[0] = ret->idiag_cookie[1] = INET_DIAG_NOCOOKIE;
    *ret_family = (unsigned char)here.any.sa_family;
    return 0;
}

/* Where there is no such connection the kernel may find the listener, whose other port is 0. */
static int take_end(const void *reply, size_t size, const struct inet_diag_sockid *id, struct tcp_end *ret)
{
    const struct nlmsghdr *header = reply;
    const struct inet_diag_msg *message = NLMSG_DATA(header);
    const struct nlmsgerr *error = NLMSG_DATA(header);

    if (!NLMSG_OK(header, size))
        return -EBADMSG;
    if (header->nlmsg_type == NLMSG_ERROR && header->nlmsg_len >= NLMSG_LENGTH(sizeof(*error)))
        return error->error < 0 ? error->error : -EBADMSG;
    if (header->nlmsg_type != SOCK_DIAG_BY_FAMILY || header->nlmsg_len < NLMSG_LENGTH(sizeof(*message)))
        return -EBADMSG;
    if (message->id.idiag_dport != id->idiag_dport || message->id.idiag_sport != id->idiag_sport)
        return -ENOENT;
    *ret = (struct tcp_end){.inode = message->idiag_inode, .uid = message->idiag_uid};
    return 0;
}

int sock_diag_other_end(int fd, struct tcp_end *ret)
{
    const struct timeval wait = {.tv_sec = 1};
    const struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    struct {
        struct nlmsghdr header;
        struct inet_diag_req_v2 request;
    } message = {
        .header = {.nlmsg_len = sizeof(message),
                   .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                   .nlmsg_flags = NLM_F_REQUEST},
        .request = {.sdiag_protocol = IPPROTO_TCP, .idiag_states = ~0U},
    };
    _cleanup_close_ int diag = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    char reply[4096] __attribute__((aligned(NLMSG_ALIGNTO)));
    int error = diag < 0 ? -errno : fill_id(fd, &message.request.sdiag_family, &message.request.id);
    ssize_t size;

    if (error < 0)
        return error;
    if (setsockopt(diag, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) < 0 ||
        sendto(diag, &message, sizeof(message), 0, (const struct sockaddr *)&kernel, sizeof(kernel)) < 0)
        return -errno;
    size = recv(diag, reply, sizeof(reply), 0);
    return size < 0 ? -errno : take_end(reply, (size_t)size, &message.request.id, ret);
}
