/* SPDX-License-Identifier: MIT */
/* Lines of smaps and numa_maps: sums stay numbers, nodes stay in order, and what lies on nodes is what lies
 * under policies. */
#include "fuzz.h"

#include "servers/memory-map.h"

static void check_smaps(char *text)
{
    struct smaps_sum sum = {0};
    char *line;

    while ((line = strsep(&text, "\n")))
        smaps_add_line(&sum, line);
    REQUIRE(sum.accountable_largest_bytes <= sum.accountable_sum_bytes);
    REQUIRE(amount_is_number(sum.accountable_sum_bytes));
}

static void check_numa(char *text)
{
    struct placement_sum sum = {0};
    struct server_numa numa = {0};
    amount total = 0;
    char *line;

    while ((line = strsep(&text, "\n")))
        placement_add_line(&sum, line);
    placement_finish(&sum, &numa);
    for (size_t i = 0; i < numa.nodes_count; i++) {
        REQUIRE(i == 0 || numa.nodes[i - 1].node < numa.nodes[i].node);
        total += numa.nodes[i].bytes;
    }
    REQUIRE(numa.interleaved_bytes <= numa.anonymous_bytes && numa.bound_bytes <= numa.anonymous_bytes);
    REQUIRE(!numa.policy || text_is_printable(numa.policy, strlen(numa.policy)));
    REQUIRE(numa.anonymous_bytes == 0 || total > 0);
    placement_done(&sum);
    free(numa.policy);
    free(numa.nodes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_free_ char *smaps = fuzz_text(data, size), *numa = fuzz_text(data, size);

    check_smaps(smaps);
    check_numa(numa);
    return 0;
}
