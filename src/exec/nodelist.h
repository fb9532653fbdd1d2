/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* The most nodes any Linux build knows (NODES_SHIFT is at most 10). */
enum {
    NODELIST_NODES = 1024,
    NODELIST_WORD_BITS = 8 * sizeof(unsigned long),
    NODELIST_WORDS = NODELIST_NODES / NODELIST_WORD_BITS,
};

/* A set of memory nodes, laid out as the kernel's node masks are: node n is bit n. */
struct nodelist {
    unsigned long words[NODELIST_WORDS];
};

/* Parses the kernel's list format, "0-1,4"; blanks around it and an empty list are accepted.
 * -EINVAL: malformed; -ERANGE: a node beyond NODELIST_NODES. *ret_nodes is left alone then. */
int nodelist_parse(const char *text, size_t length, struct nodelist *ret_nodes);

/* Writes the list format into buffer, always terminated; what does not fit ends in "...". size >= 16. */
void nodelist_format(const struct nodelist *nodes, char *buffer, size_t size);

bool nodelist_has(const struct nodelist *nodes, unsigned node);
bool nodelist_equal(const struct nodelist *a, const struct nodelist *b);
unsigned nodelist_count(const struct nodelist *nodes);

/* nodes becomes what it shares with other, or what it does not share with it. */
void nodelist_intersect(struct nodelist *nodes, const struct nodelist *other);
void nodelist_subtract(struct nodelist *nodes, const struct nodelist *other);
