/* SPDX-License-Identifier: MIT */
/* Lines of the kernel's network tables; proc_pid_net(5).
 * Owns how their addresses are read; pure. */
#include "servers/net-tables.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/memory.h"
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
static char *parse_address(const char *digits, bool is_ipv6, enum byte_order order)
{
    char shown[INET6_ADDRSTRLEN];
    uint32_t words[4] = {0};
    unsigned word;
    size_t count = is_ipv6 ? 4 : 1;

    for (size_t i = 0; i < count; i++) {
        if (sscanf(digits + i * 8, "%8x", &word) != 1)
            return NULL;
        words[i] = order == ORDER_OF_THIS_MACHINE ? word : __builtin_bswap32(word);
    }
    return inet_ntop(is_ipv6 ? AF_INET6 : AF_INET, words, shown, sizeof(shown)) ? memory_copy(shown) : NULL;
}

bool net_tcp_parse_line(const char *line, bool is_ipv6, enum byte_order order, struct server_listener *ret)
{
    char digits[33], port_digits[5], state_digits[3], waiting_digits[9], inode_digits[19];
    unsigned port, state, waiting;
    amount inode;

    /* sets of characters, for %x and %u take a sign */
    if (sscanf(line,
               " %*[0-9]: %32[0-9A-F]:%4[0-9A-F] %*[0-9A-F:] %2[0-9A-F] %*[0-9A-F]:%8[0-9A-F] %*2x:%*x %*x "
               "%*u %*u "
               "%18[0-9]",
               digits, port_digits, state_digits, waiting_digits, inode_digits) != 5 ||
        sscanf(port_digits, "%x", &port) != 1 || sscanf(state_digits, "%x", &state) != 1 ||
        sscanf(waiting_digits, "%x", &waiting) != 1 || sscanf(inode_digits, "%llu", &inode) != 1 ||
        state != STATE_LISTEN || strlen(digits) != (is_ipv6 ? 32 : 8))
        return false;
    *ret = (struct server_listener){
        .family = is_ipv6 ? LISTENER_IPV6 : LISTENER_IPV4,
        .address = parse_address(digits, is_ipv6, order),
        .port = port,
        .inode = inode,
        .queue_now = waiting,
        .drops = AMOUNT_UNKNOWN,
        .queue_limit = AMOUNT_UNKNOWN,
    };
    return ret->address != NULL;
}

char *net_unix_display(const char *name, size_t length)
{
    bool is_abstract = length > 0 && *name == '\0';
    /* a NUL is the end of a path; within an abstract name it is a character */
    size_t size = is_abstract ? length - 1 : strnlen(name, length);
    _cleanup_free_ char *shown = memory_require(text_escaped(name + is_abstract, size));

    return is_abstract ? memory_format("@%s", shown) : TAKE_POINTER(shown);
}

bool net_unix_parse_line(const char *line, struct server_listener *ret)
{
    char flag_digits[9], inode_digits[19];
    unsigned flags;
    amount inode;
    int length = 0;
    char *name;

    if (sscanf(line, "%*[0-9a-fA-F]: %*x %*x %8[0-9a-fA-F] %*x %*x %18[0-9]%n", flag_digits, inode_digits,
               &length) != 2 ||
        length == 0 || sscanf(flag_digits, "%x", &flags) != 1 || sscanf(inode_digits, "%llu", &inode) != 1 ||
        !(flags & FLAG_LISTENS))
        return false;
    line += length;
    line += *line == ' ';
    name = net_unix_display(line, strlen(line));
    *ret = (struct server_listener){
        .family = LISTENER_UNIX,
        .address = name,
        .inode = inode,
        .queue_now = AMOUNT_UNKNOWN,
        .drops = AMOUNT_UNKNOWN,
        .queue_limit = AMOUNT_UNKNOWN,
    };
    return true;
}
