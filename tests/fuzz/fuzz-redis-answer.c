/* SPDX-License-Identifier: MIT */
/* What a server sends, as answers, and what is made of them: whatever it is, each group is there or has a
 * reason. */
#include "fuzz.h"

#include "redis/answer.h"
#include "redis/replies.h"

enum { LIMIT = 1 << 20 };

static void check_config(const struct redis_answer *answer)
{
    struct redis_facts facts = {0};
    char *reason = NULL;

    redis_replies_config(answer, &facts, &reason);
    REQUIRE(!reason || facts.config.count == 0);
    REQUIRE(!reason || text_is_printable(reason, strlen(reason)));
    for (size_t i = 1; i < facts.config.count; i++)
        REQUIRE(strcmp(facts.config.fields[i - 1].name, facts.config.fields[i].name) < 0);
    redis_facts_done(&facts);
    free(reason);
}

static void check_lists(const struct redis_answer *answer)
{
    struct redis_facts facts = {0};
    char *reasons[3] = {NULL};

    redis_replies_slowlog(answer, &facts, &reasons[0]);
    redis_replies_latency(answer, &facts, &reasons[1]);
    redis_replies_acl(answer, &facts, &reasons[2]);
    redis_replies_whoami(answer, &facts, NULL);
    for (size_t i = 0; i < facts.slowlog_count; i++) {
        REQUIRE(*facts.slowlog[i].command && facts.slowlog[i].duration_usec >= 0);
        REQUIRE(text_is_printable(facts.slowlog[i].command, strlen(facts.slowlog[i].command)));
    }
    for (size_t i = 0; i < facts.latency_count; i++)
        REQUIRE(*facts.latency[i].name);
    redis_facts_done(&facts);
    for (size_t i = 0; i < ELEMENTS(reasons); i++)
        free(reasons[i]);
}

static void check_texts(const struct redis_answer *answer)
{
    struct redis_facts facts = {0};
    char *reasons[2] = {NULL};

    redis_replies_info(answer, &facts.now, &reasons[0]);
    REQUIRE(reasons[0] || facts.now.count > 0);
    redis_replies_clients(answer, &facts, &reasons[1]);
    redis_replies_identify(&facts);
    REQUIRE(!facts.version || text_is_printable(facts.version, strlen(facts.version)));
    redis_facts_done(&facts);
    free(reasons[0]);
    free(reasons[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct redis_answer *answer = NULL;

    if (redis_answer_parse((const char *)data, size, LIMIT, &answer) < 0) {
        REQUIRE(!answer);
        return 0;
    }
    REQUIRE(redis_answer_size(answer) <= size);
    check_config(answer);
    check_lists(answer);
    check_texts(answer);
    redis_answer_free(answer);
    return 0;
}
