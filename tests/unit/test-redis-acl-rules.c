/* SPDX-License-Identifier: MIT */
#include "redis/acl-rules.h"

#include "support.h"

/* What of the dangerous commands the user of the line may call, as rules; static buffer. */
static const char *allowed(const char *rules)
{
    static char shown[256];
    _cleanup_free_ char *line = NULL;
    struct acl_user user;
    char *end = shown;

    assert_true(asprintf(&line, "user someone on %s", rules) > 0);
    assert_int_equal(acl_user_parse(line, &user), 0);
    *end = '\0';
    for (enum acl_command command = 0; command < ACL_DANGEROUS; command++)
        if (user.may[command])
            end += sprintf(end, "%s%s", end == shown ? "" : " ", acl_command_rule(command));
    acl_user_done(&user);
    return shown;
}

static bool is_unrestricted(const char *line)
{
    struct acl_user user;
    bool result;

    assert_int_equal(acl_user_parse(line, &user), 0);
    result = user.is_unrestricted;
    acl_user_done(&user);
    return result;
}

#define ADMIN      "shutdown replicaof slaveof failover module|load acl|setuser"
#define EVERYTHING "flushall flushdb config|set debug keys " ADMIN

static void acl_user_parse__the_default_user_as_each_version_prints_it(void **state)
{
    static const char *const lines[] = {
        "user default on nopass ~* +@all",                     /* 6.0 */
        "user default on nopass ~* &* +@all",                  /* 6.2, 7.0 */
        "user default on nopass sanitize-payload ~* &* +@all", /* 7.2 and later, Valkey */
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(lines); i++) {
        struct acl_user user;

        assert_int_equal(acl_user_parse(lines[i], &user), 0);
        assert_text(user.name, "default");
        assert_true(user.is_on && user.is_nopass && user.is_unrestricted && user.may[ACL_FLUSHALL]);
        acl_user_done(&user);
    }
}

static void acl_user_parse__passwords_and_off(void **state)
{
    struct acl_user user;

    (void)state;
    assert_int_equal(acl_user_parse("user default off #2bb8 ~* &* +@all", &user), 0);
    assert_false(user.is_on || user.is_nopass);
    acl_user_done(&user);
}

static void acl_user_parse__the_later_rule_counts(void **state)
{
    (void)state;
    assert_text(allowed("+@all"), EVERYTHING);
    assert_text(allowed("-@all"), "");
    assert_text(allowed(""), "");
    assert_text(allowed("+@all -flushall"), "flushdb config|set debug keys " ADMIN);
    assert_text(allowed("-flushall +@all"), EVERYTHING);
    assert_text(allowed("+@all -@dangerous"), "");
    assert_text(allowed("-@dangerous +@all"), EVERYTHING);
    assert_text(allowed("+@all -@dangerous +keys"), "keys");
    assert_text(allowed("nocommands allcommands"), EVERYTHING);
    assert_text(allowed("allcommands nocommands"), "");
}

static void acl_user_parse__categories(void **state)
{
    (void)state;
    assert_text(allowed("-@all +@read"), "keys");
    assert_text(allowed("-@all +@write"), "flushall flushdb");
    assert_text(allowed("-@all +@keyspace -@write"), "keys");
    assert_text(allowed("-@all +@admin"), "config|set debug " ADMIN);
    assert_text(allowed("-@all +@Dangerous -@ADMIN"), "flushall flushdb keys");
    assert_text(allowed("-@all +@danger +@ +@string +@dangerousx"), "");
}

static void acl_user_parse__subcommands(void **state)
{
    (void)state;
    assert_text(allowed("+@all -@dangerous +config|get"), "");
    assert_text(allowed("-@all +config"), "config|set");
    assert_text(allowed("-@all +config|set"), "config|set");
    assert_text(allowed("-@all +config -config|set"), "");
    assert_text(allowed("-@all +debug|sleep +debu +conf +config|"), "");
    assert_text(allowed("-@all +FLUSHALL +Config|Set"), "flushall config|set");
}

static void acl_user_parse__parentheses_add(void **state)
{
    (void)state;
    assert_text(allowed("~* -@all (%W~x:* resetchannels -@all +keys) -keys"), "keys");
    assert_text(allowed("-@all (+@all -@all) (+debug)"), "debug");
    assert_text(allowed("-@all (+flushall"), "flushall"); /* not closed */
    assert_text(allowed("-@all (+@all -flushall ~a:*) (~b:* +flushdb) +get"),
                "flushdb config|set debug keys " ADMIN);
    assert_text(allowed("+@all -flushall -flushdb -config|set -debug -keys"), ADMIN);
    assert_text(allowed("-@all +acl|list +acl|whoami +config|get"), "");
    assert_text(allowed("-@all +acl +module|list"), "acl|setuser");
    assert_text(allowed("-@all () ( ) )"), "");
}

static void acl_command_of__a_command_line(void **state)
{
    (void)state;
    assert_int_equal(acl_command_of("CONFIG SET maxmemory 1gb"), ACL_CONFIG_SET);
    assert_int_equal(acl_command_of("CONFIG REWRITE"), ACL_CONFIG_REWRITE);
    assert_int_equal(acl_command_of("ACL SETUSER joe off"), ACL_ACL_SETUSER);
    assert_int_equal(acl_command_of("SAVEX"), ACL_COMMANDS);
    assert_int_equal(acl_command_of("PING"), ACL_COMMANDS);
    assert_int_equal(acl_command_of(""), ACL_COMMANDS);
}

/* What remedies need besides is no danger. */
static void acl_user_parse__who_may_give_a_remedy(void **state)
{
    struct acl_user user;

    (void)state;
    assert_int_equal(acl_user_parse("user a on +@all -@dangerous +client|kill", &user), 0);
    assert_true(user.may[ACL_CLIENT_KILL] && user.may[ACL_MEMORY_PURGE] && user.may[ACL_ACL_GENPASS]);
    assert_false(user.may[ACL_CONFIG_REWRITE] || user.may[ACL_BGSAVE] || user.may[ACL_LATENCY_RESET]);
    acl_user_done(&user);
}

static void acl_user_parse__unrestricted_is_every_command_on_every_key(void **state)
{
    (void)state;
    assert_true(is_unrestricted("user a on allkeys allcommands"));
    assert_true(is_unrestricted("user a on -@all (~* +@all)"));
    assert_false(is_unrestricted("user a on ~* +@all -debug"));
    assert_false(is_unrestricted("user a on ~app:* +@all"));
    assert_false(is_unrestricted("user a on ~* resetkeys +@all"));
    assert_false(is_unrestricted("user a on -@all ~* (~a:* +@all)"));
    assert_false(is_unrestricted("user a on %R~* +@all"));
}

static void acl_user_parse__refuses_what_is_no_user(void **state)
{
    static const char *const lines[] = {"", "user", "user ", "user  on", "user alone", "default on +@all"};
    struct acl_user user = {.is_on = true};

    (void)state;
    for (size_t i = 0; i < ELEMENTS(lines); i++)
        assert_int_equal(acl_user_parse(lines[i], &user), -EINVAL);
    assert_true(user.is_on && !user.name);
}

static void acl_users__collects_and_finds(void **state)
{
    _cleanup_acl_users_ struct acl_users users = {0};

    (void)state;
    acl_users_add(&users, "user app on #00 ~app:* -@all +get");
    acl_users_add(&users, "no user");
    acl_users_add(&users, "user default on nopass ~* +@all");
    assert_int_equal(users.items_count, 2);
    assert_true(acl_users_find(&users, "default")->may[ACL_DEBUG]);
    assert_null(acl_users_find(&users, "nobody"));
    assert_text(acl_command_name(ACL_CONFIG_SET), "CONFIG SET");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(acl_user_parse__the_default_user_as_each_version_prints_it),
        cmocka_unit_test(acl_user_parse__passwords_and_off),
        cmocka_unit_test(acl_user_parse__the_later_rule_counts),
        cmocka_unit_test(acl_user_parse__categories),
        cmocka_unit_test(acl_user_parse__subcommands),
        cmocka_unit_test(acl_user_parse__parentheses_add),
        cmocka_unit_test(acl_command_of__a_command_line),
        cmocka_unit_test(acl_user_parse__who_may_give_a_remedy),
        cmocka_unit_test(acl_user_parse__unrestricted_is_every_command_on_every_key),
        cmocka_unit_test(acl_user_parse__refuses_what_is_no_user),
        cmocka_unit_test(acl_users__collects_and_finds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
