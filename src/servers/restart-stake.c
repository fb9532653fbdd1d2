/* SPDX-License-Identifier: MIT */
/* What a restart puts at stake, by what a server was told: nobody has asked it.
 * Owns what a configuration says of that; pure. */
#include <stdlib.h>

#include "servers/restart.h"
#include "servers/target.h"
#include "util/text.h"

void restart_stake_find(const struct server_facts *server, struct restart_stake *ret)
{
    const struct server_config *config = &server->config;
    const struct redis_cli_options options = {0};
    bool is_valkey = server->process.comm && text_has_prefix(server->process.comm, "valkey");
    struct redis_targets targets = {0};
    char *reason = NULL;

    *ret = (struct restart_stake){.is_by_configuration = true,
                                  .keys = -1,
                                  .changes = -1,
                                  .replicas = -1,
                                  .bytes = -1,
                                  .save_seconds = -1};
    if (!config->unknown) {
        ret->is_default =
            config->has_save_points == TRAIT_UNKNOWN && config->has_append_only_file == TRAIT_NO;
        ret->has_save_points = config->has_save_points != TRAIT_NO;
        ret->is_kept =
            ret->has_save_points || config->has_append_only_file == TRAIT_YES ? TRAIT_YES : TRAIT_NO;
    }
    redis_targets_of(server, NULL, &targets, &reason);
    if (targets.count > 0)
        ret->cli = redis_target_cli(&targets.items[0], is_valkey ? "valkey-cli" : "redis-cli", &options);
    redis_targets_done(&targets);
    free(reason);
}

void restart_stake_done(struct restart_stake *stake)
{
    free(stake->cli);
    *stake = (struct restart_stake){0};
}
