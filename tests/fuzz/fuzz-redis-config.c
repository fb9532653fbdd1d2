/* SPDX-License-Identifier: MIT */
/* redis.conf and command lines: whatever stands there, what is kept can be printed, and no password is. */
#include "fuzz.h"

#include <errno.h>

#include "servers/config-pairs.h"
#include "servers/config.h"
#include "servers/credentials.h"

static void check_text(const char *text)
{
    REQUIRE(!text || (text_is_printable(text, strlen(text)) && !strpbrk(text, "\n\r")));
}

static void check_options(struct server_config *config, const char *line)
{
    char *const *options = NULL;
    _cleanup_strings_ char **words = NULL;
    const char *file = NULL;
    int error = redis_config_split(line, &words);

    REQUIRE(error == 0 || ((error == -EINVAL || error == -E2BIG) && !words));
    if (error < 0)
        return;
    if (redis_config_find_command(words, &file, &options))
        REQUIRE(!file || *file != '-');
    redis_config_add_options(config, words);
}

/* Not empty where there is one. */
static void check_secret(const char *line)
{
    struct redis_secret secret = {0};
    _cleanup_free_ char *include = NULL;

    redis_config_take_secret(&secret, line, &include);
    REQUIRE(!secret.requirepass || *secret.requirepass);
    secret_free(secret.requirepass);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_free_ char *text = fuzz_text(data, size);
    struct server_config config = {0};
    struct config_pairs pairs = {0};
    struct redis_fields fields = {0};
    char *rest = text, *line;

    redis_config_begin(&config);
    while ((line = strsep(&rest, "\n"))) {
        _cleanup_free_ char *include = NULL;

        redis_config_add_line(&config, line, &include);
        check_options(&config, line);
        check_secret(line);
        config_pairs_add(&pairs, line);
    }
    redis_config_end(&config, SERVER_KIND_SERVER);
    REQUIRE(amount_is_number(config.port) && amount_is_number(config.tcp_backlog));
    check_text(config.unixsocket);
    check_text(config.logfile);
    check_text(config.dir);
    check_text(config.dbfilename);
    server_config_done(&config);
    config_pairs_to_fields(&pairs, &fields);
    redis_fields_done(&fields);
    config_pairs_done(&pairs);
    return 0;
}
