/* SPDX-License-Identifier: MIT */
/* Sums of smaps and numa_maps lines; proc_pid_smaps(5), proc_pid_numa_maps(5).
 * Owns what is counted of a mapping; pure. */
#include "servers/memory-map.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/escape.h"
#include "util/memory.h"
#include "util/text.h"

enum {
    POLICIES_MAX = 64,  /* a process has two or three */
    NODES_MAX = 1024,   /* CONFIG_NODES_SHIFT goes up to 10 */
    POLICY_LENGTH = 160 /* "interleave=static:" and a list of nodes */
};

static void add(amount *sum, amount value)
{
    if (__builtin_add_overflow(*sum, value, sum) || *sum >= AMOUNT_UNLIMITED)
        *sum = AMOUNT_UNLIMITED - 1;
}

/* "7f0000000000-7f0000021000 rw-p …": upper-case keys begin all other lines. */
static bool parse_range(const char *line, amount *ret_size)
{
    amount start, end;
    int length = 0;

    if (!isxdigit((unsigned char)*line) || isupper((unsigned char)*line) ||
        sscanf(line, "%16llx-%16llx%n", &start, &end, &length) != 2 || line[length] != ' ' || end < start ||
        !amount_is_number(end - start))
        return false;
    *ret_size = end - start;
    return true;
}

static bool has_flag(const char *flags, const char *flag)
{
    for (const char *at = flags; (at = strstr(at, flag)); at++)
        if (at[-1] == ' ' && (at[2] == ' ' || at[2] == '\0'))
            return true;
    return false;
}

void smaps_add_line(struct smaps_sum *sum, const char *line)
{
    if (parse_range(line, &sum->size_bytes)) {
        add(&sum->count, 1);
        sum->has_jemalloc = sum->has_jemalloc || strstr(line, "/libjemalloc.so");
        return;
    }
    if (!text_has_prefix(line, "VmFlags:"))
        return;
    if (!has_flag(line + strlen("VmFlags:"), "ac"))
        return;
    add(&sum->accountable_sum_bytes, sum->size_bytes);
    if (sum->size_bytes > sum->accountable_largest_bytes)
        sum->accountable_largest_bytes = sum->size_bytes;
}

/* The place of the node in the ordered list, made where there is none. */
static struct server_node *find_node(struct placement_sum *sum, unsigned number)
{
    size_t at = 0;

    while (at < sum->nodes_count && sum->nodes[at].node < number)
        at++;
    if (at < sum->nodes_count && sum->nodes[at].node == number)
        return &sum->nodes[at];
    memory_grow(&sum->nodes, sum->nodes_count, sizeof(*sum->nodes));
    memmove(&sum->nodes[at + 1], &sum->nodes[at], (sum->nodes_count - at) * sizeof(*sum->nodes));
    sum->nodes_count++;
    sum->nodes[at] = (struct server_node){.node = number};
    return &sum->nodes[at];
}

static void add_policy(struct placement_sum *sum, const char *policy, amount bytes)
{
    struct placement_policy *added;

    for (size_t i = 0; i < sum->policies_count; i++)
        if (strcmp(sum->policies[i].policy, policy) == 0) {
            add(&sum->policies[i].bytes, bytes);
            return;
        }
    if (sum->policies_count == POLICIES_MAX)
        return;
    added = memory_add(sum->policies, sum->policies_count);
    added->bytes = bytes;
    memory_set_text(&added->policy, policy);
}

/* The second column; two policies have a blank in their name: "weighted interleave:0-1", "prefer (many):0".
 */
static bool parse_policy(const char **line, char policy[static POLICY_LENGTH])
{
    const char *start = *line;
    size_t length = strcspn(start, " ");

    if (text_has_prefix(start, "weighted interleave") || text_has_prefix(start, "prefer (many)"))
        length += 1 + strcspn(start + length + 1, " ");
    if (length == 0 || length >= POLICY_LENGTH)
        return false;
    escape_line(start, length, policy, POLICY_LENGTH);
    *line = start + length;
    return true;
}

/* The figure of " KEY=NUMBER" among the blank-separated words; false: there is none. */
static bool find_figure(const char *words, const char *key, amount *ret)
{
    size_t length = strlen(key);

    for (const char *at = words; (at = strstr(at, key)); at++)
        if (at[-1] == ' ' && isdigit((unsigned char)at[length]) && sscanf(at + length, "%18llu", ret) == 1)
            return true;
    return false;
}

/* Pages of a private file mapping are on these lines too: "anon=" of them are the process' own. Where both
 * are there the nodes' figures cannot be told apart, so they count as what most of them are. */
void placement_add_line(struct placement_sum *sum, const char *line)
{
    char policy[POLICY_LENGTH];
    amount anonymous, mapped = 0, page_kib, pages, total = 0;
    unsigned node;
    int length;

    if (!isxdigit((unsigned char)*line))
        return;
    line += strspn(line, "0123456789abcdef");
    if (*line++ != ' ' || !parse_policy(&line, policy) || !find_figure(line, "anon=", &anonymous))
        return;
    if (!find_figure(line, "kernelpagesize_kB=", &page_kib) || page_kib == 0 || page_kib > 1U << 30)
        page_kib = 4;
    if (find_figure(line, "mapped=", &mapped) && mapped / 2 > anonymous)
        return;
    while ((line = strchr(line, ' '))) {
        struct server_node *found;

        line++;
        if (sscanf(line, "N%4u=%18llu%n", &node, &pages, &length) != 2 || node >= NODES_MAX ||
            pages > AMOUNT_UNKNOWN / 2 / 1024 / page_kib)
            continue;
        found = find_node(sum, node);
        add(&found->bytes, pages * page_kib * 1024);
        add(&total, pages * page_kib * 1024);
    }
    add_policy(sum, policy, total);
}

void placement_finish(struct placement_sum *sum, struct server_numa *numa)
{
    const struct placement_policy *most = NULL;
    amount anonymous = 0, interleaved = 0, bound = 0;

    for (size_t i = 0; i < sum->policies_count; i++) {
        const struct placement_policy *policy = &sum->policies[i];

        add(&anonymous, policy->bytes);
        if (text_has_prefix(policy->policy, "interleave") ||
            text_has_prefix(policy->policy, "weighted interleave"))
            add(&interleaved, policy->bytes);
        if (text_has_prefix(policy->policy, "bind"))
            add(&bound, policy->bytes);
        if (!most || policy->bytes > most->bytes)
            most = policy;
    }
    memory_set_text(&numa->policy, most ? most->policy : NULL);
    numa->anonymous_bytes = anonymous;
    numa->interleaved_bytes = interleaved;
    numa->bound_bytes = bound;
    free(numa->nodes);
    numa->nodes = sum->nodes;
    numa->nodes_count = sum->nodes_count;
    sum->nodes = NULL;
    sum->nodes_count = 0;
}

void placement_done(struct placement_sum *sum)
{
    for (size_t i = 0; i < sum->policies_count; i++)
        free(sum->policies[i].policy);
    free(sum->policies);
    free(sum->nodes);
    *sum = (struct placement_sum){0};
}
