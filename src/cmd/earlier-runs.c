/* SPDX-License-Identifier: MIT */
/* Records of earlier runs of diagnose.
 * Owns where they are kept. */
#include "cmd/earlier-runs.h"

#include <errno.h>
#include <unistd.h>

#include "privileged/file-writer.h"
#include "util/cleanup.h"
#include "util/log.h"

#define RECORDS_PATH "/run/redis-hosttune/trend"

enum { RECORDS_MAX = 256 * 1024 }; /* more than RUN_RECORDS_MAX lines need */

int earlier_runs_attach(const struct root *root, struct gathering *gathering, struct run_records *ret)
{
    _cleanup_free_ char *text = NULL;
    int error;

    if (root_read_file(root, RECORDS_PATH, RECORDS_MAX, &text, NULL) < 0)
        return 0; /* there is none, or none that can be used */
    error = run_records_parse(text, ret);
    for (size_t i = 0; i < gathering->count && error == 0; i++) {
        struct diagnosis *diagnosis = &gathering->servers[i].diagnosis;

        diagnosis->previous = run_records_find(ret, diagnosis_info_text(diagnosis, "run_id"), diagnosis->now);
    }
    return error;
}

static int note_all(const struct gathering *gathering, struct run_records *records, bool *ret_is_changed)
{
    for (size_t i = 0; i < gathering->count; i++) {
        struct run_record record;

        if (run_record_of(&gathering->servers[i].diagnosis, &record) &&
            run_records_note(records, &record, ret_is_changed) < 0)
            return -ENOMEM;
    }
    return 0;
}

int earlier_runs_keep(const struct root *root, const struct gathering *gathering, struct run_records *records)
{
    _cleanup_free_ char *text = NULL, *reason = NULL;
    bool is_changed = false;
    int error;

    if (geteuid() != 0 || !root_is_host(root) || gathering->count == 0)
        return 0;
    error = note_all(gathering, records, &is_changed);
    if (error < 0 || !is_changed)
        return error;
    run_records_forget(records, gathering->servers[0].diagnosis.now);
    error = run_records_print(records, &text);
    if (error < 0)
        return error;
    error = file_write(root, RECORDS_PATH, text, &reason);
    if (error < 0 && error != -ENOMEM && error != -EROFS) /* in a container /run may be read-only */
        log_warning("what the next run would compare with cannot be kept: %s",
                    reason ? reason : RECORDS_PATH);
    return error == -ENOMEM ? error : 0;
}
