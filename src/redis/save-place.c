/* SPDX-License-Identifier: MIT */
/* Places of snapshots that are an intruder's.
 * Owns which directories and names they are. */
#include "redis/save-place.h"

#include <string.h>
#include <strings.h>

#include "util/text.h"

static bool has_prefix(const char *text, size_t size, const char *prefix)
{
    return size >= strlen(prefix) && memcmp(text, prefix, strlen(prefix)) == 0;
}

/* "shell.PhP": a web server does not mind the case. */
static bool has_suffix(const char *text, size_t size, const char *suffix)
{
    return size >= strlen(suffix) && strncasecmp(text + size - strlen(suffix), suffix, strlen(suffix)) == 0;
}

static bool has_part(const char *text, size_t size, const char *part)
{
    size_t length = strlen(part);

    for (const char *at = text, *end = text + size; at < end && (size_t)(end - at) >= length; at++)
        if (memcmp(at, part, length) == 0 && (at + length == end || at[length] == '/'))
            return true;
    return false;
}

struct place {
    const char *text, *what;
};

static const char cron[] = "cron runs what stands there", ssh[] = "keys there open a login",
                  host[] = "the host's own configuration", web[] = "a web server runs what stands there";

/* One of these or below it. */
static const struct place trees[] = {
    {"/var/spool/cron", cron},   {"/var/spool/at", "at runs what stands there"},
    {"/etc/cron.d", cron},       {"/etc/cron.hourly", cron},
    {"/etc/cron.daily", cron},   {"/etc/cron.weekly", cron},
    {"/etc/cron.monthly", cron}, {"/etc/init.d", host},
    {"/etc/rc.d", host},         {"/etc/systemd", host},
    {"/etc/profile.d", host},    {"/etc/sudoers.d", host},
    {"/etc/ssh", host},          {"/etc/pam.d", host},
    {"/etc/ld.so.conf.d", host}, {"/lib/systemd", host},
    {"/usr/lib/systemd", host},  {"/var/www", web},
    {"/usr/share/nginx", web},   {"/usr/local/nginx", web},
    {"/srv/www", web},           {"/srv/http", web},
    {"/opt/lampp", web},         {"/usr/share/tomcat", web},
    {"/usr/local/apache2", web},
};

/* Wherever they are: these or below them. */
static const struct place parts[] = {
    {"/.ssh", ssh}, {"/htdocs", web}, {"/public_html", web}, {"/wwwroot", web}, {"/webapps", web},
};

static const struct place names[] = {
    {"root", "a crontab"},
    {"crontab", "a crontab"},
    {"authorized_keys", "keys that open a login"},
    {"authorized_keys2", "keys that open a login"},
    {"passwd", "the host's users"},
    {"shadow", "the host's users"},
    {"sudoers", "the host's users"},
    {".bashrc", "a shell runs it"},
    {".profile", "a shell runs it"},
    {".bash_profile", "a shell runs it"},
    {".bash_login", "a shell runs it"},
    {".zshrc", "a shell runs it"},
    {"rc.local", "the host runs it when it boots"},
    {"ld.so.preload", "every program loads what it names"},
};

static const struct place suffixes[] = {
    {".php", "a web server runs it"},
    {".phtml", "a web server runs it"},
    {".php5", "a web server runs it"},
    {".jsp", "a web server runs it"},
    {".jspx", "a web server runs it"},
    {".asp", "a web server runs it"},
    {".aspx", "a web server runs it"},
    {".cgi", "a web server runs it"},
    {".sh", "a shell runs it"},
    {".so", "MODULE LOAD runs it"},
    {".py", "it is run"},
    {".pl", "it is run"},
    {".service", "systemd runs it"},
};

const char *save_directory_leads_to(const char *directory, size_t size)
{
    while (size > 1 && directory[size - 1] == '/')
        size--;
    if (text_equals_part("/etc", directory, size))
        return host;
    for (size_t i = 0; i < ELEMENTS(trees); i++) {
        size_t length = strlen(trees[i].text);

        if (has_prefix(directory, size, trees[i].text) && (size == length || directory[length] == '/'))
            return trees[i].what;
    }
    for (size_t i = 0; i < ELEMENTS(parts); i++)
        if (has_part(directory, size, parts[i].text))
            return parts[i].what;
    return NULL;
}

const char *save_name_leads_to(const char *name, size_t size)
{
    for (size_t i = 0; i < ELEMENTS(names); i++)
        if (text_equals_part(names[i].text, name, size))
            return names[i].what;
    for (size_t i = 0; i < ELEMENTS(suffixes); i++)
        if (has_suffix(name, size, suffixes[i].text))
            return suffixes[i].what;
    return NULL;
}
