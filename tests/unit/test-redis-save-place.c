/* SPDX-License-Identifier: MIT */
#include "redis/save-place.h"

#include <string.h>

#include "support.h"

static void save_place__an_intruders_directories(void **state)
{
    static const char *const foreign[] = {
        "/var/spool/cron",
        "/var/spool/cron/",
        "/var/spool/cron/crontabs",
        "/etc",
        "/etc/",
        "/etc/cron.d",
        "/root/.ssh",
        "/home/redis/.ssh/",
        "/var/www/html",
        "/usr/share/nginx/html",
        "/srv/x/htdocs",
        "/home/wwwroot/default",
        "/www/wwwroot/site.example/upload",
        "/opt/tomcat/webapps/ROOT",
        "/usr/lib/systemd",
    };
    static const char *const own[] = {
        "",
        "/",
        "/var/lib/redis",
        "/etc/redis",
        "/root",
        "/data",
        "/lib64x",
        "/var/wwwx",
        "/srv/redis",
        "/usr/local/bin",
        /* whoever has started it there */ "/opt/bitnami/redis",
        "/var/spool/cronx",
        "/srv/wwwroots",
        "/srv/x.ssh",
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(foreign); i++)
        assert_true(save_directory_leads_to(foreign[i], strlen(foreign[i])));
    for (size_t i = 0; i < ELEMENTS(own); i++)
        assert_false(save_directory_leads_to(own[i], strlen(own[i])));
}

static void save_place__an_intruders_names(void **state)
{
    static const char *const foreign[] = {"root",  "crontab", "authorized_keys", "shell.php",
                                          "x.jsp", "exp.so",  "SHELL.PhP",       ".zshrc"};
    static const char *const own[] = {"", "dump.rdb", "root.rdb", "temp-812.rdb", "dump-php.rdb", "redis"};

    (void)state;
    for (size_t i = 0; i < ELEMENTS(foreign); i++)
        assert_true(save_name_leads_to(foreign[i], strlen(foreign[i])));
    for (size_t i = 0; i < ELEMENTS(own); i++)
        assert_false(save_name_leads_to(own[i], strlen(own[i])));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(save_place__an_intruders_directories),
        cmocka_unit_test(save_place__an_intruders_names),
    };

    return cmocka_run_group_tests_name("redis-save-place", tests, NULL, NULL);
}
