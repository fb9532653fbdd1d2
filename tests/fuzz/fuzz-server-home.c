/* SPDX-License-Identifier: MIT */
/* The path of a cgroup, as strangers can name it: which unit and which container it is, and what restarts it.
 * The first byte is what PID 1 says to it, the rest the path. A command is one line of whole words, and names
 * a unit of the system's only where PID 1 has confirmed that. */
#include "fuzz.h"

#include "servers/container.h"
#include "servers/restart.h"

static void require_line(const char *text)
{
    REQUIRE(!text || (text_is_printable(text, strlen(text)) && !strpbrk(text, "\n\r")));
}

/* user@1000.service; a number that no user has is none. */
static bool is_users_manager(const char *unit)
{
    size_t digits = text_has_prefix(unit, "user@") ? strspn(unit + 5, "0123456789") : 0;

    return digits > 0 && digits < 10 && strcmp(unit + 5 + digits, ".service") == 0;
}

static void check_home(const char *cgroup, const struct server_home *home)
{
    bool has_unit = home->kind == SERVER_HOME_SERVICE;

    REQUIRE(!has_unit || home->unit);
    REQUIRE(!home->unit || has_unit || home->kind == SERVER_HOME_USER || home->kind == SERVER_HOME_CONTAINER);
    REQUIRE(!home->unit || (text_has_suffix(home->unit, ".service") && *home->unit != '-'));
    REQUIRE(!home->unit || (!strchr(home->unit, '/') && strstr(cgroup, home->unit)));
    REQUIRE(!has_unit || !is_users_manager(home->unit));
    REQUIRE((home->manager != CONTAINER_NONE) <= (home->kind == SERVER_HOME_CONTAINER));
}

static void check_commands(const struct server_process *process)
{
    const struct restart_stake stake = {
        .keys = -1, .changes = -1, .replicas = -1, .bytes = -1, .save_seconds = -1};
    _cleanup_(server_restart_done) struct server_restart restart = {0};
    _cleanup_free_ char *home = server_describe_home(process),
                        *property = server_set_property_command(process, "MemoryMax=1G");
    const char *unit = server_confirmed_unit(process);

    server_restart_find(process, &stake, &restart);
    require_line(restart.command);
    require_line(home);
    require_line(restart.words);
    require_line(property);
    REQUIRE(home && (restart.command || restart.words) && (property != NULL) == (unit != NULL));
    REQUIRE(unit || !restart.command || !strstr(restart.command, "sudo systemctl restart"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_free_ char *cgroup = fuzz_text(data + (size > 0), size > 0 ? size - 1 : 0);
    struct server_process process = {
        .pid = 812, .comm = "redis-server", .uid = size > 0 && data[0] & 8 ? 0 : 107};
    _cleanup_free_ char *container = NULL;

    process.proof = size > 0 ? data[0] & 3 : SERVER_PROOF_UNASKED;
    server_home_find(cgroup, &process.home);
    check_home(cgroup, &process.home);
    container = server_container_name(cgroup, size > 0 && data[0] & 4);
    require_line(container);
    process.container = container;
    check_commands(&process);
    server_home_done(&process.home);
    return 0;
}
