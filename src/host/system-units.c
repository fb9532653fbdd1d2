/* SPDX-License-Identifier: MIT */
/* Units by the word of PID 1.
 * Owns how long it is waited for, and who may answer in its name. */
#include "host/system-units.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <systemd/sd-bus.h>
#include <time.h>
#include <unistd.h>

#include "util/cleanup.h"
#include "util/text.h"

#define DESTINATION  "org.freedesktop.systemd1"
#define MANAGER_PATH "/org/freedesktop/systemd1"
#define PRIVATE      "unix:path=/run/systemd/private"

#define RUN_USEC (2ULL * 1000 * 1000)

struct call {
    sd_bus *bus;
    uint64_t deadline; /* CLOCK_MONOTONIC */
};

static void cleanup_bus(sd_bus **bus)
{
    sd_bus_close_unref(*bus); /* no flush: that could wait */
}

static void cleanup_message(sd_bus_message **message)
{
    sd_bus_message_unref(*message);
}
#define _cleanup_message_ _cleanup_(cleanup_message)

static uint64_t now_usec(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* 0: no time is left. */
static uint64_t time_left(const struct call *call)
{
    uint64_t now = now_usec();

    return now < call->deadline ? call->deadline - now : 0;
}

/* --- the connection --- */

static int open_private(sd_bus **ret)
{
    sd_bus *bus = NULL;
    int error = sd_bus_new(&bus);

    if (error >= 0)
        error = sd_bus_set_address(bus, PRIVATE);
    if (error >= 0)
        error = sd_bus_start(bus);
    if (error < 0) {
        sd_bus_unref(bus);
        return error;
    }
    *ret = bus;
    return 0;
}

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
static int wait_until_ready(const struct call *call)
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

static int connect_to(struct call *call, bool is_private)
{
    int error = is_private ? open_private(&call->bus) : sd_bus_open_system(&call->bus);

    if (error >= 0 && !is_from_here(call->bus, is_private))
        error = -EXDEV;
    if (error >= 0)
        error = wait_until_ready(call);
    if (error < 0) {
        sd_bus_close_unref(call->bus);
        call->bus = NULL;
    }
    return error;
}

static int connect_to_manager(struct call *call)
{
    int error = geteuid() == 0 ? connect_to(call, true) : -EPERM;

    return error < 0 && error != -ETIMEDOUT ? connect_to(call, false) : error;
}

/* --- questions --- */

static int ask(const struct call *call, const char *path, const char *interface, const char *member,
               const char *const *words, sd_bus_message **ret)
{
    _cleanup_message_ sd_bus_message *question = NULL;
    uint64_t left = time_left(call);
    int error;

    if (left == 0)
        return -ETIMEDOUT;
    error = sd_bus_message_new_method_call(call->bus, &question, DESTINATION, path, interface, member);
    for (const char *const *word = words; error >= 0 && *word; word++)
        error = sd_bus_message_append_basic(question, 's', *word);
    return error < 0 ? error : sd_bus_call(call->bus, question, left, NULL, ret);
}

/* A property's reply, opened behind its type. */
static int ask_property(const struct call *call, const char *path, const char *interface,
                        const char *property, const char *type, sd_bus_message **ret)
{
    const char *const words[] = {interface, property, NULL};
    int error = ask(call, path, "org.freedesktop.DBus.Properties", "Get", words, ret);

    return error < 0 ? error : sd_bus_message_enter_container(*ret, 'v', type);
}

static int ask_text(const struct call *call, const char *path, const char *interface, const char *property,
                    char **ret)
{
    _cleanup_message_ sd_bus_message *reply = NULL;
    const char *text;
    int error = ask_property(call, path, interface, property, "s", &reply);

    if (error >= 0)
        error = sd_bus_message_read_basic(reply, 's', &text);
    return error < 0 ? error : text_replace(ret, *text ? text : NULL);
}

static int ask_main_pid(const struct call *call, const char *path, int *ret)
{
    _cleanup_message_ sd_bus_message *reply = NULL;
    uint32_t pid;
    int error = ask_property(call, path, DESTINATION ".Service", "MainPID", "u", &reply);

    if (error >= 0)
        error = sd_bus_message_read_basic(reply, 'u', &pid);
    if (error >= 0)
        *ret = (int)pid;
    return error < 0 ? error : 0;
}

/* The first command of a(sasbttttuii). */
static int ask_command(const struct call *call, const char *path, struct system_unit *unit)
{
    _cleanup_message_ sd_bus_message *reply = NULL;
    const char *program;
    int error = ask_property(call, path, DESTINATION ".Service", "ExecStart", "a(sasbttttuii)", &reply);

    if (error >= 0)
        error = sd_bus_message_enter_container(reply, 'a', "(sasbttttuii)");
    if (error >= 0)
        error = sd_bus_message_enter_container(reply, 'r', "sasbttttuii");
    if (error <= 0)
        return error;
    error = sd_bus_message_read_basic(reply, 's', &program);
    if (error >= 0)
        error = text_replace(&unit->exec_path, program);
    return error < 0 ? error : sd_bus_message_read_strv(reply, &unit->exec_argv);
}

static int ask_unit(const struct call *call, struct system_unit *unit)
{
    const char *const words[] = {unit->name, NULL};
    _cleanup_message_ sd_bus_message *reply = NULL;
    const char *path;
    int error = ask(call, MANAGER_PATH, DESTINATION ".Manager", "GetUnit", words, &reply);

    if (error >= 0)
        error = sd_bus_message_read_basic(reply, 'o', &path);
    if (error >= 0)
        error = ask_main_pid(call, path, &unit->main_pid);
    if (error >= 0)
        error = ask_command(call, path, unit);
    if (error >= 0)
        error = ask_text(call, path, DESTINATION ".Service", "ControlGroup", &unit->control_group);
    if (error >= 0)
        error = ask_text(call, path, DESTINATION ".Unit", "FragmentPath", &unit->fragment_path);
    if (error >= 0)
        error = ask_text(call, path, DESTINATION ".Unit", "LoadState", &unit->load_state);
    return error;
}

/* "252.39-1~deb12u1", "257", "v257.13". */
static int ask_version(const struct call *call, unsigned *ret)
{
    _cleanup_free_ char *version = NULL;
    int error = ask_text(call, MANAGER_PATH, DESTINATION ".Manager", "Version", &version);

    if (error >= 0 && version)
        (void)sscanf(version + (*version == 'v'), "%5u", ret);
    return error;
}

/* The conversation has ended; any other error is the answer to one question. */
static bool is_over(int error)
{
    return error == -ETIMEDOUT || error == -ECONNRESET || error == -ENOTCONN || error == -EPIPE ||
           error == -ENOMEM;
}

/* A name that PID 1 does not know or take is no reason to forget the others. */
static int ask_all(const struct call *call, struct system_units *units)
{
    int error = ask_version(call, &units->version);

    for (size_t i = 0; i < units->count && error >= 0; i++) {
        struct system_unit unit = {.name = units->items[i].name};

        error = ask_unit(call, &unit);
        if (error < 0) {
            unit.name = NULL;
            system_unit_done(&unit);
            error = is_over(error) ? error : 0;
        } else {
            units->items[i] = unit;
        }
    }
    return error < 0 ? error : 0;
}

/* What was learned up to an error proves nothing. */
static int forget(struct system_units *units, int error)
{
    if (error == -ENOMEM)
        return error;
    system_units_done(units);
    if (error == -ETIMEDOUT)
        error = error_make(&units->unknown, 0, "PID 1 did not answer within 2 s");
    else if (error == -EXDEV)
        error = error_make(&units->unknown, 0, "PID 1 is in another PID namespace");
    else
        error = error_make(&units->unknown, 0, "PID 1 cannot be asked over the bus: %s", strerror(-error));
    return units->unknown ? error : -ENOMEM;
}

int system_units_ask(const char *const *names, size_t count, struct system_units *ret)
{
    static uint64_t spent; /* by this run */
    uint64_t began = now_usec();
    _cleanup_(system_units_done) struct system_units units = {0};
    _cleanup_(cleanup_bus) sd_bus *bus = NULL;
    struct call call = {.deadline = began + RUN_USEC - spent};
    int error = 0;

    for (size_t i = 0; i < count && error == 0; i++) {
        error = array_grow(&units.items, i, sizeof(*units.items));
        if (error == 0)
            error = text_replace(&units.items[units.count++].name, names[i]);
    }
    if (error < 0)
        return error;
    error = connect_to_manager(&call);
    bus = call.bus;
    if (error >= 0)
        error = ask_all(&call, &units);
    spent += now_usec() - began;
    spent = spent < RUN_USEC ? spent : RUN_USEC;
    if (error < 0)
        error = forget(&units, error);
    if (error < 0)
        return error;
    *ret = units;
    units = (struct system_units){0};
    return 0;
}

void system_units_done(struct system_units *units)
{
    for (size_t i = 0; i < units->count; i++)
        system_unit_done(&units->items[i]);
    free(units->items);
    free(units->unknown);
    *units = (struct system_units){0};
}

const struct system_unit *system_units_find(const struct system_units *units, const char *name)
{
    for (size_t i = 0; name && i < units->count; i++)
        if (strcmp(units->items[i].name, name) == 0)
            return &units->items[i];
    return NULL;
}
