/* SPDX-License-Identifier: MIT */
/* dlopen(3).
 * Owns how a library that is not there is told from memory that is not there. */
#include "util/library.h"

#include <dlfcn.h>
#include <errno.h>

#include "util/text.h"

/* The loader's own calls of mmap(2) leave no errno, nor a reason in its words (glibc 2.36): of a library that
 * was found and opened it is memory. */
static bool is_unmapped(const char *why)
{
    return text_has_suffix(why, "failed to map segment from shared object") ||
           text_has_suffix(why, "cannot map zero-fill pages");
}

int library_open(const char *name, int flags, void **ret, const char **ret_why)
{
    void *library;
    const char *why;
    int error;

    errno = 0; /* its malloc(3) sets it */
    library = dlopen(name, flags);
    error = errno;
    if (library) {
        *ret = library;
        return 0;
    }
    why = dlerror();
    *ret_why = why ? why : name;
    return error == ENOMEM || is_unmapped(*ret_why) ? -ENOMEM : -ENOPKG;
}
