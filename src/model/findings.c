/* SPDX-License-Identifier: MIT */
/* THE table of findings: one row for each thing that a Redis can suffer from.
 * A row is data; its rule (findings.h) stands in findings-*.c. Diagnose, explain, the thresholds of the
 * configuration and docs/findings.md all work from it. */
#include "model/findings.h"

#include "util/text.h"

/* A new row, with what each part is for:
 *
 *  {
 *      .id = "example",                        kebab-case; tests/diagnose/example provokes it
 *      .section = SECTION_MEMORY,              rows of a section stand together
 *      .summary = "…",                         what is looked at
 *      .warning_when = "… is above {warning}", .critical_when = "…",
 *      .needs = NEEDS(FACT_MEMORY),            groups of facts, beyond what .info and .config imply
 *      .info = {"used_memory"},                numbers of INFO that must be there
 *      .config = {"maxmemory"},                parameters that must be there
 *      .thresholds = {{"warning", 0.75, QUANTITY_RATIO}},
 *      .harm = "…", .remedy = "…", .evaluate = example,
 *  }
 */

const struct finding findings[] = {
    /* --- clients and commands --- */
    {
        .id = "connections-rejected",
        .section = SECTION_CLIENTS,
        .summary = "Connections that the server accepted and then refused",
        .warning_when = "there were any since its start",
        .critical_when = "there were more within the interval",
        .info = {"rejected_connections"},
        .harm = "Clients get an error instead of a connection. The server closed them after it had accepted "
                "them: "
                "maxclients was reached, or protected mode refused an address; the listen queue has no part "
                "in it.",
        .evaluate = connections_rejected,
    },
    {
        .id = "clients-near-max",
        .section = SECTION_CLIENTS,
        .summary = "Connected clients against maxclients",
        .warning_when = "they are more than {warning} of maxclients",
        .critical_when = "they are more than {critical} of it",
        .info = {"connected_clients"},
        .config = {"maxclients"},
        .thresholds = {{"warning", 0.80, QUANTITY_RATIO}, {"critical", 0.95, QUANTITY_RATIO}},
        .harm = "At maxclients the server closes each new connection with \"max number of clients reached\".",
        .evaluate = clients_near_max,
    },
};

const size_t findings_count = ELEMENTS(findings);
