/* SPDX-License-Identifier: MIT */
/* A unit as PID 1 has it in memory. Asked for by systemd/read-system-units. */
#pragma once

struct system_unit {
    char *name;          /* as it was asked for */
    char *load_state;    /* "loaded"; NULL: PID 1 has no such unit in memory */
    char *control_group; /* "/system.slice/redis-server.service"; NULL: none */
    int main_pid;        /* in PID 1's namespace, which is ours; 0: none */
    char *exec_path;     /* of the first ExecStart=; NULL: none */
    char **exec_argv;    /* its words, specifiers filled in, the program first; NULL: none */
    char *type;          /* "notify"; NULL: not told */
    unsigned long long start_timeout_usec, stop_timeout_usec; /* UINT64_MAX: endless; 0: not told */
};
