/* SPDX-License-Identifier: MIT */
/* Owns sets of memory nodes: the kernel's list format ("0-1,4") both ways,
 * and the set operations the decision needs. Pure. */
#include "exec/nodelist.h"

#include <errno.h>
#include <stdio.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

static int parse_node(const char **text, const char *end, unsigned *ret_node)
{
    const char *p = *text;
    unsigned node = 0;

    if (p == end || *p < '0' || *p > '9')
        return -EINVAL;
    for (; p < end && *p >= '0' && *p <= '9'; p++) {
        node = node * 10 + (unsigned)(*p - '0');
        if (node >= NODELIST_NODES)
            return -ERANGE;
    }
    *text = p;
    *ret_node = node;
    return 0;
}

static int parse_range(const char **text, const char *end, struct nodelist *nodes)
{
    unsigned first, last;
    int r = parse_node(text, end, &first);

    if (r < 0)
        return r;
    last = first;
    if (*text < end && **text == '-') {
        (*text)++;
        r = parse_node(text, end, &last);
        if (r < 0)
            return r;
    }
    if (last < first)
        return -EINVAL;
    for (unsigned node = first; node <= last; node++)
        nodes->words[node / NODELIST_WORD_BITS] |= 1UL << node % NODELIST_WORD_BITS;
    return 0;
}

int nodelist_parse(const char *text, size_t length, struct nodelist *ret_nodes)
{
    struct nodelist nodes = {{0}};
    const char *end = text + length;

    while (text < end && is_blank(*text))
        text++;
    while (end > text && is_blank(end[-1]))
        end--;
    while (text < end) {
        int r = parse_range(&text, end, &nodes);

        if (r < 0)
            return r;
        if (text == end)
            break;
        if (*text++ != ',' || text == end)
            return -EINVAL;
    }
    *ret_nodes = nodes;
    return 0;
}

bool nodelist_has(const struct nodelist *nodes, unsigned node)
{
    return node < NODELIST_NODES &&
           (nodes->words[node / NODELIST_WORD_BITS] >> node % NODELIST_WORD_BITS & 1);
}

void nodelist_format(const struct nodelist *nodes, char *buffer, size_t size)
{
    size_t used = 0;

    buffer[0] = '\0';
    for (unsigned node = 0; node < NODELIST_NODES; node++) {
        unsigned first = node;

        if (!nodelist_has(nodes, node))
            continue;
        while (nodelist_has(nodes, node + 1))
            node++;
        /* Room for ",1000-1023" and for the dots. */
        if (size - used < sizeof(",1000-1023...")) {
            snprintf(buffer + used, size - used, "...");
            return;
        }
        used += (size_t)snprintf(buffer + used, size - used, used > 0 ? ",%u" : "%u", first);
        if (node > first)
            used += (size_t)snprintf(buffer + used, size - used, "-%u", node);
    }
}

bool nodelist_equal(const struct nodelist *a, const struct nodelist *b)
{
    for (size_t i = 0; i < NODELIST_WORDS; i++) {
        if (a->words[i] != b->words[i])
            return false;
    }
    return true;
}

unsigned nodelist_count(const struct nodelist *nodes)
{
    unsigned count = 0;

    for (size_t i = 0; i < NODELIST_WORDS; i++)
        count += (unsigned)__builtin_popcountl(nodes->words[i]);
    return count;
}

void nodelist_intersect(struct nodelist *nodes, const struct nodelist *other)
{
    for (size_t i = 0; i < NODELIST_WORDS; i++)
        nodes->words[i] &= other->words[i];
}

void nodelist_subtract(struct nodelist *nodes, const struct nodelist *other)
{
    for (size_t i = 0; i < NODELIST_WORDS; i++)
        nodes->words[i] &= ~other->words[i];
}
