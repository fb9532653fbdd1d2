/* SPDX-License-Identifier: MIT */
#include "diagnose/finding.h"

#include "recorded.h"

static void default_user_all__as_it_comes(void **state)
{
    struct recorded *recorded = *state;

    recorded_acl(recorded, "user default on nopass sanitize-payload ~* &* +@all\n");
    assert_result(recorded, "default-user-all", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy,
                    "ACL SETUSER app on '>PASSWORD' '~app:*' '&app:*' +@all -@dangerous");
    recorded->diagnosis.redis.version = strdup("6.0.16");
    assert_result(recorded, "default-user-all", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy, "ACL SETUSER app on '>PASSWORD' '~app:*' +@all -@dangerous");
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
    assert_contains(recorded->verdict.remedy, "ACL SETUSER default ");
    assert_contains(recorded->verdict.remedy, "--user");
    free(recorded->diagnosis.redis.whoami);
    recorded->diagnosis.redis.whoami = strdup("worker");
    assert_result(recorded, "dangerous-commands", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy,
                    "ACL SETUSER default -flushall -flushdb '-config|set' -debug -keys\n");
    assert_lacks(recorded->verdict.remedy, "worker");
}

static void dangerous_commands__the_rule_is_one_of_this_version(void **state)
{
    struct recorded *recorded = *state;

    recorded->diagnosis.redis.version = strdup("6.2.14");
    recorded_acl(recorded, "user default on nopass ~* +@all\nuser a on ~* -@all +@admin\n");
    assert_result(recorded, "dangerous-commands", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy, "ACL SETUSER a -config -debug\n");
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

    recorded_acl(recorded, "user a on ~* +@all\n");
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
        recorded_test(default_user_all__restricted_in_any_way),
        recorded_test(dangerous_commands__of_all_but_the_operator),
        recorded_test(dangerous_commands__the_rule_is_one_of_this_version),
        recorded_test(dangerous_commands__hostile_names_are_quoted),
        recorded_test(dangerous_commands__many_users),
        recorded_test(dangerous_commands__keeps_users_where_they_are_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
