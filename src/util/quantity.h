/* SPDX-License-Identifier: MIT */
/* Numbers with a unit: as the configuration writes them, as a person reads them. In between all are doubles
 * in the base unit: bytes, seconds, a ratio of 1. */
#pragma once

#include <stddef.h>

enum quantity {
    QUANTITY_COUNT,      /* 12 */
    QUANTITY_BYTES,      /* 100MiB; B, KiB, MiB, GiB, TiB */
    QUANTITY_SECONDS,    /* 500ms; us, ms, s, min, h, d */
    QUANTITY_RATIO,      /* 75% */
    QUANTITY_FACTOR,     /* 1.5 */
    QUANTITY_PER_SECOND, /* 100/s */
};

enum { QUANTITY_TEXT_MAX = 40 };

/* What may be written: "a time such as 500ms (us, ms, s, min, h, d)". Static. */
const char *quantity_syntax(enum quantity quantity);

/* The unit in JSON: "bytes", "seconds", "ratio", … Static. */
const char *quantity_unit(enum quantity quantity);

/* -EINVAL: no such number, or one that is negative or not finite. */
int quantity_parse(enum quantity quantity, const char *text, double *ret);

/* Seconds since the epoch as "2026-11-29 12:00:03 UTC". Returns text. */
const char *moment_format(long long at, char text[static QUANTITY_TEXT_MAX]);

/* As a person reads it: "1.5 GiB", "340 ms", "75 %". Returns text. */
const char *quantity_format(enum quantity quantity, double value, char text[static QUANTITY_TEXT_MAX]);
