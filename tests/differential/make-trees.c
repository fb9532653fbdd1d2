/* SPDX-License-Identifier: MIT */
/* Makes trees of sysctl.d and tmpfiles.d drop-ins out of a seed, the same ones for the same seed everywhere:
 * make-trees DIRECTORY COUNT SEED writes DIRECTORY/0001 and so on. */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/text.h"

static uint32_t state;

/* xorshift, as no random() is the same everywhere */
static uint32_t draw(uint32_t below)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % below;
}

#define PICK(list) (list)[draw(ELEMENTS(list))]

static bool one_in(uint32_t n)
{
    return draw(n) == 0;
}

static void make_directories(char *path)
{
    for (char *slash = path + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        if (mkdir(path, 0755) < 0 && errno != EEXIST)
            perror(path);
        *slash = '/';
    }
}

static FILE *create(const char *format, ...) __attribute__((format(printf, 1, 2)));

static FILE *create(const char *format, ...)
{
    char path[512];
    va_list arguments;
    FILE *file;

    va_start(arguments, format);
    vsnprintf(path, sizeof(path), format, arguments);
    va_end(arguments);
    make_directories(path);
    unlink(path); /* a link that was drawn before is not to be written through */
    file = fopen(path, "we");
    if (!file) {
        perror(path);
        exit(1);
    }
    return file;
}

static const char *const line_ends[] = {"\n", "\n", "\n", "\n", "\n", "\n", "\r\n", "\n\r", "\r", "\n\n"};

static void end_line(FILE *file)
{
    if (one_in(60))
        fputc('\0', file);
    else
        fputs(PICK(line_ends), file);
}

/* --- sysctl.d --- */

static const char *const keys[] = {
    "net.core.somaxconn",
    "net.ipv4.tcp_max_syn_backlog",
    "net.ipv4.tcp_max_tw_buckets",
    "net.ipv4.tcp_fin_timeout",
};

static const char *const sysctl_globs[] = {
    "net.core.*",           "net.core.somax*",
    "net.*.somaxconn",      "net.ipv4.tcp_max_*",
    "net.ipv4.tcp_[mf]*",   "net.ipv4.tcp_max_?yn_backlog",
    "net/ipv4/tcp_max_t*",  "net.ipv4.tcp_fin_timeou[!x]",
    "net.*.tcp_fin_*",      "*.core.somaxconn",
    "net.core.somaxcon[n",  "net.ipv4.tcp_max_{tw,syn}*",
    "net.ipv4.tcp_max_*k*", "net/core//somaxcon?",
    "net.core.somaxcon\\n",
};

static const char *const values[] = {
    "1001",   "1002",        "1003",
    "1004",   "2048",        "3000",
    "1001",   "0x500",       "02000",
    "+7",     "abc",         "",
    "-5",     "4e2",         "77 # no comment",
    "12 34",  "99999999999", "1001;",
    "\t1010", "4000000000",  "88\x01",
};

/* The same key in another spelling. */
static void put_key(FILE *file, const char *key)
{
    char spelled[128];
    uint32_t form = draw(10);

    snprintf(spelled, sizeof(spelled), "%s", key);
    if (form >= 4)
        for (char *c = spelled; form >= 4 && *c; c++)
            if (*c == '.' && form % 2)
                *c = '/';
    if (form == 9)
        fputc('/', file);
    if (form == 7 && strchr(spelled, '/')) {
        char *slash = strchr(spelled, '/');

        fprintf(file, "%.*s%s%s", (int)(slash - spelled), spelled, one_in(2) ? "//" : "/./", slash + 1);
        return;
    }
    fputs(spelled, file);
    if (form == 5 && one_in(4))
        fputc('/', file);
}

static void put_sysctl_line(FILE *file)
{
    static const char *const blanks[] = {"", "", " ", "  ", "\t", " \t "};
    static const char *const junk[] = {
        "# net.core.somaxconn = 9",
        "; net.core.somaxconn = 9",
        "net.core.somaxconn",
        "= 5",
        "-",
        "-=",
        "net.core.somaxconn 7",
        " # indented",
        "*",
        "",
        "vm.swappiness_not = 3",
        "-net.core.nothing = 1",
        "net.core.somaxconn:=12",
        "--net.core.somaxconn = 15",
        "- net.core.somaxconn = 16",
    };

    if (one_in(6)) {
        fputs(PICK(junk), file);
        end_line(file);
        return;
    }
    fputs(PICK(blanks), file);
    if (one_in(5))
        fputs("-", file);
    else if (one_in(7)) { /* taken back, or shielded */
        fputs("-", file);
        put_key(file, one_in(3) ? PICK(sysctl_globs) : PICK(keys));
        end_line(file);
        return;
    }
    put_key(file, one_in(3) ? PICK(sysctl_globs) : PICK(keys));
    fprintf(file, "%s=%s%s%s", PICK(blanks), PICK(blanks), PICK(values), PICK(blanks));
    end_line(file);
}

static void put_long_line(FILE *file)
{
    static const size_t lengths[] = {1024 * 1024 - 1, 1024 * 1024, 1024 * 1024 + 5};
    size_t length = PICK(lengths);

    fputc('#', file);
    for (size_t i = 1; i < length; i++)
        fputc('x', file);
    fputc('\n', file);
}

/* --- tmpfiles.d --- */

#define THP "/sys/kernel/mm/transparent_hugepage"

static const char *const targets[] = {
    THP "/enabled",      THP "/defrag", THP "/hugepages-64kB/enabled", THP "/hugepages-2048kB/enabled",
    "/proc/sys/vm/knob",
};

static const char *const tmpfiles_paths[] = {
    THP "/enabled",
    THP "/enabled",
    THP "/defrag",
    THP "/hugepages-64kB/enabled",
    THP "/hugepages-2048kB/enabled",
    THP "/hugepages-*kB/enabled",
    THP "/hugepages-*/enabled",
    THP "/*/enabled",
    THP "/{enabled,defrag}",
    THP "/{enabled,hugepages-{64,2048}kB/enabled}",
    THP "/enable?",
    THP "/enable[!x]",
    THP "/*",
    "/sys//kernel/mm/transparent_hugepage/enabled",
    THP "/./enabled",
    THP "/enabled/",
    "\"" THP "/enabled\"",
    "'" THP "/defrag'",
    "/sys/kernel/\"mm\"/transparent_hugepage/enabled",
    "sys/kernel/mm/transparent_hugepage/enabled",
    "\"" THP "/enabled",
    THP "/enab\\led",
    THP "/enab\\x6ced",
    THP "/%%enabled",
    THP "/ena%qbled",
    THP "/ena%!bled",
    THP "/enabled%",
    THP "/nothing",
    THP "/../transparent_hugepage/enabled",
    "/proc/sys/vm/knob",
    "/proc/sys/vm/kno?",
    "%t/x",
};

static const char *const tmpfiles_types[] = {
    "w",  "w", "w",  "w",   "w", "w", "w", "w!", "w-", "w+", "w!-", "w+!", "w=", "w^", "w~", "w++",
    "w$", "W", "f+", "f+!", "f", "F", "x", "X",  "r",  "R",  "z",   "m",   "e",  "ww", "q",  "d",
};

static const char *const tmpfiles_arguments[] = {
    "never", "always",   "madvise",   "never\\n",    "\\x6eever",    "n\\145ver", "\"never\"", "%%",
    "%v",    "%m",       "%q",        "never  ",     "inherit",      "-",         "",          "bad\\q",
    "a b c", "bmV2ZXI=", "bmV2ZX",    "YQ==",        "tmpfiles.red", "%u%U%g",    "1",         "10 ",
    "50%",   "%!x",      "never # x", "\\u006eever", "\\000",
};

static void put_tmpfiles_line(FILE *file)
{
    static const char *const modes[] = {"-", "-", "-", "-", "-", "-", "0644", "~0644", ":600", "999", "x"};
    static const char *const separators[] = {" ", " ", " ", "\t", "  "};
    static const char *const junk[] = {
        "# comment", "w",  "w " THP "/enabled",       "w " THP "/enabled - - - -",
        "; x",       "\"", "w " THP "/enabled never", "\"\" " THP "/enabled - - - - always"};

    if (one_in(10)) {
        fputs(PICK(junk), file);
        end_line(file);
        return;
    }
    fprintf(file, "%s%s%s%s%s - - -", PICK(tmpfiles_types), PICK(separators), PICK(tmpfiles_paths),
            PICK(separators), PICK(modes));
    fprintf(file, "%s%s", PICK(separators), PICK(tmpfiles_arguments));
    end_line(file);
}

/* --- trees --- */

static const char *const directories[] = {"etc", "etc", "run", "usr/local/lib", "usr/lib"};

static const char *const names[] = {
    "00-a.conf",  "10-b.conf",      "50-default.conf", "60-x.conf",    "99-ZZ.conf",
    "99-aa.conf", "99-sysctl.conf", "a b.conf",        ".hidden.conf", "no-suffix",
    "9.conf",     "\xc3\xa4.conf",  "z.conf.bak",
};

static void make_link(const char *tree, const char *kind)
{
    static const char *const link_targets[] = {"/dev/null", "../../dev/null", "../sysctl.conf", "nowhere",
                                               "50-default.conf"};
    char path[512];

    snprintf(path, sizeof(path), "%s/%s/%s/%s", tree, PICK(directories), kind, PICK(names));
    make_directories(path);
    unlink(path);
    if (symlink(PICK(link_targets), path) < 0 && errno != EEXIST)
        perror(path);
}

static void make_dropins(const char *tree, const char *kind, void (*put_line)(FILE *file))
{
    uint32_t count = 1 + draw(7);

    for (uint32_t i = 0; i < count; i++) {
        uint32_t lines = one_in(8) ? 0 : 1 + draw(6);
        FILE *file = create("%s/%s/%s/%s", tree, PICK(directories), kind, PICK(names));

        for (uint32_t line = 0; line < lines; line++) {
            if (one_in(400))
                put_long_line(file);
            put_line(file);
        }
        fclose(file);
    }
    if (one_in(3))
        make_link(tree, kind);
}

static void make_tree(const char *tree)
{
    make_dropins(tree, "sysctl.d", put_sysctl_line);
    make_dropins(tree, "tmpfiles.d", put_tmpfiles_line);
    if (one_in(2)) {
        FILE *file = create("%s/etc/sysctl.conf", tree);

        for (uint32_t line = draw(4); line > 0; line--)
            put_sysctl_line(file);
        fclose(file);
    }
    for (size_t i = 0; i < ELEMENTS(targets); i++)
        fclose(create("%s%s", tree, targets[i]));
}

int main(int argc, char **argv)
{
    int count = argc == 4 ? atoi(argv[2]) : 0;

    if (count <= 0) {
        fputs("usage: make-trees DIRECTORY COUNT SEED\n", stderr);
        return 2;
    }
    state = (uint32_t)atoi(argv[3]) * 2654435761U | 1;
    for (int i = 1; i <= count; i++) {
        char tree[256];

        snprintf(tree, sizeof(tree), "%s/%04d", argv[1], i);
        make_tree(tree);
    }
    return 0;
}
