/* SPDX-License-Identifier: MIT */
/* The table of situations, and what is right in each. */
#include "scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))

#define CONFIGURATION "etc/redis-hosttune/redis-hosttune.conf"
#define EXACT_FILE    "etc/sysctl.d/99-zz-redis-hosttune.conf"

#define LEAVE_ALL                                                                                   \
    "[tunables]\nvm.overcommit_memory = leave\nvm.swappiness = leave\nnet.core.somaxconn = leave\n" \
    "net.ipv4.tcp_max_syn_backlog = leave\nthp.enabled = leave\nthp.defrag = leave\n"               \
    "thp.hugepages-*kB = leave\n"

#define RECONFIGURED                                                                    \
    "[tunables]\nvm.swappiness = 10\nvm.overcommit_memory = 2\nthp.enabled = madvise\n" \
    "net.core.somaxconn = leave\n"

#define BY_HAND                                             \
    {                                                       \
        .path = "proc/sys/vm/swappiness", .content = "30\n" \
    }
#define EDITED                                                                    \
    {                                                                             \
        .path = EXACT_FILE, .content = "# ours, and a note\nvm.swappiness = 30\n" \
    }

#define BROKEN_STATE                                                                                      \
    {                                                                                                     \
        .path = "var/lib/redis-hosttune/state.json", .content = "{\"version\": 1, \"machine_id\": \"0123" \
    }
#define OTHER_MACHINE                                                             \
    {                                                                             \
        .path = "etc/machine-id", .content = "fedcba9876543210fedcba9876543210\n" \
    }

const struct scenario scenarios[] = {
    {.name = "apply", .call = {"apply"}},
    {.name = "apply-plain", .is_without_file = true, .call = {"apply"}},
    {.name = "revert", .steps = {{.arguments = {"apply"}}}, .call = {"revert"}, .is_repeated = true},
    {.name = "revert-plain",
     .is_without_file = true,
     .steps = {{.arguments = {"apply"}}},
     .call = {"revert"},
     .is_repeated = true},
    {.name = "revert-only",
     .steps = {{.arguments = {"apply"}}},
     .call = {"revert", "--only=vm.swappiness"},
     .is_repeated = true},
    {.name = "reconfigure",
     .steps = {{.arguments = {"apply"}}, {.path = CONFIGURATION, .content = RECONFIGURED}},
     .call = {"apply"}},
    {.name = "leave-all",
     .steps = {{.arguments = {"apply"}}, {.path = CONFIGURATION, .content = LEAVE_ALL}},
     .call = {"apply"}},
    {.name = "apply-only",
     .steps = {{.arguments = {"apply"}},
               {.path = CONFIGURATION, .content = "[tunables]\nvm.swappiness = 10\n"}},
     .call = {"apply", "--only=vm.swappiness"}},
    {.name = "apply-runtime", .call = {"apply", "--runtime"}},
    {.name = "revert-runtime", .steps = {{.arguments = {"apply"}}}, .call = {"revert", "--runtime"}},
    {.name = "revert-by-hand",
     .is_by_hand = true,
     .steps = {{.arguments = {"apply"}}, BY_HAND, EDITED},
     .call = {"revert"},
     .is_repeated = true},
    {.name = "apply-after-left",
     .is_by_hand = true,
     .steps = {{.arguments = {"apply"}}, BY_HAND, EDITED, {.arguments = {"revert"}}},
     .call = {"apply"}},
    {.name = "revert-after-left",
     .is_by_hand = true,
     .steps =
         {{.arguments = {"apply"}}, BY_HAND, EDITED, {.arguments = {"revert"}}, {.arguments = {"apply"}}},
     .call = {"revert"},
     .is_repeated = true},
    {.name = "apply-state-damaged",
     .is_by_hand = true,
     .steps = {{.arguments = {"apply"}}, BROKEN_STATE},
     .call = {"apply"}},
    {.name = "revert-state-damaged",
     .is_by_hand = true,
     .steps = {{.arguments = {"apply"}}, BROKEN_STATE},
     .call = {"revert"}},
    {.name = "apply-on-a-clone",
     .is_by_hand = true,
     .steps = {{.arguments = {"apply"}}, OTHER_MACHINE},
     .call = {"apply"}},
    {.name = "revert-on-a-clone",
     .is_by_hand = true,
     .steps = {{.arguments = {"apply"}}, OTHER_MACHINE},
     .call = {"revert"}},
    {.name = "force-value",
     .needs = "--force",
     .is_by_hand = true,
     .steps = {{.arguments = {"apply"}}, BY_HAND, EDITED, {.arguments = {"revert"}}},
     .call = {"revert", "--force=vm.swappiness"},
     .is_repeated = true},
    {.name = "force-file",
     .needs = "--force",
     .is_by_hand = true,
     .steps = {{.arguments = {"apply"}}, BY_HAND, EDITED, {.arguments = {"revert"}}},
     .call = {"revert", "--force=/" EXACT_FILE},
     .is_repeated = true},
    {.name = "forget-value",
     .needs = "--forget",
     .is_by_hand = true,
     .steps = {{.arguments = {"apply"}}, BY_HAND, EDITED, {.arguments = {"revert"}}},
     .call = {"revert", "--forget=vm.swappiness"},
     .is_repeated = true},
    {.name = "forget-file",
     .needs = "--forget",
     .is_by_hand = true,
     .steps = {{.arguments = {"apply"}}, BY_HAND, EDITED, {.arguments = {"revert"}}},
     .call = {"revert", "--forget=/" EXACT_FILE},
     .is_repeated = true},
};
const size_t scenarios_count = ELEMENTS(scenarios);

/* --- the tree --- */

static const struct {
    const char *path;
    const char *content; /* NULL: a directory */
} files[] = {
    {"proc/sys/vm/overcommit_memory", "0\n"},
    {"proc/sys/vm/swappiness", "60\n"},
    {"proc/sys/net/core/somaxconn", "128\n"},
    {"proc/sys/net/ipv4/tcp_max_syn_backlog", "512\n"},
    {"proc/sys/net/ipv4/tcp_syncookies", "1\n"},
    {"proc/sys/kernel/osrelease", "6.12.0-test\n"},
    {"proc/sys/kernel/random/boot_id", "11111111-2222-3333-4444-555555555555\n"},
    {"proc/cmdline", "BOOT_IMAGE=/vmlinuz root=/dev/vda1\n"},
    {"proc/1/comm", "systemd\n"},
    {"proc/meminfo", "MemTotal: 16384000 kB\nMemFree: 8000000 kB\nMemAvailable: 12000000 kB\n"
                     "SwapTotal: 0 kB\nSwapFree: 0 kB\nCommitLimit: 8192000 kB\nCommitted_AS: 1000000 kB\n"},
    {"sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n"},
    {"sys/kernel/mm/transparent_hugepage/defrag", "always defer defer+madvise [madvise] never\n"},
    {"sys/kernel/mm/transparent_hugepage/hugepages-64kB/enabled", "[always] inherit madvise never\n"},
    {"sys/devices/system/node/has_memory", "0-1\n"},
    {"sys/devices/system/node/online", "0-1\n"},
    {"sys/devices/system/node/possible", "0-1\n"},
    {"sys/devices/system/node/has_cpu", "0-1\n"},
    {"sys/devices/system/node/node0", NULL},
    {"sys/devices/system/node/node1", NULL},
    {"etc/machine-id", "0123456789abcdef0123456789abcdef\n"},
    {"etc/sysctl.d/50-admin.conf", "vm.swappiness = 30\n"},
    {"etc/tmpfiles.d", NULL},
    {"etc/redis", NULL},
    {"run", NULL},
    {"var/lib", NULL},
    {"usr/lib/sysctl.d", NULL},
    {"usr/lib/tmpfiles.d", NULL},
    {"usr/lib/systemd/system/redis-server.service",
     "[Service]\nExecStart=/usr/bin/redis-server /etc/redis/redis.conf\n"},
};

/* Somebody's own files where ours are to stand. An attribute tells each from a copy of it. */
static void put_somebodys(struct tree *tree)
{
    struct tree_entry *entry = tree_put(tree, EXACT_FILE, S_IFREG | 0600, "# mine\nvm.swappiness = 42");

    entry->attribute = must_duplicate("exact");
    entry = tree_put(tree, "etc/tmpfiles.d/00-redis-hosttune.conf", S_IFREG | 0640, "# a team's\n");
    entry->gid = 4;
    entry->attribute = must_duplicate("pages");
}

void scenario_tree(bool has_files, struct tree *ret)
{
    *ret = (struct tree){0};
    for (size_t i = 0; i < ELEMENTS(files); i++)
        tree_put(ret, files[i].path, files[i].content ? S_IFREG | 0644 : S_IFDIR | 0755, files[i].content);
    if (has_files)
        put_somebodys(ret);
}

/* --- undisturbed runs --- */

void program_run(const char *program, const char *const *arguments, const char *directory,
                 struct disturbance disturbance, struct outcome *ret)
{
    char *root = must_print("--root=%s", directory);
    const char *argv[ARGUMENTS_MAX + 3] = {program};
    size_t n = 1;

    for (size_t i = 0; i < ARGUMENTS_MAX && arguments[i]; i++)
        argv[n++] = arguments[i];
    argv[n] = root;
    trace_run(argv, NULL, disturbance, ret);
    free(root);
}

static int run_undisturbed(const char *program, const char *const *arguments, const char *directory)
{
    struct outcome outcome;
    int status;

    program_run(program, arguments, directory, (struct disturbance){0}, &outcome);
    status = outcome.status;
    outcome_done(&outcome);
    return status;
}

static void put_file(const char *directory, const struct step *step)
{
    struct tree tree;

    tree_read(directory, &tree);
    tree_put(&tree, step->path, S_IFREG | 0644, step->content);
    tree_write(directory, &tree);
    tree_done(&tree);
}

static void make_base(struct reference *reference, const char *directory)
{
    const struct scenario *scenario = reference->scenario;
    struct tree tree;
    int status;

    scenario_tree(!scenario->is_without_file, &tree);
    tree_write(directory, &tree);
    tree_done(&tree);
    for (size_t i = 0; i < STEPS_MAX && (scenario->steps[i].path || scenario->steps[i].arguments[0]); i++) {
        if (scenario->steps[i].path) {
            put_file(directory, &scenario->steps[i]);
            continue;
        }
        status = run_undisturbed(reference->program, scenario->steps[i].arguments, directory);
        if (status > 1)
            die("%s: step %zu of %s ended with %d", scenario->name, i, reference->program, status);
    }
    tree_read(directory, &reference->base);
}

static void run_sequence(const struct reference *reference, const struct sequence *sequence,
                         const struct tree *from, const char *directory, struct tree trees[2], int status[2])
{
    tree_write(directory, from);
    for (size_t i = 0; i < 2 && sequence->commands[i]; i++) {
        status[i] = run_undisturbed(reference->program, sequence->commands[i], directory);
        tree_read(directory, &trees[i]);
    }
}

/* What stood there before the first apply, with the configuration of now: a whole revert leaves just this. */
static void original_tree(const struct reference *reference, struct tree *ret)
{
    const struct tree_entry *configuration = tree_find(&reference->base, CONFIGURATION);

    scenario_tree(!reference->scenario->is_without_file, ret);
    if (configuration)
        tree_put(ret, CONFIGURATION, S_IFREG | 0644, configuration->content);
}

static void expect_original(const struct reference *reference, struct sequence *sequence, size_t command)
{
    tree_done(&sequence->without[command]);
    tree_done(&sequence->with[command]);
    original_tree(reference, &sequence->without[command]);
    original_tree(reference, &sequence->with[command]);
    sequence->status_with[command] = sequence->status_without[command] = 0;
}

static void add_sequence(struct reference *reference, const char *directory, const char *const *first,
                         const char *const *second)
{
    static const char *const revert = "revert";
    struct sequence *sequence = &reference->sequences[reference->sequences_count++];

    *sequence = (struct sequence){.commands = {first, second}};
    run_sequence(reference, sequence, &reference->base, directory, sequence->without,
                 sequence->status_without);
    run_sequence(reference, sequence, &reference->wanted, directory, sequence->with, sequence->status_with);
    for (size_t i = 0; i < 2 && sequence->commands[i]; i++)
        if (!reference->scenario->is_by_hand && strcmp(sequence->commands[i][0], revert) == 0 &&
            !sequence->commands[i][1])
            expect_original(reference, sequence, i);
}

/* Whether the program has that option. */
static bool has_option(const char *program, const char *option)
{
    const char *argv[] = {program, "revert", "--help", NULL};
    struct outcome outcome;
    bool has;

    trace_run(argv, NULL, (struct disturbance){0}, &outcome);
    has = strstr(outcome.output, option) != NULL;
    outcome_done(&outcome);
    return has;
}

bool reference_make(const struct scenario *scenario, const char *program, const char *directory,
                    struct reference *ret)
{
    static const char *const apply[] = {"apply", NULL}, *const revert[] = {"revert", NULL};

    if (scenario->needs && !has_option(program, scenario->needs))
        return false;
    *ret = (struct reference){.scenario = scenario, .program = program};
    make_base(ret, directory);
    program_run(program, scenario->call, directory, (struct disturbance){.kind = DISTURB_COUNT},
                &ret->outcome);
    if (ret->outcome.status > 1)
        die("%s, undisturbed, ended with %d: %s", scenario->name, ret->outcome.status, ret->outcome.errors);
    tree_read(directory, &ret->wanted);
    add_sequence(ret, directory, apply, revert);
    add_sequence(ret, directory, revert, NULL);
    if (scenario->is_repeated)
        add_sequence(ret, directory, scenario->call, scenario->call);
    return true;
}

void reference_done(struct reference *reference)
{
    for (size_t i = 0; i < reference->sequences_count; i++)
        for (size_t j = 0; j < 2; j++) {
            tree_done(&reference->sequences[i].without[j]);
            tree_done(&reference->sequences[i].with[j]);
        }
    tree_done(&reference->base);
    tree_done(&reference->wanted);
    outcome_done(&reference->outcome);
}

/* What the generator looks for, and what apply left. */
void applied_tree(const struct campaign *campaign, struct tree *ret)
{
    static const char *const apply[] = {"apply", NULL};
    char *directory = must_print("%s/applied", campaign->directory);
    struct tree tree;

    scenario_tree(true, &tree);
    tree_put(&tree, "usr/lib/systemd/system/redis-hosttune.service", S_IFREG | 0644,
             "[Service]\nExecStart=/usr/bin/redis-hosttune apply\n[Install]\nWantedBy=multi-user.target\n");
    tree_put(&tree, "etc/systemd/system/multi-user.target.wants/redis-hosttune.service", S_IFLNK | 0777,
             "/usr/lib/systemd/system/redis-hosttune.service");
    tree_put(&tree, CONFIGURATION, S_IFREG | 0644, "[tunables]\nvm.swappiness = 10\n");
    tree_write(directory, &tree);
    tree_done(&tree);
    run_undisturbed(campaign->program, apply, directory);
    tree_read(directory, ret);
    free(directory);
}

void scenarios_each(struct campaign *campaign, char **names,
                    void (*function)(struct campaign *campaign, struct reference *reference))
{
    char *directory = must_print("%s/reference", campaign->directory);
    struct reference reference;

    if (!trace_is_possible()) {
        printf("%s: skipped: system calls of this processor cannot be disturbed here\n", campaign->name);
        tree_remove(campaign->directory);
        exit(0);
    }
    for (size_t i = 0; i < scenarios_count; i++) {
        if (!campaign_is_asked_for(scenarios[i].name, names) ||
            !reference_make(&scenarios[i], campaign->program, directory, &reference))
            continue;
        function(campaign, &reference);
        reference_done(&reference);
    }
    free(directory);
}
