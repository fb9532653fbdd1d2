/* SPDX-License-Identifier: MIT */
/* Questions to PID 1 over its private socket or the system bus: who answers is PID 1, and all calls of a run
 * together take 2 s at the most. One thread at a time. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "util/systemd-bus.h"

#define MANAGER_PROPERTIES "org.freedesktop.DBus.Properties"

struct manager_call {
    sd_bus *bus;
    uint64_t began, deadline; /* CLOCK_MONOTONIC */
};

/* What is left of the time is this call's, from now to manager_end. bus NULL: manager_connect makes one. */
struct manager_call manager_begin(sd_bus *bus);
void manager_end(const struct manager_call *call);
void manager_close(struct manager_call *call); /* the connection too, where there is one */

/* -EXDEV: whoever listens there is not PID 1, or not of this namespace; -ETIMEDOUT; -errno. */
int manager_connect(struct manager_call *call);

/* Many are sent before the first answer is waited for, as each would cost a way there and back. */
struct manager_question {
    uint64_t cookie;       /* 0: not sent, or answered */
    sd_bus_message *reply; /* an error is a reply too */
};

/* words: the arguments, NULL-terminated. -errno. */
int manager_send(const struct manager_call *call, const char *path, const char *interface, const char *member,
                 const char *const *words, struct manager_question *ret);

/* Until each has its reply. -errno. */
int manager_wait(const struct manager_call *call, struct manager_question *questions, size_t count);
void manager_forget(struct manager_question *questions, size_t count);

/* One question and its answer, owned by the caller. An error for an answer is one. -errno. */
int manager_ask(const struct manager_call *call, const char *path, const char *interface, const char *member,
                const char *const *words, sd_bus_message **ret);

/* The same for a property of this type, which is what is to be read next. */
int manager_ask_property(const struct manager_call *call, const char *path, const char *interface,
                         const char *property, const char *type, sd_bus_message **ret);
