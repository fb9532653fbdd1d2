/* SPDX-License-Identifier: MIT */
/* Whose process a server is: the unit, the container, the user's manager that holds it. Pure, in two steps:
 * the cgroup's path says where a process stands, and PID 1 (systemd/read-system-units) says whether that is
 * so. Only both together prove anything: below a unit that is delegated, in a container and below a user's
 * manager a cgroup may have any name. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "systemd/system-unit.h"

/* --- step one: the path --- */

enum server_home_kind {
    SERVER_HOME_UNKNOWN,   /* its cgroup cannot be read */
    SERVER_HOME_NONE,      /* in no unit: in slices alone, or in a cgroup that no unit is called like */
    SERVER_HOME_SERVICE,   /* a service of the system's */
    SERVER_HOME_NESTED,    /* below a service of the system's, in a unit or scope of somebody else's making */
    SERVER_HOME_SCOPE,     /* a scope: somebody's session, systemd-run --scope */
    SERVER_HOME_USER,      /* below a user's own manager */
    SERVER_HOME_CONTAINER, /* below a cgroup that a container's manager has made */
};

enum container_manager {
    CONTAINER_NONE,
    CONTAINER_DOCKER,
    CONTAINER_PODMAN,
    CONTAINER_NERDCTL,
    CONTAINER_KUBERNETES,
    CONTAINER_LXC,
    CONTAINER_NSPAWN,
    CONTAINER_MACHINE, /* registered with systemd-machined */
};

struct server_home {
    enum server_home_kind kind;
    char *unit; /* SERVICE: the host's own. USER, CONTAINER: the service within, for that manager; NULL: none
                   is told by the path. Otherwise NULL. A valid name of a service, without a leading '-' */
    char *name; /* NESTED: the host's service. SCOPE: the scope. CONTAINER: the machine's or container's name,
                   an identity in full; NULL: it has none. NONE: the component that is no unit, NULL: there is
                   none. Any bytes but '/' and NUL may stand in it */
    unsigned uid;                   /* USER */
    enum container_manager manager; /* CONTAINER */
};

/* By the cgroup's path as the host sees it (NULL: unknown): the outermost component that is no slice decides,
 * and it is a service of the system's only where it is called .service, is not user@N.service, and no
 * .service or .scope follows. A container's mark counts at that place alone. Owned by the caller,
 * server_home_done. */
void server_home_find(const char *cgroup, struct server_home *ret);
void server_home_done(struct server_home *home);

/* Whether that component is `name`: "redis-server.service", "user@1000.service", "docker-0123456789ab.scope".
 * What lies below it may be called anything by whom it belongs to. */
bool server_stands_in(const char *cgroup, const char *name);

/* --- step two: what PID 1 says of a unit --- */

enum server_proof {
    SERVER_PROOF_UNASKED, /* PID 1 was not asked, or gave no answer */
    SERVER_PROOF_REFUTED, /* it knows no such unit, or the process is another's */
    SERVER_PROOF_MEMBER,  /* a process of the unit's cgroup, not its main one, and the unit starts a server */
    SERVER_PROOF_MAIN,    /* the unit's main process */
};

/* What PID 1 says to a process: MAIN where it is the MainPID of a loaded unit; MEMBER where it stands in the
 * unit's own cgroup, not below it, and the unit's ExecStart is a server: a script or a daemon without a PID
 * file. cgroup may be NULL; unit NULL: PID 1 was not asked. */
enum server_proof server_unit_prove(int pid, const char *cgroup, const struct system_unit *unit);

/* Whether the ExecStart that PID 1 has of it is a Redis or Valkey server (or sentinel), by the program's file
 * name; below our own wrapper too. */
bool system_unit_runs_server(const struct system_unit *unit);

/* Whether a program's file name is that of a Redis or Valkey server, or sentinel. */
bool server_is_program(const char *path);
