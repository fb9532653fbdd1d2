/* SPDX-License-Identifier: MIT */
/* A saved plan of any bytes: only the very plan is the same, and what is not has a reason. */
#include "fuzz.h"

#include <errno.h>

#include "plan/print-json.h"
#include "policy/tunable.h"

static void fill(struct plan *plan)
{
    struct plan_item item = {
        .tunable = tunable_find("vm.swappiness"), .state = ITEM_CHANGE, .is_selected = true};
    struct plan_file file = {0};

    item.object = strdup("vm.swappiness");
    item.path = strdup("proc/sys/vm/swappiness");
    item.current = strdup("60");
    item.wanted = strdup("1");
    item.wanted_from = strdup("built in");
    file.path = "/etc/sysctl.d/99-zz-redis-hosttune.conf";
    file.new_content = strdup("vm.swappiness = 1\n");
    REQUIRE(item.tunable && item.object && item.path && item.current && item.wanted && item.wanted_from);
    plan->items = malloc(sizeof(item));
    plan->files = malloc(sizeof(file));
    REQUIRE(plan->items && plan->files && file.new_content);
    memcpy(plan->items, &item, sizeof(item));
    memcpy(plan->files, &file, sizeof(file));
    plan->items_count = plan->files_count = 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_free_ char *text = fuzz_text(data, size), *own = NULL, *reason = NULL, *none = NULL;
    _cleanup_(plan_done) struct plan plan = {0};
    int result;

    fill(&plan);
    own = json_render_plan(&plan);
    REQUIRE(json_compare_plan(&plan, own, &none) == 0 && !none);
    result = json_compare_plan(&plan, text, &reason);
    REQUIRE(result == 0 || result == -EINVAL || result == -ESTALE);
    REQUIRE((result == 0) == (reason == NULL));
    return 0;
}
