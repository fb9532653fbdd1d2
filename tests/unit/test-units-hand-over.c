/* SPDX-License-Identifier: MIT */
/* Units that leave the start of their server to somebody else. */
#include "units/hand-over.h"

#include "support.h"
#include "units/wrap.h"

/* The program that hands over and its row's word, "docker compose"; NULL: none does. Static buffer. */
static const char *find(const char *exec_start)
{
    static char shown[64];
    _cleanup_(unit_done) struct unit unit = {0};
    _cleanup_free_ char *message = NULL, *content = NULL;
    const struct hand_over *found;

    assert_true(asprintf(&content, "[Service]\nExecStart=%s\n", exec_start) > 0);
    assert_int_equal(unit_parse(&unit, "Service", "/x", content, strlen(content), &message), 0);
    if (!unit_hand_over_find(&unit, &found))
        return NULL;
    snprintf(shown, sizeof(shown), "%s%s%s", found->program, found->word ? " " : "",
             found->word ? found->word : "");
    return shown;
}

static void hand_over__is_found_in_what_the_unit_runs(void **state)
{
    static const struct {
        const char *line, *program;
    } rows[] = {
        {"/usr/bin/docker run --rm --name %n -p 6379:6379 redis redis-server --appendonly yes", "docker"},
        {"/usr/bin/docker start -a redis", "docker"},
        {"-@/opt/docker/docker dockerd run redis", "docker"},
        {"\"/usr/local/bin/docker\" run redis", "docker"},
        {"/usr/bin/docker compose -f /srv/redis.yml up", "docker compose"},
        {"/usr/local/bin/docker-compose up", "docker-compose"},
        {"/usr/local/bin/nerdctl run redis", "nerdctl"},
        {"/usr/bin/ctr run docker.io/library/redis:7 redis", "ctr"},
        {"/usr/bin/podman run --rm redis", "podman"},
        {"/usr/bin/podman-compose up", "podman-compose"},
        {"/usr/bin/podman --remote run redis", "podman --remote"},
        {"/usr/bin/systemd-nspawn -D /srv/redis redis-server", "systemd-nspawn"},
        {"/usr/bin/systemd-run --unit=r redis-server", "systemd-run"},
        {"/usr/bin/systemctl start other.service", "systemctl"},
        /* what passes on what it is given */
        {"/bin/sh -c 'docker run redis'", "docker"},
        {"/bin/sh -ec 'cd /srv && exec docker run redis'", "docker"},
        {"/bin/bash -c \"docker pull redis; docker run redis\"", "docker"},
        {"/usr/bin/env LANG=C docker run redis", "docker"},
        {"/usr/bin/sudo docker run redis", "docker"},
        {"/usr/sbin/runuser -u redis -- docker run redis", "docker"},
        {"/usr/bin/numactl --interleave=all /usr/bin/docker run redis", "docker"},
        {"/usr/sbin/start-stop-daemon --start --exec /usr/bin/docker -- run redis", "docker"},
        {"/usr/bin/systemd-run --scope /usr/bin/docker run redis", "docker"},
        {"/usr/bin/nice -n 5 docker run redis", "docker"},
        {"/usr/bin/systemd-cat -t redis docker start -a redis", "docker"},
        {"/usr/bin/flock /run/redis.lock docker compose up", "docker compose"},
        {"/usr/bin/env -i HOME=/root docker run redis", "docker"},
        {"/usr/bin/sudo -u root docker run redis", "docker"},
        {"/bin/sh -c 'if test -e /srv/redis; then docker run redis; fi'", "docker"},
        /* what keeps the server */
        {"/usr/bin/redis-server /etc/redis/redis.conf", NULL},
        {"/usr/bin/redis-server --dir /var/lib/docker --logfile docker", NULL},
        {"/usr/bin/redis-server /srv/docker/redis.conf", NULL},
        {"/usr/bin/systemd-run --scope redis-server", NULL},
        {"/usr/sbin/runuser -u docker -- redis-server", NULL},
        {"/bin/su docker -s /bin/sh -c 'redis-server /etc/r.conf'", NULL},
        {"/usr/bin/sudo -u docker redis-server", NULL},
        {"/bin/sh -c 'redis-server /etc/redis.conf & wait'", NULL},
        {"/usr/bin/nice -n 5 redis-server --logfile docker", NULL},
        {"/usr/sbin/gosu docker redis-server", NULL},
        {"/usr/local/bin/start-docker-redis", NULL},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        const char *found = find(rows[i].line);

        if (!text_equal(found, rows[i].program))
            fail_msg("%s: %s instead of %s", rows[i].line, TEXT_OR_NULL(found),
                     TEXT_OR_NULL(rows[i].program));
    }
    assert_null(find("/usr/bin/docker run redis\nExecStart=\nExecStart=/usr/bin/redis-server"));
}

/* What the unit gets; unit_wrap_done. */
static void decide(const char *settings, const struct wrap_input *input, struct unit_wrap *ret)
{
    _cleanup_(unit_done) struct unit unit = {0};
    _cleanup_free_ char *message = NULL, *content = NULL;

    assert_true(asprintf(&content, "[Service]\n%s", settings) > 0);
    assert_int_equal(unit_parse(&unit, "Service", "/etc/x", content, strlen(content), &message), 0);
    unit_wrap_decide(&unit, input, ret);
}

static const struct wrap_input two_nodes = {
    .asked_from = "built in", .nofile = 100000, .nofile_from = "/etc/c:2", .memory_nodes = 2};

static void hand_over__leaves_what_does_not_reach_the_server(void **state)
{
    static const enum placement asked[] = {PLACEMENT_EXEC, PLACEMENT_SYSTEMD};
    static const char sentence[] =
        "docker leaves the start of the server to containerd: neither the memory policy nor the limits of "
        "this "
        "unit reach it; instead: docker run --ulimit nofile=100000; numactl --interleave=all in front of the "
        "server, in its image, and --cap-add=SYS_NICE with it";

    (void)state;
    for (size_t i = 0; i < ELEMENTS(asked); i++) {
        _cleanup_(unit_wrap_done) struct unit_wrap wrap = {0};
        struct wrap_input input = two_nodes;

        input.asked = asked[i];
        decide("ExecStart=/usr/bin/docker run redis\n", &input, &wrap);
        assert_int_equal(wrap.placement, PLACEMENT_OFF);
        assert_contains(wrap.reason, "ExecStart=/usr/bin/docker run redis (/etc/x:2): docker leaves");
        assert_null(wrap.limit_nofile);
        assert_text(wrap.limit_from, sentence);
        assert_text(wrap.handed_over, sentence);
    }
}

/* podman is the server's ancestor, and sets its limits. */
static void hand_over__places_what_inherits_the_policy(void **state)
{
    _cleanup_(unit_wrap_done) struct unit_wrap wrap = {0};

    (void)state;
    decide("ExecStart=/usr/bin/podman run redis\n", &two_nodes, &wrap);
    assert_int_equal(wrap.placement, PLACEMENT_EXEC);
    assert_null(wrap.limit_nofile);
    assert_text(wrap.handed_over,
                "podman gives the server limits of its own: podman run --ulimit nofile=100000");
}

static void hand_over__names_only_what_is_wanted_here(void **state)
{
    _cleanup_(unit_wrap_done) struct unit_wrap wrap = {0};
    struct wrap_input input = two_nodes;

    (void)state;
    input.memory_nodes = 1;
    input.nofile = 0;
    decide("ExecStart=/usr/bin/docker run redis\n", &input, &wrap);
    assert_text(wrap.handed_over,
                "docker leaves the start of the server to containerd: neither the memory policy "
                "nor the limits of this unit reach it");
    assert_contains(wrap.reason, "one memory node");
    assert_text(wrap.limit_from, "/etc/c:2");
}

static void limit__of_an_administrator_is_named_where_it_is_raised(void **state)
{
    static const struct {
        const char *settings, *instead_of;
    } rows[] = {
        {"LimitNOFILE=4096\n", "4096 (/etc/x:2)"},
        {"LimitNOFILE=1024:4096\n", "1024:4096 (/etc/x:2)"},
        {"LimitNOFILE=200000\n", NULL},
        {"", NULL},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        _cleanup_(unit_wrap_done) struct unit_wrap wrap = {0};

        decide(rows[i].settings, &two_nodes, &wrap);
        if (!text_equal(wrap.limit_instead_of, rows[i].instead_of))
            fail_msg("%s: %s instead of %s", rows[i].settings, TEXT_OR_NULL(wrap.limit_instead_of),
                     TEXT_OR_NULL(rows[i].instead_of));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hand_over__is_found_in_what_the_unit_runs),
        cmocka_unit_test(hand_over__leaves_what_does_not_reach_the_server),
        cmocka_unit_test(hand_over__places_what_inherits_the_policy),
        cmocka_unit_test(hand_over__names_only_what_is_wanted_here),
        cmocka_unit_test(limit__of_an_administrator_is_named_where_it_is_raised),
    };

    return cmocka_run_group_tests_name("units-hand-over", tests, NULL, NULL);
}
