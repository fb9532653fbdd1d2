/* SPDX-License-Identifier: MIT */
/* Records of earlier runs of diagnose.
 * Owns where they are kept. */
#include "cmd/earlier-runs.h"

#include <errno.h>
#include <unistd.h>

#include "privileged/file-writer.h"
#include "util/cleanup.h"
#include "util/log.h"
#include "util/memory.h"

#define RECORDS_PATH "/run/redis-hosttune/trend"

enum { RECORDS_MAX = 512 * 1024 }; /* more than RUN_RECORDS_MAX lines need */

void earlier_runs_attach(const struct root *root, struct gathering *gathering, struct run_records *ret)
{
    _cleanup_free_ char *text = NULL;

    if (memory_check(root_read_file(root, RECORDS_PATH, RECORDS_MAX, &text, NULL)) < 0)
        return; /* there is none, or none that can be used */
    run_records_parse(text, ret);
    for (size_t i = 0; i < gathering->count; i++) {
        struct diagnosis *diagnosis = &gathering->servers[i].diagnosis;

        diagnosis->previous = run_records_find(ret, diagnosis_info_text(diagnosis, "run_id"), diagnosis->now);
    }
}

/* Whether any is new. */
static bool note_all(const struct gathering *gathering, struct run_records *records)
{
    bool is_changed = false;

    for (size_t i = 0; i < gathering->count; i++) {
        struct run_record record;

        if (run_record_of(&gathering->servers[i].diagnosis, &record) && run_records_note(records, &record))
            is_changed = true;
    }
    return is_changed;
}

void earlier_runs_keep(const struct root *root, const struct gathering *gathering,
                       struct run_records *records)
{
    _cleanup_free_ char *text = NULL, *reason = NULL;
    int error;

    if (geteuid() != 0 || !root_is_host(root) || gathering->count == 0 || !note_all(gathering, records))
        return;
    run_records_forget(records, gathering->servers[0].diagnosis.now);
    text = run_records_print(records);
    error = memory_check(file_write(root, RECORDS_PATH, text, &reason));
    if (error < 0 && error != -EROFS) /* in a container /run may be read-only */
        log_warning("what the next run would compare with cannot be kept: %s",
                    reason ? reason : RECORDS_PATH);
}
