/* SPDX-License-Identifier: MIT */
/* Drop-ins in a plan.
 * Owns whose file it is that stands there, and that nobody's file is lost; pure. */
#include "plan/dropin-plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/memory.h"
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

/* Nine of a kind are enough: what would need a tenth is not touched; nor what might cover another. */
static void refuse_name(struct plan_file *file, const char *kind, int error)
{
    if (error == -EEXIST)
        memory_error(&file->reason, 0,
                     "%s: what is there would be kept beside it, and there are nine such files already: "
                     "look at %s%s-1 to -9 and remove what is of no use",
                     file->path, file->path, kind);
    else
        memory_error(&file->reason, 0,
                     "%s: what is there would be kept beside it, and whether %s%s-1 to -9 are free cannot be "
                     "seen: %s",
                     file->path, file->path, kind, strerror(-error));
    file->action = FILE_REFUSED;
}

static void give_name(struct plan_file *file, const char *suffix, int number, char **ret_path)
{
    if (number < 0)
        refuse_name(file, suffix, number);
    else
        *ret_path = memory_format("%s%s-%d", file->path, suffix, number);
}

/* What is there is somebody's, and gets a name of its own before anything is put in its place. */
static void keep_change(struct plan_file *file, const struct dropin_request *request)
{
    give_name(file, DROPIN_CHANGED_SUFFIX, request->seen->changed_free, &file->changed_path);
}

static void move_kept(struct plan_file *file, const struct dropin_request *request)
{
    give_name(file, DROPIN_KEPT_SUFFIX, request->seen->moved_free, &file->moved_path);
}

/* What is there is what was there before us. */
static void keep_original(struct plan_file *file, const struct dropin_request *request)
{
    file->keeps_original = true;
    if (request->seen->has_kept && !request->seen->is_kept_itself)
        move_kept(file, request);
}

/* --- ours is to stand there --- */

static void plan_ours(struct plan_file *file, const struct dropin_request *request, enum owner owner)
{
    file->is_ours = true;
    if (file->action == FILE_KEEP || owner == OWNER_NOBODY || owner == OWNER_US)
        return;
    /* an edited file of ours is the administrator's work, but not what was there before the first apply */
    if (owner == OWNER_SOMEBODY && request->saved && !request->saved->is_left)
        keep_change(file, request);
    else
        keep_original(file, request);
}

/* --- the way back --- */

static void leave(struct plan_file *file, const struct dropin_request *request)
{
    memory_error(
        &file->reason, 0,
        "%s: somebody else changed it since: it stays (redis-hosttune revert --force=%s %s, --forget=%s "
        "leaves it so for good)",
        file->path, file->path,
        has_original(request) ? "puts back what was there before and keeps this beside it"
                              : "takes it away and keeps it beside",
        file->path);
    file->action = FILE_LEFT;
}

/* What was there before us stands there: what else is kept is an older one, which keeps a name of its own, or
 * this one itself under its other name. */
static void plan_back_already(struct plan_file *file, const struct dropin_request *request)
{
    const struct dropin_seen *seen = request->seen;

    file->drops_kept = seen->is_kept_itself;
    if (!seen->has_kept || seen->is_kept_itself)
        return;
    file->restores_kept = text_equal(seen->kept, seen->content); /* the same, in the file itself */
    if (!file->restores_kept)
        move_kept(file, request);
}

/* The file from before comes back: itself where it is kept, else what an older version noted of it. */
static void plan_back(struct plan_file *file, const struct dropin_request *request, enum owner owner)
{
    const struct dropin_seen *seen = request->seen;

    if (owner == OWNER_BEFORE) {
        plan_back_already(file, request);
        return;
    }
    file->new_mode = seen->has_kept ? seen->kept_mode : request->saved ? request->saved->original_mode : 0;
    if ((owner == OWNER_SOMEBODY || (owner == OWNER_NOBODY && has_original(request))) &&
        !request->is_forced) {
        leave(file, request);
        return;
    }
    file->restores_kept = seen->has_kept;
    if (owner == OWNER_SOMEBODY)
        keep_change(file, request);
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
    if (request->seen->is_unreadable) /* it may be ours */
        return true;
    return request->is_revert ? request->saved || request->seen->has_kept : request->ours != NULL;
}

static void add_in_the_way(struct plan *plan, const struct dropin_request *request)
{
    struct plan_file *file =
        plan_add_file(plan, request->dropin->path, NULL, NULL, memory_copy(request->seen->in_the_way));

    file->is_unreadable = request->seen->is_unreadable;
    file->action = request->is_revert ? FILE_LEFT : FILE_REFUSED;
}

/* A part of ours is taken back and the rest is to stand: only where ours stands. */
static void plan_less(struct plan_file *file, const struct dropin_request *request, enum owner owner)
{
    if (owner == OWNER_US || file->action == FILE_KEEP) {
        plan_ours(file, request, owner);
    } else if (owner == OWNER_SOMEBODY && request->saved && !request->is_forced) {
        leave(file, request);
    } else if (owner == OWNER_SOMEBODY && request->is_forced) {
        file->is_ours = true;
        keep_change(file, request);
    } else {
        file->action = FILE_KEEP;
        memory_set_text(&file->new_content, file->old_content);
    }
}

static void decide(struct plan_file *file, const struct dropin_request *request, enum owner owner)
{
    if (request->ours && request->is_revert)
        plan_less(file, request, owner);
    else if (request->ours)
        plan_ours(file, request, owner);
    else if (!is_strangers(request, owner))
        plan_back(file, request, owner);
}

void plan_add_dropin(struct plan *plan, const struct dropin_request *request)
{
    const struct dropin_seen *seen = request->seen;
    enum owner owner = whose(seen, request->saved);
    struct plan_file *file;

    if (is_in_the_way(request)) {
        add_in_the_way(plan, request);
        return;
    }
    file = plan_add_file(plan, request->dropin->path, memory_copy(seen->content),
                         memory_copy(wanted_content(request, owner)), NULL);
    file->old_mode = seen->mode;
    decide(file, request, owner);
}
