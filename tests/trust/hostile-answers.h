/* SPDX-License-Identifier: MIT */
/* A server that means ill: it knows the commands that diagnose sends and answers them in one of many ways. */
#pragma once

#include <stddef.h>

struct hostile_mode {
    const char *name;
    /* What each command is answered, where it is not answered as by a good server. */
    const char *bytes;   /* as they stand; NULL: see below */
    size_t repeat;       /* sent so many times; 0: once */
    const char *command; /* only this one is answered so; NULL: each */
    const char *word;    /* every word of a good answer is this; NULL: none */
    const char *number;  /* every number of a good answer is this; NULL: none */
    size_t lines;        /* so many lines more in INFO, so many clients */
    unsigned drip_usec;  /* between single bytes */
    enum {
        HOSTILE_ANSWERS,
        HOSTILE_IS_SILENT, /* takes the command and says nothing more than `bytes` */
        HOSTILE_CLOSES,
        HOSTILE_IS_ENDLESS, /* says `bytes` for ever */
        HOSTILE_GREETS,     /* speaks without being asked */
        HOSTILE_IS_RANDOM,
    } way;
};

extern const struct hostile_mode hostile_modes[];
extern const size_t hostile_modes_count;

/* Serves on the socket at this path for ever; one process for each connection. */
__attribute__((noreturn)) void hostile_serve(const char *path, const struct hostile_mode *mode);
