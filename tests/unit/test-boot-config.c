/* SPDX-License-Identifier: MIT */
/* The readers of what decides at the next boot, on trees that stand for a host. */
#include "boot/read-config.h"

#include <sys/capability.h>

#include "support.h"

#include "boot/read-other-writers.h"
#include "boot/read-tuned.h"
#include "systemd/read-conf.h"

#define PATH "/sys/kernel/mm/transparent_hugepage/enabled"

static struct observation observed_thp(void)
{
    struct observation observation = {0};

    assert_int_equal(array_grow(&observation.items, 0, sizeof(*observation.items)), 0);
    observation.items_count = 1;
    observation.items[0].path = strdup(&PATH[1]);
    return observation;
}

/* Of the file at PATH, the last of what is written at boot: "VALUE FILE:LINE"; static buffer. */
static const char *thp_at_boot(const struct tree *tree)
{
    static char shown[256];
    struct observation observation = observed_thp();
    struct boot_files files;
    _cleanup_free_ struct tmpfiles_match *matches = NULL;
    size_t count;

    boot_files_read(tree->root, &observation, true, &files);
    tmpfiles_rules_match(files.config.tmpfiles, PATH, &matches, &count);
    strcpy(shown, "none");
    if (count > 0)
        snprintf(shown, sizeof(shown), "%s %s:%u", matches[count - 1].rule->argument,
                 matches[count - 1].rule->file, matches[count - 1].rule->line);
    boot_files_done(&files);
    observation_done(&observation);
    return shown;
}

static void boot_config__tmpfiles_in_their_order(void **state)
{
    const struct tree *tree = *state;

    assert_text(thp_at_boot(tree), "none");
    tree_write(tree, "usr/lib/tmpfiles.d/50.conf", "# x\nw " PATH " - - - - always\n");
    assert_text(thp_at_boot(tree), "always /usr/lib/tmpfiles.d/50.conf:2");
    tree_write(tree, "run/tmpfiles.d/50.conf", ""); /* gone after a boot, and its mask with it */
    tree_write(tree, "run/tmpfiles.d/10.conf", "w " PATH " - - - - never\n");
    assert_text(thp_at_boot(tree), "always /usr/lib/tmpfiles.d/50.conf:2");
    tree_link(tree, "etc/tmpfiles.d/50.conf", "/dev/null");
    assert_text(thp_at_boot(tree), "none");
    tree_write(tree, "etc/credstore/tmpfiles.extra", "w " PATH " - - - - madvise\n");
    assert_text(thp_at_boot(tree), "madvise /etc/credstore/tmpfiles.extra:1");
    tree_write(tree, "etc/credstore/tmpfiles.word", "never");
    tree_write(tree, "etc/tmpfiles.d/60.conf", "w^ " PATH " - - - - tmpfiles.word\n");
    assert_text(thp_at_boot(tree), "never /etc/tmpfiles.d/60.conf:1");
}

static void boot_config__specifiers(void **state)
{
    const struct tree *tree = *state;
    const char *path;

    tree_write(tree, "etc/machine-id", "0123\n");
    tree_write(tree, "proc/sys/kernel/osrelease", "6.12.1\n");
    tree_write(tree, "proc/sys/kernel/hostname", "a.b\n");
    tree_write(tree, "etc/tmpfiles.d/a.conf", "w " PATH " - - - - %m %v %H %l %t %u\n");
    assert_text(thp_at_boot(tree), "0123 6.12.1 a.b a /run root /etc/tmpfiles.d/a.conf:1");
    tree_write(tree, "etc/tmpfiles.d/a.conf", "w " PATH " - - - - %b\n"); /* the next boot's is not known */
    assert_text(thp_at_boot(tree), "none");
    tree_write(tree, "etc/tmpfiles.d/a.conf", "w " PATH " - - - - %q\n");
    assert_text(thp_at_boot(tree), "none");
    tree_write(tree, "usr/lib/x86_64-linux-gnu/systemd/libsystemd-shared-257.13-1.so", "");
    assert_int_equal(conf_systemd_version(tree->root, &path, NULL), 257);
    assert_text(thp_at_boot(tree), "a.b /etc/tmpfiles.d/a.conf:1");
}

static void boot_config__sysctl_for_boot_and_for_procps(void **state)
{
    const struct tree *tree = *state;
    struct observation observation = {0};
    const struct sysctl_rule *rule;
    struct boot_files files;

    tree_write(tree, "etc/sysctl.d/50.conf", "vm.swappiness = 1\n");
    tree_write(tree, "run/sysctl.d/60.conf", "vm.swappiness = 2\n");
    tree_write(tree, "etc/sysctl.conf", "vm.swappiness = 3\n");
    tree_write(tree, "etc/credstore/sysctl.extra", "vm.overcommit_memory = 1\n");
    tree_write(tree, "proc/cmdline", "quiet ro\n");
    boot_files_read(tree->root, &observation, true, &files);
    rule = sysctl_rules_find(files.config.sysctl, "vm.swappiness");
    assert_text(rule->value, "1");
    rule = sysctl_rules_find(files.config.sysctl, "vm.overcommit_memory");
    assert_text(rule->file, "/etc/credstore/sysctl.extra");
    assert_int_equal(files.procps.items_count, 3);
    assert_text(files.procps.items[2].file, "/etc/sysctl.conf");
    assert_text(files.config.command_line, "quiet ro");
    assert_null(files.unseen);
    boot_files_done(&files);
}

/* Root reads whatever it likes by two capabilities alone. Returns what this process has had. */
static cap_t give_up_reading(void)
{
    static const cap_value_t reading[] = {CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH};
    cap_t before = cap_get_proc(), without = cap_dup(before);

    assert_int_equal(cap_set_flag(without, CAP_EFFECTIVE, ELEMENTS(reading), reading, CAP_CLEAR), 0);
    assert_int_equal(cap_set_proc(without), 0);
    cap_free(without);
    return before;
}

static void boot_config__says_what_it_could_not_see(void **state)
{
    const struct tree *tree = *state;
    struct observation observation = {0};
    struct boot_files files;
    cap_t before;

    tree_write(tree, "etc/sysctl.d/50.conf", "vm.swappiness = 1\n");
    assert_int_equal(chmod(tree_path(tree, "etc/sysctl.d/50.conf"), 0), 0);
    tree_mkdir(tree, "usr/lib/tmpfiles.d");
    assert_int_equal(chmod(tree_path(tree, "usr/lib/tmpfiles.d"), 0), 0);
    tree_link(tree, "etc/sysctl.d/60.conf", "60.conf"); /* systemd cannot read that either */
    before = give_up_reading();
    boot_files_read(tree->root, &observation, true, &files);
    assert_int_equal(cap_set_proc(before), 0);
    cap_free(before);
    assert_non_null(files.unseen);
    assert_contains(files.unseen[0], "/etc/sysctl.d/50.conf: Permission denied");
    assert_contains(files.unseen[1], "/usr/lib/tmpfiles.d: Permission denied");
    assert_null(files.unseen[2]);
    assert_text(files.config.sysctl->unseen, "/etc/sysctl.d/50.conf");
    assert_true(files.config.sysctl->is_unseen_one_file);
    assert_text(files.config.tmpfiles->unseen, "/usr/lib/tmpfiles.d");
    assert_false(files.config.is_command_line_unseen);
    assert_null(files.config.unit_unseen);
    boot_files_done(&files);
}

/* Where /run is empty, and where /lib is not looked into, nothing is missed. */
static void boot_config__what_does_not_count_at_boot_is_not_missed(void **state)
{
    const struct tree *tree = *state;
    struct observation observation = {0};
    struct boot_files files;
    cap_t before;

    tree_mkdir(tree, "run/sysctl.d");
    tree_mkdir(tree, "run/tmpfiles.d");
    assert_int_equal(chmod(tree_path(tree, "run/sysctl.d"), 0), 0);
    assert_int_equal(chmod(tree_path(tree, "run/tmpfiles.d"), 0), 0);
    before = give_up_reading();
    boot_files_read(tree->root, &observation, true, &files);
    assert_int_equal(cap_set_proc(before), 0);
    cap_free(before);
    assert_non_null(files.unseen); /* for "sysctl --system", run now */
    assert_null(files.config.sysctl->unseen);
    assert_null(files.config.tmpfiles->unseen);
    boot_files_done(&files);
}

/* How systemd-tmpfiles reads its words depends on its version. */
static void boot_config__a_version_of_systemd_that_cannot_be_read(void **state)
{
    const struct tree *tree = *state;
    struct observation observation = {0};
    struct boot_files files;
    cap_t before;

    tree_mkdir(tree, "usr/lib/systemd");
    assert_int_equal(chmod(tree_path(tree, "usr/lib/systemd"), 0111), 0); /* may be passed, not be listed */
    before = give_up_reading();
    boot_files_read(tree->root, &observation, true, &files);
    assert_int_equal(cap_set_proc(before), 0);
    cap_free(before);
    assert_text(files.config.tmpfiles->unseen, "systemd's library");
    assert_contains(files.unseen[0], "/usr/lib/systemd: Permission denied");
    boot_files_done(&files);
}

static void boot_config__a_command_line_that_cannot_be_read(void **state)
{
    const struct tree *tree = *state;
    struct observation observation = {0};
    struct boot_files files;
    char *line = calloc(1, 65 * 1024 + 1);

    assert_non_null(line);
    memset(line, 'x', 65 * 1024);
    tree_write(tree, "proc/cmdline", line);
    free(line);
    boot_files_read(tree->root, &observation, true, &files);
    assert_true(files.config.is_command_line_unseen);
    assert_null(files.config.command_line);
    assert_contains(files.unseen[0], "/proc/cmdline: too large to be read");
    boot_files_done(&files);
}

/* systemctl mask --runtime and enable --runtime */
static void boot_config__what_lies_below_run_is_gone(void **state)
{
    const struct tree *tree = *state;
    struct observation observation = {0};
    struct boot_files files;

    tree_write(tree, "usr/lib/systemd/system/systemd-sysctl.service", "[Service]\n");
    tree_write(tree, "usr/lib/systemd/system/redis-hosttune.service", "[Service]\n");
    tree_link(tree, "run/systemd/system/systemd-sysctl.service", "/dev/null");
    tree_link(tree, "run/systemd/system/multi-user.target.wants/redis-hosttune.service",
              "/usr/lib/systemd/system/redis-hosttune.service");
    boot_files_read(tree->root, &observation, true, &files);
    assert_null(files.config.sysctl_mask);
    assert_null(files.config.unit_path);
    boot_files_done(&files);
    tree_write(tree, "proc/cmdline", "quiet systemd.mask=systemd-sysctl.service\n");
    boot_files_read(tree->root, &observation, true, &files);
    assert_non_null(files.config.sysctl_mask);
    boot_files_done(&files);
}

static void assert_other(const struct other_writers *found, size_t index, const char *what,
                         const char *because)
{
    assert_true(index < found->count);
    assert_text(found->items[index].what, what);
    assert_true(text_equal(found->items[index].because, because));
}

static void boot_config__directories_of_units_that_cannot_be_read(void **state)
{
    const struct tree *tree = *state;
    struct observation observation = {0};
    struct boot_files files;

    tree_write(tree, "usr/lib/systemd/system/redis-hosttune.service", "[Service]\n");
    tree_link(tree, "etc/systemd/system", "system");
    tree_write(tree, "etc/rc.local", "echo 1 >/proc/sys/vm/swappiness\n");
    boot_files_read(tree->root, &observation, true, &files);
    assert_text(files.config.unit_unseen, "/etc/systemd/system");
    assert_null(files.config.unit_path);
    assert_true(files.config.tuned->is_start_unseen);
    assert_contains(files.unseen[0], "/etc/systemd/system: Too many levels of symbolic links");
    assert_null(files.unseen[1]);
    assert_other(&files.others, 0, "/etc/rc.local", "swappiness, not executable, so nothing runs it");
    boot_files_done(&files);
}

static void boot_config__links_that_cannot_be_read(void **state)
{
    const struct tree *tree = *state;
    struct observation observation = {0};
    struct boot_files files;

    tree_write(tree, "usr/lib/systemd/system/redis-hosttune.service", "[Service]\n");
    tree_write(tree, "usr/lib/systemd/system/kubelet.service", "[Service]\n");
    tree_link(tree, "etc/systemd/system/a.target.wants", "a.target.wants");
    boot_files_read(tree->root, &observation, true, &files);
    assert_text(files.config.unit_unseen, "the links that enable redis-hosttune.service");
    assert_false(files.config.tuned->is_start_unseen); /* there is none */
    assert_text(files.unseen[0],
                "the links that enable redis-hosttune.service: Too many levels of symbolic links");
    assert_other(&files.others, 0, "kubelet.service",
                 "whether it is enabled cannot be seen: Too many levels of symbolic links");
    boot_files_done(&files);
}

/* As another user, in a child: whether what only root may see is said, and left open. */
static int is_hidden_told(void *argument)
{
    const struct tree *tree = argument;
    struct observation observation = {0};
    struct boot_files files;
    bool is_told;

    if (setresuid(65534, 65534, 65534) < 0)
        return 2;
    boot_files_read(tree->root, &observation, true, &files);
    is_told = text_equal(files.config.unit_unseen, "/etc/systemd/system") && files.tuned.is_start_unseen &&
              strstr(files.unseen[0], "/etc/systemd/system: Permission denied") && !files.unseen[1];
    boot_files_done(&files);
    return !is_told;
}

static void boot_config__a_directory_that_only_root_may_see(void **state)
{
    struct tree *tree = *state;

    if (!may_be_others())
        skip();
    tree_write(tree, "usr/lib/systemd/system/redis-hosttune.service", "[Service]\n");
    tree_mkdir(tree, "etc/systemd/system");
    assert_int_equal(chmod(tree_path(tree, "etc/systemd/system"), 0700), 0);
    assert_int_equal(chmod(tree->path, 0755), 0);
    assert_int_equal(in_child(is_hidden_told, tree), 0);
}

static void boot_config__the_unit_and_tuned_start_where_they_are_enabled(void **state)
{
    const struct tree *tree = *state;
    struct observation observation = {0};
    struct boot_files files;

    tree_write(tree, "usr/lib/systemd/system/redis-hosttune.service", "[Service]\n");
    tree_write(tree, "usr/lib/systemd/system/tuned.service", "[Service]\n");
    boot_files_read(tree->root, &observation, true, &files);
    assert_null(files.config.unit_path);
    assert_false(files.config.tuned->starts_at_boot);
    boot_files_done(&files);
    tree_link(tree, "etc/systemd/system/multi-user.target.wants/redis-hosttune.service",
              "/usr/lib/systemd/system/redis-hosttune.service");
    tree_link(tree, "etc/systemd/system/multi-user.target.wants/tuned.service",
              "/usr/lib/systemd/system/tuned.service");
    boot_files_read(tree->root, &observation, true, &files);
    assert_text(files.config.unit_path, "/usr/lib/systemd/system/redis-hosttune.service");
    assert_true(files.config.tuned->starts_at_boot);
    boot_files_done(&files);
    tree_link(tree, "etc/systemd/system/redis-hosttune.service", "/dev/null");
    boot_files_read(tree->root, &observation, true, &files);
    assert_null(files.config.unit_path);
    boot_files_done(&files);
}

static void boot_config__thp_as_the_kernel_was_built(void **state)
{
    const struct tree *tree = *state;

    assert_null(boot_read_thp_built_in(tree->root));
    tree_write(tree, "proc/sys/kernel/osrelease", "6.1.0-1-amd64\n");
    assert_null(boot_read_thp_built_in(tree->root));
    tree_write(tree, "boot/config-6.1.0-1-amd64",
               "CONFIG_X=y\n# CONFIG_TRANSPARENT_HUGEPAGE_MADVISE is not set\n"
               "CONFIG_TRANSPARENT_HUGEPAGE_ALWAYS=y\nCONFIG_Y=y\n");
    assert_text(boot_read_thp_built_in(tree->root), "always");
}

static void tuned__reads_the_active_profile_with_its_parents(void **state)
{
    const struct tree *tree = *state;
    struct tuned_profile profile;

    tuned_read(tree->root, &profile, NULL);
    assert_null(profile.names);
    tree_write(tree, "etc/tuned/active_profile", "mine\n");
    tree_write(tree, "etc/tuned/post_loaded_profile", "last\n");
    tree_write(tree, "etc/tuned/tuned-main.conf", "# x\nreapply_sysctl = 0\n");
    tree_write(tree, "etc/tuned/mine/tuned.conf", "[main]\ninclude=base,-none\n[sysctl]\na=2\n");
    tree_write(tree, "usr/lib/tuned/base/tuned.conf",
               "[main]\ninclude=mine\n[sysctl]\na=1\nb=1\n"); /* a circle */
    tree_write(tree, "usr/lib/tuned/profiles/last/tuned.conf", "[sysctl]\nc=3\n");
    tuned_read(tree->root, &profile, NULL);
    assert_text(profile.names, "mine last");
    assert_false(profile.reapplies_sysctl);
    assert_text(tuned_profile_find_sysctl(&profile, "a")->value, "2");
    assert_text(tuned_profile_find_sysctl(&profile, "b")->file, "/usr/lib/tuned/base/tuned.conf");
    assert_text(tuned_profile_find_sysctl(&profile, "c")->value, "3");
    assert_true(profile.is_incomplete); /* "mine" again, of which there is no second */
    tuned_profile_done(&profile);
}

static void tuned__names_do_not_lead_out_of_its_directories(void **state)
{
    const struct tree *tree = *state;
    struct tuned_profile profile;

    tree_write(tree, "etc/tuned/active_profile", "../../x a/b ..\n");
    tree_write(tree, "x/tuned.conf", "[sysctl]\na=1\n");
    tuned_read(tree->root, &profile, NULL);
    assert_true(profile.is_incomplete);
    assert_int_equal(profile.options_count, 0);
    tuned_profile_done(&profile);
}

static void tuned__says_what_it_cannot_read(void **state)
{
    const struct tree *tree = *state;
    struct tuned_profile profile;
    _cleanup_strings_ char **unseen = NULL;
    cap_t before;

    tree_write(tree, "etc/tuned/active_profile", "mine\n");
    tree_write(tree, "etc/tuned/mine/tuned.conf", "[sysctl]\na=2\n");
    tree_write(tree, "usr/lib/tuned/mine/tuned.conf", "[sysctl]\na=1\n");
    assert_int_equal(chmod(tree_path(tree, "etc/tuned/mine/tuned.conf"), 0), 0);
    before = give_up_reading();
    tuned_read(tree->root, &profile, &unseen);
    assert_int_equal(cap_set_proc(before), 0);
    cap_free(before);
    assert_text(profile.unseen, "/etc/tuned/mine/tuned.conf");
    assert_contains(unseen[0], "/etc/tuned/mine/tuned.conf: Permission denied");
    tuned_profile_done(&profile);
}

static void other_writers__that_cannot_be_read_are_named(void **state)
{
    const struct tree *tree = *state;
    struct unit_directories none = {0};
    struct other_writers found;
    cap_t before;

    tree_write(tree, "etc/rc.local", "true\n");
    tree_mkdir(tree, "etc/cron.d");
    tree_link(tree, "etc/sysfs.conf", "nowhere"); /* nobody can read that */
    assert_int_equal(chmod(tree_path(tree, "etc/rc.local"), 0), 0);
    assert_int_equal(chmod(tree_path(tree, "etc/cron.d"), 0), 0);
    before = give_up_reading();
    other_writers_find(tree->root, &none, &found);
    assert_int_equal(cap_set_proc(before), 0);
    cap_free(before);
    assert_int_equal(found.count, 2);
    assert_other(&found, 0, "/etc/rc.local", "cannot be read: Permission denied");
    assert_other(&found, 1, "/etc/cron.d", "cannot be read: Permission denied");
    other_writers_done(&found);
}

static void other_writers__are_found(void **state)
{
    const struct tree *tree = *state;
    struct unit_directories directories;
    struct other_writers found;

    tree_write(tree, "usr/lib/systemd/system/kubelet.service", "[Service]\n");
    tree_link(tree, "etc/systemd/system/multi-user.target.wants/kubelet.service",
              "/usr/lib/systemd/system/kubelet.service");
    tree_write(tree, "etc/rc.local", "#!/bin/sh\n# swappiness\necho never > " PATH "\n");
    assert_int_equal(chmod(tree_path(tree, "etc/rc.local"), 0755), 0);
    tree_write(tree, "etc/rc.d/rc.local", "# swappiness\n");
    tree_write(tree, "etc/cron.d/thp", "@reboot root echo never >" PATH "\n");
    tree_write(tree, "etc/systemd/system/disable-thp.service",
               "[Service]\nExecStart=/bin/sh -c 'echo 1 > x/swappiness'\n");
    tree_write(tree, "etc/systemd/system/redis-hosttune.service", "[Service]\nExecStart=swappiness\n");
    assert_int_equal(unit_directories_read(tree->root, &directories, NULL), 0);
    other_writers_find(tree->root, &directories, &found);
    unit_directories_done(&directories);
    assert_int_equal(found.count, 4);
    assert_other(&found, 0, "kubelet.service", NULL);
    assert_other(&found, 1, "/etc/rc.local", "transparent_hugepage");
    assert_other(&found, 2, "/etc/cron.d/thp", "transparent_hugepage");
    assert_other(&found, 3, "disable-thp.service", "swappiness, not enabled");
    other_writers_done(&found);
}

/* What a line runs counts, and what has the files read once more. */
static void other_writers__that_run_another(void **state)
{
    static const struct unit_directories none = {0};
    const struct tree *tree = *state;
    struct other_writers found;

    tree_write(tree, "etc/rc.local", "#!/bin/sh\n# /opt/off.sh\nsysctl -p\n");
    assert_int_equal(chmod(tree_path(tree, "etc/rc.local"), 0755), 0);
    tree_write(tree, "etc/init.d/procps",
               "#!/bin/sh\nsysctl -q --system\n"); /* of Debian, in place of it a unit */
    assert_int_equal(chmod(tree_path(tree, "etc/init.d/procps"), 0755), 0);
    tree_write(tree, "etc/cron.d/thp", "@reboot root /usr/bin/none\n@reboot root /opt/thp.sh --quiet\n");
    tree_write(tree, "opt/thp.sh", "#!/bin/sh\necho never >" PATH "\n");
    tree_write(tree, "opt/off.sh", "#!/bin/sh\necho 1 >/proc/sys/vm/swappiness\n");
    other_writers_find(tree->root, &none, &found);
    assert_int_equal(found.count, 2);
    assert_other(&found, 0, "/etc/rc.local", "sysctl -p");
    assert_other(&found, 1, "/etc/cron.d/thp", "transparent_hugepage by /opt/thp.sh");
    other_writers_done(&found);
}

/* "UNIT FILE:LINE [script] [first]" of each that a unit of the boot runs; static buffer. */
static const char *list_units(const struct tree *tree)
{
    static char shown[2048];
    struct unit_directories directories;
    struct other_writers found;
    char *out = shown;

    *out = '\0';
    assert_int_equal(unit_directories_read(tree->root, &directories, NULL), 0);
    other_writers_find(tree->root, &directories, &found);
    unit_directories_done(&directories);
    for (size_t i = 0; i < found.count; i++)
        if (found.items[i].unit)
            out += sprintf(out, "%s %s:%u%s%s; ", found.items[i].unit, found.items[i].file,
                           found.items[i].line, found.items[i].is_script ? " script" : "",
                           found.items[i].is_ordered_first ? " first" : "");
    other_writers_done(&found);
    return shown;
}

/* The step that keeps the first of them from writing; static buffer. */
static const char *first_mend(const struct tree *tree)
{
    static char shown[512];
    struct unit_directories directories;
    struct other_writers found;

    assert_int_equal(unit_directories_read(tree->root, &directories, NULL), 0);
    other_writers_find(tree->root, &directories, &found);
    unit_directories_done(&directories);
    assert_int_equal(found.count, 1);
    snprintf(shown, sizeof(shown), "%s", TEXT_OR_NULL(found.items[0].mended_by));
    other_writers_done(&found);
    return shown;
}

static void remove_file(const struct tree *tree, const char *path)
{
    assert_int_equal(unlink(tree_path(tree, path)), 0);
}

#define WRITES "ExecStart=/bin/sh -c 'echo always >" PATH "'\n"
#define NEEDED ", where nothing else here needs it"

static void other_writers__what_keeps_each_from_writing(void **state)
{
    static const char wants[] = "etc/systemd/system/basic.target.wants/thp.service";
    static const char vendors[] = "usr/lib/systemd/system/sysinit.target.wants/thp.service";
    const struct tree *tree = *state;

    tree_write(tree, "etc/systemd/system/thp.service", "[Service]\n" WRITES);
    assert_text(first_mend(tree), "(null)");
    tree_link(tree, wants, "../thp.service");
    assert_text(first_mend(tree), "sudo systemctl disable thp.service" NEEDED);
    /* disable takes no link of a package away */
    remove_file(tree, wants);
    tree_link(tree, vendors, "/etc/systemd/system/thp.service");
    assert_text(first_mend(tree), "sudo systemctl mask thp.service" NEEDED);
    remove_file(tree, vendors);
    /* a timer starts it, by another name */
    tree_write(tree, "etc/systemd/system/hourly.timer", "[Timer]\nOnBootSec=5\nUnit=thp.service\n");
    tree_link(tree, "etc/systemd/system/timers.target.wants/hourly.timer", "../hourly.timer");
    assert_text(first_mend(tree), "sudo systemctl disable hourly.timer" NEEDED);
    remove_file(tree, "etc/systemd/system/thp.service");
    /* a line beside the unit's own work */
    tree_write(tree, "usr/lib/systemd/system/mongod.service", "[Service]\nExecStart=/usr/bin/mongod\n");
    tree_write(tree, "etc/systemd/system/mongod.service.d/thp.conf",
               "[Service]\nExecStartPre=/bin/sh -c 'echo always >" PATH "'\n");
    tree_link(tree, "etc/systemd/system/multi-user.target.wants/mongod.service",
              "/usr/lib/systemd/system/mongod.service");
    assert_text(first_mend(tree), "take that line out of /etc/systemd/system/mongod.service.d/thp.conf, then "
                                  "sudo systemctl daemon-reload");
}

static void other_writers__of_units_that_start_at_boot(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, "usr/lib/systemd/system/thp.service",
               "[Unit]\nBefore=redis-hosttune.service\n[Service]\nExecStart=/bin/sh -c 'echo x >" PATH "'\n"
               "ExecStop=/bin/sh -c 'echo y >" PATH "'\n");
    assert_text(list_units(tree), "");
    tree_link(tree, "etc/systemd/system/basic.target.wants/thp.service",
              "/usr/lib/systemd/system/thp.service");
    assert_text(list_units(tree), "thp.service /usr/lib/systemd/system/thp.service:4 first; ");
    /* its drop-ins; and what they run */
    tree_write(tree, "etc/systemd/system/thp.service.d/x.conf",
               "[Unit]\nBefore=\n[Service]\nExecStart=\nExecStartPre=/usr/bin/env \"/opt/thp.sh\"\n");
    tree_write(tree, "opt/thp.sh", "#!/bin/sh\n# swappiness\nsysctl -w vm.swappiness=1\n");
    assert_text(list_units(tree), "thp.service /opt/thp.sh:3 script first; ");
    /* of a timer */
    tree_write(tree, "usr/lib/systemd/system/late.service", "[Service]\nExecStart=sysctl vm.swappiness=2\n");
    tree_link(tree, "etc/systemd/system/timers.target.wants/late.timer",
              "/usr/lib/systemd/system/late.timer");
    assert_text(list_units(tree), "thp.service /opt/thp.sh:3 script first; "
                                  "late.service /usr/lib/systemd/system/late.service:2; ");
    tree_link(tree, "etc/systemd/system/late.service", "/dev/null");
    tree_link(tree, "etc/systemd/system/thp.service", "/dev/null");
    assert_text(list_units(tree), "");
}

static void other_writers__init_scripts_by_their_links(void **state)
{
    const struct tree *tree = *state;
    struct unit_directories directories;

    tree_write(tree, "etc/init.d/thp", "#!/bin/sh\necho never >" PATH "\n");
    assert_int_equal(chmod(tree_path(tree, "etc/init.d/thp"), 0755), 0);
    for (int i = 0; i < 3; i++) {
        static const char *const because[] = {"transparent_hugepage, not enabled", "transparent_hugepage",
                                              "transparent_hugepage, not enabled"};
        struct other_writers found;

        assert_int_equal(unit_directories_read(tree->root, &directories, NULL), 0);
        other_writers_find(tree->root, &directories, &found);
        unit_directories_done(&directories);
        assert_other(&found, 0, "/etc/init.d/thp", because[i]);
        other_writers_done(&found);
        if (i == 0)
            tree_link(tree, "etc/rc2.d/S01thp", "../init.d/thp");
        else /* the unit counts */
            tree_write(tree, "usr/lib/systemd/system/thp.service", "[Service]\nExecStart=/a\n");
    }
}

static void other_writer__sets_what_can_be_told(void **state)
{
    static const struct {
        const char *text, *thp, *swappiness; /* "-": not a word of it; "?": something */
    } rows[] = {
        {"/bin/sh -c 'echo always | tee /sys/kernel/mm/transparent_hugepage/enabled'", "always", "-"},
        {"/bin/sh -c \"echo 'never' > /sys/kernel/mm/transparent_hugepage/enabled\"", "never", "-"},
        {"echo -n never >/sys/kernel/mm/transparent_hugepage/enabled", "never", "-"},
        {"echo never > /sys/kernel/mm/transparent_hugepage/enabled; echo x", "never", "-"},
        {"echo a; cat x > /sys/kernel/mm/transparent_hugepage/enabled", "?", "-"},
        {"echo $MODE > /sys/kernel/mm/transparent_hugepage/enabled", "?", "-"},
        {"cat /sys/kernel/mm/transparent_hugepage/enabled", "-", "-"},
        {"echo never > /sys/kernel/mm/transparent_hugepage/defrag", "-", "-"},
        {"/sbin/sysctl -w vm.swappiness=10", "-", "10"},
        {"/sbin/sysctl -w vm.swappiness = 10 kernel.panic=1", "-", "10"},
        {"/sbin/sysctl -w 'vm/swappiness=10'", "-", "10"},
        {"sysctl -w vm.swappiness=$N", "-", "?"},
        {"echo 10 > /proc/sys/vm/swappiness", "-", "10"},
        {"sysctl vm.swappiness", "-", "-"},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++)
        for (int row = 0; row < 2; row++) {
            const struct tunable *tunable = tunable_find(row == 0 ? "thp.enabled" : "vm.swappiness");
            const struct other_writer writer = {.text = (char *)rows[i].text};
            const char *expected = row == 0 ? rows[i].thp : rows[i].swappiness;
            _cleanup_free_ char *value = NULL;
            bool sets = other_writer_sets(&writer, tunable, tunable->path, &value);

            if (strcmp(!sets ? "-" : value ? value : "?", expected) != 0)
                fail_msg("%s: %s is %s", rows[i].text, tunable->name, !sets ? "-" : value ? value : "?");
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        tree_test(boot_config__tmpfiles_in_their_order),
        tree_test(boot_config__specifiers),
        tree_test(boot_config__sysctl_for_boot_and_for_procps),
        tree_test(boot_config__says_what_it_could_not_see),
        tree_test(boot_config__what_does_not_count_at_boot_is_not_missed),
        tree_test(boot_config__a_version_of_systemd_that_cannot_be_read),
        tree_test(boot_config__a_command_line_that_cannot_be_read),
        tree_test(boot_config__directories_of_units_that_cannot_be_read),
        tree_test(boot_config__links_that_cannot_be_read),
        tree_test(boot_config__a_directory_that_only_root_may_see),
        tree_test(tuned__says_what_it_cannot_read),
        tree_test(other_writers__that_cannot_be_read_are_named),
        tree_test(boot_config__the_unit_and_tuned_start_where_they_are_enabled),
        tree_test(boot_config__thp_as_the_kernel_was_built),
        tree_test(tuned__reads_the_active_profile_with_its_parents),
        tree_test(tuned__names_do_not_lead_out_of_its_directories),
        tree_test(other_writers__are_found),
        tree_test(boot_config__what_lies_below_run_is_gone),
        tree_test(other_writers__that_run_another),
        tree_test(other_writers__what_keeps_each_from_writing),
        tree_test(other_writers__of_units_that_start_at_boot),
        tree_test(other_writers__init_scripts_by_their_links),
        cmocka_unit_test(other_writer__sets_what_can_be_told),
    };

    return cmocka_run_group_tests_name("boot-config", tests, NULL, NULL);
}
