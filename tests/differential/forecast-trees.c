/* SPDX-License-Identifier: MIT */
/* What the library makes of trees of drop-ins: forecast-trees SYSTEMD-VERSION TREE... writes TREE/wanted,
 * with a line for each key as systemd-sysctl and as "sysctl --system" leave it ("base" is what it had
 * before), and for each file that tmpfiles.d may write. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/tunable.h"
#include "policy/value.h"
#include "systemd/read-sysctl-d.h"
#include "systemd/read-tmpfiles-d.h"
#include "util/cleanup.h"
#include "util/text.h"

static const struct {
    const char *key;
    long long minimum, maximum;
} keys[] = {
    {"net/core/somaxconn", 0, INT_MAX},
    {"net/ipv4/tcp_max_syn_backlog", INT_MIN, INT_MAX},
    {"net/ipv4/tcp_max_tw_buckets", INT_MIN, INT_MAX},
    {"net/ipv4/tcp_fin_timeout", INT_MIN / 1000, INT_MAX / 1000},
};

static const char *const wanted_keys[] = {
    "net/core/somaxconn",
    "net/ipv4/tcp_max_syn_backlog",
    "net/ipv4/tcp_max_tw_buckets",
    "net/ipv4/tcp_fin_timeout",
    NULL,
};

#define THP "/sys/kernel/mm/transparent_hugepage"

static const char *const targets[] = {
    THP "/enabled",      THP "/defrag", THP "/hugepages-64kB/enabled", THP "/hugepages-2048kB/enabled",
    "/proc/sys/vm/knob", NULL,
};

typedef void (*matcher)(const struct sysctl_rules *rules, const char *key, struct sysctl_match **ret,
                        size_t *ret_count);

static void print_sysctl(FILE *out, const char *program, const struct sysctl_rules *rules, matcher match)
{
    for (size_t i = 0; i < ELEMENTS(keys); i++) {
        const struct tunable tunable = {
            .syntax = SYNTAX_INTEGER, .minimum = keys[i].minimum, .maximum = keys[i].maximum};
        _cleanup_free_ struct sysctl_match *matches = NULL;
        _cleanup_free_ char *value = NULL;
        size_t count;

        match(rules, keys[i].key, &matches, &count);
        for (size_t j = 0; j < count; j++) {
            char *accepted = NULL;

            if (matches[j].fate != SYSCTL_WRITTEN ||
                value_parse_written(&tunable, matches[j].rule->value, &accepted) < 0)
                continue;
            free(value);
            value = accepted;
        }
        fprintf(out, "%s %s %s\n", program, keys[i].key, value ? value : "base");
    }
}

/* As files on a disk take it, which keep what is longer: w writes at the start, w+ at the end, f+ empties. */
static void print_tmpfiles(FILE *out, const struct tmpfiles_rules *rules)
{
    for (const char *const *target = targets; *target; target++) {
        _cleanup_free_ struct tmpfiles_match *matches = NULL;
        char content[4096] = "";
        size_t count, size = 0;

        tmpfiles_rules_match(rules, *target, &matches, &count);
        for (size_t i = 0; i < count; i++) {
            const struct tmpfiles_rule *rule = matches[i].rule;
            size_t at = rule->type == 'w' && rule->has_plus ? size : 0;

            if (!matches[i].is_written)
                continue;
            if (rule->type != 'w')
                size = 0;
            if (rule->argument_size > 0)
                memcpy(content + at, rule->argument, rule->argument_size);
            size = size > at + rule->argument_size ? size : at + rule->argument_size;
        }
        fprintf(out, "tmpfiles %s ", *target);
        for (size_t i = 0; i < size; i++)
            fprintf(out, "%02x", (unsigned char)content[i]);
        fputc('\n', out);
    }
}

static void forecast_tree(const char *tree)
{
    struct sysctl_rules now = {.wanted = wanted_keys}, procps = {.wanted = wanted_keys};
    const struct sysctl_d_request request = {.now = &now, .procps = &procps};
    struct tmpfiles_d tmpfiles;
    char path[PATH_MAX];
    struct root *root;
    FILE *out;

    snprintf(path, sizeof(path), "%s/wanted", tree);
    out = fopen(path, "we");
    if (!out || root_open(tree, &root) < 0)
        exit(1);
    sysctl_d_read(root, &request);
    tmpfiles_d_read(root, targets, true, &tmpfiles, NULL);
    print_sysctl(out, "systemd-sysctl", &now, sysctl_rules_match);
    print_sysctl(out, "procps", &procps, sysctl_rules_match_procps);
    print_tmpfiles(out, &tmpfiles.rules);
    fclose(out);
    sysctl_rules_done(&now);
    sysctl_rules_done(&procps);
    tmpfiles_d_done(&tmpfiles);
    root_free(root);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        forecast_tree(argv[i]);
    return 0;
}
