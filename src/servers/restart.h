/* SPDX-License-Identifier: MIT */
/* The one answer to what restarts or changes a server, and at what price: for the plan, check, diagnose and
 * explain. Pure.
 *
 * A command names a unit of the system's only where PID 1 has confirmed the process as that unit's
 * (server_process.proof). For a server of a user's own manager or of a container the command goes to that
 * manager: what stands in the path below it may be of that user's or container's making, so whatever it names
 * is theirs too. Where no command is known that reaches the server and nothing else, there are words. Every
 * name in a command is one word of a shell. */
#pragma once

#include <stdbool.h>

#include "servers/facts.h"

/* The system's unit of the process, for commands and drop-ins: text_shell_quote it in a command. NULL: it has
 * none, or that is not confirmed. */
const char *server_confirmed_unit(const struct server_process *process);

/* Its append-only file now, and by what starts it; CONFIG SET may have changed the one and not the other. */
enum restart_file {
    RESTART_FILE_AS_TOLD,
    RESTART_FILE_FORGOTTEN, /* on now; it starts without, and loads its snapshot */
    RESTART_FILE_STALE,     /* off now; it starts with what that file held, or empty, whatever is saved */
};

/* What a restart of a server puts at stake. What is not known: TRAIT_UNKNOWN, less than 0, NULL. */
struct restart_stake {
    enum trait is_kept; /* what is written outlives it: by save points or an append-only file */
    enum restart_file file;
    bool has_save_points;       /* so that it saves at its end */
    bool is_by_configuration;   /* nobody has asked the server: what its configuration says */
    bool is_default;            /* .is_kept by Redis' own default, which has save points since 6.2 */
    bool has_failed;            /* the last save, so that a stop is refused or loses what came since */
    bool is_replica;            /* copies everything again from its primary */
    double keys, changes;       /* changes: since the last good save */
    double replicas;            /* that copy what this primary comes back with */
    double bytes, save_seconds; /* of data; what the last save took, and loading takes about as long */
    char *cli;                  /* what reaches it from a shell */
};

/* By the configuration and the sockets of a server that nobody has asked. restart_stake_done. */
void restart_stake_find(const struct server_facts *server, struct restart_stake *ret);
void restart_stake_done(struct restart_stake *stake);

struct server_restart {
    char *command; /* lines that work when pasted, in that order; NULL: none is known */
    char *words;   /* without a command: what to do: "restart the server with pid 812 (a process named
                      redis-server of user nobody, in no unit) by what started it" */
    char *before;  /* the command that comes before these words: "redis-cli -p 6380 SAVE"; NULL: none does */
    char *price;   /* what it costs, a clause: "it saves nothing by itself: a plain restart loses …" */
};

/* THE way to restart a server, for all who print one: where data would be lost it is one that saves first,
 * and ends where that fails; where loading takes longer than the unit waits for, it is given the time. */
void server_restart_find(const struct server_process *process, const struct restart_stake *stake,
                         struct server_restart *ret);
void server_restart_done(struct server_restart *restart);

/* Whether the unit's TimeoutStopSec= is shorter than the save at its end is expected to take. */
bool restart_kills_save(const struct server_process *process, const struct restart_stake *stake);

/* "sudo mkdir -p … && … && sudo systemctl daemon-reload": this setting in a drop-in NAME.conf of the unit,
 * effective at once. NULL where the unit is not confirmed. Owned by the caller. */
char *server_dropin_command(const struct server_process *process, const char *name, const char *setting);

/* Whose process it is, in words for a sentence or a bracket: "user nobody, in no unit", "lxc web", "in
 * runner.service, and not its main process". Owned by the caller, printable. */
char *server_describe_home(const struct server_process *process);

/* "sudo systemctl set-property UNIT SETTING": NULL where the unit is not confirmed. It stays over
 * boots, until "systemctl revert UNIT". Owned by the caller. */
char *server_set_property_command(const struct server_process *process, const char *setting);
