/* SPDX-License-Identifier: MIT */
/* A server that misbehaves, in a thread: it gives prepared answers on a unix socket, one for each command,
 * and then closes or keeps silent. */
#pragma once

#include "support.h"

#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>

struct fake_answer {
    const char *bytes; /* NULL ends the list */
    size_t size;       /* 0: up to the NUL */
    size_t repeat;     /* sent so many times more */
};

struct fake_server {
    char path[64];
    int listener;
    pthread_t thread;
    const struct fake_answer *answers;
    bool is_silent; /* behind the last answer it keeps the connection open, until the client closes it */
    unsigned dawdle_usec; /* between single bytes of an answer; 0: all at once */
};

#define fake_test(function) cmocka_unit_test_setup_teardown(function, fake_setup, fake_teardown)

static inline bool fake_send(const struct fake_server *fake, int fd, const struct fake_answer *answer)
{
    size_t size = answer->size ? answer->size : strlen(answer->bytes), step = fake->dawdle_usec ? 1 : size;

    for (size_t n = 0; n <= answer->repeat; n++)
        for (size_t i = 0; i < size; i += step) {
            if (send(fd, answer->bytes + i, step, MSG_NOSIGNAL) != (ssize_t)step)
                return false;
            if (fake->dawdle_usec)
                usleep(fake->dawdle_usec);
        }
    return true;
}

static inline void *fake_serve(void *data)
{
    const struct fake_server *fake = data;
    int fd = accept(fake->listener, NULL, NULL);
    char command[4096];

    for (const struct fake_answer *answer = fake->answers; fd >= 0 && answer->bytes; answer++)
        if (read(fd, command, sizeof(command)) <= 0 || !fake_send(fake, fd, answer))
            break;
    while (fd >= 0 && fake->is_silent && read(fd, command, sizeof(command)) > 0)
        ;
    if (fd >= 0)
        close(fd);
    return NULL;
}

static inline int fake_setup(void **state)
{
    struct fake_server *fake = calloc(1, sizeof(*fake));
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    assert_non_null(fake);
    signal(SIGPIPE, SIG_IGN);
    strcpy(fake->path, "/tmp/hosttune-fake-XXXXXX");
    assert_non_null(mkdtemp(fake->path));
    strcat(fake->path, "/socket");
    strcpy(address.sun_path, fake->path);
    fake->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fake->listener >= 0);
    assert_int_equal(bind(fake->listener, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(fake->listener, 4), 0);
    *state = fake;
    return 0;
}

static inline void fake_start(struct fake_server *fake, const struct fake_answer *answers)
{
    fake->answers = answers;
    assert_int_equal(pthread_create(&fake->thread, NULL, fake_serve, fake), 0);
}

static inline int fake_teardown(void **state)
{
    struct fake_server *fake = *state;

    shutdown(fake->listener, SHUT_RDWR); /* ends an accept that nobody answered */
    close(fake->listener);
    if (fake->thread)
        pthread_join(fake->thread, NULL);
    unlink(fake->path);
    *strrchr(fake->path, '/') = '\0';
    rmdir(fake->path);
    free(fake);
    return 0;
}
