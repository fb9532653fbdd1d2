/* SPDX-License-Identifier: MIT */
/* Facts of the host, each from the kernel's own file.
 * Owns how a container is told. */
#include "host/read-facts.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

enum {
    SMALL_FILE_MAX = 64 * 1024,
    NODES_MAX = 1024, /* CONFIG_NODES_SHIFT goes up to 10 */
};

/* The trimmed content in a buffer of the caller's; empty when it cannot be read (-errno) or does not fit. */
static int read_word(const struct root *root, const char *path, char *buffer, size_t size)
{
    _cleanup_free_ char *content = NULL;
    char *word;
    int error;

    buffer[0] = '\0';
    error = memory_check(root_read_file(root, path, SMALL_FILE_MAX, &content, NULL));
    if (error < 0)
        return error;
    word = text_trim(content);
    if (strlen(word) < size)
        strcpy(buffer, word);
    return 0;
}

static bool is_absence(int error)
{
    return error == -ENOENT || error == -ENOTDIR;
}

static void note_unread(struct host_facts *facts, const char *path, const char *what, int error)
{
    if (error < 0 && !is_absence(error) && facts->unread_count < UNREAD_FACTS_MAX)
        facts->unread[facts->unread_count++] = (struct unread_fact){path, what, error};
}

static void read_kernel_version(const struct root *root, struct host_facts *facts)
{
    char release[256];

    read_word(root, "/proc/sys/kernel/osrelease", release, sizeof(release));
    if (sscanf(release, "%d.%d", &facts->kernel_major, &facts->kernel_minor) != 2)
        facts->kernel_major = facts->kernel_minor = 0;
}

static enum trait read_swap(const struct root *root)
{
    _cleanup_free_ char *content = NULL;
    const char *second_line;

    if (memory_check(root_read_file(root, "/proc/swaps", SMALL_FILE_MAX, &content, NULL)) < 0)
        return TRAIT_UNKNOWN;
    second_line = strchr(content, '\n'); /* the first is a heading */
    return second_line && second_line[1] ? TRAIT_YES : TRAIT_NO;
}

/* A number other than 0; `absent` where there is no such file. */
static enum trait read_switch(const struct root *root, const char *path, enum trait absent)
{
    char word[32];

    if (!root_exists(root, path))
        return absent;
    read_word(root, path, word, sizeof(word));
    if (!isdigit((unsigned char)word[0]))
        return TRAIT_UNKNOWN;
    return word[strspn(word, "0x")] != '\0' ? TRAIT_YES : TRAIT_NO;
}

/* Counts a list as the kernel prints it: "0-1,4". What is none of the kernel's making counts for nothing. */
static int count_nodes(const char *list)
{
    int count = 0, first, last, used;

    while (sscanf(list, "%d%n", &first, &used) == 1) {
        list += used;
        last = first;
        if (*list == '-' && sscanf(list, "-%d%n", &last, &used) == 1)
            list += used;
        if (first < 0 || last < first || last >= NODES_MAX)
            return 0;
        count += last - first + 1;
        if (*list++ != ',')
            break;
    }
    return count;
}

/* The first PID namespace has this inode number in every kernel: PROC_PID_INIT_INO of
 * include/linux/proc_ns.h. */
#define FIRST_PID_NAMESPACE 0xEFFFFFFCUL

static bool has_first_pid_namespace(const struct root *root)
{
    _cleanup_close_ int fd = root_open_path(root, "/proc/self/ns/pid", O_PATH);
    struct stat status;

    return fd < 0 || fstat(fd, &status) < 0 || status.st_ino == FIRST_PID_NAMESPACE;
}

/* The first user namespace maps all ids, user_namespaces(7): in any other, root is not the host's. */
static bool has_first_user_namespace(const struct root *root)
{
    char map[128];
    unsigned inside, outside, count;

    read_word(root, "/proc/self/uid_map", map, sizeof(map));
    return sscanf(map, "%u %u %u", &inside, &outside, &count) != 3 ||
           (inside == 0 && outside == 0 && count == 4294967295U);
}

/* The marks alone prove nothing: machines are made from container images, and their marks stay. So the
 * namespaces decide, and a mark only gives the name. A container that shares the host's PIDs and may write is
 * meant to. */
static const char *find_container(const struct root *root)
{
    static const struct {
        const char *path, *kind;
    } marks[] = {
        {"/run/systemd/container", "see /run/systemd/container"},
        {"/run/host/container-manager", "see /run/host/container-manager"},
        {"/.dockerenv", "docker"},
        {"/run/.containerenv", "podman"},
    };

    if (!root_is_host(root))
        return NULL;
    if (!has_first_user_namespace(root))
        return "a user namespace of its own";
    if (has_first_pid_namespace(root))
        return NULL;
    for (size_t i = 0; i < ELEMENTS(marks); i++)
        if (root_exists(root, marks[i].path))
            return marks[i].kind;
    return "a PID namespace of its own";
}

void facts_read_placement(const struct root *root, struct host_facts *facts)
{
    char word[256];

    read_word(root, "/sys/devices/system/node/has_memory", word, sizeof(word));
    facts->memory_nodes = count_nodes(word);
    if (!root_exists(root, "/sys/devices/system/node") && root_exists(root, "/sys/devices/system/cpu"))
        facts->memory_nodes = 1; /* a kernel without NUMA */
    facts->selinux_enforcing = read_switch(root, "/sys/fs/selinux/enforce", TRAIT_NO) == TRAIT_YES;
}

/* Where that cannot be seen it is taken to run: its values are unknown then, and not absent. */
static bool is_running(const struct root *root)
{
    static const char *const paths[] = {"/proc/sys/kernel", "/proc/sys/vm", "/proc/sys/net"};

    for (size_t i = 0; i < ELEMENTS(paths); i++) {
        _cleanup_close_ int fd = root_open_path(root, paths[i], O_PATH);

        if (fd >= 0 || !is_absence(fd))
            return true;
    }
    return root_is_host(root); /* whoever reads this runs: /proc is not mounted */
}

static void read_identity(const struct root *root, struct host_facts *facts)
{
    static const char machine[] = "/etc/machine-id", boot[] = "/proc/sys/kernel/random/boot_id";

    note_unread(facts, machine, "whether the saved state is this machine's",
                read_word(root, machine, facts->machine_id, sizeof(facts->machine_id)));
    note_unread(facts, boot, "whether a value was set in this boot",
                read_word(root, boot, facts->boot_id, sizeof(facts->boot_id)));
}

void facts_read(const struct root *root, struct host_facts *ret)
{
    struct host_facts facts = {0};
    char word[256];

    facts.is_running = is_running(root);
    read_kernel_version(root, &facts);
    read_identity(root, &facts);
    facts.container = find_container(root);
    facts.has_swap = read_swap(root);
    facts.has_multi_gen_lru = read_switch(root, "/sys/kernel/mm/lru_gen/enabled", TRAIT_NO);
    facts.has_syncookies = read_switch(root, "/proc/sys/net/ipv4/tcp_syncookies", TRAIT_UNKNOWN);
    facts.has_cgroup_v1_memory =
        root_exists(root, "/sys/fs/cgroup/memory/memory.swappiness") ? TRAIT_YES : TRAIT_NO;
    facts_read_placement(root, &facts);
    read_word(root, "/sys/kernel/mm/transparent_hugepage/hpage_pmd_size", word, sizeof(word));
    if (sscanf(word, "%lu", &facts.pmd_size_kib) == 1)
        facts.pmd_size_kib /= 1024;
    *ret = facts;
}
