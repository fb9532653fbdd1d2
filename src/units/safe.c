/* SPDX-License-Identifier: MIT */
/* The short list: settings of a service that a wrapper can be trusted under.
 * Owns it as data. */
#include "units/safe.h"

#include <string.h>

#include "util/text.h"

/* Settings that cannot keep a wrapper below /usr/lib from being started, from reading /sys and /proc, or from
 * handing its process over to Redis; tried with Debian's own unit, or not about paths and confinement at all.
 * Whatever is not here (RootDirectory=, AppArmorProfile=, TemporaryFileSystem= …, and what a later systemd
 * brings) makes us leave ExecStart= alone. NoExecPaths= and SystemCallFilter= are known and answered.
 * systemd.exec(5), systemd.service(5), systemd.resource-control(5), systemd.kill(5). */
static const char *const safe_settings[] = {
    "AllowedCPUs",
    "AllowedMemoryNodes",
    "BlockIO*",
    "BusName",
    "CPU*",
    "CacheDirectory*",
    "CapabilityBoundingSet",
    "ConfigurationDirectory*",
    "CoredumpFilter",
    "CoredumpReceive",
    "DefaultDependencies",
    "DefaultMemory*",
    "DefaultStartupMemory*",
    "Delegate*",
    "Device*",
    "DisableControllers",
    "DynamicUser",
    "Environment*",
    "Exec*",
    "ExitType",
    "FailureAction",
    "FileDescriptorStoreMax",
    "FileDescriptorStorePreserve",
    "FinalKillSignal",
    "Group",
    "GuessMainPID",
    "IO*",
    "IP*",
    "IgnoreSIGPIPE",
    "KeyringMode",
    "Kill*",
    "Limit*",
    "LoadCredential*",
    "SetCredential*",
    "ImportCredential",
    "LockPersonality",
    "Log*",
    "ManagedOOM*",
    "Memory*",
    "Nice",
    "NoExecPaths",
    "NoNewPrivileges",
    "NonBlocking",
    "NotifyAccess",
    "OOM*",
    "OOMPolicy",
    "OpenFile",
    "PAMName",
    "PIDFile",
    "PassEnvironment",
    "Personality",
    "PrivateDevices",
    "PrivateIPC",
    "PrivateMounts",
    "PrivateNetwork",
    "PrivateTmp",
    "PrivateUsers",
    "ProtectClock",
    "ProtectControlGroups",
    "ProtectHome",
    "ProtectHostname",
    "ProtectKernelLogs",
    "ProtectKernelModules",
    "ProtectKernelTunables",
    "ProtectProc",
    "ProtectSystem",
    "ReadOnlyDirectories",
    "ReadOnlyPaths",
    "ReadWriteDirectories",
    "ReadWritePaths",
    "RebootArgument",
    "ReloadSignal",
    "RemainAfterExit",
    "RemoveIPC",
    "Restart*",
    "RestrictAddressFamilies",
    "RestrictNamespaces",
    "RestrictNetworkInterfaces",
    "RestrictRealtime",
    "RestrictSUIDSGID",
    "RootDirectoryStartOnly",
    "RuntimeDirectory*",
    "RuntimeMaxSec",
    "RuntimeRandomizedExtraSec",
    "SecureBits",
    "SendSIG*",
    "Slice",
    "SocketBind*",
    "Sockets",
    "Standard*",
    "Start*",
    "StateDirectory*",
    "StopWhenUnneeded",
    "SuccessAction",
    "SuccessExitStatus",
    "SupplementaryGroups",
    "Survive*",
    "Syslog*",
    "SystemCallArchitectures",
    "SystemCallErrorNumber",
    "SystemCallFilter",
    "SystemCallLog",
    "TTY*",
    "Tasks*",
    "Time*",
    "TimerSlackNSec",
    "Type",
    "UMask",
    "UnsetEnvironment",
    "USBFunction*",
    "User",
    "UtmpIdentifier",
    "UtmpMode",
    "Watchdog*",
    "WorkingDirectory",
    /* their being set is decided on elsewhere */
    "NUMAPolicy",
    "NUMAMask",
    "LogsDirectory*",
};

/* A '*' stands at the end only. */
static bool matches(const char *pattern, const char *key)
{
    size_t length = strcspn(pattern, "*");

    return strncmp(pattern, key, length) == 0 && (pattern[length] == '*' || key[length] == '\0');
}

bool unit_setting_is_safe(const char *key)
{
    for (size_t i = 0; i < ELEMENTS(safe_settings); i++)
        if (matches(safe_settings[i], key))
            return true;
    return text_has_prefix(key, "X-");
}
