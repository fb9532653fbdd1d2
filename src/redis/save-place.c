/* SPDX-License-Identifier: MIT */
/* Places of snapshots that are an intruder's.
 * Owns which directories and names they are. */
#include "redis/save-place.h"

#include <string.h>

#include "util/text.h"

static bool has_prefix(const char *text, size_t size, const char *prefix)
{
    return size >= strlen(prefix) && memcmp(text, prefix, strlen(prefix)) == 0;
}

static bool has_suffix(const char *text, size_t size, const char *suffix)
{
    return size >= strlen(suffix) && memcmp(text + size - strlen(suffix), suffix, strlen(suffix)) == 0;
}

bool save_directory_is_foreign(const char *directory, size_t size)
{
    /* one of these or below it */
    static const char *const trees[] = {
        "/var/spool/cron",  "/var/spool/at",     "/etc/cron.d", "/etc/cron.hourly",  "/etc/cron.daily",
        "/etc/cron.weekly", "/etc/cron.monthly", "/etc/init.d", "/etc/rc.d",         "/etc/systemd",
        "/etc/profile.d",   "/etc/sudoers.d",    "/etc/ssh",    "/etc/pam.d",        "/etc/ld.so.conf.d",
        "/lib/systemd",     "/usr/lib/systemd",  "/var/www",    "/usr/share/nginx",  "/usr/local/nginx",
        "/srv/www",         "/srv/http",         "/opt/lampp",  "/usr/share/tomcat", "/usr/local/apache2",
    };

    while (size > 1 && directory[size - 1] == '/')
        size--;
    if (text_equals_part("/etc", directory, size) || has_suffix(directory, size, "/.ssh") ||
        has_suffix(directory, size, "/htdocs") || has_suffix(directory, size, "/public_html") ||
        has_suffix(directory, size, "/wwwroot"))
        return true;
    for (size_t i = 0; i < ELEMENTS(trees); i++)
        if (has_prefix(directory, size, trees[i]) &&
            (size == strlen(trees[i]) || directory[strlen(trees[i])] == '/'))
            return true;
    return false;
}

bool save_name_is_foreign(const char *name, size_t size)
{
    static const char *const names[] = {"root",     "crontab",       "authorized_keys", "authorized_keys2",
                                        "passwd",   "shadow",        "sudoers",         ".bashrc",
                                        ".profile", ".bash_profile", "rc.local",        "ld.so.preload"};
    static const char *const suffixes[] = {".php", ".phtml", ".php5", ".jsp", ".jspx", ".asp",    ".aspx",
                                           ".cgi", ".sh",    ".so",   ".py",  ".pl",   ".service"};

    for (size_t i = 0; i < ELEMENTS(names); i++)
        if (text_equals_part(names[i], name, size))
            return true;
    for (size_t i = 0; i < ELEMENTS(suffixes); i++)
        if (has_suffix(name, size, suffixes[i]))
            return true;
    return false;
}
