/* SPDX-License-Identifier: MIT */
/* The connection to PID 1.
 * Owns how long it is waited for, and who may answer in its name. */
#include "systemd/read-manager-bus.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "util/cleanup.h"
#include "util/memory.h"

#define RUN_USEC (2ULL * 1000 * 1000)

static uint64_t spent; /* by all calls of this run */

static uint64_t now_usec(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* 0: no time is left. */
static uint64_t time_left(const struct manager_call *call)
{
    uint64_t now = now_usec();

    return now < call->deadline ? call->deadline - now : 0;
}

/* --- the connection --- */

/* A process of another PID namespace has number 0 here. dbus-daemon may have its socket from PID 1. */
static bool is_from_here(sd_bus *bus, bool must_be_first)
{
    struct ucred peer;
    socklen_t size = sizeof(peer);
    int fd = sd_bus_get_fd(bus);

    if (fd < 0 || getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
        return false;
    return must_be_first ? peer.pid == 1 && peer.uid == 0 : peer.pid > 0;
}

/* sd_bus_call() would wait for the greeting as long as the library likes: 90 s. */
static int wait_until_ready(const struct manager_call *call)
{
    for (;;) {
        int error = sd_bus_is_ready(call->bus);
        uint64_t left = time_left(call);

        if (error != 0)
            return error < 0 ? error : 0;
        if (left == 0)
            return -ETIMEDOUT;
        error = sd_bus_process(call->bus, NULL);
        if (error == 0)
            error = sd_bus_wait(call->bus, left);
        if (error < 0 && error != -EINTR)
            return error;
    }
}

static int connect_to(struct manager_call *call, bool is_private)
{
    int error = systemd_bus_open(is_private, &call->bus);

    if (error >= 0 && !is_from_here(call->bus, is_private))
        error = -EXDEV;
    if (error >= 0)
        error = wait_until_ready(call);
    if (error < 0) {
        sd_bus_close_unref(call->bus);
        call->bus = NULL;
    }
    return memory_check(error);
}

int manager_connect(struct manager_call *call)
{
    int error = connect_to(call, true);

    return error < 0 && error != -ETIMEDOUT ? connect_to(call, false) : error;
}

/* --- questions: many are sent before the first answer is waited for, as each would cost a way there and back
 * --- */

void manager_forget(struct manager_question *questions, size_t count)
{
    for (size_t i = 0; i < count; i++)
        sd_bus_message_unref(questions[i].reply);
}

int manager_send(const struct manager_call *call, const char *path, const char *interface, const char *member,
                 const char *const *words, struct manager_question *ret)
{
    _cleanup_message_ sd_bus_message *message = NULL;
    int error =
        sd_bus_message_new_method_call(call->bus, &message, SYSTEMD_DESTINATION, path, interface, member);

    for (const char *const *word = words; error >= 0 && *word; word++)
        error = sd_bus_message_append_basic(message, 's', *word);
    return memory_check(error < 0 ? error : sd_bus_send(call->bus, message, &ret->cookie));
}

/* Whether it answers one of them, which then has it. */
static bool take_reply(struct manager_question *questions, size_t count, sd_bus_message *message)
{
    uint64_t cookie;

    if (sd_bus_message_get_reply_cookie(message, &cookie) < 0)
        return false;
    for (size_t i = 0; i < count; i++)
        if (questions[i].cookie == cookie && cookie != 0) {
            questions[i].cookie = 0;
            questions[i].reply = message;
            return true;
        }
    return false;
}

int manager_wait(const struct manager_call *call, struct manager_question *questions, size_t count)
{
    size_t missing = count;

    while (missing > 0) {
        sd_bus_message *message = NULL;
        uint64_t left = time_left(call);
        int error = sd_bus_process(call->bus, &message);

        if (message && take_reply(questions, count, message))
            missing--;
        else
            sd_bus_message_unref(message);
        if (error == 0)
            error = left > 0 ? sd_bus_wait(call->bus, left) : -ETIMEDOUT;
        if (error < 0 && error != -EINTR)
            return memory_check(error);
    }
    return 0;
}

int manager_ask(const struct manager_call *call, const char *path, const char *interface, const char *member,
                const char *const *words, sd_bus_message **ret)
{
    struct manager_question question = {0};
    int error = manager_send(call, path, interface, member, words, &question);

    if (error >= 0)
        error = manager_wait(call, &question, 1);
    if (error >= 0)
        error = -sd_bus_message_get_errno(question.reply); /* 0: it is no error */
    if (error < 0) {
        manager_forget(&question, 1);
        return memory_check(error);
    }
    *ret = question.reply;
    return 0;
}

int manager_ask_property(const struct manager_call *call, const char *path, const char *interface,
                         const char *property, const char *type, sd_bus_message **ret)
{
    const char *const words[] = {interface, property, NULL};
    _cleanup_message_ sd_bus_message *reply = NULL;
    int error = manager_ask(call, path, MANAGER_PROPERTIES, "Get", words, &reply);

    if (error == 0)
        error = memory_check(sd_bus_message_enter_container(reply, 'v', type));
    if (error < 0)
        return error;
    *ret = TAKE_POINTER(reply);
    return 0;
}

/* --- the time --- */

struct manager_call manager_begin(struct sd_bus *bus)
{
    uint64_t now = now_usec();

    return (struct manager_call){.bus = bus, .began = now, .deadline = now + RUN_USEC - spent};
}

void manager_end(const struct manager_call *call)
{
    spent += now_usec() - call->began;
    spent = spent < RUN_USEC ? spent : RUN_USEC;
}

void manager_close(struct manager_call *call)
{
    if (call->bus)
        sd_bus_close_unref(call->bus); /* no flush: that could wait */
    call->bus = NULL;
    manager_end(call);
}
