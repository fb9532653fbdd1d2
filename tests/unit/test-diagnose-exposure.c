/* SPDX-License-Identifier: MIT */
#include "diagnose/finding.h"

#include "recorded.h"

static void default_user_all__as_it_comes(void **state)
{
    struct recorded *recorded = *state;

    recorded_acl(recorded, "user default on nopass sanitize-payload ~* &* +@all\n");
    assert_result(recorded, "default-user-all", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy,
                    "redis-cli -s /run/test.sock ACL GENPASS > ~/redis-app.password\n");
    assert_contains(recorded->verdict.remedy, "| cut -c -64)\" '~*' '&*' +@all -@dangerous\n");
    assert_lacks(recorded->verdict.remedy, "PASSWORD");
    recorded->diagnosis.redis.version = strdup("6.0.16");
    assert_result(recorded, "default-user-all", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy, "| cut -c -64)\" '~*' +@all -@dangerous\n");
}

/* What is kept is kept by somebody who still gets in, behind all changes. */
static void default_user_all__is_kept_by_an_operator(void **state)
{
    static const char last[] =
        "\nredis-cli -s /run/test.sock ACL SETUSER default off\n"
        "redis-cli -s /run/test.sock --user operator --askpass CONFIG REWRITE < ~/redis-operator.password";
    struct recorded *recorded = *state;

    recorded_info(recorded, "redis_version:7.0.15\nconfig_file:/etc/redis.conf\n");
    recorded_acl(recorded, "user default on nopass ~* &* +@all\n");
    assert_result(recorded, "default-user-all", FINDING_WARNING);
    assert_text(strstr(recorded->verdict.remedy, "\nredis-cli -s /run/test.sock ACL SETUSER default"), last);
    recorded_config(recorded, "aclfile:/etc/users.acl\n");
    assert_result(recorded, "default-user-all", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy,
                    "--user operator --askpass ACL SAVE < ~/redis-operator.password");
}

/* Users who are there already are not given another password. */
static void default_user_all__with_other_users(void **state)
{
    struct recorded *recorded = *state;

    recorded_acl(recorded, "user default on nopass ~* &* +@all\nuser operator on #00 ~x:* +get\n");
    assert_result(recorded, "default-user-all", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy, "ACL SETUSER operator2 on ");
    assert_lacks(recorded->verdict.remedy, "ACL SETUSER app");
    recorded_acl(recorded, "user default on nopass ~* &* +@all\nuser op on #00 ~* +@all\n");
    recorded->diagnosis.redis.whoami = strdup("op");
    recorded->diagnosis.redis.user = strdup("op");
    assert_result(recorded, "default-user-all", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy,
                    "\nredis-cli -s /run/test.sock --user op ACL SETUSER default off");
    assert_lacks(recorded->verdict.remedy, "GENPASS");
}

/* Who asks as the default user is refused behind "default off". */
static void default_user_all__is_kept_by_who_is_there(void **state)
{
    struct recorded *recorded = *state;

    recorded_info(recorded, "redis_version:7.0.15\nconfig_file:/etc/redis.conf\n");
    recorded_acl(recorded, "user default on nopass ~* &* +@all\nuser op on #00 ~* &* +@all\n");
    assert_result(recorded, "default-user-all", FINDING_WARNING);
    assert_text(strstr(recorded->verdict.remedy, "\nredis-cli -s /run/test.sock ACL SETUSER default"),
                "\nredis-cli -s /run/test.sock ACL SETUSER default off\n"
                "the default user is refused now; with the password of op in REDISCLI_AUTH:\n"
                "redis-cli -s /run/test.sock --user op CONFIG REWRITE");
    recorded_acl(recorded, "user default on nopass ~* &* +@all\nuser op on nopass ~* &* +@all\n");
    assert_result(recorded, "default-user-all", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy, "ACL SETUSER operator on "); /* everybody is op */
}

static void default_user_all__restricted_in_any_way(void **state)
{
    static const char *const lines[] = {
        "user default off nopass ~* &* +@all\n",
        "user default on #2bb8 ~* &* +@all\n",
        "user default on nopass ~* &* +@all -@dangerous\n",
        "user default on nopass ~app:* &* +@all\n",
    };
    struct recorded *recorded = *state;

    for (size_t i = 0; i < ELEMENTS(lines); i++) {
        recorded_acl(recorded, lines[i]);
        assert_result(recorded, "default-user-all", FINDING_PASS);
    }
    recorded_acl(recorded, "user app on +@all\n");
    assert_result(recorded, "default-user-all", FINDING_UNKNOWN);
    recorded_acl(recorded, "");
    assert_result(recorded, "default-user-all", FINDING_UNKNOWN);
}

static void dangerous_commands__of_all_but_the_operator(void **state)
{
    struct recorded *recorded = *state;

    recorded_acl(recorded, "user default on nopass ~* &* +@all\n"
                           "user worker on #00 ~jobs:* -@all +@read +get\n"
                           "user away off #00 ~* +@all\n"
                           "user fine on #00 ~* +@all -@dangerous +config|get\n");
    assert_result(recorded, "dangerous-commands", FINDING_WARNING);
    assert_text(recorded_evidence(recorded, "user worker")->text, "may call KEYS");
    assert_contains(recorded->verdict.remedy, "redis-cli -s /run/test.sock ACL SETUSER worker -keys\n");
    assert_lacks(recorded->verdict.remedy, "default");
    assert_lacks(recorded->verdict.remedy, "--user");
    recorded->diagnosis.redis.whoami = strdup("fine"); /* one that only looks is not the operator's */
    assert_result(recorded, "dangerous-commands", FINDING_WARNING);
    assert_text(
        recorded_evidence(recorded, "user default")->text,
        "may call FLUSHALL, FLUSHDB, CONFIG SET, DEBUG, KEYS, SHUTDOWN, REPLICAOF, SLAVEOF, FAILOVER, "
        "MODULE LOAD, ACL SETUSER, without a password");
    assert_lacks(recorded->verdict.remedy, "ACL SETUSER default "); /* nobody could give them back */
    assert_contains(recorded->verdict.remedy, "(--user)");
    free(recorded->diagnosis.redis.whoami);
    recorded->diagnosis.redis.whoami = strdup("worker");
    assert_result(recorded, "dangerous-commands", FINDING_WARNING);
    assert_lacks(recorded->verdict.remedy, "ACL SETUSER default ");
    assert_lacks(recorded->verdict.remedy, "ACL SETUSER worker");
    recorded_acl(recorded, "user default on #00 ~* +@read\nuser web on #00 ~* +@all -debug -acl\n");
    assert_result(recorded, "dangerous-commands", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy,
                    "ACL SETUSER web -flushall -flushdb '-config|set' -keys -shutdown -replicaof -slaveof "
                    "-failover -module\n");
}

/* One that may call KEYS is no operator's for that: the rights of those who are are not taken. */
static void dangerous_commands__somebody_keeps_acl(void **state)
{
    struct recorded *recorded = *state;

    recorded->diagnosis.redis.whoami = strdup("mon");
    recorded_acl(recorded, "user mon on #00 ~* -@all +info +keys +acl|list\nuser op on #00 ~* &* +@all\n"
                           "user web on #00 ~* +@all -@admin\nuser any on nopass ~* +@all\n");
    assert_result(recorded, "dangerous-commands", FINDING_WARNING);
    assert_text(recorded_evidence(recorded, "taken_for_the_operator")->text, "op");
    assert_lacks(recorded->verdict.remedy, "ACL SETUSER op ");
    assert_contains(recorded->verdict.remedy, "redis-cli -s /run/test.sock --user op ACL SETUSER any -");
    recorded_acl(recorded, "user mon on #00 ~* -@all +info +keys +acl|list\nuser op on #00 ~* &* +@all\n"
                           "user web on #00 ~* +@all -@admin\nuser boss on #00 ~* &* +@all\n");
    assert_result(recorded, "dangerous-commands", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy, "--user op ACL SETUSER web -");
    assert_lacks(recorded->verdict.remedy, "ACL SETUSER op ");
    assert_lacks(recorded->verdict.remedy, "ACL SETUSER boss ");
}

/* What a list of five commands leaves out is enough to take them back. */
static void dangerous_commands__of_one_without_the_five(void **state)
{
    struct recorded *recorded = *state;

    recorded_acl(recorded, "user default off ~* +@all\nuser op on #00 ~* &* +@all\n"
                           "user web on #00 ~* &* +@all -flushall -flushdb -config|set -debug -keys\n");
    recorded_config(recorded, "enable-module-command:no\n");
    recorded->diagnosis.redis.whoami = strdup("op");
    assert_result(recorded, "dangerous-commands", FINDING_WARNING);
    assert_text(recorded_evidence(recorded, "user web")->text,
                "may call SHUTDOWN, REPLICAOF, SLAVEOF, FAILOVER, ACL SETUSER");
}

/* Who may only look is not warned of, and takes the one with all rights for the operator, who mends. */
static void dangerous_commands__asked_by_one_who_may_only_look(void **state)
{
    static const char users[] = "user default off ~* +@all\nuser op on #00 ~* &* +@all\n"
                                "user hosttune on #00 -@all +info +config|get +acl|list +acl|whoami\n";
    struct recorded *recorded = *state;

    recorded_acl(recorded, users);
    recorded->diagnosis.redis.user = strdup("hosttune");
    assert_result(recorded, "dangerous-commands", FINDING_PASS);
    assert_text(recorded_evidence(recorded, "taken_for_the_operator")->text, "op");
    recorded_acl(recorded, "user op on #00 ~* &* +@all\nuser hosttune on #00 -@all +info +acl|list\n"
                           "user web on #00 ~* +@all -debug\n");
    assert_result(recorded, "dangerous-commands", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy,
                    "user hosttune may not call ACL SETUSER, but op may: with that user's password in "
                    "REDISCLI_AUTH:\nredis-cli -s /run/test.sock --user op ACL SETUSER web -flushall");
}

static void dangerous_commands__the_rule_is_one_of_this_version(void **state)
{
    struct recorded *recorded = *state;

    recorded->diagnosis.redis.version = strdup("6.2.14");
    recorded_acl(recorded, "user default on nopass ~* +@all\nuser a on ~* -@all +@admin\n");
    assert_result(recorded, "dangerous-commands", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy,
                    "ACL SETUSER a -config -debug -shutdown -replicaof -slaveof -failover -module "
                    "-acl\n");
}

static void dangerous_commands__hostile_names_are_quoted(void **state)
{
    struct recorded *recorded = *state;

    recorded_acl(recorded, "user default on nopass ~* +@all\nuser $(reboot)\033[2J on (~* +debug)\n");
    assert_result(recorded, "dangerous-commands", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy, "ACL SETUSER '$(reboot)\\x1b[2J' clearselectors -debug\n");
}

static void dangerous_commands__many_users(void **state)
{
    struct recorded *recorded = *state;
    char text[4096] = "user default on nopass ~* +@all\n";

    for (int i = 0; i < 40; i++)
        sprintf(text + strlen(text), "user u%d on ~* +@all\n", i);
    recorded_acl(recorded, text);
    assert_result(recorded, "dangerous-commands", FINDING_WARNING);
    assert_true(recorded_evidence(recorded, "users_not_shown")->number == 32);
}

static void dangerous_commands__keeps_users_where_they_are_kept(void **state)
{
    struct recorded *recorded = *state;

    recorded_acl(recorded, "user default on nopass ~* +@all\nuser a on ~* +@all\n");
    recorded_info(recorded, "config_file:/etc/redis/redis.conf\n");
    assert_result(recorded, "dangerous-commands", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy, "CONFIG REWRITE");
    recorded_config(recorded, "aclfile:/etc/redis/users.acl\n");
    assert_result(recorded, "dangerous-commands", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy, "ACL SAVE");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        recorded_test(default_user_all__as_it_comes),
        recorded_test(default_user_all__is_kept_by_an_operator),
        recorded_test(default_user_all__is_kept_by_who_is_there),
        recorded_test(default_user_all__with_other_users),
        recorded_test(default_user_all__restricted_in_any_way),
        recorded_test(dangerous_commands__of_all_but_the_operator),
        recorded_test(dangerous_commands__somebody_keeps_acl),
        recorded_test(dangerous_commands__of_one_without_the_five),
        recorded_test(dangerous_commands__asked_by_one_who_may_only_look),
        recorded_test(dangerous_commands__the_rule_is_one_of_this_version),
        recorded_test(dangerous_commands__hostile_names_are_quoted),
        recorded_test(dangerous_commands__many_users),
        recorded_test(dangerous_commands__keeps_users_where_they_are_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
