/* SPDX-License-Identifier: MIT */
/* From what a process shows to where it can be asked.
 * Owns the order in which that is tried. */
#include "servers/target.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

void redis_targets_add(struct redis_targets *targets, const char *socket, const char *host, int port,
                       bool is_tls)
{
    struct redis_target *target;

    target = memory_add(targets->items, targets->count);
    target->port = port;
    target->is_tls = is_tls;
    target->socket = memory_copy(socket);
    target->host = memory_copy(host);
}

/* The host to connect to for an address that is listened on: "every address" is reached by loopback. */
static const char *reachable(const char *address)
{
    if (strcmp(address, "0.0.0.0") == 0 || strcmp(address, "*") == 0 || *address == '\0')
        return "127.0.0.1";
    return strcmp(address, "::") == 0 ? "::1" : address;
}

static bool is_tls_port(const struct server_facts *server, unsigned port)
{
    return !server->config.unknown && amount_is_number(server->config.tls_port) &&
           server->config.tls_port == port && port != 0;
}

/* The bus of a cluster listens as well, at the port and 10,000, and speaks another language. */
static bool is_cluster_bus(const struct server_listeners *listeners, unsigned port)
{
    for (size_t i = 0; i < listeners->count; i++)
        if (listeners->items[i].port != 0 && listeners->items[i].port + 10000 == port)
            return true;
    return false;
}

static void add_sockets(const struct server_listeners *listeners, struct redis_targets *targets)
{
    for (size_t i = 0; i < listeners->count; i++)
        if (listeners->items[i].family == LISTENER_UNIX && listeners->items[i].address[0] == '/')
            redis_targets_add(targets, listeners->items[i].address, NULL, 0, false);
}

static void add_ports(const struct server_facts *server, bool tls, struct redis_targets *targets)
{
    const struct server_listeners *listeners = &server->listeners;

    for (size_t i = 0; i < listeners->count; i++) {
        const struct server_listener *listener = &listeners->items[i];

        if (listener->family == LISTENER_UNIX || is_tls_port(server, listener->port) != tls ||
            is_cluster_bus(listeners, listener->port))
            continue;
        redis_targets_add(targets, NULL, reachable(listener->address), (int)listener->port, tls);
    }
}

static void add_configured(const struct server_config *config, struct redis_targets *targets)
{
    if (config->unixsocket && config->unixsocket[0] == '/')
        redis_targets_add(targets, config->unixsocket, NULL, 0, false);
    if (amount_is_number(config->port) && config->port > 0 && config->port < 65536)
        redis_targets_add(targets, NULL, "127.0.0.1", (int)config->port, false);
    if (amount_is_number(config->tls_port) && config->tls_port > 0 && config->tls_port < 65536)
        redis_targets_add(targets, NULL, "127.0.0.1", (int)config->tls_port, true);
}

/* "redis-server 127.0.0.1:6379", "redis-server unixsocket:/run/s.sock", with a mode such as "[cluster]"
 * behind it: what a server writes over its command line. */
static void add_titled(const char *title, struct redis_targets *targets)
{
    const char *place = strchr(title, ' '), *end, *colon;
    char text[256];
    long long port;

    if (!place)
        return;
    place += strspn(place, " ");
    end = place + strcspn(place, " \n");
    if ((size_t)(end - place) >= sizeof(text))
        return;
    snprintf(text, sizeof(text), "%.*s", (int)(end - place), place);
    if (text_has_prefix(text, "unixsocket:/")) {
        redis_targets_add(targets, text + strlen("unixsocket:"), NULL, 0, false);
        return;
    }
    colon = strrchr(text, ':');
    if (!colon || parse_integer(colon + 1, &port) < 0 || port <= 0 || port > 65535)
        return;
    text[colon - text] = '\0';
    redis_targets_add(targets, NULL, reachable(text), (int)port, false);
}

static void explain_none(const struct server_facts *server, char **ret_reason)
{
    if (server->network.is_ours == TRAIT_NO)
        memory_error(
            ret_reason, 0,
            "it has a network namespace of its own and no unix socket that can be reached: sudo nsenter "
            "-t %d -n redis-hosttune diagnose --port PORT asks it from there",
            server->process.pid);
    else if (server->listeners.unknown)
        memory_error(ret_reason, 0, "where it listens cannot be seen: %s", server->listeners.unknown);
    else
        memory_error(ret_reason, 0, "it listens nowhere");
}

void redis_targets_of(const struct server_facts *server, const char *title, struct redis_targets *ret,
                      char **ret_reason)
{
    bool shares_network = server->network.is_ours != TRAIT_NO;
    bool is_guess =
        server->listeners.unknown && shares_network; /* else it would be somebody else's address */
    struct redis_targets targets = {0};

    if (!server->listeners.unknown)
        add_sockets(&server->listeners, &targets);
    if (!server->listeners.unknown && shares_network) {
        add_ports(server, false, &targets);
        add_ports(server, true, &targets);
    }
    if (targets.count == 0 && is_guess && !server->config.unknown)
        add_configured(&server->config, &targets);
    if (targets.count == 0 && is_guess && title)
        add_titled(title, &targets);
    if (targets.count == 0)
        explain_none(server, ret_reason);
    *ret = targets;
}

/* --- names --- */

char *redis_target_address(const struct redis_target *target)
{
    bool has_colon = target->host && strchr(target->host, ':');

    if (target->socket)
        return memory_copy(target->socket);
    return memory_format("%s%s%s:%d", has_colon ? "[" : "", target->host, has_colon ? "]" : "", target->port);
}

static void add_option(struct text_builder *command, const char *option, const char *word)
{
    _cleanup_free_ char *quoted = memory_require(text_shell_quote(word));

    text_builder_add(command, " %s %s", option, quoted);
}

char *redis_target_option(const struct redis_target *target)
{
    bool is_local = !target->socket && strcmp(target->host, "127.0.0.1") == 0;
    _cleanup_free_ char *quoted =
        memory_require(text_shell_quote(target->socket ? target->socket : target->host));

    if (target->socket)
        return memory_format("--socket=%s", quoted);
    return memory_format("%s%s%s--port=%d%s", is_local ? "" : "--host=", is_local ? "" : quoted,
                         is_local ? "" : " ", target->port, target->is_tls ? " --tls" : "");
}

char *redis_target_cli(const struct redis_target *target, const char *program,
                       const struct redis_cli_options *options)
{
    struct text_builder command = {0};

    text_builder_add_text(&command, program);
    if (target->socket)
        add_option(&command, "-s", target->socket);
    else if (strcmp(target->host, "127.0.0.1") != 0)
        add_option(&command, "-h", target->host);
    if (!target->socket && target->port != 6379)
        text_builder_add(&command, " -p %d", target->port);
    if (target->is_tls)
        text_builder_add_text(&command, " --tls");
    if (target->is_tls && options->ca_file)
        add_option(&command, "--cacert", options->ca_file);
    if (target->is_tls && options->certificate && options->key) {
        add_option(&command, "--cert", options->certificate);
        add_option(&command, "--key", options->key);
    }
    return memory_require(text_builder_take(&command));
}

void redis_targets_done(struct redis_targets *targets)
{
    for (size_t i = 0; i < targets->count; i++) {
        free(targets->items[i].socket);
        free(targets->items[i].host);
    }
    free(targets->items);
    *targets = (struct redis_targets){0};
}
