/* SPDX-License-Identifier: MIT */
/* Which programs hand over, and to whom.
 * Owns the table of them, and where in a command line one counts; pure. */
#include "units/hand-over.h"

#include <stdlib.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

#define IN_THE_IMAGE \
    "numactl --interleave=all in front of the server, in its image, and --cap-add=SYS_NICE with it"
#define AT_ITS_START "whatever starts the server there"

/* The first row that fits counts. systemd-run --scope, start-stop-daemon, runuser, su, setpriv, numactl, a
 * shell with or without "&": all these leave the server to the unit, and are no rows. */
static const struct hand_over programs[] = {
    {"docker", "compose", "containerd", IN_THE_IMAGE, "in its compose file, below ulimits:, nofile: "},
    {"docker", NULL, "containerd", IN_THE_IMAGE, "docker run --ulimit nofile="},
    {"podman-compose", NULL, NULL, NULL, "in its compose file, below ulimits:, nofile: "},
    {"docker-compose", NULL, "containerd", IN_THE_IMAGE, "in its compose file, below ulimits:, nofile: "},
    {"nerdctl", NULL, "containerd", IN_THE_IMAGE, "nerdctl run --ulimit nofile="},
    {"ctr", NULL, "containerd", IN_THE_IMAGE, "ctr run --rlimit-nofile "},
    {"crictl", NULL, "the container runtime", AT_ITS_START, "there, open files: "},
    {"kubectl", NULL, "the kubelet's container runtime", AT_ITS_START, "there, open files: "},
    {"podman-remote", NULL, "podman's service", IN_THE_IMAGE, "podman run --ulimit nofile="},
    {"podman", "--remote", "podman's service", IN_THE_IMAGE, "podman run --ulimit nofile="},
    {"podman", NULL, NULL, NULL, "podman run --ulimit nofile="},
    {"systemd-nspawn", NULL, NULL, NULL, "systemd-nspawn --rlimit=RLIMIT_NOFILE="},
    {"systemd-run", "--scope", NULL, NULL, NULL},
    {"systemd-run", NULL, "systemd, as a unit of its own", "-p NUMAPolicy=interleave -p NUMAMask=all",
     "systemd-run -p LimitNOFILE="},
    {"systemctl", NULL, "systemd, as a unit of its own", "[units] add = with the name of that unit",
     "LimitNOFILE= of that unit, "},
    {"machinectl", NULL, "systemd-machined", AT_ITS_START, "there, open files: "},
    {"lxc", NULL, "the daemon of LXD", AT_ITS_START, "there, open files: "},
    {"incus", NULL, "the daemon of Incus", AT_ITS_START, "there, open files: "},
    {"supervisorctl", NULL, "supervisord", "[units] add = with the unit of supervisord",
     "LimitNOFILE= of supervisord's unit, "},
    {"ssh", NULL, "sshd of another host", AT_ITS_START, "there, open files: "},
};

/* What these are given to run is a command again. */
static const char *const passing_on[] = {"env", "exec", "nohup", "setsid", "sudo", "time", NULL};

/* What ends a word of a command line, or of the command in a shell's -c. */
static const char ends[] = " \t\"';|&()";

struct word {
    const char *start;
    size_t length;
};

static bool is_word(struct word word, const char *text)
{
    return text_equals_part(text, word.start, word.length);
}

/* The next word from *position on, which moves behind it. *ret_is_begin: an operator of a shell stood before
 * it. */
static bool next_word(const char **position, struct word *ret, bool *ret_is_begin)
{
    const char *start = *position;

    *ret_is_begin = false;
    for (; *start && strchr(ends, *start); start++)
        *ret_is_begin = *ret_is_begin || strchr(";|&(", *start);
    *ret = (struct word){start, strcspn(start, ends)};
    *position = start + ret->length;
    return ret->length > 0;
}

/* Without its directory. *ret_is_program: that is one of programs, as /usr/bin. */
static struct word file_name(struct word word, bool *ret_is_program)
{
    const char *slash = memrchr(word.start, '/', word.length);
    size_t directory = slash ? (size_t)(slash - word.start) : 0;

    *ret_is_program = directory >= strlen("bin") && strncmp(slash - strlen("bin"), "bin", strlen("bin")) == 0;
    return slash ? (struct word){slash + 1, word.length - directory - 1} : word;
}

static bool has_word(const char *line, const char *text)
{
    struct word word;
    bool is_begin;

    while (next_word(&line, &word, &is_begin))
        if (is_word(word, text))
            return true;
    return false;
}

/* rest: what stands behind it. */
static const struct hand_over *find_program(struct word name, const char *rest)
{
    for (size_t i = 0; i < ELEMENTS(programs); i++)
        if (is_word(name, programs[i].program) && (!programs[i].word || has_word(rest, programs[i].word)))
            return &programs[i];
    return NULL;
}

/* Whether the word behind this one may be a command: behind "-c", "--", "exec", and NAME=VALUE of a command.
 */
static bool passes_on(struct word name, bool is_command)
{
    for (const char *const *known = passing_on; *known && is_command; known++)
        if (is_word(name, *known))
            return true;
    if (*name.start == '-')
        return is_word(name, "--") || (name.length < 5 && name.start[name.length - 1] == 'c');
    return is_command && memchr(name.start, '=', name.length);
}

/* "docker run", wherever it stands: behind nice -n 5, timeout 60, flock FILE, env -i and whatever else takes
 * words of its own before the command. */
static bool is_verb_next(const char *rest)
{
    static const char *const verbs[] = {"run", "start", "exec", "compose", "container", "up"};
    struct word word;
    bool is_begin;

    if (!next_word(&rest, &word, &is_begin))
        return false;
    for (size_t i = 0; i < ELEMENTS(verbs) && !is_begin; i++)
        if (is_word(word, verbs[i]))
            return true;
    return false;
}

static const struct hand_over *find_in_line(const char *line)
{
    const char *position = line + strspn(line, "-@:+!|");
    bool is_command = true, is_begin, is_program;
    struct word word;

    while (next_word(&position, &word, &is_begin)) {
        struct word name = file_name(word, &is_program);
        const struct hand_over *found = is_command || is_begin || is_program || is_verb_next(position)
                                            ? find_program(name, position)
                                            : NULL;

        if (found && (found->starter || found->limit))
            return found;
        is_command = passes_on(name, is_command || is_begin);
    }
    return NULL;
}

const struct unit_setting *unit_hand_over_find(const struct unit *unit, const struct hand_over **ret)
{
    size_t position = unit_list_begin(unit, "ExecStart");
    const struct unit_setting *setting;

    *ret = NULL;
    while (!*ret && (setting = unit_next(unit, "ExecStart", &position)))
        *ret = find_in_line(setting->value);
    return *ret ? setting : NULL;
}

char *unit_hand_over_describe(const struct hand_over *program, long long nofile, bool is_placed)
{
    _cleanup_free_ char *limit = nofile > 0 ? memory_format("%s%lld", program->limit, nofile) : NULL;
    const char *placement = is_placed ? program->placement : NULL;

    if (!program->starter)
        return memory_format("%s gives the server limits of its own%s%s", program->program, limit ? ": " : "",
                             limit ? limit : "");
    return memory_format(
        "%s leaves the start of the server to %s: neither the memory policy nor the limits of "
        "this unit reach it%s%s%s%s",
        program->program, program->starter, limit || placement ? "; instead: " : "", limit ? limit : "",
        limit && placement ? "; " : "", placement ? placement : "");
}
