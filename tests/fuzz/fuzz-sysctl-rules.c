/* SPDX-License-Identifier: MIT */
/* sysctl.d files, with a NUL between one and the next: the rules against a second, simpler reading of an
 * explicit key. */
#include "fuzz.h"

#include <ctype.h>

#include "policy/tunable.h"
#include "systemd/sysctl-rules.h"

/* The last value of "NAME = VALUE" with the name in exactly this form, NULL where "-NAME" or nothing came
 * last; no other spelling may stand in the files. Owned by the caller. */
static char *last_value(const char *name, const char *content)
{
    char *value = NULL;

    while (*content) {
        size_t length = strcspn(content, "\n");
        _cleanup_free_ char *line = strndup(content, length);
        char *key = text_trim(line), *equals = strchr(key, '=');

        content += length + (content[length] == '\n');
        if (*key == '#' || *key == ';' || (!equals && *key != '-'))
            continue;
        if (equals)
            *equals = '\0';
        key = text_trim(key);
        if (strcmp(text_trim(key + (*key == '-')), name) == 0)
            REQUIRE(text_replace(&value, equals ? text_trim(equals + 1) : NULL) == 0);
    }
    return value;
}

/* Whether the files are simple enough for that reading: no slashes, no globs, newlines as the only ends of
 * lines, and dots within words only. */
static bool is_simple(const char *content)
{
    for (const char *dot = content; (dot = strchr(dot, '.')); dot++)
        if (dot == content || !isalnum((unsigned char)dot[-1]) || !isalnum((unsigned char)dot[1]))
            return false;
    return !strpbrk(content, "/*?[]\\!\r\v\f");
}

static void check_key(const struct sysctl_rules *rules, const char *name, const char *joined)
{
    const struct sysctl_rule *rule;
    _cleanup_free_ char *expected = NULL;

    rule = sysctl_rules_find(rules, name);
    REQUIRE(!rule || (rule->value && rule->line >= 1 && rule->key && rule->file));
    if (!joined)
        return;
    expected = last_value(name, joined);
    REQUIRE(text_equal(rule ? rule->value : NULL, expected));
}

/* No line is both a rule and a stray one, and each of these has its word. */
static void check_strays(const char *content)
{
    const char *keys[SYSCTL_KEYS_MAX], *words[SYSCTL_KEYS_MAX], *names[SYSCTL_KEYS_MAX];
    struct sysctl_strays strays = {.words = words, .names = names};
    _cleanup_(sysctl_rules_done) struct sysctl_rules rules = {.wanted = keys, .strays = &strays};

    tunable_sysctl_keys(keys);
    tunable_searched_words(words);
    tunable_file_names(names);
    sysctl_rules_parse(&rules, "x.conf", content, strlen(content));
    for (size_t i = 0; i < strays.count; i++) {
        REQUIRE(strays.items[i].line > 0 && *strays.items[i].text && strays.items[i].word);
        for (size_t n = 0; n < rules.items_count; n++)
            REQUIRE(rules.items[n].line != strays.items[i].line);
    }
    sysctl_strays_add_file(&strays, STRAY_NAME, "x", content, strlen(content));
    sysctl_strays_done(&strays);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(sysctl_rules_done) struct sysctl_rules rules = {0};
    _cleanup_free_ char *content = fuzz_text(data, size), *joined = fuzz_text(data, size);

    for (char *byte = joined; byte < joined + size; byte++)
        *byte = *byte ? *byte : '\n';
    for (size_t start = 0; start <= size;) {
        size_t length = strlen(content + start);

        sysctl_rules_parse(&rules, "x.conf", content + start, length);
        check_strays(content + start);
        start += length + 1;
    }
    for (size_t i = 0; i < rules.items_count; i++)
        REQUIRE(rules.items[i].key && *rules.items[i].key && *rules.items[i].key != '/');
    for (size_t i = 0; i < tunables_count; i++)
        check_key(&rules, tunables[i].name, is_simple(joined) ? joined : NULL);
    return 0;
}
