/* SPDX-License-Identifier: MIT */
/* Drop-ins in a plan.
 * Owns whose file it is that stands there, and that nobody's file is lost; pure. */
#include "model/dropin-plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/text.h"

enum owner {
    OWNER_NOBODY,   /* no file */
    OWNER_US,       /* as we wrote it */
    OWNER_BEFORE,   /* the file from before the first apply */
    OWNER_SOMEBODY, /* anything else: edited, put there */
};

/* The state's word counts; without it the first line of the file does. */
static enum owner whose(const struct dropin_seen *seen, const struct saved_file *saved)
{
    if (!seen->content)
        return OWNER_NOBODY;
    if (seen->is_kept_itself || (saved && text_equal(saved->original, seen->content)))
        return OWNER_BEFORE;
    if (!saved)
        return dropin_is_ours(seen->content) ? OWNER_US : OWNER_SOMEBODY;
    if (saved->is_left)
        return OWNER_SOMEBODY;
    if (text_equal(saved->written, seen->content) || text_equal(saved->written_before, seen->content))
        return OWNER_US;
    return OWNER_SOMEBODY;
}

static bool has_original(const struct dropin_request *request)
{
    return request->seen->has_kept || (request->saved && request->saved->original);
}

static int set_reason(struct plan_file *file, enum file_action action)
{
    file->action = action;
    return file->reason ? 0 : -ENOMEM;
}

/* Nine of a kind are enough: what would need a tenth is not touched. */
static int refuse_tenth(struct plan_file *file, const char *kind)
{
    error_make(
        &file->reason, 0,
        "%s: what is there would be kept beside it, and there are nine such files already: look at %s%s-1 "
        "to -9 and remove what is of no use",
        file->path, file->path, kind);
    return set_reason(file, FILE_REFUSED);
}

/* What is there is somebody's, and gets a name of its own before anything is put in its place. */
static int keep_change(struct plan_file *file, const struct dropin_request *request)
{
    if (request->seen->changed_free == 0)
        return refuse_tenth(file, DROPIN_CHANGED_SUFFIX);
    file->changed_path = dropin_changed_path(file->path, request->seen->changed_free);
    return file->changed_path ? 0 : -ENOMEM;
}

static int move_kept(struct plan_file *file, const struct dropin_request *request)
{
    if (request->seen->moved_free == 0)
        return refuse_tenth(file, DROPIN_KEPT_SUFFIX);
    file->moved_path = dropin_moved_path(file->path, request->seen->moved_free);
    return file->moved_path ? 0 : -ENOMEM;
}

/* What is there is what was there before us. */
static int keep_original(struct plan_file *file, const struct dropin_request *request)
{
    file->keeps_original = true;
    return request->seen->has_kept && !request->seen->is_kept_itself ? move_kept(file, request) : 0;
}

/* --- ours is to stand there --- */

static int plan_ours(struct plan_file *file, const struct dropin_request *request, enum owner owner)
{
    file->is_ours = true;
    if (file->action == FILE_KEEP)
        return 0;
    if (owner == OWNER_BEFORE)
        return keep_original(file, request);
    if (owner != OWNER_SOMEBODY)
        return 0;
    /* an edited file of ours is the administrator's work, but not what was there before the first apply */
    if (request->saved && !request->saved->is_left)
        return keep_change(file, request);
    return keep_original(file, request);
}

/* --- the way back --- */

static int leave(struct plan_file *file, const struct dropin_request *request)
{
    error_make(
        &file->reason, 0,
        "%s: somebody else changed it since: it stays (redis-hosttune revert --force=%s %s, --forget=%s "
        "leaves it so for good)",
        file->path, file->path,
        has_original(request) ? "puts back what was there before and keeps this beside it"
                              : "takes it away and keeps it beside",
        file->path);
    return set_reason(file, FILE_LEFT);
}

/* What was there before us stands there: what else is kept is an older one, which keeps a name of its own, or
 * this one itself under its other name. */
static int plan_back_already(struct plan_file *file, const struct dropin_request *request)
{
    const struct dropin_seen *seen = request->seen;

    file->drops_kept = seen->is_kept_itself;
    if (!seen->has_kept || seen->is_kept_itself)
        return 0;
    file->restores_kept = text_equal(seen->kept, seen->content); /* the same, in the file itself */
    return file->restores_kept ? 0 : move_kept(file, request);
}

/* The file from before comes back: itself where it is kept, else what an older version noted of it. */
static int plan_back(struct plan_file *file, const struct dropin_request *request, enum owner owner)
{
    const struct dropin_seen *seen = request->seen;

    if (owner == OWNER_BEFORE)
        return plan_back_already(file, request);
    file->new_mode = seen->has_kept ? seen->kept_mode : request->saved ? request->saved->original_mode : 0;
    if ((owner == OWNER_SOMEBODY || (owner == OWNER_NOBODY && has_original(request))) && !request->is_forced)
        return leave(file, request);
    file->restores_kept = seen->has_kept;
    return owner == OWNER_SOMEBODY ? keep_change(file, request) : 0;
}

/* --- both --- */

/* A file that we never wrote, beside which none is kept, is nobody's business. */
static bool is_strangers(const struct dropin_request *request, enum owner owner)
{
    return owner == OWNER_SOMEBODY && !request->saved && !request->seen->has_kept;
}

/* The content that shall be there in the end. */
static const char *wanted_content(const struct dropin_request *request, enum owner owner)
{
    const struct dropin_seen *seen = request->seen;

    if (request->ours)
        return request->ours;
    if (is_strangers(request, owner) || owner == OWNER_BEFORE)
        return seen->content;
    if (seen->has_kept)
        return seen->kept;
    return request->saved ? request->saved->original : NULL;
}

static bool is_in_the_way(const struct dropin_request *request)
{
    if (!request->seen->in_the_way)
        return false;
    return request->is_revert ? request->saved || request->seen->has_kept : request->ours != NULL;
}

static int add_in_the_way(struct plan *plan, const struct dropin_request *request)
{
    struct plan_file *file;
    int error = plan_add_file(plan, request->dropin->path, NULL, NULL, strdup(request->seen->in_the_way));

    if (error < 0)
        return error;
    file = &plan->files[plan->files_count - 1];
    file->is_unreadable = request->seen->is_unreadable;
    file->action = request->is_revert ? FILE_LEFT : FILE_REFUSED;
    return file->reason ? 0 : -ENOMEM;
}

/* A part of ours is taken back and the rest is to stand: only where ours stands. */
static int plan_less(struct plan_file *file, const struct dropin_request *request, enum owner owner)
{
    if (owner == OWNER_US || file->action == FILE_KEEP)
        return plan_ours(file, request, owner);
    if (owner == OWNER_SOMEBODY && request->saved && !request->is_forced)
        return leave(file, request);
    if (owner == OWNER_SOMEBODY && request->is_forced) {
        file->is_ours = true;
        return keep_change(file, request);
    }
    file->action = FILE_KEEP;
    return text_replace(&file->new_content, file->old_content);
}

static int decide(struct plan_file *file, const struct dropin_request *request, enum owner owner)
{
    if (is_strangers(request, owner) && !request->ours)
        return 0;
    if (!request->ours)
        return plan_back(file, request, owner);
    return request->is_revert ? plan_less(file, request, owner) : plan_ours(file, request, owner);
}

int plan_add_dropin(struct plan *plan, const struct dropin_request *request)
{
    const struct dropin_seen *seen = request->seen;
    enum owner owner = whose(seen, request->saved);
    char *old_content = NULL, *new_content = NULL;
    struct plan_file *file;

    if (is_in_the_way(request))
        return add_in_the_way(plan, request);
    if (text_replace(&old_content, seen->content) < 0 ||
        text_replace(&new_content, wanted_content(request, owner)) < 0) {
        free(old_content);
        return -ENOMEM;
    }
    if (plan_add_file(plan, request->dropin->path, old_content, new_content, NULL) < 0)
        return -ENOMEM;
    file = &plan->files[plan->files_count - 1];
    file->old_mode = seen->mode;
    return decide(file, request, owner);
}
