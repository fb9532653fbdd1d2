/* SPDX-License-Identifier: MIT */
/* THE table of findings: the rows of all files, one after the other.
 * Owns their order, which is that of explain, of diagnose and of docs/findings.md. */
#include <string.h>

#include "diagnose/finding.h"
#include "util/text.h"

/* As they are printed; the files of a section stand together. */
static const struct {
    enum finding_section section;
    const struct finding *rows;
} files[] = {
    {SECTION_MEMORY, findings_memory},       {SECTION_MEMORY, findings_buffers},
    {SECTION_MEMORY, findings_process},      {SECTION_MEMORY, findings_kills},
    {SECTION_FORK, findings_fork},           {SECTION_FORK, findings_saves},
    {SECTION_LIMITS, findings_limits},       {SECTION_LIMITS, findings_eviction},
    {SECTION_CLIENTS, findings_clients},     {SECTION_CLIENTS, findings_commands},
    {SECTION_CLIENTS, findings_replication}, {SECTION_CLIENTS, findings_sockets},
    {SECTION_ROLE, findings_role},           {SECTION_EXPOSURE, findings_written},
    {SECTION_EXPOSURE, findings_users},      {SECTION_EXPOSURE, findings_exposure},
    {SECTION_HOST, findings_tuning},         {SECTION_HOST, findings_host},
};

const struct finding *finding_next(const struct finding *finding)
{
    bool is_behind = !finding;

    for (size_t i = 0; i < ELEMENTS(files); i++)
        for (const struct finding *row = files[i].rows; row->id; row++) {
            if (is_behind)
                return row;
            is_behind = row == finding;
        }
    return NULL;
}

enum finding_section finding_section(const struct finding *finding)
{
    for (size_t i = 0; i < ELEMENTS(files); i++)
        for (const struct finding *row = files[i].rows; row->id; row++)
            if (row == finding)
                return files[i].section;
    return SECTION_COUNT;
}

const struct finding *finding_find(const char *id)
{
    const struct finding *finding = NULL;

    while ((finding = finding_next(finding)))
        if (strcmp(finding->id, id) == 0)
            return finding;
    return NULL;
}
