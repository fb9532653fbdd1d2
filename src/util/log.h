/* SPDX-License-Identifier: MIT */
/* Messages to a person on stderr, one line each, and structured entries to the journal. Used by cmd/ and main
 * alone: whatever lies below returns its errors. */
#pragma once

#include <stdbool.h>

/* "redis-hosttune: …" on stderr; control characters are escaped, util/escape.h. Where stderr is the journal,
 * the line gets its priority. */
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_notice(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Says an error, by its message or, where that is NULL, by the words for its number. Whether there is none.
 */
bool log_result(int error, const char *message);

/* What every entry of a changed value has; find them with
 * journalctl MESSAGE_ID=5e0be3e9ab3a4aa7ac1fd1b4f6a9a2c7 */
#define LOG_MESSAGE_ID_CHANGE "5e0be3e9ab3a4aa7ac1fd1b4f6a9a2c7"

/* One structured journal entry for a value that was changed: HOSTTUNE_TUNABLE, HOSTTUNE_OLD, HOSTTUNE_NEW and
 * HOSTTUNE_WANTED_FROM. Does nothing where no journal runs. */
void log_change(const char *tunable, const char *old, const char *new, const char *wanted_from);

/* What every entry of a problem that check found has, where its output goes to the journal. */
#define LOG_MESSAGE_ID_PROBLEM "c1f6a3d07b5e4c5f8f2f6c0d0e9b7a34"

/* Whether standard error is the journal: we run as a service. */
bool log_is_journal(void);

/* One structured journal entry for a problem: HOSTTUNE_TUNABLE (object may be NULL). */
void log_problem(const char *object, const char *text);
