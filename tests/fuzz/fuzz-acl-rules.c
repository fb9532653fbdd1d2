/* SPDX-License-Identifier: MIT */
/* ACL LIST: a user who may do everything may call each command, and the last rule has the last word. */
#include "fuzz.h"

#include "redis/acl-rules.h"

/* What a rule of @dangerous leaves. */
static bool is_harmless(enum acl_command command)
{
    return command == ACL_ACL_GENPASS || command == ACL_MEMORY_PURGE || command == ACL_SCRIPT_KILL;
}

static void check_last_word(const char *line, const char *rule, bool is_allowed, bool is_harmless_allowed)
{
    _cleanup_free_ char *longer = NULL;
    struct acl_user user;

    if (strchr(line,
               '(')) /* rules in parentheses add to the others, so nothing behind them takes them back */
        return;
    REQUIRE(asprintf(&longer, "%s %s", line, rule) > 0);
    REQUIRE(acl_user_parse(longer, &user) == 0);
    for (enum acl_command command = 0; command < ACL_COMMANDS; command++)
        REQUIRE(user.may[command] == (is_harmless(command) ? is_harmless_allowed : is_allowed));
    acl_user_done(&user);
}

static void check_line(const char *line)
{
    struct acl_user user;

    if (acl_user_parse(line, &user) < 0)
        return;
    REQUIRE(*user.name && !strchr(user.name, ' '));
    acl_user_done(&user);
    check_last_word(line, "-@all", false, false);
    check_last_word(line, "+@all", true, true);
    check_last_word(line, "+@all -@dangerous", false, true);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_free_ char *text = fuzz_text(data, size);
    struct acl_users users = {0};
    char *rest = text, *line;

    while ((line = strsep(&rest, "\n"))) {
        check_line(line);
        acl_users_add(&users, line);
    }
    for (size_t i = 0; i < users.items_count; i++)
        REQUIRE(acl_users_find(&users, users.items[i].name) != NULL);
    acl_users_done(&users);
    return 0;
}
