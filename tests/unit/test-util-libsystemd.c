/* SPDX-License-Identifier: MIT */
/* The functions are the library's own, loaded at the first call. */
#include <systemd/sd-bus.h>

#include "support.h"

static bool is_loaded(const char *library)
{
    _cleanup_fclose_ FILE *maps = fopen("/proc/self/maps", "re");
    char line[PATH_MAX];

    assert_non_null(maps);
    while (fgets(line, sizeof(line), maps))
        if (strstr(line, library))
            return true;
    return false;
}

static void libsystemd__is_loaded_at_the_first_call(void **state)
{
    sd_bus_error error = SD_BUS_ERROR_MAKE_CONST(SD_BUS_ERROR_FAILED, "words");

    (void)state;
    assert_false(is_loaded("/libsystemd.so"));
    assert_true(sd_bus_error_is_set(&error));
    assert_true(is_loaded("/libsystemd.so"));
    sd_bus_error_free(&error);
    assert_false(sd_bus_error_is_set(&error));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(libsystemd__is_loaded_at_the_first_call),
    };

    return cmocka_run_group_tests_name("util-libsystemd", tests, NULL, NULL);
}
