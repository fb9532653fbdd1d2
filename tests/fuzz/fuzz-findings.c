/* SPDX-License-Identifier: MIT */
/* The rules of all findings over hostile facts. The input is INFO as it was, INFO now, CONFIG, CLIENT LIST
 * and ACL LIST, with lines of "---" between; a missing part is unknown. A verdict is whole and can be
 * printed. */
#include "fuzz.h"

#include "diagnose/finding.h"

/* The part up to the next "---" line; NULL: none is left. */
static char *next_part(char **rest)
{
    char *part = *rest, *end = part ? strstr(part, "\n---\n") : NULL;

    if (end)
        *end = '\0';
    *rest = end ? end + strlen("\n---\n") : NULL;
    return part;
}

static void give_fields(struct redis_facts *facts, enum fact fact, struct redis_fields *fields,
                        const char *text)
{
    if (!text || redis_info_parse(text, strlen(text), fields) < 0)
        facts->unknown[fact] = strdup("not given");
}

static void give_acl(struct redis_facts *facts, char *text)
{
    size_t n = 0;
    char *line;

    for (; text && n < 64 && (line = strsep(&text, "\n")); n++)
        acl_users_add(&facts->users, line);
}

static void check_printable(const char *text)
{
    REQUIRE(!text || text_is_printable(text, strlen(text)));
}

static void check(const struct verdict *verdict)
{
    bool is_finding = verdict->result >= FINDING_NOTE && verdict->result <= FINDING_CRITICAL;

    REQUIRE(is_finding == (verdict->harm != NULL));
    REQUIRE(is_finding || !verdict->remedy);
    REQUIRE(!is_finding || verdict->evidence_count > 0);
    REQUIRE((verdict->result == FINDING_UNKNOWN) == (verdict->unknown_reason != NULL));
    check_printable(verdict->harm);
    check_printable(verdict->remedy);
    check_printable(verdict->unknown_reason);
    for (size_t i = 0; i < verdict->evidence_count; i++) {
        char text[QUANTITY_TEXT_MAX];

        check_printable(verdict->evidence[i].name);
        check_printable(verdict->evidence[i].text);
        if (!verdict->evidence[i].text)
            quantity_format(verdict->evidence[i].quantity, verdict->evidence[i].number, text);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_free_ char *text = fuzz_text(data, size);
    struct diagnosis diagnosis = {.now = 1700000000};
    struct redis_facts *facts = &diagnosis.redis;
    const struct finding *finding = NULL;
    char *rest = text, *clients;

    facts->interval = 1;
    give_fields(facts, FACT_INFO_BEFORE, &facts->before, next_part(&rest));
    give_fields(facts, FACT_INFO, &facts->now, next_part(&rest));
    give_fields(facts, FACT_CONFIG, &facts->config, next_part(&rest));
    clients = next_part(&rest);
    client_list_parse(clients ? clients : "", clients ? strlen(clients) : 0, &facts->clients);
    give_acl(facts, next_part(&rest));
    while ((finding = finding_next(finding))) {
        struct verdict verdict = {0};

        finding_judge(finding, &diagnosis, NULL, &verdict);
        check(&verdict);
        verdict_done(&verdict);
    }
    diagnosis_done(&diagnosis);
    return 0;
}
