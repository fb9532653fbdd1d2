/* SPDX-License-Identifier: MIT */
#include "redis/replies.h"

#include "support.h"

struct replies {
    struct redis_facts facts;
    char *unknown;
};

static int setup(void **state)
{
    *state = calloc(1, sizeof(struct replies));
    assert_non_null(*state);
    return 0;
}

static int teardown(void **state)
{
    struct replies *replies = *state;

    redis_facts_done(&replies->facts);
    free(replies->unknown);
    free(replies);
    return 0;
}

#define replies_test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

/* What a server sent as an answer. */
static struct redis_answer *answer(const char *bytes)
{
    struct redis_answer *parsed = NULL;

    assert_int_equal(redis_answer_parse(bytes, strlen(bytes), 1 << 20, &parsed), 0);
    return parsed;
}

static void config__becomes_fields(void **state)
{
    struct replies *replies = *state;
    _cleanup_answer_ struct redis_answer *given =
        answer("*5\r\n$4\r\nsave\r\n$6\r\n3600 1\r\n$4\r\nport\r\n$1\r\n0\r\n$3\r\nodd\r\n");

    redis_replies_config(given, &replies->facts, &replies->unknown);
    assert_null(replies->unknown);
    assert_int_equal(replies->facts.config.count, 2);
    assert_text(redis_fields_find(&replies->facts.config, "save"), "3600 1");
}

static void errors__say_what_would_allow_it(void **state)
{
    static const struct {
        const char *error, *expected;
    } rows[] = {
        {"-NOPERM this user has no permissions to run the 'config|get' command\r\n",
         "the ACL forbids CONFIG GET: ACL SETUSER " REDIS_ASKER " '+config|get' allows it"},
        {"-ERR unknown command 'CONFIG', with args beginning with: 'GET' '*' \r\n",
         "this server has no CONFIG GET: it is renamed, or older or newer than the command"},
        {"-ERR unknown subcommand 'X'. Try CONFIG HELP.\r\n",
         "this server has no CONFIG GET: it is renamed, or older or newer than the command"},
        {"-LOADING Redis is loading the dataset in memory\r\n", "the server is loading its data"},
        {"-BUSY Redis is busy running a script.\r\n",
         "a script keeps the server busy: SCRIPT KILL or FUNCTION KILL ends it"},
        {"-ERR \x1b]0;gotcha\x07\r\n", "CONFIG GET: the server answers: ERR \\x1b]0;gotcha\\x07"},
        {"+OK\r\n", "CONFIG GET: the server answers something else than Redis would"},
        {":1\r\n", "CONFIG GET: the server answers something else than Redis would"},
    };
    struct replies *replies = *state;

    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        _cleanup_answer_ struct redis_answer *given = answer(rows[i].error);

        redis_replies_config(given, &replies->facts, &replies->unknown);
        assert_text(replies->unknown, rows[i].expected);
        assert_int_equal(replies->facts.config.count, 0);
    }
}

static void info__without_a_field_is_unknown(void **state)
{
    struct replies *replies = *state;
    _cleanup_answer_ struct redis_answer *given = answer("$7\r\ngarbage\r\n");

    redis_replies_info(given, &replies->facts.now, &replies->unknown);
    assert_text(replies->unknown, "INFO has no field at all");
}

static void slowlog__names_the_command(void **state)
{
    struct replies *replies = *state;
    _cleanup_answer_ struct redis_answer *given = answer(
        "*5\r\n"
        "*6\r\n:7\r\n:1700000000\r\n:250000\r\n*2\r\n$4\r\nkeys\r\n$1\r\n*\r\n$11\r\n127.0.0.1:1\r\n$"
        "0\r\n\r\n"
        "*4\r\n:6\r\n:1700000000\r\n:100\r\n*4\r\n$6\r\nconfig\r\n$3\r\nset\r\n$4\r\nsave\r\n$0\r\n\r\n"
        "*4\r\n:5\r\n:1\r\n:-9\r\n*1\r\n$4\r\nevil\r\n"
        "*2\r\n:1\r\n:2\r\n"
        "$7\r\nnothing\r\n");

    redis_replies_slowlog(given, &replies->facts, &replies->unknown);
    assert_int_equal(replies->facts.slowlog_count, 2);
    assert_text(replies->facts.slowlog[0].command, "KEYS");
    assert_int_equal(replies->facts.slowlog[0].duration_usec, 250000);
    assert_text(replies->facts.slowlog[1].command, "CONFIG SET");
}

/* What this program asks waited for others. */
static void slowlog__leaves_out_its_own(void **state)
{
    struct replies *replies = *state;
    _cleanup_answer_ struct redis_answer *given =
        answer("*5\r\n"
               "*4\r\n:1\r\n:1\r\n:9\r\n*2\r\n$4\r\nINFO\r\n$3\r\nall\r\n"
               "*4\r\n:2\r\n:1\r\n:9\r\n*3\r\n$6\r\nCONFIG\r\n$3\r\nGET\r\n$1\r\n*\r\n"
               "*4\r\n:3\r\n:1\r\n:9\r\n*1\r\n$4\r\nPING\r\n"
               "*4\r\n:4\r\n:1\r\n:9\r\n*3\r\n$6\r\nCONFIG\r\n$3\r\nGET\r\n$3\r\ndir\r\n"
               "*4\r\n:5\r\n:1\r\n:9\r\n*1\r\n$4\r\nINFO\r\n");

    redis_replies_slowlog(given, &replies->facts, &replies->unknown);
    assert_int_equal(replies->facts.slowlog_count, 2);
    assert_text(replies->facts.slowlog[0].command, "CONFIG GET");
    assert_text(replies->facts.slowlog[1].command, "INFO");
}

static void latency__has_its_events(void **state)
{
    struct replies *replies = *state;
    _cleanup_answer_ struct redis_answer *given =
        answer("*2\r\n*4\r\n$4\r\nfork\r\n:1700000000\r\n:12\r\n:340\r\n*1\r\n$1\r\nx\r\n");

    redis_replies_latency(given, &replies->facts, &replies->unknown);
    assert_int_equal(replies->facts.latency_count, 1);
    assert_text(replies->facts.latency[0].name, "fork");
    assert_int_equal(replies->facts.latency[0].max_ms, 340);
    assert_int_equal(replies->facts.latency[0].latest_ms, 12);
    assert_int_equal(replies->facts.latency[0].at, 1700000000);
}

static void acl__keeps_its_lines(void **state)
{
    struct replies *replies = *state;
    _cleanup_answer_ struct redis_answer *given = answer("*2\r\n$15\r\nuser default on\r\n:1\r\n");

    redis_replies_acl(given, &replies->facts, &replies->unknown);
    assert_int_equal(replies->facts.users.items_count, 1); /* what is no user's line is passed over */
    assert_text(replies->facts.users.items[0].name, "default");
    assert_true(replies->facts.users.items[0].is_on);
}

static void name_asker__as_a_word_of_a_shell(void **state)
{
    struct replies *replies = *state;

    replies->facts.unknown[FACT_ACL] = strdup("ACL SETUSER " REDIS_ASKER " '+acl|list' allows it");
    replies->facts.user = strdup("it's");
    redis_replies_name_asker(&replies->facts);
    assert_text(replies->facts.unknown[FACT_ACL], "ACL SETUSER 'it'\\''s' '+acl|list' allows it");
}

static void identify(struct replies *replies, const char *info)
{
    redis_fields_done(&replies->facts.now);
    assert_int_equal(redis_info_parse(info, strlen(info), &replies->facts.now), 0);
    redis_replies_identify(&replies->facts);
}

static void identify__tells_others_from_redis(void **state)
{
    static const struct {
        const char *info, *product, *version, *product_version;
    } cases[] = {
        {"redis_version:7.4.0\ndragonfly_version:df-v1.40.1\n", "Dragonfly", "7.4.0", "1.40.1"},
        {"redis_version:6.2.11\ndragonfly_version:df-dev\n", "Dragonfly", "6.2.11", "df-dev"},
        {"redis_version:6.3.4\nmvcc_depth:0\n", "KeyDB", "6.3.4", NULL},
        {"redis_version:7.4.0\nrlec_version:7.8.2-34\n", "Redis Enterprise", "7.4.0", "7.8.2-34"},
        {"redis_version:7.2.4\nserver_name:valkey\nvalkey_version:8.1.1\n", "Valkey", "8.1.1", NULL},
        {"redis_version:7.0.15\n", "Redis", "7.0.15", NULL},
    };
    struct replies *replies = *state;

    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        redis_facts_done(&replies->facts);
        identify(replies, cases[i].info);
        assert_text(replies->facts.product, cases[i].product);
        assert_text(replies->facts.version, cases[i].version);
        if (cases[i].product_version)
            assert_text(replies->facts.product_version, cases[i].product_version);
        else
            assert_null(replies->facts.product_version);
    }
}

static void identify__tells_version_role_and_mode(void **state)
{
    struct replies *replies = *state;

    identify(replies, "redis_version:7.0.15\r\nredis_mode:cluster\r\nrole:slave\r\nloading:1\r\n");
    assert_text(replies->facts.version, "7.0.15");
    assert_true(replies->facts.is_cluster && replies->facts.is_replica && replies->facts.is_loading);
    assert_false(replies->facts.is_valkey || replies->facts.is_sentinel);
    identify(replies,
             "redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.1.1\r\nredis_mode:sentinel\r\n");
    assert_text(replies->facts.version, "8.1.1");
    assert_true(replies->facts.is_valkey && replies->facts.is_sentinel);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        replies_test(config__becomes_fields),
        replies_test(errors__say_what_would_allow_it),
        replies_test(info__without_a_field_is_unknown),
        replies_test(slowlog__leaves_out_its_own),
        replies_test(slowlog__names_the_command),
        replies_test(latency__has_its_events),
        replies_test(acl__keeps_its_lines),
        replies_test(name_asker__as_a_word_of_a_shell),
        replies_test(identify__tells_others_from_redis),
        replies_test(identify__tells_version_role_and_mode),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
