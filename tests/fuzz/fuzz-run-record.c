/* SPDX-License-Identifier: MIT */
/* Records of earlier runs: what is read prints to what reads the same. */
#include "fuzz.h"

#include "diagnose/run-record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_free_ char *text = fuzz_text(data, size), *printed = NULL, *again = NULL;
    _cleanup_run_records_ struct run_records records = {0}, reread = {0};

    run_records_parse(text, &records);
    REQUIRE(records.items_count <= RUN_RECORDS_MAX);
    printed = run_records_print(&records);
    run_records_parse(printed, &reread);
    REQUIRE(reread.items_count == records.items_count);
    again = run_records_print(&reread);
    REQUIRE(strcmp(printed, again) == 0);
    for (size_t i = 0; i < records.items_count; i++)
        REQUIRE(strlen(records.items[i].run_id) == RUN_ID_SIZE - 1 && records.items[i].used_memory >= 0);
    return 0;
}
