/* SPDX-License-Identifier: MIT */
/* The one answer to what restarts or changes a server: for the plan, check, diagnose and explain. Pure.
 *
 * A command names a unit of the system's only where PID 1 has confirmed the process as that unit's
 * (server_process.proof). For a server of a user's own manager or of a container the command goes to that
 * manager: what stands in the path below it may be of that user's or container's making, so whatever it names
 * is theirs too. Where no command is known that reaches the server and nothing else, there are words. Every
 * name in a command is one word of a shell. */
#pragma once

#include <stdbool.h>

#include "servers/process.h"

/* The system's unit of the process, for commands and drop-ins: text_shell_quote it in a command. NULL: it has
 * none, or that is not confirmed. */
const char *server_confirmed_unit(const struct server_process *process);

/* "sudo systemctl restart redis-server.service", "sudo docker restart 0123456789ab", "sudo machinectl shell
 * box /usr/bin/systemctl restart redis.service"; NULL where none is known. Owned by the caller. */
char *server_restart_command(const struct server_process *process);

/* Whose process it is, in words for a sentence or a bracket: "user nobody, in no unit", "lxc web", "in
 * runner.service, and not its main process". Owned by the caller, printable. */
char *server_describe_home(const struct server_process *process);

/* What to do where there is no command: "restart the server with pid 812 (a process named redis-server of
 * user nobody, in no unit) by what started it". Owned by the caller, printable. */
char *server_restart_words(const struct server_process *process);

/* "sudo systemctl set-property UNIT SETTING": NULL where the unit is not confirmed. It stays over
 * boots, until "systemctl revert UNIT". Owned by the caller. */
char *server_set_property_command(const struct server_process *process, const char *setting);
