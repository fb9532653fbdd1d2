/* SPDX-License-Identifier: MIT */
#include "servers/read-socket-path.h"

#include <sys/fsuid.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "privileged/capabilities.h"
#include "servers/socket-path.h"
#include "support.h"

enum { ROOT = 0, REDIS = 103, WEB = 33 };

#define DIR_OF(path_, mode_, uid_, gid_)     \
    {                                        \
        path_, S_IFDIR | (mode_), uid_, gid_ \
    }
#define LINK(path_, uid_)                 \
    {                                     \
        path_, S_IFLNK | 0777, uid_, uid_ \
    }
#define SOCKET(path_, uid_)                \
    {                                      \
        path_, S_IFSOCK | 0770, uid_, uid_ \
    }
#define TOP DIR_OF("/", 0755, ROOT, ROOT)
#define RUN DIR_OF("/run", 0755, ROOT, ROOT)
#define TMP DIR_OF("/tmp", 01777, ROOT, ROOT)

struct path_row {
    struct path_component components[6];
    const char *reason; /* NULL: it is safe */
    bool is_foreign;
};

static const struct path_row path_rows[] = {
    /* what distributions and administrators do */
    {{TOP, RUN, DIR_OF("/run/redis", 02755, REDIS, REDIS), SOCKET("/run/redis/s", REDIS)}, NULL},
    {{TOP, RUN, DIR_OF("/run/redis", 0755, ROOT, ROOT), SOCKET("/run/redis/s", REDIS)}, NULL},
    {{TOP, RUN, DIR_OF("/run/redis", 0775, ROOT, REDIS), SOCKET("/run/redis/s", REDIS)}, NULL},
    {{TOP, RUN, DIR_OF("/run/redis", 0755, ROOT, ROOT), SOCKET("/run/redis/s", ROOT)}, NULL},
    {{TOP, TMP, SOCKET("/tmp/s", REDIS)}, NULL},
    {{TOP, TMP, SOCKET("/tmp/s", ROOT)}, NULL},
    {{TOP, TMP, DIR_OF("/tmp/d", 0755, ROOT, ROOT), SOCKET("/tmp/d/s", REDIS)}, NULL},
    {{TOP, DIR_OF("/srv", 0775, ROOT, ROOT), SOCKET("/srv/s", REDIS)}, NULL},
    {{TOP, DIR_OF("/var", 0755, ROOT, ROOT), LINK("/var/run", ROOT), TOP, RUN, SOCKET("/run/s", REDIS)},
     NULL},
    /* somebody else stands on the way */
    {{TOP, TMP, SOCKET("/tmp/s", WEB)},
     "/tmp/s belongs to uid 33, who is neither root nor the server's user"},
    {{TOP, RUN, SOCKET("/run/s", WEB)},
     "/run/s belongs to uid 33, who is neither root nor the server's user"},
    {{TOP, DIR_OF("/web", 0755, WEB, WEB), SOCKET("/web/s", REDIS)},
     "/web belongs to uid 33, who is neither root nor the server's user"},
    {{TOP, DIR_OF("/w", 0777, ROOT, ROOT), SOCKET("/w/s", REDIS)},
     "/w is a directory to which everybody may write"},
    {{TOP, DIR_OF("/w", 0777, REDIS, REDIS), SOCKET("/w/s", REDIS)},
     "/w is a directory to which everybody may write"},
    {{TOP, DIR_OF("/g", 0775, ROOT, WEB), SOCKET("/g/s", REDIS)},
     "/g is a directory to which group 33 may write"},
    /* a link, where others could have made it */
    {{TOP, TMP, LINK("/tmp/s", WEB), TOP, SOCKET("/s", ROOT)},
     "/tmp/s is a symbolic link in a directory to which not only root may write"},
    {{TOP, TMP, LINK("/tmp/s", ROOT), TOP, SOCKET("/s", ROOT)},
     "/tmp/s is a symbolic link in a directory to which not only root may write"},
    {{TOP, DIR_OF("/r", 0755, REDIS, REDIS), LINK("/r/s", REDIS), TOP, SOCKET("/s", REDIS)},
     "/r/s is a symbolic link in a directory to which not only root may write"},
    /* the server's user leads root to a socket of root's */
    {{TOP, DIR_OF("/r", 0755, REDIS, REDIS), SOCKET("/r/s", ROOT)},
     "/r/s belongs to root, and the server's user could have put it there"},
    {{TOP, DIR_OF("/g", 0775, ROOT, REDIS), SOCKET("/g/s", ROOT)},
     "/g/s belongs to root, and the server's user could have put it there"},
    {{TOP, DIR_OF("/r", 0755, REDIS, REDIS), DIR_OF("/r/d", 0755, ROOT, ROOT), SOCKET("/r/d/s", REDIS)},
     "/r/d does not belong to the server's user, who could have put another in its place"},
    {{TOP, RUN, SOCKET("/run/s", ROOT)},
     "/run/s belongs to root, and the server's user could have put it there",
     true},
    {{TOP, RUN, SOCKET("/run/s", REDIS)}, NULL, true},
    {{TOP, RUN, {"/run/f", S_IFREG | 0600, REDIS, REDIS}}, "/run/f is no socket"},
    {{TOP, RUN}, "/run is no socket"},
};

static void path__nobody_but_root_and_the_servers_user_may_steer_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < ELEMENTS(path_rows); i++) {
        const struct path_row *row = &path_rows[i];
        struct path_question question = {.components = row->components,
                                         .server_uid = REDIS,
                                         .server_gid = REDIS,
                                         .is_foreign = row->is_foreign};
        _cleanup_free_ char *reason = NULL;

        while (question.count < ELEMENTS(row->components) && row->components[question.count].path)
            question.count++;
        if (socket_path_is_safe(&question, &reason) != !row->reason || !text_equal(reason, row->reason))
            fail_msg("row %zu: \"%s\" instead of \"%s\"", i, TEXT_OR_NULL(reason), TEXT_OR_NULL(row->reason));
    }
}

static void path__of_an_unknown_user_is_roots_alone(void **state)
{
    const struct path_component roots[] = {TOP, RUN, SOCKET("/run/s", ROOT)};
    const struct path_component other[] = {TOP, RUN, SOCKET("/run/s", UINT_MAX - 1)};
    struct path_question question = {roots, 3, UINT_MAX, UINT_MAX, false};

    (void)state;
    assert_true(socket_path_is_safe(&question, NULL));
    question.components = other;
    assert_false(socket_path_is_safe(&question, NULL));
    question.count = 0;
    assert_false(socket_path_is_safe(&question, NULL));
}

/* --- on real files --- */

/* Listens below the tree; the socket belongs to uid. */
static int listen_at(const struct tree *tree, const char *name, unsigned uid, mode_t mode, int backlog)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s", tree->path, name);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(chmod(address.sun_path, mode), 0);
    if (geteuid() == 0)
        assert_int_equal(chown(address.sun_path, uid, uid), 0);
    assert_int_equal(listen(fd, backlog), 0);
    return fd;
}

static int try(const struct tree *tree, const char *name, const struct socket_owner *owner, char **ret_error)
{
    char path[PATH_MAX];

    snprintf(path, sizeof(path), "%s/%s", tree->path, name);
    return socket_path_connect(path, owner, 0.2, ret_error);
}

static void connect__reaches_the_socket(void **state)
{
    const struct tree *tree = *state;
    const struct socket_owner any = {.is_any = true}, owner = {.uid = geteuid(), .gid = getegid()};
    _cleanup_close_ int listener = listen_at(tree, "s", geteuid(), 0600, 4), fd = -EBADF, again = -EBADF;
    char byte = 0;

    fd = try(tree, "s", &owner, NULL);
    assert_true(fd >= 0);
    again = try(tree, "./s", &any, NULL);
    assert_true(again >= 0);
    assert_int_equal(write(fd, "x", 1), 1);
    cleanup_close(&again);
    again = accept(listener, NULL, NULL);
    assert_int_equal(read(again, &byte, 1), 1);
    assert_int_equal(byte, 'x');
}

static void connect__errors_say_what_is_so(void **state)
{
    const struct tree *tree = *state;
    const struct socket_owner any = {.is_any = true};
    _cleanup_free_ char *error = NULL;
    _cleanup_close_ int listener = -EBADF, first = -EBADF;

    assert_int_equal(try(tree, "none", &any, &error), -ENOENT);
    assert_text(error, "cannot connect: No such file or directory");
    tree_write(tree, "file/s", "x");
    assert_int_equal(try(tree, "file/s/t", &any, &error), -ENOTDIR);
    listener = listen_at(tree, "full", geteuid(), 0600, 0);
    first = try(tree, "full", &any, NULL);
    assert_true(first >= 0);
    assert_int_equal(try(tree, "full", &any, &error), -ETIMEDOUT); /* its queue holds one */
    close(listener);
    listener = -EBADF;
    assert_int_equal(try(tree, "full", &any, &error), -ECONNREFUSED);
}

static void connect__a_planted_link_is_not_followed(void **state)
{
    const struct tree *tree = *state;
    const struct socket_owner server = {.uid = 65534, .gid = 65534}, any = {.is_any = true};
    _cleanup_close_ int listener = -EBADF, fd = -EBADF;
    _cleanup_free_ char *error = NULL;
    char path[PATH_MAX];

    if (!may_be_others())
        skip();
    listener = listen_at(tree, "private", 0, 0600, 4);
    snprintf(path, sizeof(path), "%s/open", tree->path);
    assert_int_equal(mkdir(path, 0755), 0);
    assert_int_equal(chown(path, 65534, 65534), 0);
    snprintf(path, sizeof(path), "%s/open/s", tree->path);
    assert_int_equal(symlink("../private", path), 0);
    assert_int_equal(try(tree, "open/s", &server, &error), -EPERM);
    assert_contains(error, "open/s is a symbolic link in a directory to which not only root may write");
    assert_int_equal(try(tree, "open/s", &any, &error), -EPERM); /* by name neither */
    assert_int_equal(fcntl(listener, F_SETFL, O_NONBLOCK), 0);
    fd = accept(listener, NULL, NULL);
    assert_int_equal(fd, -1); /* nobody has connected */
}

/* Without CAP_DAC_OVERRIDE uid 0 may not write to it; as its user it may. */
static int connect_as_its_user(void *data)
{
    const struct socket_owner server = {.uid = 65534, .gid = 65534};
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    snprintf(address.sun_path, sizeof(address.sun_path), "%s/s", ((const struct tree *)data)->path);
    if (capabilities_keep_asking() < 0 || fd < 0)
        return 1;
    if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
        return 2;
    close(fd);
    fd = try(data, "s", &server, NULL);
    if (fd < 0)
        return 3;
    return setfsuid(UINT_MAX) == 0 ? 0 : 4; /* and is root again */
}

static void connect__has_the_rights_of_the_sockets_user(void **state)
{
    const struct tree *tree = *state;
    const struct socket_owner other = {.uid = 65533, .gid = 65533};
    _cleanup_close_ int listener = -EBADF;

    if (!may_be_others())
        skip();
    listener = listen_at(tree, "s", 65534, 0700, 4);
    assert_int_equal(in_child(connect_as_its_user, *state), 0);
    assert_int_equal(try(tree, "s", &other, NULL), -EPERM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(path__nobody_but_root_and_the_servers_user_may_steer_it),
        cmocka_unit_test(path__of_an_unknown_user_is_roots_alone),
        tree_test(connect__reaches_the_socket),
        tree_test(connect__errors_say_what_is_so),
        tree_test(connect__a_planted_link_is_not_followed),
        tree_test(connect__has_the_rights_of_the_sockets_user),
    };

    return cmocka_run_group_tests_name("servers-socket-path", tests, NULL, NULL);
}
