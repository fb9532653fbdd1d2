/* SPDX-License-Identifier: MIT */
/* libsystemd, loaded at the first call of any of its functions instead of at every start.
 * Owns that: a command that finds everything in order calls none of them, and linking the library and the
 * five behind it (Debian 12) took a fifth of its time. */
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-journal.h>

#include "util/library.h"

static int not_there = -ENOPKG; /* or -ENOMEM */

/* Never unloaded: the library keeps data of its own for each thread. NULL: not_there says why. */
static void *find(const char *symbol)
{
    static void *library;
    const char *ignored;

    if (!library)
        not_there = library_open("libsystemd.so.0", RTLD_LAZY | RTLD_LOCAL, &library, &ignored);
    if (library)
        not_there = -ENOPKG; /* it is too old to have the symbol */
    return library ? dlsym(library, symbol) : NULL;
}

/* Functions with the names and types of the library's, for callers to use as they stand in its headers: a
 * call of one that has no row here does not link. Where the library is not there they return `otherwise`. */
#define FORWARD(type, name, parameters, arguments, otherwise)     \
    type name parameters                                          \
    {                                                             \
        static __typeof__(name) *function;                        \
                                                                  \
        if (!function)                                            \
            function = (__typeof__(name) *)find(#name);           \
        return function ? function arguments : (type)(otherwise); \
    }

/* The headers' names of parameters are single letters. */
/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name) */

/* --- sd-journal --- */

FORWARD(int, sd_journal_sendv_with_location,
        (const char *file, const char *line, const char *function_name, const struct iovec *iov, int n),
        (file, line, function_name, iov, n), not_there)

FORWARD(int, sd_journal_open, (sd_journal * *ret, int flags), (ret, flags), not_there)
FORWARD(int, sd_journal_open_directory_fd, (sd_journal * *ret, int fd, int flags), (ret, fd, flags),
        not_there)
FORWARD(int, sd_journal_add_match, (sd_journal * journal, const void *data, size_t size),
        (journal, data, size), not_there)
FORWARD(int, sd_journal_seek_tail, (sd_journal * journal), (journal), not_there)
FORWARD(int, sd_journal_seek_realtime_usec, (sd_journal * journal, uint64_t usec), (journal, usec), not_there)
FORWARD(int, sd_journal_next, (sd_journal * journal), (journal), not_there)
FORWARD(int, sd_journal_previous, (sd_journal * journal), (journal), not_there)
FORWARD(int, sd_journal_get_realtime_usec, (sd_journal * journal, uint64_t *ret), (journal, ret), not_there)
FORWARD(int, sd_journal_get_data, (sd_journal * journal, const char *field, const void **data, size_t *size),
        (journal, field, data, size), not_there)

void sd_journal_close(sd_journal *journal)
{
    static __typeof__(sd_journal_close) *function;

    if (!function)
        function = (__typeof__(sd_journal_close) *)find("sd_journal_close");
    if (function)
        function(journal);
}

/* --- sd-bus --- */

FORWARD(int, sd_bus_open_system, (sd_bus * *ret), (ret), not_there)
FORWARD(int, sd_bus_new, (sd_bus * *ret), (ret), not_there)
FORWARD(int, sd_bus_set_address, (sd_bus * bus, const char *address), (bus, address), not_there)
FORWARD(int, sd_bus_start, (sd_bus * bus), (bus), not_there)
FORWARD(int, sd_bus_is_ready, (sd_bus * bus), (bus), not_there)
FORWARD(int, sd_bus_get_fd, (sd_bus * bus), (bus), not_there)
FORWARD(int, sd_bus_process, (sd_bus * bus, sd_bus_message **ret), (bus, ret), not_there)
FORWARD(int, sd_bus_wait, (sd_bus * bus, uint64_t timeout_usec), (bus, timeout_usec), not_there)
FORWARD(sd_bus *, sd_bus_close_unref, (sd_bus * bus), (bus), NULL)
FORWARD(sd_bus *, sd_bus_unref, (sd_bus * bus), (bus), NULL)
FORWARD(sd_bus *, sd_bus_flush_close_unref, (sd_bus * bus), (bus), NULL)
FORWARD(int, sd_bus_call,
        (sd_bus * bus, sd_bus_message *message, uint64_t usec, sd_bus_error *ret_error,
         sd_bus_message **reply),
        (bus, message, usec, ret_error, reply), not_there)
FORWARD(int, sd_bus_call_methodv,
        (sd_bus * bus, const char *destination, const char *path, const char *interface, const char *member,
         sd_bus_error *ret_error, sd_bus_message **reply, const char *types, va_list arguments),
        (bus, destination, path, interface, member, ret_error, reply, types, arguments), not_there)
FORWARD(int, sd_bus_get_property_string,
        (sd_bus * bus, const char *destination, const char *path, const char *interface, const char *member,
         sd_bus_error *ret_error, char **ret),
        (bus, destination, path, interface, member, ret_error, ret), not_there)
FORWARD(int, sd_bus_message_new_method_call,
        (sd_bus * bus, sd_bus_message **ret, const char *destination, const char *path, const char *interface,
         const char *member),
        (bus, ret, destination, path, interface, member), not_there)
FORWARD(sd_bus_message *, sd_bus_message_unref, (sd_bus_message * message), (message), NULL)
FORWARD(int, sd_bus_message_readv, (sd_bus_message * message, const char *types, va_list arguments),
        (message, types, arguments), not_there)
FORWARD(int, sd_bus_message_append_basic, (sd_bus_message * message, char type, const void *p),
        (message, type, p), not_there)
FORWARD(int, sd_bus_message_read_basic, (sd_bus_message * message, char type, void *p), (message, type, p),
        not_there)
FORWARD(int, sd_bus_message_read_strv, (sd_bus_message * message, char ***ret), (message, ret), not_there)
FORWARD(int, sd_bus_message_enter_container, (sd_bus_message * message, char type, const char *contents),
        (message, type, contents), not_there)
FORWARD(int, sd_bus_send, (sd_bus * bus, sd_bus_message *message, uint64_t *ret_cookie),
        (bus, message, ret_cookie), not_there)
FORWARD(int, sd_bus_message_get_reply_cookie, (sd_bus_message * message, uint64_t *ret), (message, ret),
        not_there)
FORWARD(int, sd_bus_message_is_method_error, (sd_bus_message * message, const char *name), (message, name), 0)
FORWARD(int, sd_bus_message_get_errno, (sd_bus_message * message), (message), -not_there)
FORWARD(int, sd_bus_error_is_set, (const sd_bus_error *error), (error), 0)

void sd_bus_error_free(sd_bus_error *error)
{
    static __typeof__(sd_bus_error_free) *function;

    if (!function)
        function = (__typeof__(sd_bus_error_free) *)find("sd_bus_error_free");
    if (function)
        function(error);
}

/* These two take their arguments as they come, which cannot be passed on but as a list. */
int sd_bus_call_method(sd_bus *bus, const char *destination, const char *path, const char *interface,
                       const char *member, sd_bus_error *ret_error, sd_bus_message **reply, const char *types,
                       ...)
{
    va_list arguments;
    int r;

    va_start(arguments, types);
    r = sd_bus_call_methodv(bus, destination, path, interface, member, ret_error, reply, types, arguments);
    va_end(arguments);
    return r;
}

int sd_bus_message_read(sd_bus_message *message, const char *types, ...)
{
    va_list arguments;
    int r;

    va_start(arguments, types);
    r = sd_bus_message_readv(message, types, arguments);
    va_end(arguments);
    return r;
}

/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */
