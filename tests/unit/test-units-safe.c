/* SPDX-License-Identifier: MIT */
#include "units/safe.h"

#include "support.h"

/* Every setting of the packaged units, Debian 12 and 13 and Fedora, Redis and Valkey; and some that are often
 * added. */
static void safe__has_all_that_packaged_units_set(void **state)
{
    static const char *const keys[] = {
        "Type",
        "ExecStart",
        "ExecStop",
        "ExecStartPost",
        "PIDFile",
        "TimeoutStopSec",
        "Restart",
        "User",
        "Group",
        "RuntimeDirectory",
        "RuntimeDirectoryMode",
        "StateDirectory",
        "LogsDirectory",
        "UMask",
        "PrivateTmp",
        "LimitNOFILE",
        "PrivateDevices",
        "ProtectHome",
        "ProtectSystem",
        "ReadWritePaths",
        "ReadWriteDirectories",
        "CapabilityBoundingSet",
        "LockPersonality",
        "MemoryDenyWriteExecute",
        "NoNewPrivileges",
        "PrivateUsers",
        "ProtectClock",
        "ProtectControlGroups",
        "ProtectHostname",
        "ProtectKernelLogs",
        "ProtectKernelModules",
        "ProtectKernelTunables",
        "ProtectProc",
        "RemoveIPC",
        "RestrictAddressFamilies",
        "RestrictNamespaces",
        "RestrictRealtime",
        "RestrictSUIDSGID",
        "SystemCallArchitectures",
        "SystemCallFilter",
        "NoExecPaths",
        "ExecPaths",
        "EnvironmentFile",
        "Environment",
        "Nice",
        "OOMScoreAdjust",
        "WatchdogSec",
        "KillSignal",
        "UnsetEnvironment",
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(keys); i++)
        if (!unit_setting_is_safe(keys[i]))
            fail_msg("%s", keys[i]);
}

static void safe__lacks_what_shapes_paths_or_confinement(void **state)
{
    static const char *const keys[] = {
        "RootDirectory",        "RootImage",
        "RootImageOptions",     "RootHash",
        "RootEphemeral",        "BindPaths",
        "BindReadOnlyPaths",    "TemporaryFileSystem",
        "InaccessiblePaths",    "InaccessibleDirectories",
        "MountImages",          "MountAPIVFS",
        "MountFlags",           "ExtensionImages",
        "ExtensionDirectories", "AppArmorProfile",
        "SELinuxContext",       "SmackProcessLabel",
        "AmbientCapabilities",  "ProcSubset",
        "NetworkNamespacePath", "RestrictFileSystems",
        "PrivatePIDs",          "PrivateBPF",
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(keys); i++)
        if (unit_setting_is_safe(keys[i]))
            fail_msg("%s", keys[i]);
}

static void safe__what_is_not_known_is_not_safe(void **state)
{
    (void)state;
    assert_false(unit_setting_is_safe(""));
    assert_false(unit_setting_is_safe("type"));
    assert_false(unit_setting_is_safe("Typ"));
    assert_false(unit_setting_is_safe("Types"));
    assert_false(unit_setting_is_safe("*"));
    assert_false(unit_setting_is_safe("Exe"));
    assert_false(unit_setting_is_safe("Xy"));
}

static void safe__what_systemd_never_reads(void **state)
{
    (void)state;
    assert_true(unit_setting_is_safe("X-Anything"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(safe__has_all_that_packaged_units_set),
        cmocka_unit_test(safe__lacks_what_shapes_paths_or_confinement),
        cmocka_unit_test(safe__what_is_not_known_is_not_safe),
        cmocka_unit_test(safe__what_systemd_never_reads),
    };

    return cmocka_run_group_tests_name("units-safe", tests, NULL, NULL);
}
