/* SPDX-License-Identifier: MIT */
#include "privileged/capabilities.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "support.h"

/* The word behind "KEY:" in /proc/self/status; static buffer. */
static const char *status_of(const char *key)
{
    static char word[64], line[256];
    _cleanup_fclose_ FILE *file = fopen("/proc/self/status", "re");

    while (file && fgets(line, sizeof(line), file))
        if (text_has_prefix(line, key) && sscanf(line + strlen(key), ": %63s", word) == 1)
            return word;
    return "none";
}

static bool has_none(const char *key)
{
    const char *word = status_of(key);

    return word[strspn(word, "0")] == '\0';
}

static int drop_and_look(void *argument)
{
    unsigned uid = geteuid();

    (void)argument;
    if (capabilities_drop_all() != 0)
        return 1;
    if (!has_none("CapEff") || !has_none("CapPrm") || !has_none("CapInh") || !has_none("CapAmb"))
        return 2;
    if (strcmp(status_of("NoNewPrivs"), "1") != 0)
        return 3;
    if (geteuid() != uid) /* the owner of the knobs it stays */
        return 4;
    return capabilities_drop_all() == 0 ? 0 : 5; /* a second time does no harm */
}

static void drop__leaves_none_and_no_way_to_gain_any(void **state)
{
    (void)state;
    assert_int_equal(in_child(drop_and_look, NULL), 0);
}

/* What a child of ours gets: uid 0 alone must not bring them back over an execve. */
static int drop_and_run(void *argument)
{
    (void)argument;
    if (capabilities_drop_all() != 0)
        return 1;
    return system("grep -qE '^CapEff:[[:space:]]0+$' /proc/self/status && "
                  "grep -qE '^NoNewPrivs:[[:space:]]1$' /proc/self/status") == 0
               ? 0
               : 2;
}

static void drop__outlives_an_exec(void **state)
{
    (void)state;
    assert_int_equal(in_child(drop_and_run, NULL), 0);
}

/* As the unit's filter has it: capset(2) is refused. */
static int forbid_capset(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_capset, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {.len = ELEMENTS(code), .filter = code};

    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static int drop_with_capset_forbidden(void *argument)
{
    (void)argument;
    if (capabilities_drop_all() != 0 || forbid_capset() != 0)
        return 1;
    return capabilities_drop_all() == 0 && capabilities_keep_asking() == 0 ? 0 : 2;
}

static void drop__calls_no_capset_where_nothing_is_held(void **state)
{
    (void)state;
    assert_int_equal(in_child(drop_with_capset_forbidden, NULL), 0);
}

static int drop_something_with_capset_forbidden(void *argument)
{
    (void)argument;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || forbid_capset() != 0)
        return 1;
    return capabilities_drop_all() == -EPERM ? 0 : 2;
}

static void drop__fails_where_something_is_held_and_stays(void **state)
{
    (void)state;
    if (has_none("CapPrm"))
        skip();
    assert_int_equal(in_child(drop_something_with_capset_forbidden, NULL), 0);
}

enum {
    SETUID = 1 << 7,
    PTRACE = 1 << 19, /* the numbers of linux/capability.h */
    READ_SEARCH = 1 << 2,
    ADMIN = 1 << 21,
};

#define SYSLOG (1ULL << 34)

static unsigned long long mask_of(const char *key)
{
    unsigned long long mask = ~0ULL;

    sscanf(status_of(key), "%llx", &mask);
    return mask;
}

static int keep_and_look(void *argument)
{
    unsigned long long before = mask_of("CapPrm"), kept;

    (void)argument;
    if (capabilities_hold_inspection() != 0 || !has_none("CapEff"))
        return 1;
    if (capabilities_use_held() != 0)
        return 6;
    kept = before & (PTRACE | READ_SEARCH | ADMIN | SYSLOG);
    if (mask_of("CapEff") != kept || mask_of("CapPrm") != kept || !has_none("CapInh") || !has_none("CapAmb"))
        return 2;
    if (strcmp(status_of("NoNewPrivs"), "1") != 0)
        return 3;
    if (capabilities_drop_all() != 0 || !has_none("CapPrm"))
        return 4;
    return capabilities_use_held() == 0 && has_none("CapEff") ? 0 : 5; /* they do not come back */
}

static void inspection__is_all_that_is_kept(void **state)
{
    (void)state;
    assert_int_equal(in_child(keep_and_look, NULL), 0);
}

static int keep_asking_and_look(void *argument)
{
    unsigned long long before = mask_of("CapPrm");

    (void)argument;
    if (capabilities_keep_asking() != 0)
        return 1;
    if (mask_of("CapEff") != (before & (SETUID | PTRACE | READ_SEARCH | ADMIN | SYSLOG)))
        return 2;
    return capabilities_drop_all() == 0 && has_none("CapPrm") ? 0 : 3;
}

static void asking__keeps_what_a_socket_needs_too(void **state)
{
    (void)state;
    assert_int_equal(in_child(keep_asking_and_look, NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drop__leaves_none_and_no_way_to_gain_any),
        cmocka_unit_test(drop__outlives_an_exec),
        cmocka_unit_test(drop__calls_no_capset_where_nothing_is_held),
        cmocka_unit_test(drop__fails_where_something_is_held_and_stays),
        cmocka_unit_test(inspection__is_all_that_is_kept),
        cmocka_unit_test(asking__keeps_what_a_socket_needs_too),
    };

    return cmocka_run_group_tests_name("privileged-capabilities", tests, NULL, NULL);
}
