/* SPDX-License-Identifier: MIT */
/* With what a server is asked.
 * Owns where the password comes from, and the limits of time. */
#include "cmd/server-access.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/cleanup.h"
#include "util/log.h"
#include "util/memory.h"
#include "util/root.h"

enum { PASSWORD_MAX = 4096 };

/* A regular file or a pipe; without the newline that an editor leaves. */
static bool read_password_file(const char *path, char **ret)
{
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    int error = fd < 0 ? -errno : memory_check(fd_read_all(fd, PASSWORD_MAX, ret, NULL));

    if (error < 0) {
        log_error("--password-file: cannot read %s: %s", path, strerror(-error));
        return false;
    }
    (*ret)[strcspn(*ret, "\r\n")] = '\0';
    if (**ret == '\0')
        log_error("--password-file: %s is empty", path);
    return **ret != '\0';
}

static bool read_password(const struct options *options, struct server_access *access)
{
    const char *environment = getenv("REDISCLI_AUTH");

    if (options->server.password_file)
        return read_password_file(options->server.password_file, &access->password);
    if (environment && *environment)
        memory_set_text(&access->password, environment);
    if (options->server.user && !access->password) {
        log_error("--user=%s needs a password: give it in REDISCLI_AUTH or by --password-file",
                  options->server.user);
        return false;
    }
    if (options->server.is_same_password && !access->password) {
        log_error("--same-password needs a password: give it in REDISCLI_AUTH or by --password-file");
        return false;
    }
    return true;
}

bool server_access_is_named(const struct server_options *server)
{
    return server->socket || server->host || server->port;
}

/* A password is for one server, or is said to be for all. */
static bool is_addressed(const struct server_options *server)
{
    bool is_named = server_access_is_named(server);

    if (is_named && server->is_same_password) {
        log_error("--same-password is for servers that are not named: leave it, or --socket, --host and "
                  "--port, out");
        return false;
    }
    if (is_named || server->is_same_password || (!server->password_file && !server->user))
        return true;
    log_error("%s: say which server it is for, by --socket, or --host and --port; or give --same-password: "
              "all servers "
              "that are the main process of a system service get it",
              server->password_file ? "--password-file" : "--user");
    return false;
}

static bool fit_together(const struct server_options *server)
{
    if (server->socket && (server->host || server->port)) {
        log_error("--socket names a server already: leave --host and --port out");
        return false;
    }
    if (server->is_tls && server->socket) {
        log_error("--tls is of no use on a unix socket: leave one of them out");
        return false;
    }
    if (server->is_tls && !redis_has_tls()) {
        log_error(
            "--tls: this build's hiredis has no TLS (it came with 1.0.0): use the server's unix socket, or a "
            "port without TLS");
        return false;
    }
    if (!server->certificate != !server->key) {
        log_error("--cert and --key belong together: give both");
        return false;
    }
    return true;
}

bool server_access_read(const struct options *options, struct server_access *ret)
{
    const struct server_options *server = &options->server;
    double interval = options->has_interval ? options->interval : 1;

    if (!fit_together(server) || !is_addressed(server) || !read_password(options, ret))
        return false;
    ret->secrets = (struct peer_secrets){
        .user = server->user,
        .password = ret->password,
        .password_from = server->password_file ? "--password-file" : "REDISCLI_AUTH",
        .is_for_all = server->is_same_password,
    };
    ret->query = (struct redis_query){
        .ca_file = server->ca_file,
        .certificate = server->certificate,
        .key = server->key,
        .limits = {.connect = 3, .answer = 8, .bytes = 64 << 20},
        .interval = interval,
    };
    return true;
}

void server_access_done(struct server_access *access)
{
    if (access->password)
        explicit_bzero(access->password, strlen(access->password));
    free(access->password);
    *access = (struct server_access){0};
}
