/* SPDX-License-Identifier: MIT */
/* Lines of the kernel's network tables; proc_pid_net(5).
 * Owns how their addresses are read; pure. */
#include "model/net-tables.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/text.h"

enum {
    STATE_LISTEN = 0x0a,    /* TCP_LISTEN */
    FLAG_LISTENS = 0x10000, /* __SO_ACCEPTCON */
};

/* The first or second line of the group from `content` on. */
static const char *find_group(const char *content, const char *group)
{
    size_t length = strlen(group);

    for (const char *line = content; line && *line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, group, length) == 0 && line[length] == ':')
            return line + length + 1;
    }
    return NULL;
}

amount netstat_counter(const char *content, const char *group, const char *name)
{
    const char *names = find_group(content, group), *values;
    size_t length = strlen(name);
    amount value;

    values = names ? strchr(names, '\n') : NULL;
    values = values ? find_group(values, group) : NULL;
    while (values && *names == ' ' && *values == ' ') {
        names++;
        values++;
        if (strncmp(names, name, length) == 0 && strchr(" \n", names[length]))
            return isdigit((unsigned char)*values) && sscanf(values, "%18llu", &value) == 1 ? value
                                                                                            : AMOUNT_UNKNOWN;
        names += strcspn(names, " \n");
        values += strcspn(values, " \n");
    }
    return AMOUNT_UNKNOWN;
}

/* The kernel prints the address as 32-bit words in its own byte order. */
static char *parse_address(const char *digits, bool is_ipv6)
{
    char shown[INET6_ADDRSTRLEN];
    uint32_t words[4] = {0};
    unsigned word;
    size_t count = is_ipv6 ? 4 : 1;

    for (size_t i = 0; i < count; i++) {
        if (sscanf(digits + i * 8, "%8x", &word) != 1)
            return NULL;
        words[i] = word;
    }
    return inet_ntop(is_ipv6 ? AF_INET6 : AF_INET, words, shown, sizeof(shown)) ? strdup(shown) : NULL;
}

int net_tcp_parse_line(const char *line, bool is_ipv6, struct server_listener *ret)
{
    char digits[33];
    unsigned port, state, waiting;
    amount inode;

    if (sscanf(line, " %*u: %32[0-9A-F]:%4x %*[0-9A-F:] %2x %*x:%8x %*2x:%*x %*x %*u %*u %18llu", digits,
               &port, &state, &waiting, &inode) != 5 ||
        state != STATE_LISTEN || strlen(digits) != (is_ipv6 ? 32 : 8))
        return 0;
    *ret = (struct server_listener){
        .family = is_ipv6 ? LISTENER_IPV6 : LISTENER_IPV4,
        .address = parse_address(digits, is_ipv6),
        .port = port,
        .inode = inode,
        .queue_now = waiting,
        .queue_limit = AMOUNT_UNKNOWN,
    };
    return ret->address ? 1 : -ENOMEM;
}

char *net_unix_display(const char *name, size_t length)
{
    char *shown = calloc(1, length + 1);

    if (!shown)
        return NULL;
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && name[i] == '\0' && *name != '\0')
            break; /* the end of a path; within an abstract name it is a character */
        shown[i] = (char)(iscntrl((unsigned char)name[i]) ? '?' : name[i]);
    }
    if (length > 0 && *name == '\0')
        *shown = '@';
    return shown;
}

int net_unix_parse_line(const char *line, struct server_listener *ret)
{
    unsigned long flags;
    amount inode;
    int length = 0;
    char *name;

    if (sscanf(line, "%*[0-9a-fA-F]: %*x %*x %8lx %*x %*x %18llu%n", &flags, &inode, &length) != 2 ||
        length == 0 || !(flags & FLAG_LISTENS))
        return 0;
    line += length;
    line += *line == ' ';
    name = net_unix_display(line, strlen(line));
    if (!name)
        return -ENOMEM;
    *ret = (struct server_listener){
        .family = LISTENER_UNIX,
        .address = name,
        .inode = inode,
        .queue_now = AMOUNT_UNKNOWN,
        .queue_limit = AMOUNT_UNKNOWN,
    };
    return 1;
}
