/* SPDX-License-Identifier: MIT */
/* What an earlier run of diagnose saw of each server, so that slow growth shows. A server is known by the
 * run_id that it makes up at each start, so a record never outlives its process. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct diagnosis; /* diagnose/diagnosis.h */

enum {
    RUN_ID_SIZE = 41,
    RUN_RECORD_KEPT = 3600, /* seconds between two of a server */
    RUN_RECORDS_OF_ONE = 2, /* the older one is always old enough to tell a trend */
    RUN_RECORDS_MAX = 2048,
    RUN_RECORD_FORGOTTEN = 7 * 86400, /* of a server that is not seen any more */
};

struct run_record {
    char run_id[RUN_ID_SIZE]; /* 40 hexadecimal digits */
    long long at;             /* seconds since the epoch */
    long long used_memory, keys, expired_keys, evicted_keys;
};

struct run_records {
    struct run_record *items;
    size_t items_count;
};

/* One record a line, its fields in their order with blanks between, a server's in the order of their time.
 * Other lines are passed over, and what is beyond RUN_RECORDS_MAX, or of one server beyond
 * RUN_RECORDS_OF_ONE.
 */
void run_records_parse(const char *text, struct run_records *ret);

/* The same as text, owned by the caller. */
char *run_records_print(const struct run_records *records);

/* The oldest of this server. NULL: none, or one from the future. */
const struct run_record *run_records_find(const struct run_records *records, const char *run_id,
                                          long long now);

/* Takes a server's record in where there is none, where its last is older than RUN_RECORD_KEPT, or from the
 * future: true. The oldest goes where there are too many. */
bool run_records_note(struct run_records *records, const struct run_record *record);

/* Drops those of servers that were not seen for long. */
void run_records_forget(struct run_records *records, long long now);

/* What this run sees. false: INFO does not tell, or it is loading or being copied to. */
bool run_record_of(const struct diagnosis *diagnosis, struct run_record *ret);

void run_records_done(struct run_records *records);
#define _cleanup_run_records_ __attribute__((cleanup(run_records_done)))
