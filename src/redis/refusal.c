/* SPDX-License-Identifier: MIT */
/* The errors of a server that will not serve us.
 * Owns what each of them means; pure. */
#include "redis/refusal.h"

#include <errno.h>
#include <string.h>

#include "util/memory.h"
#include "util/text.h"

int redis_refusal_judge(const struct redis_answer *answer, char **ret_error)
{
    const char *text = redis_answer_text(answer);

    if (redis_answer_kind(answer) != ANSWER_ERROR)
        return 0;
    if (strstr(text, "max number of clients"))
        return memory_error(ret_error, -EUSERS,
                            "maxclients is reached: the server refuses one more connection");
    if (text_has_prefix(text, "DENIED"))
        return memory_error(ret_error, -EPERM,
                            "protected mode refuses this address: ask over loopback or the unix socket");
    if (text_has_prefix(text, "NOAUTH"))
        return memory_error(ret_error, -EACCES,
                            "the server wants a password: give it in REDISCLI_AUTH or by --password-file");
    if (text_has_prefix(text, "WRONGPASS") || strstr(text, "invalid password") ||
        strstr(text, "invalid username-password"))
        return memory_error(ret_error, -EACCES, "the server does not take this user and password");
    return 0;
}

bool redis_refusal_is_of_no_password(const struct redis_answer *answer)
{
    const char *text = redis_answer_text(answer);

    return strstr(text, "no password is set") || strstr(text, "without any password configured");
}
