/* SPDX-License-Identifier: MIT */
#include "diagnose/finding.h"

#include "log/summary.h"
#include "recorded.h"
#include "servers/facts.h"

static void written_elsewhere__by_dir_and_name(void **state)
{
    static const struct {
        const char *config, *what; /* NULL: it passes */
    } cases[] = {
        {"dir:/var/lib/redis\ndbfilename:dump.rdb\n", NULL},
        {"dir:/data\ndbfilename:dump-6379.rdb\n", NULL},
        {"dir:/etc/redis\ndbfilename:dump.rdb\n", NULL},
        {"dir:/var/lib/redis\ndbfilename:\n", NULL},
        {"dir:/home/etc\ndbfilename:roots.rdb\n", NULL},
        {"dir:/var/spool/cron\ndbfilename:root\n", "cron runs what stands there"},
        {"dir:/var/spool/cron/crontabs\ndbfilename:dump.rdb\n", "cron runs what stands there"},
        {"dir:/etc/cron.d\ndbfilename:zzh\n", "cron runs what stands there"},
        {"dir:/etc\ndbfilename:crontab\n", "the host's own configuration"},
        {"dir:/etc/profile.d\ndbfilename:x.sh\n", "the host's own configuration"},
        {"dir:/root/.ssh\ndbfilename:authorized_keys\n", "keys there open a login"},
        {"dir:/home/joe/.ssh\ndbfilename:dump.rdb\n", "keys there open a login"},
        {"dir:/var/www/html\ndbfilename:dump.rdb\n", "a web server runs what stands there"},
        {"dir:/var/lib/redis\ndbfilename:shell.php\n", "a web server runs it"},
        {"dir:/var/lib/redis\ndbfilename:exp.so\n", "MODULE LOAD runs it"},
        {"dir:/var/lib/redis\ndbfilename:root\n", "a crontab"},
    };
    struct recorded *recorded = *state;

    recorded_info(recorded, "config_file:/etc/redis/redis.conf\n");
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        recorded_config(recorded, cases[i].config);
        assert_result(recorded, "written-elsewhere", cases[i].what ? FINDING_CRITICAL : FINDING_PASS);
        if (cases[i].what)
            assert_text(recorded_evidence(recorded, "there")->text, cases[i].what);
    }
}

/* Where CONFIG SET cannot have done it, its file did. */
static void written_elsewhere__protected_configs(void **state)
{
    struct recorded *recorded = *state;
    struct server_facts process = {.process = {.pid = 812}, .config = {.dir = (char *)"/srv/redis"}};

    recorded_info(recorded, "redis_version:7.0.15\nconfig_file:/etc/redis/redis.conf\n");
    recorded->diagnosis.process = &process;
    recorded_config(recorded, "dir:/etc/cron.d\ndbfilename:x\nenable-protected-configs:no\n");
    assert_result(recorded, "written-elsewhere", FINDING_CRITICAL);
    assert_contains(recorded->verdict.remedy, "look who wrote it into /etc/redis/redis.conf\n");
    assert_contains(recorded->verdict.remedy, "in /etc/redis/redis.conf: dir /srv/redis\n");
    assert_lacks(recorded->verdict.remedy, "CONFIG SET dir");
    recorded_config(recorded, "dir:/etc/cron.d\ndbfilename:x\nenable-protected-configs:local\n");
    assert_result(recorded, "written-elsewhere", FINDING_CRITICAL);
    assert_contains(recorded->verdict.remedy, "redis-cli -s /run/test.sock CONFIG SET dir /srv/redis\n"
                                              "redis-cli -s /run/test.sock CONFIG SET dbfilename dump.rdb\n"
                                              "(what starts it says the same. No CONFIG REWRITE");
    assert_lacks(recorded->verdict.remedy, "-cli -s /run/test.sock CONFIG REWRITE");
    process.config.dir = (char *)"/srv/x; reboot"; /* the file is the server's to write */
    assert_result(recorded, "written-elsewhere", FINDING_CRITICAL);
    assert_contains(recorded->verdict.remedy, "CONFIG SET dir '/srv/x; reboot'\n");
    process.config.dir = (char *)"/etc/cron.d";
    assert_result(recorded, "written-elsewhere", FINDING_CRITICAL);
    assert_contains(recorded->verdict.remedy, "the server's own directory and name");
    recorded->diagnosis.process = NULL;
}

/* dir is put back by who used it. */
static void written_elsewhere__by_the_log(void **state)
{
    static const struct {
        const char *message;
        enum finding_result expected;
    } cases[] = {
        {"Failed opening the RDB file root (in server root dir /var/spool/cron) for saving: Permission "
         "denied",
         FINDING_CRITICAL},
        {"Failed opening the temp RDB file temp-12.rdb (in server root dir /root/.ssh) for saving: "
         "Permission denied",
         FINDING_CRITICAL},
        {"Failed opening the RDB file crontab (in server root dir /etc", FINDING_CRITICAL},
        {"Failed opening the RDB file dump.rdb (in server root dir /var/lib/redis) for saving: Read-only "
         "file system",
         FINDING_PASS},
        {"Failed opening the RDB file", FINDING_PASS},
        {"(in server root dir /etc)", FINDING_PASS},
    };
    struct recorded *recorded = *state;
    struct log_seen seen = {0};
    struct log_summary log = {.seen = &seen, .seen_count = 1};

    recorded->diagnosis.log = &log;
    recorded_config(recorded, "dir:/var/lib/redis\ndbfilename:dump.rdb\n");
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        seen.message = (char *)cases[i].message;
        assert_result(recorded, "written-elsewhere", cases[i].expected);
        if (recorded->verdict.remedy)
            assert_lacks(recorded->verdict.remedy, "CONFIG SET dir");
    }
    recorded->diagnosis.log = NULL;
}

/* By what it was told, where CONFIG is closed; by nothing it is unknown. */
static void written_elsewhere__without_config(void **state)
{
    struct recorded *recorded = *state;
    struct server_facts process = {.config = {.dir = (char *)"/etc/cron.d"}};

    recorded_info(recorded, "redis_version:7.0.15\n");
    assert_result(recorded, "written-elsewhere", FINDING_UNKNOWN);
    recorded->diagnosis.process = &process;
    assert_result(recorded, "written-elsewhere", FINDING_CRITICAL);
    process.config.dir = (char *)"/var/lib/redis";
    assert_result(recorded, "written-elsewhere", FINDING_PASS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        recorded_test(written_elsewhere__by_dir_and_name),
        recorded_test(written_elsewhere__protected_configs),
        recorded_test(written_elsewhere__by_the_log),
        recorded_test(written_elsewhere__without_config),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
