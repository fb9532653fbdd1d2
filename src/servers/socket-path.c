/* SPDX-License-Identifier: MIT */
/* The way to a unix socket, judged from the root directory down.
 * Owns who may stand on it: root, then the server's user, nobody else. */
#include "servers/socket-path.h"

#include <stdio.h>
#include <sys/stat.h>

#include "util/memory.h"

/* Who may have put here what the next component names. Trust is only lost on the way down. */
enum reach {
    REACH_ROOT,   /* root alone */
    REACH_STICKY, /* everybody may add, and nobody may take away or rename what is somebody else's: /tmp */
    REACH_SERVER, /* the server's user, or its group */
};

struct step {
    const struct path_question *question;
    const struct path_component *component;
    unsigned root_uid; /* who owns "/": in a user namespace root's files may be shown as those of another */
    char **ret_reason;
};

static bool is_roots(const struct step *step)
{
    return step->component->uid == 0 || step->component->uid == step->root_uid;
}

static bool is_servers(const struct step *step)
{
    return step->component->uid == step->question->server_uid;
}

static bool refuse(const struct step *step, const char *why)
{
    memory_error(step->ret_reason, 0, "%s %s", step->component->path, why);
    return false;
}

static bool refuse_owner(const struct step *step)
{
    memory_error(step->ret_reason, 0, "%s belongs to uid %u, who is neither root nor the server's user",
                 step->component->path, step->component->uid);
    return false;
}

/* Its text cannot be changed, only the link be replaced: where root alone may do that it is followed. */
static bool judge_link(const struct step *step, enum reach reach)
{
    return reach == REACH_ROOT ||
           refuse(step, "is a symbolic link in a directory to which not only root may write");
}

static bool judge_directory(const struct step *step, enum reach *reach)
{
    const struct path_component *component = step->component;
    bool is_sticky = component->mode & S_ISVTX;
    bool has_group = component->mode & S_IWGRP && component->gid != 0;
    bool is_shared = component->mode & (S_IWGRP | S_IWOTH);

    if (!is_roots(step) && !is_servers(step))
        return refuse_owner(step);
    if (*reach == REACH_SERVER && !is_servers(step))
        return refuse(step, "does not belong to the server's user, who could have put another in its place");
    if (component->mode & S_IWOTH && !is_sticky)
        return refuse(step, "is a directory to which everybody may write");
    if (has_group && !is_sticky && component->gid != step->question->server_gid) {
        memory_error(step->ret_reason, 0, "%s is a directory to which group %u may write", component->path,
                     component->gid);
        return false;
    }
    if (!is_roots(step) || (has_group && !is_sticky))
        *reach = REACH_SERVER;
    else
        *reach = is_shared ? REACH_STICKY : REACH_ROOT;
    return true;
}

static bool judge_socket(const struct step *step, enum reach reach)
{
    if (!S_ISSOCK(step->component->mode))
        return refuse(step, "is no socket");
    if (is_servers(step))
        return true;
    if (!is_roots(step))
        return refuse_owner(step);
    return (reach != REACH_SERVER && !step->question->is_foreign) ||
           refuse(step, "belongs to root, and the server's user could have put it there");
}

bool socket_path_is_safe(const struct path_question *question, char **ret_reason)
{
    enum reach reach = REACH_ROOT;

    for (size_t i = 0; i < question->count; i++) {
        const struct path_component *component = &question->components[i];
        const struct step step = {question, component, question->components[0].uid, ret_reason};
        bool is_fine = i + 1 == question->count   ? judge_socket(&step, reach)
                       : S_ISLNK(component->mode) ? judge_link(&step, reach)
                                                  : judge_directory(&step, &reach);

        if (!is_fine)
            return false;
    }
    return question->count > 0;
}
