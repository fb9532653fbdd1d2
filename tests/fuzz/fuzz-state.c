/* SPDX-License-Identifier: MIT */
/* The saved state: what can be read can be written, and reads the same again. */
#include "fuzz.h"

#include <errno.h>

#include "privileged/state-text.h"

/* What a damaged state still tells is a state. */
static void check_salvaged(const char *content)
{
    _cleanup_(saved_state_done) struct saved_state state = {0}, again = {0};
    _cleanup_free_ char *text = NULL;

    REQUIRE(state_salvage(content, &state) == 0);
    REQUIRE(state_serialize(&state, "", &text) == 0);
    REQUIRE(state_parse(text, &again) == 0);
    REQUIRE(again.values_count == state.values_count && again.files_count == state.files_count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(saved_state_done) struct saved_state state = {0}, again = {0};
    _cleanup_free_ char *content = fuzz_text(data, size), *text = NULL, *text_again = NULL;
    int error = state_parse(content, &state);

    if (error < 0) {
        REQUIRE(error == -EINVAL || error == -ENOTSUP);
        REQUIRE(!state.machine_id && !state.values && !state.files);
        check_salvaged(content);
        return 0;
    }
    REQUIRE(state.machine_id);
    for (size_t i = 0; i < state.values_count; i++)
        REQUIRE(saved_state_value(&state, state.values[i].object) == &state.values[i]);
    for (size_t i = 0; i < state.files_count; i++)
        REQUIRE(saved_state_file(&state, state.files[i].path) == &state.files[i]);
    REQUIRE(state_serialize(&state, state.machine_id, &text) == 0);
    REQUIRE(state_parse(text, &again) == 0);
    REQUIRE(state_serialize(&again, again.machine_id, &text_again) == 0);
    REQUIRE(strcmp(text, text_again) == 0);
    return 0;
}
