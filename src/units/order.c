/* SPDX-License-Identifier: MIT */
/* Lists of units, and what orders a unit without being written in it.
 * Owns what each type of unit brings by itself; pure. */
#include "units/order.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "util/memory.h"
#include "util/text.h"

void unit_order_done(struct unit_order *order)
{
    free(order->refused);
    *order = (struct unit_order){0};
}

char *unit_order_describe(const struct unit_order *order, const char *name)
{
    const char *quote = strchr(name, '\\') ? "'" : "";

    if (order->is_early)
        return memory_format(
            "is not ordered behind redis-hosttune.service: %s: it may start before any value is set: "
            "sudo systemctl edit %s%s%s, and there, below [Unit], "
            "After=systemd-sysctl.service systemd-tmpfiles-setup.service",
            order->refused, quote, name, quote);
    return memory_format("is not ordered behind redis-hosttune.service: %s: it starts with what the drop-ins "
                         "have set by then",
                         order->refused);
}

int unit_parse_boolean(const char *value)
{
    static const char *const words[][6] = {
        {"0", "no", "n", "false", "f", "off"},
        {"1", "yes", "y", "true", "t", "on"},
    };

    for (int is_true = 0; is_true < 2; is_true++)
        for (size_t i = 0; i < ELEMENTS(words[is_true]); i++)
            if (strcasecmp(value, words[is_true][i]) == 0)
                return is_true;
    return -1;
}

const struct unit_setting *unit_order_without_defaults(const struct unit *unit)
{
    for (size_t i = unit->settings_count; i > 0; i--) {
        const struct unit_setting *setting = &unit->settings[i - 1];
        int value =
            strcmp(setting->key, "DefaultDependencies") == 0 ? unit_parse_boolean(setting->value) : -1;

        if (value >= 0)
            return value == 0 ? setting : NULL;
    }
    return NULL;
}

const char *unit_order_implied_before(const char *name)
{
    static const struct {
        const char *suffix, *before;
    } types[] = {
        {".socket", "sockets.target"}, {".path", "paths.target"}, {".timer", "timers.target"},
        {".mount", "local-fs.target"}, {".swap", "swap.target"},  {".slice", "slices.target"},
    };

    for (size_t i = 0; i < ELEMENTS(types); i++)
        if (text_has_suffix(name, types[i].suffix))
            return types[i].before;
    return NULL;
}

bool unit_order_next_name(const char **position, char name[static UNIT_NAME_SIZE])
{
    static const char blank[] = " \t\"'"; /* names have no quotes in them, only around them */

    for (;;) {
        const char *word = *position + strspn(*position, blank);
        size_t length = strcspn(word, blank);

        *position = word + length;
        if (length == 0)
            return false;
        if (length >= UNIT_NAME_SIZE)
            continue;
        memcpy(name, word, length);
        name[length] = '\0';
        return true;
    }
}

/* A specifier is two characters. */
bool unit_order_may_be(const char *name, const char *unit)
{
    char pattern[2 * UNIT_NAME_SIZE], *end = pattern;

    if (!strchr(name, '%'))
        return strcmp(name, unit) == 0;
    for (const char *c = name; *c && end < pattern + sizeof(pattern) - 2; c++) {
        if (*c == '%' && c[1]) {
            *end++ = '*';
            c++;
        } else {
            if (strchr("\\*?[", *c))
                *end++ = '\\';
            *end++ = *c;
        }
    }
    *end = '\0';
    return fnmatch(pattern, unit, 0) == 0;
}

/* Dependencies have no reset: every assignment counts. */
bool unit_order_has(const struct unit *unit, const char *key, const char *name)
{
    char word[UNIT_NAME_SIZE];

    for (size_t i = 0; i < unit->settings_count; i++) {
        const char *position = unit->settings[i].value;

        while (strcmp(unit->settings[i].key, key) == 0 && unit_order_next_name(&position, word))
            if (strcmp(word, name) == 0)
                return true;
    }
    return false;
}
