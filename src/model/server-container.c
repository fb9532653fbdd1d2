/* SPDX-License-Identifier: MIT */
/* Containers by the names that their managers give to cgroups.
 * Owns the table of these names; pure. */
#include "model/server-container.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "util/text.h"

enum { NAME_SHOWN = 64, ID_SHOWN = 12 };

static const struct {
    const char *mark; /* the path has it, the name follows */
    const char *manager;
    bool is_id; /* long hexadecimal digits, of which the first twelve are shown everywhere */
} marks[] = {
    {.mark = "/kubepods", .manager = "a Kubernetes pod"},
    {.mark = "/docker-", .manager = "docker", .is_id = true},
    {.mark = "/docker/", .manager = "docker", .is_id = true},
    {.mark = "/libpod-payload-", .manager = "podman", .is_id = true},
    {.mark = "/libpod-", .manager = "podman", .is_id = true},
    {.mark = "/nerdctl-", .manager = "nerdctl", .is_id = true},
    {.mark = "/lxc.payload.", .manager = "lxc"},
    {.mark = "/lxc/", .manager = "lxc"},
    {.mark = "/systemd-nspawn@", .manager = "systemd-nspawn"},
    {.mark = "/machine-", .manager = "machine"},
};

static int show_name(const char *manager, const char *name, size_t length, char **ret)
{
    char shown[NAME_SHOWN + 1];

    for (size_t i = 0; i < length; i++)
        shown[i] = (char)(isprint((unsigned char)name[i]) ? name[i] : '?');
    shown[length] = '\0';
    return asprintf(ret, "%s %s", manager, shown) < 0 ? -ENOMEM : 0;
}

static int show_mark(size_t row, const char *name, char **ret)
{
    size_t length = strcspn(name, "/");

    if (strcmp(marks[row].manager, "a Kubernetes pod") == 0)
        return text_replace(ret, marks[row].manager);
    if (marks[row].is_id) {
        length = strspn(name, "0123456789abcdef");
        length = length < ID_SHOWN ? length : ID_SHOWN;
    } else if (length > NAME_SHOWN) {
        length = NAME_SHOWN;
    } else {
        for (size_t i = 0; i < length; i++)
            if (text_has_prefix(name + i, ".scope") || text_has_prefix(name + i, ".service"))
                length = i;
    }
    return length == 0 ? text_replace(ret, marks[row].manager)
                       : show_name(marks[row].manager, name, length, ret);
}

int server_container_name(const char *cgroup, bool has_inner_pid, char **ret)
{
    char *name = NULL;

    for (size_t i = 0; i < ELEMENTS(marks) && cgroup && !name; i++) {
        const char *found = strstr(cgroup, marks[i].mark);

        if (found && show_mark(i, found + strlen(marks[i].mark), &name) < 0)
            return -ENOMEM;
    }
    /* systemd 257 gives a service a PID namespace with PrivatePIDs=: no container for that */
    if (!name && has_inner_pid && !(cgroup && text_has_suffix(cgroup, ".service")) &&
        text_replace(&name, "a PID namespace of its own") < 0)
        return -ENOMEM;
    *ret = name;
    return 0;
}
