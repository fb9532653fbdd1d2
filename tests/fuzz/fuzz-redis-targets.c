/* SPDX-License-Identifier: MIT */
/* Where a server is asked, by what it listens on, its configuration and its title. The input is the title,
 * lines of /proc/net/tcp and unix, and redis.conf, with lines of "---" between; a missing part is unknown. A
 * target has an address, and its command is one line. */
#include "fuzz.h"

#include "servers/config.h"
#include "servers/net-tables.h"
#include "servers/target.h"

static char *next_part(char **rest)
{
    char *part = *rest, *end = part ? strstr(part, "\n---\n") : NULL;

    if (end)
        *end = '\0';
    *rest = end ? end + strlen("\n---\n") : NULL;
    return part;
}

static void give_listeners(struct server_listeners *listeners, char *text)
{
    struct server_listener listener;
    char *line;

    while ((line = strsep(&text, "\n")) && listeners->count < 64) {
        if (net_tcp_parse_line(line, false, ORDER_OF_THIS_MACHINE, &listener) != 1 &&
            net_tcp_parse_line(line, true, ORDER_OF_THIS_MACHINE, &listener) != 1 &&
            net_unix_parse_line(line, &listener) != 1)
            continue;
        REQUIRE(array_grow(&listeners->items, listeners->count, sizeof(*listeners->items)) == 0);
        listeners->items[listeners->count++] = listener;
    }
}

static void check(const struct redis_target *target)
{
    _cleanup_free_ char *address = redis_target_address(target);
    _cleanup_free_ char *cli =
        redis_target_cli(target, "redis-cli", &(struct redis_cli_options){.ca_file = "a"});

    REQUIRE(target->socket || (target->host && target->port > 0 && target->port <= 65535));
    REQUIRE(address && *address && cli && text_has_prefix(cli, "redis-cli"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_free_ char *text = fuzz_text(data, size), *reason = NULL;
    _cleanup_(server_facts_done) struct server_facts server = {0};
    _cleanup_(redis_targets_done) struct redis_targets targets = {0};
    char *rest = text, *title = next_part(&rest), *listeners = next_part(&rest), *config = rest, *line;

    server_facts_init(&server);
    if (listeners) {
        give_listeners(&server.listeners, listeners);
        REQUIRE(text_replace(&server.listeners.unknown, NULL) == 0);
    }
    if (config) {
        redis_config_begin(&server.config);
        while ((line = strsep(&config, "\n"))) {
            _cleanup_free_ char *include = NULL;

            redis_config_add_line(&server.config, line, &include);
        }
        redis_config_end(&server.config, SERVER_KIND_SERVER);
        REQUIRE(text_replace(&server.config.unknown, NULL) == 0);
    }
    redis_targets_of(&server, title, &targets, &reason);
    REQUIRE(targets.count > 0 || reason);
    for (size_t i = 0; i < targets.count; i++)
        check(&targets.items[i]);
    return 0;
}
