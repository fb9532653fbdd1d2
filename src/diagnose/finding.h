/* SPDX-License-Identifier: MIT */
/* What a finding is. Its row and its rule stand together, in the file of their subject; adding a finding is
 * adding them there, and tests/diagnose/ID, which provokes it on a real server. Diagnose, explain, the
 * thresholds of the configuration and docs/findings.md all work from the rows. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "diagnose/diagnosis.h"
#include "util/quantity.h"

struct nearest; /* util/nearest.h */
struct policy;  /* policy/policy.h */

enum finding_result {
    FINDING_PASS,
    FINDING_NOTE, /* worth a word on request; never an exit status */
    FINDING_WARNING,
    FINDING_CRITICAL,
    FINDING_UNKNOWN,
};

enum finding_section {
    SECTION_MEMORY,
    SECTION_FORK,
    SECTION_LIMITS,
    SECTION_CLIENTS,
    SECTION_ROLE,
    SECTION_EXPOSURE,
    SECTION_HOST,
    SECTION_COUNT,
};

enum {
    FINDING_FIELDS_MAX = 6,
    FINDING_THRESHOLDS_MAX = 6,
};

/* A number of a rule that the configuration can set: "[thresholds] ID.NAME = VALUE". "note",
 * "warning" and "critical" are those that verdict_compare looks at; others are the rule's own. */
struct threshold {
    const char *name;
    double standard; /* in the base unit of .quantity */
    enum quantity quantity;
};

struct verdict;

struct finding {
    const char *id;            /* kebab-case; the key of [thresholds] and [suppress] */
    const char *summary;       /* what is looked at, at most 70 characters: `explain`, docs/findings.md */
    const char *note_when;     /* when it is worth a note, with {NAME} for a threshold; NULL: never */
    const char *warning_when;  /* when it warns, likewise */
    const char *critical_when; /* likewise */
    bool judges_full; /* also judges a server that could not be asked because maxclients was reached */
    unsigned needs;   /* NEEDS(FACT_…) | …: without one of them the result is unknown */
    const char *info[FINDING_FIELDS_MAX]; /* numbers of INFO without which it is unknown; implies FACT_INFO */
    const char *config[FINDING_FIELDS_MAX]; /* parameters without which it is unknown; implies FACT_CONFIG */
    struct threshold thresholds[FINDING_THRESHOLDS_MAX];
    const char *harm;   /* what goes wrong otherwise; a rule may say it more exactly */
    const char *remedy; /* what helps, where the rule gives none of its own; NULL: it always does */
    /* Judges. The verdict comes as a pass without evidence; all that is needed is there. */
    void (*evaluate)(const struct diagnosis *diagnosis, struct verdict *verdict);
};

/* A new row, with what each part is for:
 *
 *  {
 *      .id = "example",                        kebab-case; tests/diagnose/example provokes it
 *      .summary = "…",                         what is looked at
 *      .warning_when = "… is above {warning}", .critical_when = "…",
 *      .needs = NEEDS(FACT_MEMORY),            groups of facts, beyond what .info and .config imply
 *      .info = {"used_memory"},                numbers of INFO that must be there
 *      .config = {"maxmemory"},                parameters that must be there
 *      .thresholds = {{"warning", 0.75, QUANTITY_RATIO}},
 *      .harm = "…", .remedy = "…", .evaluate = example,
 *  }
 */

#define MIB (1024.0 * 1024)
#define GIB (1024 * MIB)

/* Each file's rows, which are of one section, in the order in which they are printed; one without an id ends
 * them. findings.c has the files, their sections and their order. */
extern const struct finding findings_memory[], findings_buffers[], findings_process[], findings_kills[],
    findings_fork[], findings_saves[], findings_limits[], findings_eviction[], findings_clients[],
    findings_commands[], findings_replication[], findings_sockets[], findings_role[], findings_written[],
    findings_users[], findings_exposure[], findings_tuning[], findings_host[];

/* The row after this one, in the order in which they are printed; NULL: the first. Returns NULL behind the
 * last. */
const struct finding *finding_next(const struct finding *finding);

const struct finding *finding_find(const char *id);                                         /* NULL: none */
const struct threshold *finding_threshold(const struct finding *finding, const char *name); /* NULL: none */
void finding_consider_names(struct nearest *nearest); /* what was meant by an id that is none */
enum finding_section finding_section(const struct finding *finding); /* its file's, by findings.c */
const char *finding_section_name(enum finding_section section);
const char *finding_result_name(enum finding_result result); /* "pass", "note", … */

/* --- the verdict: what a rule fills --- */

struct evidence {
    char *name; /* as in INFO where it stands there: "used_memory_rss" */
    char *text; /* NULL: a number */
    double number;
    enum quantity quantity;
};

struct verdict {
    const struct finding *finding;
    const struct policy *policy; /* while it is judged; NULL: the table's thresholds */
    enum finding_result result;
    struct evidence *evidence; /* in the order in which it was added */
    size_t evidence_count;
    char *harm;         /* NULL for pass and unknown */
    char *remedy;       /* likewise; a line for each step */
    bool needs_restart; /* for what the remedy has set so far */
    char *unknown_reason;
    char *suppressed_reason; /* the administrator's; NULL: not suppressed */
};

/* Judges one row: checks what it needs, evaluates, fills in the row's own harm and remedy.
 * verdict_done. */
void finding_judge(const struct finding *finding, const struct diagnosis *diagnosis,
                   const struct policy *policy, struct verdict *ret);
void verdict_done(struct verdict *verdict);

/* Raises the result; never lowers it. */
void verdict_raise(struct verdict *verdict, enum finding_result result);

/* Raises by the row's thresholds "note", "warning" and "critical" (each may be missing): above them counts.
 * Returns whether it raised. */
bool verdict_compare(struct verdict *verdict, double value);

/* By a field that counts since the server's start, and so cannot tell when: critical where it grew within the
 * interval, a warning where the start is no longer ago than the row's threshold "recent", else a note. */
void verdict_raise_by_counter(struct verdict *verdict, const struct diagnosis *diagnosis,
                              const struct counter *counter);

/* The configured threshold, else the table's. The row must have it. */
double verdict_threshold(const struct verdict *verdict, const char *name);

/* Unknown, and why ("the server does not say …"), unless it was raised already. */
void verdict_unknown(struct verdict *verdict, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* True: unknown, for something has happened since the server's start ("keys were evicted"), and one sample
 * does not tell whether it does now. */
bool verdict_lacks_interval(struct verdict *verdict, const struct diagnosis *diagnosis, const char *what);

/* Evidence: always all of it, for a pass as well. Texts of the server's may be given as they are: control
 * characters and what is no UTF-8 are escaped. */
void evidence_number(struct verdict *verdict, const char *name, enum quantity quantity, double value);
void evidence_text(struct verdict *verdict, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A field of INFO as it stands, as evidence under its own name. */
void evidence_info(struct verdict *verdict, const struct diagnosis *diagnosis, const char *field,
                   enum quantity quantity);

/* What many rules show: the policy at maxmemory, and the keys with and without a TTL. */
void evidence_policy(struct verdict *verdict, const struct diagnosis *diagnosis);
void evidence_keyspace(struct verdict *verdict, const struct keyspace *keyspace);

/* Instead of the row's harm. */
void verdict_harm(struct verdict *verdict, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* One step of the remedy, instead of the row's; each call adds a line. */
void verdict_remedy(struct verdict *verdict, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Likewise, a command for redis-cli: what reaches the server is put in front, and the user who may give it.
 */
void verdict_remedy_cli(struct verdict *verdict, const struct diagnosis *diagnosis, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
