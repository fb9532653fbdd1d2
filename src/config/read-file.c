/* SPDX-License-Identifier: MIT */
/* The configuration: which files there are, and from their lines to names and values.
 * Owns the only use of libeconf, and the guards against what it takes without a word. */
#include "config/read-file.h"

#include <ctype.h>
#include <errno.h>
#include <libeconf.h>
#include <libeconf_ext.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>

#include "config/keys.h"
#include "systemd/read-conf-dirs.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

/* Far above any real one; the checks below look at each line more than once. */
enum {
    CONFIG_SIZE_MAX = 64 * 1024,
    LINE_LENGTH_MAX = 4000,
};

static void cleanup_econf(econf_file **file)
{
    econf_freeFile(*file);
}

static void cleanup_ext_value(econf_ext_value **value)
{
    if (*value)
        econf_freeExtValue(*value);
}

/* --- one file --- */

#define ALLOWED_LINES "allowed are [section], NAME = VALUE and # comment"

static int check_section(const char *line, size_t length, const char *shown, unsigned number,
                         char **ret_error)
{
    const char *end = memchr(line, ']', length);

    if (!end)
        return memory_error(ret_error, -EINVAL, "%s:%u: no \"]\" in \"%.*s\": " ALLOWED_LINES, shown, number,
                            (int)(length > 60 ? 60 : length), line);
    if (config_is_section(line + 1, (size_t)(end - line - 1)))
        return 0;
    return memory_error(
        ret_error, -EINVAL,
        "%s:%u: unknown section [%.*s]: allowed are [tunables], [units], [thresholds] and [suppress]", shown,
        number, (int)(end - line - 1), line + 1);
}

static int check_blank(const char *line, size_t length, const char *shown, unsigned number, char **ret_error)
{
    for (size_t i = 0; i < length; i++)
        if (!isspace((unsigned char)line[i]))
            return memory_error(ret_error, -EINVAL,
                                "%s:%u: the line is indented: begin it in the first column", shown, number);
    return 0;
}

/* libeconf takes an indented line, or one without '=', as more of the value above it, drops a line without a
 * name, keeps the first of two lines for one name, and makes two lines of one of 8 KiB (0.5.1, all tried). So
 * each line is looked at before. */
static int check_line(const char *line, size_t length, const char *shown, unsigned number, char **ret_error)
{
    const char *equals;

    if (length > LINE_LENGTH_MAX)
        return memory_error(ret_error, -EINVAL, "%s:%u: the line is longer than %d bytes", shown, number,
                            LINE_LENGTH_MAX);
    if (length > 0 && memchr(line, '\r', length - 1))
        return memory_error(ret_error, -EINVAL, "%s:%u: a carriage return within the line", shown, number);
    if (length == 0 || *line == '#')
        return 0;
    if (*line == '[')
        return check_section(line, length, shown, number, ret_error);
    if (isspace((unsigned char)*line))
        return check_blank(line, length, shown, number, ret_error);
    if (*line == ';')
        return memory_error(ret_error, -EINVAL, "%s:%u: no name in \"%.*s\": " ALLOWED_LINES, shown, number,
                            (int)(length > 60 ? 60 : length), line);
    equals = memchr(line, '=', strcspn(line, "#\n"));
    if (equals == line)
        return memory_error(ret_error, -EINVAL, "%s:%u: no name before \"=\"", shown, number);
    if (!equals)
        return memory_error(ret_error, -EINVAL, "%s:%u: no \"=\" in \"%.*s\": " ALLOWED_LINES, shown, number,
                            (int)(length > 60 ? 60 : length), line);
    return 0;
}

static int check_lines(const char *content, const char *shown, char **ret_error)
{
    unsigned number = 1;

    for (const char *line = content; *line; number++) {
        size_t length = strcspn(line, "\n");
        int error = check_line(line, length, shown, number, ret_error);

        if (error < 0)
            return error;
        line += length + (line[length] == '\n');
    }
    return 0;
}

/* Lines that are not to be kept become empty ones, so that all keep their numbers. */
static void empty_lines(char *content, bool (*is_kept)(void *data, const char *line, size_t length),
                        void *data)
{
    char *end = content;

    for (const char *line = content; *line;) {
        size_t length = strcspn(line, "\n");

        if (is_kept(data, line, length)) {
            memmove(end, line, length);
            end += length;
        }
        line += length;
        if (*line == '\n')
            *end++ = *line++;
    }
    *end = '\0';
}

struct own_lines {
    const struct config_section *const *sections;
    bool is_own; /* those that are looked at now */
};

/* Whether the lines below this heading are the caller's. */
static bool begins_own_section(const char *line, size_t length, const struct config_section *const *sections)
{
    const char *end = memchr(line, ']', length);

    for (; end && *sections; sections++)
        if (text_equals_part((*sections)->name, line + 1, (size_t)(end - line - 1)))
            return true;
    return false;
}

/* Headings stay in the sections of others too, and are looked at further on: a wrong one leaves open whose
 * the lines below it are. */
static bool is_own_line(void *data, const char *line, size_t length)
{
    struct own_lines *own = data;

    if (*line == '[')
        own->is_own = begins_own_section(line, length, own->sections);
    return own->is_own || line[strspn(line, " \t")] == '[';
}

/* libeconf 0.7.7 takes a comment with a quote in it for a setting. */
static bool is_setting_line(void *data, const char *line, size_t length)
{
    (void)data;
    return *line != '#' && strspn(line, " \t\r") < length;
}

/* libeconf (0.5.1, 0.7.7) does not look at what its malloc gives: it writes through NULL, drops a line, or
 * takes a name for another. So a fault while it is at work that follows a failed malloc is what that is, and
 * behind each of its calls errno says whether one failed. */
static void on_fault(int signal)
{
    (void)signal;
    if (errno == ENOMEM)
        memory_exhausted();
}

static econf_err checked(econf_err error)
{
    if (error == ECONF_NOMEM || errno == ENOMEM)
        memory_exhausted();
    return error;
}

/* libeconf takes a read that fails for the end of the file. Behind all that was written comes this: where it
 * is not found, not all was read. */
#define END_SECTION "end of the file"
#define END         "\n[" END_SECTION "]\nreached = yes\n"

static bool is_read_to_its_end(econf_file *file)
{
    _cleanup_free_ char *reached = NULL;

    return checked(econf_getStringValue(file, END_SECTION, "reached", &reached)) == ECONF_SUCCESS;
}

/* libeconf reads files by name, and ours may lie below another root: it is given a copy in memory. */
static int econf_parse(const char *content, econf_file **ret, const char *shown, char **ret_error)
{
    _cleanup_close_ int fd = memfd_create("redis-hosttune.conf", MFD_CLOEXEC);
    _cleanup_free_ char *copy = memory_format("%s" END, content);
    char name[64], *where = NULL;
    uint64_t line = 0;
    econf_err error;
    size_t size;

    if (fd < 0)
        return memory_check(-errno);
    empty_lines(copy, is_setting_line, NULL);
    size = strlen(copy);
    if (write(fd, copy, size) != (ssize_t)size)
        return -EIO;
    snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
    errno = 0;
    error = checked(econf_readFile(ret, name, "=", "#"));
    if (error == ECONF_SUCCESS && is_read_to_its_end(*ret))
        return 0;
    if (error == ECONF_SUCCESS)
        return memory_error(ret_error, -EIO, "%s: cannot be read: %s", shown, strerror(EIO));
    econf_errLocation(&where, &line);
    free(where);
    return memory_error(ret_error, -EINVAL, "%s:%u: %s", shown, (unsigned)line, econf_errString(error));
}

/* The line on which `name` stands for the nth time, counted from 0; 0: not that often. */
static unsigned find_line(const char *content, const char *name, unsigned nth)
{
    unsigned number = 1;

    for (const char *line = content; *line; number++) {
        size_t length = strlen(name), whole = strcspn(line, "\n");

        if (strncmp(line, name, length) == 0 && line[length + strspn(line + length, " \t")] == '=' &&
            nth-- == 0)
            return number;
        line += whole + (line[whole] == '\n');
    }
    return 0;
}

static int read_key(econf_file *file, const struct config_section *section, const char *key,
                    const char *content, const char *shown, struct policy *policy, char **ret_error)
{
    _cleanup_(cleanup_ext_value) econf_ext_value *value = NULL;
    unsigned first = find_line(content, key, 0), second = find_line(content, key, 1);

    if (second)
        return memory_error(ret_error, -EINVAL,
                            "%s:%u: %s is set a second time, first on line %u: keep one of them", shown,
                            second, key, first);
    if (checked(econf_getExtValue(file, section->name, key, &value)) != ECONF_SUCCESS || !value->values ||
        !value->values[0])
        return memory_error(ret_error, -EINVAL, "%s:%u: %s has no value", shown, first, key);
    if (value->values[1])
        return memory_error(ret_error, -EINVAL, "%s:%u: %s has a value of more than one line", shown, first,
                            key);
    return section->add(key, value->values[0], shown, first, policy, ret_error);
}

/* section NULL: what stands in none. */
static int read_keys(econf_file *file, const struct config_section *section, const char *content,
                     const char *shown, struct policy *policy, char **ret_error)
{
    char **keys = NULL;
    size_t n = 0;
    int error = 0;

    if (checked(econf_getKeys(file, section ? section->name : NULL, &n, &keys)) != ECONF_SUCCESS)
        return 0; /* none in this section */
    for (size_t i = 0; i < n && error == 0; i++) {
        if (section)
            error = read_key(file, section, keys[i], content, shown, policy, ret_error);
        else
            error = memory_error(ret_error, -EINVAL, "%s:%u: \"%s\" stands in no section: put it below [%s]",
                                 shown, find_line(content, keys[i], 0), keys[i],
                                 tunable_find(keys[i]) ? "tunables" : "units");
    }
    econf_freeArray(keys);
    return error;
}

/* text: of the sections that are given alone */
static int read_sections(const char *text, const char *shown, const struct config_section *const *sections,
                         struct policy *policy, char **ret_error)
{
    _cleanup_(cleanup_econf) econf_file *file = NULL;
    /* any other fault comes again, and then is what it always was */
    const struct sigaction watching = {.sa_handler = on_fault, .sa_flags = (int)SA_RESETHAND};
    struct sigaction before;
    int error;

    sigaction(SIGSEGV, &watching, &before);
    error = econf_parse(text, &file, shown, ret_error);
    if (error == 0)
        error = read_keys(file, NULL, text, shown, policy, ret_error);
    for (; *sections && error == 0; sections++)
        error = read_keys(file, *sections, text, shown, policy, ret_error);
    sigaction(SIGSEGV, &before, NULL);
    return error;
}

int config_file_parse(const char *content, size_t size, const char *shown,
                      const struct config_section *const *sections, struct policy *policy, char **ret_error)
{
    struct own_lines own = {.sections = sections, .is_own = true};
    _cleanup_free_ char *text = NULL;
    int error;

    if (!text_is_printable(content, size))
        return memory_error(ret_error, -EINVAL, "%s: not a text file in UTF-8", shown);
    text = memory_copy(content);
    empty_lines(text, is_own_line, &own);
    error = check_lines(text, shown, ret_error);
    if (error < 0 || text[strspn(text, " \t\r\n")] == '\0')
        return error;
    return read_sections(text, shown, sections, policy, ret_error);
}

/* --- all files --- */

static int read_file(const struct root *root, const char *path, const struct config_section *const *sections,
                     struct policy *policy, char **ret_error)
{
    _cleanup_free_ char *content = NULL, *shown = memory_copy(root_display(root, path));
    size_t size;
    int error;

    error = memory_check(root_read_file(root, path, CONFIG_SIZE_MAX, &content, &size));
    if (error == -EFBIG)
        return memory_error(ret_error, error,
                            "%s: larger than 64 KiB: this is no configuration of redis-hosttune", shown);
    if (error == -ENODEV)
        return memory_error(ret_error, error, "%s: no regular file", shown);
    if (error < 0)
        return memory_error(ret_error, error, "%s: cannot be read: %s", shown, strerror(-error));
    return config_file_parse(content, size, shown, sections, policy, ret_error);
}

/* The main file is the first of these that exists, as systemd has it for its own. */
static int read_main_file(const struct root *root, const struct config_section *const *sections,
                          struct policy *policy, char **ret_error)
{
    static const char *const paths[] = {
        "/etc/redis-hosttune/" CONFIG_FILE_NAME,
        "/run/redis-hosttune/" CONFIG_FILE_NAME,
        "/usr/lib/redis-hosttune/" CONFIG_FILE_NAME,
    };

    for (size_t i = 0; i < ELEMENTS(paths); i++) {
        int error =
            conf_dirs_is_masked(root, paths[i]) ? 0 : read_file(root, paths[i], sections, policy, ret_error);

        if (error != -ENOENT)
            return error;
    }
    free(*ret_error);
    *ret_error = NULL;
    return 0;
}

/* A wish for a unit that is none of ours is for a misspelt one. */
static int check_unit_wishes(const struct policy *policy, char **ret_error)
{
    for (size_t i = 0; i < policy->unit_wishes_count; i++) {
        const struct unit_wish *wish = &policy->unit_wishes[i];

        if (*wish->unit && !policy_has_unit(policy, wish->unit))
            return memory_error(ret_error, -EINVAL,
                                "%s:%u: %s is none of the units: add it with \"add = %s\"", wish->file,
                                wish->line, wish->unit, wish->unit);
    }
    return 0;
}

int config_file_read(const struct root *root, const struct config_section *const *sections,
                     struct policy *ret, char **ret_error)
{
    static const char *const directories[] = {
        "/etc/redis-hosttune/" CONFIG_FILE_NAME ".d",
        "/run/redis-hosttune/" CONFIG_FILE_NAME ".d",
        "/usr/lib/redis-hosttune/" CONFIG_FILE_NAME ".d",
        NULL,
    };
    _cleanup_(policy_done) struct policy policy = {0};
    _cleanup_strings_ char **paths = NULL;
    int error = read_main_file(root, sections, &policy, ret_error);

    if (error == 0)
        error = conf_dirs_list(root, directories, &paths, ret_error);
    for (char **path = paths; error == 0 && *path; path++)
        error = read_file(root, *path, sections, &policy, ret_error);
    if (error == 0)
        error = check_unit_wishes(&policy, ret_error);
    if (error < 0)
        return error;
    *ret = policy;
    policy = (struct policy){0};
    return 0;
}
