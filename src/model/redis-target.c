/* SPDX-License-Identifier: MIT */
/* From what a process shows to where it can be asked.
 * Owns the order in which that is tried. */
#include "model/redis-target.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/text.h"

int redis_targets_add(struct redis_targets *targets, const char *socket, const char *host, int port,
                      bool is_tls)
{
    struct redis_target *target;

    if (array_grow(&targets->items, targets->count, sizeof(*targets->items)) < 0)
        return -ENOMEM;
    target = &targets->items[targets->count++];
    target->port = port;
    target->is_tls = is_tls;
    if (text_replace(&target->socket, socket) < 0)
        return -ENOMEM;
    return text_replace(&target->host, host);
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

static int add_sockets(const struct server_listeners *listeners, struct redis_targets *targets)
{
    int error = 0;

    for (size_t i = 0; i < listeners->count && error == 0; i++)
        if (listeners->items[i].family == LISTENER_UNIX && listeners->items[i].address[0] == '/')
            error = redis_targets_add(targets, listeners->items[i].address, NULL, 0, false);
    return error;
}

static int add_ports(const struct server_facts *server, bool tls, struct redis_targets *targets)
{
    const struct server_listeners *listeners = &server->listeners;
    int error = 0;

    for (size_t i = 0; i < listeners->count && error == 0; i++) {
        const struct server_listener *listener = &listeners->items[i];

        if (listener->family == LISTENER_UNIX || is_tls_port(server, listener->port) != tls ||
            is_cluster_bus(listeners, listener->port))
            continue;
        error = redis_targets_add(targets, NULL, reachable(listener->address), (int)listener->port, tls);
    }
    return error;
}

static int add_configured(const struct server_config *config, struct redis_targets *targets)
{
    int error = 0;

    if (config->unixsocket && config->unixsocket[0] == '/')
        error = redis_targets_add(targets, config->unixsocket, NULL, 0, false);
    if (error == 0 && amount_is_number(config->port) && config->port > 0 && config->port < 65536)
        error = redis_targets_add(targets, NULL, "127.0.0.1", (int)config->port, false);
    if (error == 0 && amount_is_number(config->tls_port) && config->tls_port > 0 && config->tls_port < 65536)
        error = redis_targets_add(targets, NULL, "127.0.0.1", (int)config->tls_port, true);
    return error;
}

/* "redis-server 127.0.0.1:6379", "redis-server unixsocket:/run/s.sock", with a mode such as "[cluster]"
 * behind it: what a server writes over its command line. */
static int add_titled(const char *title, struct redis_targets *targets)
{
    const char *place = strchr(title, ' '), *end, *colon;
    char text[256];
    long long port;

    if (!place)
        return 0;
    place += strspn(place, " ");
    end = place + strcspn(place, " \n");
    if ((size_t)(end - place) >= sizeof(text))
        return 0;
    snprintf(text, sizeof(text), "%.*s", (int)(end - place), place);
    if (text_has_prefix(text, "unixsocket:/"))
        return redis_targets_add(targets, text + strlen("unixsocket:"), NULL, 0, false);
    colon = strrchr(text, ':');
    if (!colon || parse_integer(colon + 1, &port) < 0 || port <= 0 || port > 65535)
        return 0;
    text[colon - text] = '\0';
    return redis_targets_add(targets, NULL, reachable(text), (int)port, false);
}

static int explain_none(const struct server_facts *server, char **ret_reason)
{
    if (server->network.is_ours == TRAIT_NO)
        return error_make(
            ret_reason, 0,
            "it has a network namespace of its own and no unix socket that can be reached: sudo nsenter "
            "-t %d -n redis-hosttune diagnose --port PORT asks it from there",
            server->process.pid);
    if (server->listeners.unknown)
        return error_make(ret_reason, 0, "where it listens cannot be seen: %s", server->listeners.unknown);
    return error_make(ret_reason, 0, "it listens nowhere");
}

int redis_targets_of(const struct server_facts *server, const char *title, struct redis_targets *ret,
                     char **ret_reason)
{
    bool shares_network = server->network.is_ours != TRAIT_NO;
    bool is_guess =
        server->listeners.unknown && shares_network; /* else it would be somebody else's address */
    struct redis_targets targets = {0};
    int error = 0;

    if (!server->listeners.unknown) {
        error = add_sockets(&server->listeners, &targets);
        if (error == 0 && shares_network)
            error = add_ports(server, false, &targets);
        if (error == 0 && shares_network)
            error = add_ports(server, true, &targets);
    }
    if (error == 0 && targets.count == 0 && is_guess && !server->config.unknown)
        error = add_configured(&server->config, &targets);
    if (error == 0 && targets.count == 0 && is_guess && title)
        error = add_titled(title, &targets);
    if (error == 0 && targets.count == 0)
        error = explain_none(server, ret_reason);
    if (error < 0) {
        redis_targets_done(&targets);
        return error;
    }
    *ret = targets;
    return 0;
}

/* --- names --- */

char *redis_target_address(const struct redis_target *target)
{
    char *text;
    bool has_colon = target->host && strchr(target->host, ':');

    if (target->socket)
        return strdup(target->socket);
    return asprintf(&text, "%s%s%s:%d", has_colon ? "[" : "", target->host, has_colon ? "]" : "",
                    target->port) < 0
               ? NULL
               : text;
}

static void put_option(FILE *out, const char *option, const char *word, bool *is_failed)
{
    _cleanup_free_ char *quoted = text_shell_quote(word);

    *is_failed = *is_failed || !quoted;
    fprintf(out, " %s %s", option, quoted ? quoted : "");
}

char *redis_target_option(const struct redis_target *target)
{
    bool is_local = !target->socket && strcmp(target->host, "127.0.0.1") == 0;
    _cleanup_free_ char *quoted = text_shell_quote(target->socket ? target->socket : target->host);
    char *text;
    int length;

    if (!quoted)
        return NULL;
    if (target->socket)
        length = asprintf(&text, "--socket=%s", quoted);
    else
        length = asprintf(&text, "%s%s%s--port=%d%s", is_local ? "" : "--host=", is_local ? "" : quoted,
                          is_local ? "" : " ", target->port, target->is_tls ? " --tls" : "");
    return length < 0 ? NULL : text;
}

char *redis_target_cli(const struct redis_target *target, const char *program,
                       const struct redis_cli_options *options)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    bool is_failed = false;

    if (!out)
        return NULL;
    fputs(program, out);
    if (target->socket)
        put_option(out, "-s", target->socket, &is_failed);
    else if (strcmp(target->host, "127.0.0.1") != 0)
        put_option(out, "-h", target->host, &is_failed);
    if (!target->socket && target->port != 6379)
        fprintf(out, " -p %d", target->port);
    if (target->is_tls)
        fputs(" --tls", out);
    if (target->is_tls && options->ca_file)
        put_option(out, "--cacert", options->ca_file, &is_failed);
    if (target->is_tls && options->certificate && options->key) {
        put_option(out, "--cert", options->certificate, &is_failed);
        put_option(out, "--key", options->key, &is_failed);
    }
    if (options->user)
        put_option(out, "--user", options->user, &is_failed);
    if (fclose(out) == 0 && !is_failed)
        return text;
    free(text);
    return NULL;
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
