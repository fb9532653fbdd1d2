/* SPDX-License-Identifier: MIT */
#include "boot/kernel-command-line.h"

#include "support.h"

/* What the line makes of the object on Linux MAJOR.MINOR; static buffer, "none". */
static const char *found(int major, int minor, const char *object, const char *line)
{
    static char shown[256];
    const struct host_facts facts = {
        .kernel_major = major, .kernel_minor = minor, .pmd_size_kib = 2048, .least_thp_kib = 16};
    const struct tunable *tunable = tunable_find(object);
    struct kernel_parameter parameter = {0};
    unsigned size = 0;
    char part[16];
    _cleanup_free_ char *path = NULL;

    assert_non_null(tunable);
    sscanf(object, "thp.hugepages-%ukB", &size);
    snprintf(part, sizeof(part), "%u", size);
    path = tunable_expand(tunable->path, part);
    kernel_command_line_find(line, tunable, path, &facts, &parameter);
    snprintf(shown, sizeof(shown), "%s", parameter.value ? parameter.value : "none");
    assert_true(!parameter.value == !parameter.text);
    kernel_parameter_done(&parameter);
    return shown;
}

static void command_line__sysctls(void **state)
{
    (void)state;
    assert_text(found(6, 1, "vm.swappiness", ""), "none");
    assert_text(found(6, 1, "vm.swappiness", "quiet sysctl.vm.swappiness=5 ro"), "5");
    assert_text(found(6, 1, "vm.swappiness", "sysctl/vm/swappiness=5"), "5");
    assert_text(found(6, 1, "vm.swappiness", "sysctl.vm.swappiness=5 sysctl.vm.swappiness=6"), "6");
    assert_text(found(6, 1, "vm.swappiness", "sysctl.vm.swappiness=5 sysctl.vm.swappiness=many"), "5");
    assert_text(found(6, 1, "vm.swappiness", "\"sysctl.vm.swappiness=5\""), "5");
    assert_text(found(6, 1, "vm.swappiness", "sysctl.vm.swappiness=\"5\""), "5");
    assert_text(found(6, 1, "vm.swappiness", "x=\"a sysctl.vm.swappiness=5\""), "none");
    assert_text(found(6, 1, "vm.swappiness", "sysctl.vm.swappiness"), "none");
    assert_text(found(6, 1, "vm.swappiness", "sysctl.vm.swappiness2=5 xsysctl.vm.swappiness=5"), "none");
    assert_text(found(6, 1, "vm.swappiness", "-- sysctl.vm.swappiness=5"), "none"); /* for PID 1 */
    assert_text(found(5, 7, "vm.swappiness", "sysctl.vm.swappiness=5"), "none");    /* not yet */
}

static void command_line__transparent_hugepage(void **state)
{
    (void)state;
    assert_text(found(6, 1, "thp.enabled", "transparent_hugepage=never"), "never");
    assert_text(found(6, 1, "thp.enabled", "transparent-hugepage=never"), "never");
    assert_text(found(6, 1, "thp.enabled", "transparent_hugepage=never transparent_hugepage=x"), "never");
    assert_text(found(6, 1, "thp.enabled", "transparent_hugepage=madvise transparent_hugepage=always"),
                "always");
    assert_text(found(6, 1, "thp.defrag", "transparent_hugepage=never"), "none");
    assert_text(found(6, 12, "thp.hugepages-64kB", "transparent_hugepage=never"), "none");
}

static void command_line__thp_anon(void **state)
{
    static const char line[] = "thp_anon=16K-64K:always;128K,512K:inherit;256K:madvise;1M-2M:never";

    (void)state;
    assert_text(found(6, 12, "thp.hugepages-16kB", line), "always");
    assert_text(found(6, 12, "thp.hugepages-32kB", line), "always");
    assert_text(found(6, 12, "thp.hugepages-128kB", line), "inherit");
    assert_text(found(6, 12, "thp.hugepages-256kB", line), "madvise");
    assert_text(found(6, 12, "thp.hugepages-2048kB", line), "never");
    assert_text(found(6, 12, "thp.hugepages-2048kB", "thp_anon=64K:always"), "never"); /* not named */
    assert_text(found(6, 12, "thp.hugepages-64kB", "thp_anon=64K:always thp_anon=128K:madvise"), "always");
    assert_text(found(6, 11, "thp.hugepages-64kB", line), "none");
}

/* One mistake and the kernel ignores the parameter. */
static void command_line__thp_anon_with_a_mistake(void **state)
{
    static const char *const lines[] = {
        "thp_anon=64K:always;128K",     "thp_anon=64K:x",
        "thp_anon=64K:always;3K:never", "thp_anon=",
        "thp_anon=128K-64K:always",     "thp_anon=:never",
        "thp_anon=64Kx:always;:x",      "thp_anon=64K:always;8K:never",
        "thp_anon=4K-64K:always",       "thp_anon=64K-4M:always",
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(lines); i++)
        if (strcmp(found(6, 12, "thp.hugepages-64kB", lines[i]), "none") != 0)
            fail_msg("%s", lines[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(command_line__sysctls),
        cmocka_unit_test(command_line__transparent_hugepage),
        cmocka_unit_test(command_line__thp_anon),
        cmocka_unit_test(command_line__thp_anon_with_a_mistake),
    };

    return cmocka_run_group_tests_name("boot-kernel-command-line", tests, NULL, NULL);
}
