/* SPDX-License-Identifier: MIT */
/* NoExecPaths= and ExecPaths= against the wrapper's path.
 * Owns how paths of such lists are read; what is not clear forbids, and allows nothing; pure. */
#include "units/sandbox.h"

#include <string.h>

#include "units/wrap.h"
#include "util/text.h"

#define WRAPPER_LENGTH (sizeof(UNIT_WRAPPER) - 1)

/* Quotes, escapes and specifiers, and what systemd simplifies. */
static bool is_clear(const char *path, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (strchr("\"'\\%", path[i]) ||
            (path[i] == '/' && i + 1 < length && (path[i + 1] == '/' || path[i + 1] == '.')))
            return false;
    return true;
}

/* Bytes of `whole` that path stands for; 0: it lies elsewhere. */
static size_t cover(const char *whole, const char *path, size_t length)
{
    while (length > 1 && path[length - 1] == '/')
        length--;
    if (length == 1 && *path == '/')
        return 1;
    if (strncmp(whole, path, length) != 0 || (whole[length] != '/' && whole[length] != '\0'))
        return 0;
    return length;
}

static size_t cover_by_exec(const char *path, size_t length)
{
    return is_clear(path, length) ? cover(UNIT_WRAPPER, path, length) : 0;
}

/* /lib is a link to /usr/lib where it is merged. */
static size_t cover_by_no_exec(const char *path, size_t length)
{
    static const char usr[] = "/usr";
    size_t covered = cover(UNIT_WRAPPER, path, length);

    if (!is_clear(path, length))
        return WRAPPER_LENGTH - 1;
    if (covered == 0 && text_has_prefix(UNIT_WRAPPER, "/usr/")) {
        covered = cover(&UNIT_WRAPPER[strlen(usr)], path, length);
        return covered > 0 ? covered + strlen(usr) : 0;
    }
    return covered;
}

static size_t longest_cover(const struct unit *unit, const char *key,
                            size_t (*cover_of)(const char *path, size_t length))
{
    size_t position = unit_list_begin(unit, key), longest = 0;
    const struct unit_setting *setting;

    while ((setting = unit_next(unit, key, &position))) {
        for (const char *word = setting->value; *word; word += strspn(word, " \t")) {
            size_t length = strcspn(word, " \t"), skip = strspn(word, "-+");
            size_t covered = skip < length ? cover_of(word + skip, length - skip) : 0;

            longest = covered > longest ? covered : longest;
            word += length;
        }
    }
    return longest;
}

bool unit_sandbox_forbids_wrapper(const struct unit *unit)
{
    return longest_cover(unit, "NoExecPaths", cover_by_no_exec) == WRAPPER_LENGTH;
}

bool unit_sandbox_needs_exec_path(const struct unit *unit)
{
    size_t forbidden = longest_cover(unit, "NoExecPaths", cover_by_no_exec);

    return forbidden > 0 && longest_cover(unit, "ExecPaths", cover_by_exec) <= forbidden;
}
