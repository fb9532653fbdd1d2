/* SPDX-License-Identifier: MIT */
/* The wrapper's parsers: a list of nodes, which is what it was when it is written out, and /proc/self/status.
 */
#include "fuzz.h"

#include "exec/decision.h"

static void check_same(const struct nodelist *nodes)
{
    char text[8 * NODELIST_NODES];
    struct nodelist again;

    nodelist_format(nodes, text, sizeof(text));
    REQUIRE(nodelist_parse(text, strlen(text), &again) == 0);
    REQUIRE(nodelist_equal(nodes, &again));
}

static void check_sets(const struct nodelist *nodes, const struct nodelist *allowed)
{
    struct nodelist both = *nodes, rest = *nodes;

    nodelist_intersect(&both, allowed);
    nodelist_subtract(&rest, allowed);
    REQUIRE(nodelist_count(&both) + nodelist_count(&rest) == nodelist_count(nodes));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_free_ char *text = fuzz_text(data, size);
    struct task_status task = {{{0}}};
    struct nodelist nodes = {{0}};
    char shown[16];

    if (nodelist_parse(text, size, &nodes) == 0) {
        check_same(&nodes);
        nodelist_format(&nodes, shown, sizeof(shown));
        REQUIRE(memchr(shown, 0, sizeof(shown)));
    }
    if (status_parse(text, &task) == 0) {
        if (task.limited)
            check_same(&task.allowed);
        check_sets(&nodes, &task.allowed);
        decision_make(&nodes, &task);
    }
    return 0;
}
