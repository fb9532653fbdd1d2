/* SPDX-License-Identifier: MIT */
/* The header of a drop-in, which tells the originals where the state was lost. */
#include "fuzz.h"

#include "plan/dropin.h"

static void check_recovered(const struct dropin *dropin, const char *content, const struct saved_state *state)
{
    if (!dropin_is_ours(content)) {
        REQUIRE(state->values_count == 0 && state->files_count == 0);
        return;
    }
    REQUIRE(state->files_count == 1);
    REQUIRE(strcmp(state->files[0].path, dropin->path) == 0);
    REQUIRE(strcmp(state->files[0].written, content) == 0);
    REQUIRE(!state->files[0].original);
    for (size_t i = 0; i < state->values_count; i++) {
        const struct saved_value *value = &state->values[i];
        size_t length;
        const char *original = dropin_original(content, value->object, &length);

        REQUIRE(tunable_find(value->object));
        REQUIRE((original != NULL) == (value->original != NULL));
        REQUIRE(!original ||
                (strlen(value->original) == length && memcmp(value->original, original, length) == 0));
        REQUIRE(value->is_persisted == (value->written != NULL));
        REQUIRE(!value->written || !strchr(value->written, '\n'));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_free_ char *content = fuzz_text(data, size);

    for (size_t i = 0; i < tunables_count; i++) {
        size_t length;
        const char *original = dropin_original(content, tunables[i].name, &length);

        REQUIRE(!original || dropin_is_ours(content));
        REQUIRE(!original || (original[length] == '\n' || original[length] == '\0'));
        REQUIRE(!original || !memchr(original, '\n', length));
        REQUIRE(!original || length != strlen(DROPIN_VALUE_UNKNOWN) ||
                memcmp(original, DROPIN_VALUE_UNKNOWN, length) != 0);
    }
    for (size_t i = 0; i < dropins_count; i++) {
        _cleanup_(saved_state_done) struct saved_state state = {0};
        const struct dropin_seen seen = {.content = content};

        REQUIRE(dropin_recover(&dropins[i], &seen, &state) >= 0);
        check_recovered(&dropins[i], content, &state);
    }
    return 0;
}
