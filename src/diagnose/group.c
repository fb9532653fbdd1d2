/* SPDX-License-Identifier: MIT */
/* What is the same for several servers.
 * Owns when two of them say the same: but for what reaches each, and what it was seen by. */
#include "diagnose/group.h"

#include <stdlib.h>
#include <string.h>

#include "util/memory.h"
#include "util/text.h"

enum { NAMES_MAX = 32 };

const struct server_report *group_server(const struct server_group *group, size_t i)
{
    return &group->report->servers[group->servers[i]];
}

const struct verdict *group_verdict(const struct server_group *group, size_t i)
{
    return &group_server(group, i)->verdicts[group->place];
}

/* Whether the texts differ in nothing but in what reaches each server. *ret_has_cli: that stands in them. */
static bool is_same_text(const char *a, const char *cli_a, const char *b, const char *cli_b,
                         bool *ret_has_cli)
{
    size_t length_a = cli_a ? strlen(cli_a) : 0, length_b = cli_b ? strlen(cli_b) : 0;

    if (!a || !b || !length_a || !length_b)
        return text_equal(a, b);
    while (*a && *b) {
        if (strncmp(a, cli_a, length_a) == 0 && strncmp(b, cli_b, length_b) == 0) {
            *ret_has_cli = true;
            a += length_a;
            b += length_b;
        } else if (*a++ != *b++) {
            return false;
        }
    }
    return *a == *b;
}

static bool says_the_same(const struct server_report *a, const struct server_report *b, size_t place,
                          bool *ret_has_cli)
{
    const struct verdict *one = &a->verdicts[place], *other = &b->verdicts[place];

    return one->finding == other->finding && one->result == other->result &&
           text_equal(one->harm, other->harm) &&
           is_same_text(one->remedy, a->cli, other->remedy, b->cli, ret_has_cli);
}

bool group_gather(const struct diagnosis_report *report, size_t server, size_t place,
                  struct server_group *group, bool *ret_has_cli)
{
    *group = (struct server_group){.report = report, .place = place};
    for (size_t i = 0; i < report->servers_count; i++) {
        if (place >= report->servers[i].verdicts_count ||
            !says_the_same(&report->servers[server], &report->servers[i], place, ret_has_cli))
            continue;
        if (i < server)
            return false;
        *memory_add(group->servers, group->count) = i;
    }
    return true;
}

char *group_names(const struct server_group *group, size_t from, bool is_by_cli)
{
    struct text_builder list = {0};

    for (size_t i = from; i < group->count && i < from + NAMES_MAX; i++)
        text_builder_add(&list, "%s%s", i > from ? ", " : "",
                         is_by_cli ? group_server(group, i)->cli : group_server(group, i)->address);
    if (group->count > from + NAMES_MAX)
        text_builder_add(&list, " and %zu more", group->count - from - NAMES_MAX);
    return memory_require(text_builder_take(&list));
}

void group_done(struct server_group *group)
{
    free(group->servers);
    *group = (struct server_group){0};
}
