/* SPDX-License-Identifier: MIT */
/* Who has the last word at boot, and what the report makes of it. */
#include "boot/forecast.h"

#include "model.h"

#include "boot/set-by.h"
#include "check/report.h"

#define THP "/sys/kernel/mm/transparent_hugepage/enabled"

/* A host with files for the next boot. */
struct boot {
    struct host *host;
    struct sysctl_rules sysctl, procps;
    struct tmpfiles_context context;
    struct tmpfiles_rules tmpfiles;
    struct tuned_profile tuned;
    struct boot_config config;
    struct plan *plan;
    struct check_report report;
};

static int boot_setup(void **state)
{
    struct boot *boot = calloc(1, sizeof(*boot));
    void *host;

    assert_non_null(boot);
    host_setup(&host);
    boot->host = host;
    boot->tmpfiles.context = &boot->context;
    boot->config = (struct boot_config){
        .sysctl = &boot->sysctl, .procps = &boot->procps, .tmpfiles = &boot->tmpfiles, .tuned = &boot->tuned};
    *state = boot;
    return 0;
}

static void forget(struct boot *boot)
{
    check_report_done(&boot->report);
}

static int boot_teardown(void **state)
{
    struct boot *boot = *state;
    void *host = boot->host;

    forget(boot);
    sysctl_rules_done(&boot->sysctl);
    sysctl_rules_done(&boot->procps);
    tmpfiles_rules_done(&boot->tmpfiles);
    tuned_profile_done(&boot->tuned);
    host_teardown(&host);
    free(boot);
    return 0;
}

#define boot_test(function) cmocka_unit_test_setup_teardown(function, boot_setup, boot_teardown)

/* A drop-in that systemd and procps both read. */
static void boot_sysctl(struct boot *boot, const char *file, const char *content)
{
    sysctl_rules_parse(&boot->sysctl, file, content, strlen(content));
    sysctl_rules_parse_procps(&boot->procps, file, content, strlen(content));
}

static void boot_procps(struct boot *boot, const char *file, const char *content)
{
    sysctl_rules_parse_procps(&boot->procps, file, content, strlen(content));
}

static void boot_tmpfiles(struct boot *boot, const char *file, const char *content)
{
    tmpfiles_rules_parse(&boot->tmpfiles, file, content, strlen(content));
}

static void boot_tuned(struct boot *boot, const char *content)
{
    boot->tuned.starts_at_boot = boot->tuned.reapplies_sysctl = true;
    assert_int_equal(text_replace(&boot->tuned.names, "mine"), 0);
    assert_int_equal(tuned_profile_merge(&boot->tuned, "/etc/tuned/mine/tuned.conf", content), 0);
}

static const struct forecast *foresee(struct boot *boot, const char *object)
{
    const struct boot_input input = {
        .config = &boot->config,
        .state = &boot->host->state,
        .facts = &boot->host->observation.facts,
    };

    forget(boot);
    boot->plan = host_plan(boot->host, NULL);
    boot_forecast(boot->plan, &input);
    check_report_build(boot->plan, &input, &boot->report);
    for (size_t i = 0; i < boot->plan->items_count; i++)
        if (strcmp(boot->plan->items[i].object, object) == 0)
            return boot->plan->items[i].boot;
    return NULL;
}

/* "VALUE by FILE:LINE"; static buffer. */
static const char *decided(struct boot *boot, const char *object)
{
    static char shown[256];
    const struct forecast *forecast = foresee(boot, object);
    _cleanup_free_ char *by = NULL;

    assert_non_null(forecast);
    by = forecast_step_describe(&forecast->steps[forecast->decided]);
    snprintf(shown, sizeof(shown), "%s by %s", forecast->at_boot ? forecast->at_boot : "?", by);
    return shown;
}

static const char *problem(const struct boot *boot, size_t i)
{
    return i < boot->report.problems.count ? boot->report.problems.items[i].text : NULL;
}

static const char *note(const struct boot *boot, size_t i)
{
    return i < boot->report.notes.count ? boot->report.notes.items[i].text : NULL;
}

static void forecast__each_in_its_turn(void **state)
{
    struct boot *boot = *state;

    host_has(boot->host, "vm.swappiness", "60", 0);
    assert_text(decided(boot, "vm.swappiness"), "60 by the kernel");
    boot->config.command_line = "sysctl.vm.swappiness=5";
    assert_text(decided(boot, "vm.swappiness"), "5 by kernel command line");
    boot_sysctl(boot, "/etc/sysctl.d/50.conf", "vm.swappiness = 10\n");
    assert_text(decided(boot, "vm.swappiness"), "10 by /etc/sysctl.d/50.conf:1");
    boot_tmpfiles(boot, "/etc/tmpfiles.d/a.conf", "w /proc/sys/vm/swappiness - - - - 20\n");
    assert_text(decided(boot, "vm.swappiness"), "20 by /etc/tmpfiles.d/a.conf:1");
    boot_tuned(boot, "[sysctl]\nvm.swappiness=30\n");
    boot->tuned.reapplies_sysctl = false;
    assert_text(decided(boot, "vm.swappiness"), "30 by tuned /etc/tuned/mine/tuned.conf:2");
    boot->tuned.reapplies_sysctl = true; /* tuned reads /etc/sysctl.d again behind its own */
    assert_text(decided(boot, "vm.swappiness"), "10 by /etc/sysctl.d/50.conf:1");
    boot->config.unit_path = "/usr/lib/systemd/system/redis-hosttune.service";
    assert_text(decided(boot, "vm.swappiness"), "1 by redis-hosttune.service");
}

static void forecast__tells_the_losers_in_order(void **state)
{
    struct boot *boot = *state;
    const struct forecast *forecast;

    host_has(boot->host, "vm.swappiness", "60", 0);
    boot_sysctl(boot, "/etc/sysctl.d/50.conf", "vm.swapp* = 1\nvm.swappiness = 2\n");
    boot_sysctl(boot, "/etc/sysctl.d/60.conf", "vm.swappiness = 3\nvm.swappiness = 3\n");
    forecast = foresee(boot, "vm.swappiness");
    assert_int_equal(forecast->steps_count, 4);
    assert_int_equal(forecast->steps[0].source, FORECAST_KERNEL);
    assert_int_equal(forecast->steps[1].fate, FORECAST_OVERRIDDEN);
    assert_text(forecast->steps[1].value, "1");
    assert_text(forecast->steps[2].value, "2");
    assert_int_equal(forecast->decided, 3);
    assert_int_equal(forecast->steps[3].line, 1);
}

/* What the kernel refuses leaves what was there before. */
static void forecast__a_refused_value_does_not_count(void **state)
{
    struct boot *boot = *state;

    host_has(boot->host, "vm.swappiness", "60", 0);
    boot_sysctl(boot, "/etc/sysctl.d/50.conf", "vm.swappiness = 3\n");
    boot_sysctl(boot, "/etc/sysctl.d/60.conf", "vm.swappiness = many\n");
    assert_text(decided(boot, "vm.swappiness"), "60 by the kernel"); /* 50.conf is never written */
    assert_contains(note(boot, 1), "60.conf:1 sets it to \"many\", which the kernel refuses");
    assert_contains(note(boot, 0), "sysctl --system"); /* procps writes both */
}

static void forecast__the_unit_lifts_what_is_too_low_only(void **state)
{
    struct boot *boot = *state;

    boot->config.unit_path = "/usr/lib/systemd/system/redis-hosttune.service";
    host_has(boot->host, "net.core.somaxconn", "65535", 0);
    boot_sysctl(boot, "/etc/sysctl.d/50.conf", "net.core.somaxconn = 262144\n");
    assert_text(decided(boot, "net.core.somaxconn"), "262144 by /etc/sysctl.d/50.conf:1");
    boot_sysctl(boot, "/etc/sysctl.d/60.conf", "net.core.somaxconn = 128\n");
    assert_text(decided(boot, "net.core.somaxconn"), "65535 by redis-hosttune.service");
    host_wants(boot->host, "net.core.somaxconn", "leave");
    assert_text(decided(boot, "net.core.somaxconn"), "128 by /etc/sysctl.d/60.conf:1");
    assert_int_equal(boot->report.problems.count, 0);
}

/* What tuned lowers is lifted to what the administrator asked for, not to the floor alone. */
static void forecast__the_unit_lifts_to_what_others_ask_for(void **state)
{
    struct boot *boot = *state;

    boot->config.unit_path = "/usr/lib/systemd/system/redis-hosttune.service";
    host_has(boot->host, "net.core.somaxconn", "262144", 0);
    boot_sysctl(boot, "/etc/sysctl.d/00-redis-hosttune.conf", "net.core.somaxconn = 65535\n");
    boot_sysctl(boot, "/usr/lib/sysctl.d/60.conf", "net.core.somaxconn = 262144\n");
    boot_tuned(boot, "[sysctl]\nnet.core.somaxconn=1000\n");
    boot->tuned.reapplies_sysctl = false;
    assert_text(decided(boot, "net.core.somaxconn"), "262144 by redis-hosttune.service");
}

static void forecast__tuned_may_come_behind_our_unit(void **state)
{
    struct boot *boot = *state;

    boot->config.unit_path = "/usr/lib/systemd/system/redis-hosttune.service";
    host_has(boot->host, "thp.enabled", "never", 0);
    boot_tuned(boot, "[vm]\ntransparent_hugepages=always\n");
    assert_text(decided(boot, "thp.enabled"), "never by redis-hosttune.service");
    assert_text(boot->plan->items[0].boot->late, "always");
    assert_contains(problem(boot, 0), "tuned's profile mine sets it to always in a thread of its own");
    boot->config.command_line = "ro transparent_hugepage=never"; /* which tuned leaves alone */
    assert_text(decided(boot, "thp.enabled"), "never by kernel command line");
    assert_int_equal(boot->report.problems.count, 0);
}

/* Its own files say nothing of it. */
static void forecast__tuned_reads_sysctl_conf_again(void **state)
{
    static const char *const words[] = {"swappiness", NULL};
    struct boot *boot = *state;
    struct sysctl_strays strays = {.words = words, .names = words};

    host_has(boot->host, "vm.swappiness", "1", 0);
    boot_procps(boot, "/etc/sysctl.conf", "vm.swappiness = 60\n");
    sysctl_strays_add_file(&strays, STRAY_PLACE, "/etc/sysctl.conf", "vm.swappiness = 60\n", 19);
    boot->config.strays = &strays;
    boot_tuned(boot, "[sysctl]\nkernel.panic=1\n");
    foresee(boot, "vm.swappiness");
    assert_contains(problem(boot, 0), "will be as the kernel starts with it (60)"); /* the same anyway */
    boot->procps.items[0].value[0] = '3';
    assert_text(decided(boot, "vm.swappiness"), "30 by /etc/sysctl.conf:1");
    assert_contains(problem(boot, 0), "by /etc/sysctl.conf:1; it should be 1");
    for (size_t i = 0; i < boot->report.notes.count; i++)
        assert_lacks(note(boot, i), "is read by nothing");
    boot->config.unit_path = "/usr/lib/systemd/system/redis-hosttune.service";
    assert_text(decided(boot, "vm.swappiness"), "1 by redis-hosttune.service");
    assert_contains(problem(boot, 0), "/etc/sysctl.conf:1 sets it to 30, and tuned reads that again");
    sysctl_strays_done(&strays);
}

static void forecast__tuned_of_which_only_tuned_knows(void **state)
{
    struct boot *boot = *state;

    host_has(boot->host, "vm.swappiness", "1", 0);
    boot_tuned(boot, "[sysctl]\nvm.swappiness=${mine}\n");
    assert_text(decided(boot, "vm.swappiness"), "? by tuned /etc/tuned/mine/tuned.conf:2");
    assert_contains(problem(boot, 0), "what only its writer knows");
}

static void forecast__our_drop_in_loses(void **state)
{
    struct boot *boot = *state;
    const struct forecast *forecast;

    host_has(boot->host, "vm.swappiness", "1", 0);
    boot_sysctl(boot, "/etc/sysctl.d/99-zz-redis-hosttune.conf", "vm.swappiness = 1\n");
    forecast = foresee(boot, "vm.swappiness");
    assert_int_equal(forecast->ours, -1);
    assert_true(forecast->has_our_line);
    boot_sysctl(boot, "/etc/sysctl.d/99-zzz.conf", "vm.swappiness = 7\n");
    forecast = foresee(boot, "vm.swappiness");
    assert_text(forecast->steps[forecast->ours].file, "/etc/sysctl.d/99-zz-redis-hosttune.conf");
    assert_text(forecast->steps[forecast->decided_without_unit].file, "/etc/sysctl.d/99-zzz.conf");
    assert_contains(problem(boot, 0),
                    "will be 7 after the next boot, by /etc/sysctl.d/99-zzz.conf:1; it should be 1: "
                    "take that line out of /etc/sysctl.d/99-zzz.conf, or ");
}

/* Nothing of ours is to stand there: the file at our path is somebody else's again. */
static void forecast__a_row_that_is_left_does_not_lose_to_itself(void **state)
{
    struct boot *boot = *state;

    host_has(boot->host, "vm.swappiness", "1", 0);
    host_wants(boot->host, "vm.swappiness", "leave");
    boot_sysctl(boot, "/etc/sysctl.d/99-zz-redis-hosttune.conf", "vm.swappiness = 42\n");
    assert_int_equal(foresee(boot, "vm.swappiness")->ours, -1);
}

/* A higher value of somebody's is what a floor is for. */
static void forecast__a_floor_that_is_raised_does_not_lose(void **state)
{
    struct boot *boot = *state;

    host_has(boot->host, "net.core.somaxconn", "262144", 0);
    boot_sysctl(boot, "/etc/sysctl.d/00-redis-hosttune.conf", "net.core.somaxconn = 65535\n");
    boot_sysctl(boot, "/etc/sysctl.d/60.conf", "net.core.somaxconn = 262144\n");
    assert_int_equal(foresee(boot, "net.core.somaxconn")->ours, -1);
    assert_int_equal(boot->report.problems.count, 0);
}

static void forecast__by_hand_and_below_run(void **state)
{
    struct boot *boot = *state;
    const struct forecast *forecast;

    host_has(boot->host, "vm.swappiness", "1", 0);
    boot_sysctl(boot, "/etc/sysctl.d/50.conf", "vm.swappiness = 1\n");
    boot_procps(boot, "/run/sysctl.d/60.conf", "vm.swappiness = 2\n");
    boot_procps(boot, "/etc/sysctl.conf", "vm.swappiness = 3\n");
    forecast = foresee(boot, "vm.swappiness");
    assert_text(forecast->by_hand, "3");
    assert_text(forecast->by_hand_from, "/etc/sysctl.conf:1");
    assert_text(forecast->lost_file, "/run/sysctl.d/60.conf:1");
    assert_text(forecast->at_boot, "1");
    assert_int_equal(boot->report.notes.count, 2);
}

static void forecast__without_the_knob_or_in_a_container(void **state)
{
    struct boot *boot = *state;

    host_has(boot->host, "vm.swappiness", NULL, -ENOENT);
    boot->host->observation.facts.container = "docker";
    host_has(boot->host, "vm.overcommit_memory", "0", 0);
    assert_null(foresee(boot, "vm.swappiness"));
    assert_null(foresee(boot, "vm.overcommit_memory"));
    assert_int_equal(boot->report.problems.count, 1);
    assert_text(
        boot->report.problems.items[0].text,
        "is 0 now; it should be 1 (built in): it belongs to the host and this is a container (docker): apply "
        "it on the host");
}

/* --- what could not be read is not absent --- */

static void unseen__the_command_line_until_somebody_comes_behind_it(void **state)
{
    struct boot *boot = *state;

    host_has(boot->host, "vm.swappiness", "60", 0);
    boot->config.is_command_line_unseen = true;
    assert_text(decided(boot, "vm.swappiness"), "? by /proc/cmdline (cannot be read)");
    assert_contains(problem(boot, 0),
                    "may be anything after the next boot, for /proc/cmdline cannot be read");
    boot_sysctl(boot, "/etc/sysctl.d/50.conf", "vm.swappiness = 1\n");
    assert_text(decided(boot, "vm.swappiness"), "1 by /etc/sysctl.d/50.conf:1");
}

static void unseen__a_file_of_sysctl_d_by_its_place(void **state)
{
    struct boot *boot = *state;

    host_has(boot->host, "vm.swappiness", "1", 0);
    host_has(boot->host, "thp.enabled", "never", 0);
    sysctl_rules_note_unseen(&boot->sysctl, "/etc/sysctl.d/40.conf", true);
    sysctl_rules_note_unseen(&boot->sysctl, "/run/sysctl.d/50.conf", true);
    assert_text(decided(boot, "vm.swappiness"), "? by /run/sysctl.d/50.conf (cannot be read)");
    boot_sysctl(boot, "/usr/lib/sysctl.d/45.conf", "vm.swappiness = 1\n");
    assert_text(decided(boot, "vm.swappiness"), "? by /run/sysctl.d/50.conf (cannot be read)");
    boot_sysctl(boot, "/usr/lib/sysctl.d/60.conf", "vm.swapp* = 1\n"); /* an explicit key beats it */
    assert_text(decided(boot, "vm.swappiness"), "? by /run/sysctl.d/50.conf (cannot be read)");
    boot_sysctl(boot, "/usr/lib/sysctl.d/60.conf", "vm.swappiness = 1\n");
    assert_text(decided(boot, "vm.swappiness"),
                "1 by /usr/lib/sysctl.d/45.conf:1");                 /* 60.conf says the same */
    sysctl_rules_note_unseen(&boot->sysctl, "/etc/sysctl.d", false); /* any name may be in there */
    assert_text(decided(boot, "vm.swappiness"), "? by /etc/sysctl.d (cannot be read)");
    assert_text(decided(boot, "thp.enabled"), "? by the kernel");
}

static void unseen__nothing_is_said_to_lose_or_to_have_set(void **state)
{
    struct boot *boot = *state;

    host_has(boot->host, "vm.swappiness", "60", 0);
    sysctl_rules_note_unseen(&boot->sysctl, "/etc/sysctl.d", false);
    boot_sysctl(boot, "/etc/sysctl.d/99-zz-redis-hosttune.conf", "vm.swappiness = 1\n");
    assert_int_equal(foresee(boot, "vm.swappiness")->ours, -1);
    assert_text(boot->plan->items[0].set_by, "unknown (not by redis-hosttune)");
    assert_contains(problem(boot, 1),
                    "cannot be read; it should be 1: let it be read, or sudo systemctl enable");
}

static void unseen__tmpfiles_d_may_write_anything(void **state)
{
    struct boot *boot = *state;

    host_has(boot->host, "thp.enabled", "never", 0);
    boot_tmpfiles(boot, "/etc/tmpfiles.d/a.conf", "w " THP " - - - - never\n");
    assert_text(decided(boot, "thp.enabled"), "never by /etc/tmpfiles.d/a.conf:1");
    tmpfiles_rules_note_unseen(&boot->tmpfiles, "/etc/tmpfiles.d/b.conf");
    tmpfiles_rules_note_unseen(&boot->tmpfiles, "/etc/tmpfiles.d/c.conf");
    assert_text(decided(boot, "thp.enabled"), "? by /etc/tmpfiles.d/b.conf (cannot be read)");
}

static void unseen__tuned_where_it_may_start(void **state)
{
    struct boot *boot = *state;

    host_has(boot->host, "vm.swappiness", "60", 0);
    host_has(boot->host, "thp.enabled", "never", 0);
    boot_tuned(boot, "[sysctl]\nvm.swappiness=30\n");
    boot->tuned.starts_at_boot = false;
    assert_text(decided(boot, "vm.swappiness"), "60 by the kernel");
    boot->tuned.is_start_unseen = true;
    assert_text(decided(boot, "vm.swappiness"), "? by the links that enable tuned.service (cannot be read)");
    assert_text(decided(boot, "thp.enabled"), "? by the kernel"); /* which it leaves alone */
    assert_int_equal(text_replace(&boot->tuned.unseen, "/etc/tuned/base/tuned.conf"), 0);
    assert_text(decided(boot, "thp.enabled"), "? by /etc/tuned/base/tuned.conf (cannot be read)");
    boot->tuned.is_start_unseen = false;
    assert_text(decided(boot, "thp.enabled"), "? by the kernel");
}

static void unseen__our_unit_where_it_would_be_needed(void **state)
{
    struct boot *boot = *state;

    host_has(boot->host, "vm.swappiness", "60", 0);
    boot->config.unit_unseen = "/etc/systemd/system";
    assert_text(decided(boot, "vm.swappiness"), "? by /etc/systemd/system (cannot be read)");
    boot_sysctl(boot, "/etc/sysctl.d/50.conf", "vm.swappiness = 1\n");
    assert_text(decided(boot, "vm.swappiness"), "1 by /etc/sysctl.d/50.conf:1");
    sysctl_rules_note_unseen(&boot->sysctl, "/etc/sysctl.d", false);
    boot->config.unit_unseen = NULL;
    boot->config.unit_path = "/usr/lib/systemd/system/redis-hosttune.service"; /* it mends whatever comes */
    assert_text(decided(boot, "vm.swappiness"), "1 by redis-hosttune.service");
}

static const char *set_by(struct boot *boot, const char *object)
{
    foresee(boot, object);
    for (size_t i = 0; i < boot->plan->items_count; i++)
        if (strcmp(boot->plan->items[i].object, object) == 0)
            return boot->plan->items[i].set_by;
    return NULL;
}

static void set_by__in_order_of_the_evidence(void **state)
{
    struct boot *boot = *state;

    host_has(boot->host, "vm.swappiness", "60", 0);
    host_has(boot->host, "vm.overcommit_memory", "1", 0);
    assert_text(set_by(boot, "vm.swappiness"), "the kernel");
    assert_text(set_by(boot, "vm.overcommit_memory"), "unknown (not by redis-hosttune)");
    boot->config.command_line = "sysctl.vm.overcommit_memory=1";
    assert_text(set_by(boot, "vm.overcommit_memory"), "kernel command line");
    boot_sysctl(boot, "/etc/sysctl.d/50.conf", "vm.overcommit_memory = 1\nvm.swappiness = 10\n");
    assert_text(set_by(boot, "vm.overcommit_memory"), "/etc/sysctl.d/50.conf:1");
    assert_text(set_by(boot, "vm.swappiness"), "unknown (not by redis-hosttune)"); /* no longer untouched */
    host_wrote(boot->host, "vm.overcommit_memory", "0", "1", 1);
    assert_text(set_by(boot, "vm.overcommit_memory"), "redis-hosttune");
}

static void set_by__drift_is_told_from_never_applied(void **state)
{
    struct boot *boot = *state;

    host_has(boot->host, "vm.swappiness", "33", 0);
    foresee(boot, "vm.swappiness");
    assert_contains(problem(boot, 0), "is 33 now, and will be as the kernel starts with it (60)");
    host_wrote(boot->host, "vm.swappiness", "60", "1", 1);
    assert_text(set_by(boot, "vm.swappiness"), "unknown (after redis-hosttune had set it to 1)");
    assert_contains(problem(boot, 0), "redis-hosttune had set it to 1, and somebody changed it since");
    /* and from what a boot took away */
    strcpy(boot->host->observation.facts.boot_id, "another boot");
    foresee(boot, "vm.swappiness");
    assert_contains(problem(boot, 0),
                    "redis-hosttune had set it to 1 before this boot, in which nothing set it: sudo");
    boot_sysctl(boot, "/etc/sysctl.d/50.conf", "vm.swappiness = 1\n");
    foresee(boot, "vm.swappiness");
    assert_contains(problem(boot, 0), "redis-hosttune had set it to 1, and somebody changed it since");
}

static void set_by__the_journal_where_the_state_is_lost(void **state)
{
    struct boot *boot = *state;
    const struct change_record change = {(char *)"vm.swappiness", (char *)"1"};
    const struct boot_input input = {.state = &boot->host->state, .changes = &change, .changes_count = 1};
    struct plan_item item = {.object = (char *)"vm.swappiness", .current = (char *)"1"};
    _cleanup_free_ char *by = NULL;

    by = set_by_find(&input, &item);
    assert_text(by, "redis-hosttune");
    assert_null(set_by_drifted_from(&input, &item));
    item.current = (char *)"2";
    assert_text(set_by_drifted_from(&input, &item), "1");
}

static void check_report__notes_on_files(void **state)
{
    struct other_writer items[] = {
        {.what = (char *)"kubelet.service"},
        {.what = (char *)"/etc/rc.local", .because = (char *)"swappiness"},
        {.what = (char *)"a.service", .because = (char *)"swappiness, not enabled"},
        {.what = (char *)"a.service", .because = (char *)"swappiness, not enabled"},
    };
    const struct other_writers others = {.items = items, .count = ELEMENTS(items)};
    struct boot *boot = *state;

    boot->sysctl.cut_off = strdup("/etc/sysctl.d/x.conf:2");
    boot->config.others = &others;
    foresee(boot, "none");
    assert_contains(note(boot, 0), "/etc/sysctl.d/x.conf:2 has 1 MiB or more");
    assert_text(
        note(boot, 1),
        "these may set values as well, at boot or later: kubelet.service, /etc/rc.local (swappiness), "
        "a.service (swappiness, not enabled)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        boot_test(forecast__each_in_its_turn),
        boot_test(forecast__tells_the_losers_in_order),
        boot_test(forecast__a_refused_value_does_not_count),
        boot_test(forecast__the_unit_lifts_what_is_too_low_only),
        boot_test(forecast__the_unit_lifts_to_what_others_ask_for),
        boot_test(forecast__tuned_may_come_behind_our_unit),
        boot_test(forecast__tuned_reads_sysctl_conf_again),
        boot_test(forecast__tuned_of_which_only_tuned_knows),
        boot_test(forecast__our_drop_in_loses),
        boot_test(forecast__a_row_that_is_left_does_not_lose_to_itself),
        boot_test(forecast__a_floor_that_is_raised_does_not_lose),
        boot_test(forecast__by_hand_and_below_run),
        boot_test(forecast__without_the_knob_or_in_a_container),
        boot_test(unseen__the_command_line_until_somebody_comes_behind_it),
        boot_test(unseen__a_file_of_sysctl_d_by_its_place),
        boot_test(unseen__nothing_is_said_to_lose_or_to_have_set),
        boot_test(unseen__tmpfiles_d_may_write_anything),
        boot_test(unseen__tuned_where_it_may_start),
        boot_test(unseen__our_unit_where_it_would_be_needed),
        boot_test(set_by__in_order_of_the_evidence),
        boot_test(set_by__drift_is_told_from_never_applied),
        boot_test(set_by__the_journal_where_the_state_is_lost),
        boot_test(check_report__notes_on_files),
    };

    return cmocka_run_group_tests_name("boot-forecast", tests, NULL, NULL);
}
