/* SPDX-License-Identifier: MIT */
/* Which units are looked at, and when none is. What is decided for one is in test-units-wrap.c. */
#include "units/read-redis-units.h"

#include "support.h"

#define ETC   "etc/systemd/system/"
#define LIB   "usr/lib/systemd/system/"
#define START "[Service]\nExecStart=/usr/bin/redis-server\n"

/* A tree with two memory nodes and the tuner enabled. */
static int host_setup(void **state)
{
    const struct tree *tree;

    tree_setup(state);
    tree = *state;
    tree_write(tree, "sys/devices/system/node/has_memory", "0-1\n");
    tree_write(tree, LIB "redis-hosttune.service", "[Service]\n");
    tree_link(tree, ETC "multi-user.target.wants/redis-hosttune.service",
              "/usr/lib/systemd/system/redis-hosttune.service");
    return 0;
}

#define host_test(function) cmocka_unit_test_setup_teardown(function, host_setup, tree_teardown)

static void read_units(const struct tree *tree, const struct policy *policy, struct redis_units *units)
{
    _cleanup_free_ char *message = NULL;
    int error = redis_units_read(tree->root, policy, true, units, &message);

    if (error < 0)
        fail_msg("%s: %s", strerror(-error), TEXT_OR_NULL(message));
    assert_null(message);
}

/* "NAME=PLACEMENT NAME=PLACEMENT…", "=as-template" and "=problem" among them; static buffer. */
static const char *list(const struct tree *tree, const struct policy *policy)
{
    static char shown[2048];
    _cleanup_(redis_units_done) struct redis_units units = {0};
    char *out = shown;

    read_units(tree, policy, &units);
    *out = '\0';
    for (size_t i = 0; i < units.items_count; i++) {
        const struct redis_unit *unit = &units.items[i];
        const char *what = unit->is_as_template     ? "as-template"
                           : unit->problem          ? "problem"
                           : unit->shielded_because ? "shielded"
                                                    : placement_name(unit->wrap.placement);

        out += sprintf(out, "%s%s=%s", i ? " " : "", unit->name, what);
    }
    return shown;
}

static const struct policy no_policy;

/* --- which --- */

static void units__are_those_of_the_distributions_that_are_there(void **state)
{
    const struct tree *tree = *state;

    assert_text(list(tree, &no_policy), "");
    tree_write(tree, LIB "valkey-server.service", START);
    tree_write(tree, LIB "redis-server.service", START);
    tree_write(tree, LIB "redis-server@.service", START);
    tree_write(tree, LIB "redis-sentinel.service", START);
    tree_write(tree, LIB "redis-something.service", START);
    assert_text(list(tree, &no_policy), "redis-server.service=exec redis-server@.service=exec "
                                        "valkey-server.service=exec redis-sentinel.service=off");
}

static void units__by_an_alias_are_looked_at_once(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, LIB "redis-server.service", START);
    tree_link(tree, ETC "redis.service", "/lib/systemd/system/redis-server.service");
    assert_text(list(tree, &no_policy), "redis-server.service=exec");
    /* Fedora: the alias is looked at first */
    tree_write(tree, LIB "valkey.service", START);
    tree_link(tree, LIB "valkey-server.service", "valkey.service");
    assert_text(list(tree, &no_policy), "redis-server.service=exec valkey.service=exec");
}

static void units__that_are_masked_or_broken_get_nothing(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(redis_units_done) struct redis_units units = {0};

    tree_write(tree, LIB "redis-server.service", "[Service\n");
    tree_write(tree, LIB "redis.service", START);
    tree_link(tree, ETC "redis.service", "/dev/null");
    tree_write(tree, LIB "valkey.service", START);
    tree_link(tree, LIB "valkey-server.service", "valkey-server.service");
    assert_text(list(tree, &no_policy), "redis-server.service=problem valkey.service=exec");
    read_units(tree, &no_policy, &units);
    assert_text(units.items[0].problem,
                "/usr/lib/systemd/system/redis-server.service:1: broken section header");
    assert_null(units.items[0].wrap.reason);
}

static void units__that_were_added(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(policy_done) struct policy policy = {0};

    policy_add_unit(&policy, "my-cache.service");
    policy_add_unit(&policy, "other@.service");
    policy_add_unit(&policy, "gone.service");
    policy_add_unit(&policy, "redis.service");
    tree_write(tree, ETC "my-cache.service", START);
    tree_write(tree, ETC "redis.service", START);
    tree_write(tree, LIB "other@.service", START);
    tree_write(tree, ETC "other@a.service.d/x.conf", "[Service]\nExecStart=\nExecStart=/b\n");
    assert_text(list(tree, &policy),
                "redis.service=exec my-cache.service=exec other@.service=exec other@a.service=exec");
}

static void units__that_were_added_by_an_alias(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(policy_done) struct policy policy = {0};

    policy_add_unit(&policy, "cache.service");
    tree_write(tree, LIB "keydb.service", START);
    tree_link(tree, LIB "cache.service", "keydb.service");
    assert_text(list(tree, &policy), "keydb.service=exec");
}

/* --- instances --- */

static void instances__that_differ_get_their_own(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(redis_units_done) struct redis_units units = {0};

    tree_write(tree, LIB "redis-server@.service", START);
    tree_write(tree, ETC "redis-server@a.service.d/x.conf",
               "[Service]\nExecStart=\nExecStart=/usr/bin/redis %i\n");
    tree_write(tree, ETC "redis-server@b.service.d/x.conf", "[Service]\nNice=1\n");
    tree_write(tree, ETC "redis-server@c.service.d/x.conf", "[Service]\nLimitNOFILE=100000\n");
    tree_write(tree, ETC "redis-server@d.service.d/x.conf", "[Service]\nRootDirectory=/srv\n");
    assert_text(list(tree, &no_policy), "redis-server@.service=exec redis-server@a.service=exec "
                                        "redis-server@b.service=as-template redis-server@c.service=exec "
                                        "redis-server@d.service=systemd");
    read_units(tree, &no_policy, &units);
    assert_text(units.items[1].wrap.exec_starts[0], UNIT_WRAPPER " -- /usr/bin/redis %i");
    assert_null(units.items[1].wrap.exec_starts[1]);
    assert_null(units.items[3].wrap.limit_nofile);
}

static void instances__of_an_alias_are_looked_at_once(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, LIB "valkey@.service", START);
    tree_link(tree, LIB "redis@.service", "valkey@.service");
    tree_write(tree, ETC "redis@a.service.d/x.conf", "[Service]\nExecStart=\nExecStart=/b\n");
    tree_write(tree, ETC "valkey@a.service.d/y.conf", "[Service]\nNice=1\n");
    assert_text(list(tree, &no_policy), "valkey@.service=exec valkey@a.service=exec");
}

static void instances__without_a_template(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, ETC "redis@a.service", START);
    assert_text(list(tree, &no_policy), "redis@a.service=exec");
}

/* Its template's drop-in would be its as well, over what nobody could read. */
static void instances__that_are_not_understood_are_kept_from_their_templates_dropin(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(redis_units_done) struct redis_units units = {0};

    tree_write(tree, LIB "redis@.service", START);
    tree_write(tree, ETC "redis@a.service.d/x.conf", "[Service\n");
    assert_text(list(tree, &no_policy), "redis@.service=exec redis@a.service=shielded");
    read_units(tree, &no_policy, &units);
    assert_text(units.items[1].shielded_because,
                "/etc/systemd/system/redis@a.service.d/x.conf:1: broken section header");
    assert_text(units.items[1].wrap.reason, units.items[1].shielded_because);
    assert_int_equal(units.items[1].wrap.placement, PLACEMENT_OFF);
    assert_null(units.items[1].wrap.limit_nofile);
}

static void instances__and_template_that_are_not_understood(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, LIB "redis@.service", "[Service\n");
    tree_write(tree, ETC "redis@a.service.d/x.conf", START);
    tree_write(tree, ETC "redis@b.service", START);
    assert_text(list(tree, &no_policy),
                "redis@.service=problem redis@a.service=problem redis@b.service=exec");
}

/* --- what is true of the host, and asked for --- */

static void placement__is_per_unit_template_or_all(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(policy_done) struct policy policy = {0};
    _cleanup_(redis_units_done) struct redis_units units = {0};

    tree_write(tree, LIB "redis.service", START);
    tree_write(tree, LIB "valkey.service", START);
    tree_write(tree, LIB "valkey@.service", START);
    tree_write(tree, ETC "valkey@a.service", START);
    tree_write(tree, ETC "valkey@b.service", START);
    policy_add_unit_wish(&policy, "", UNIT_WISH_PLACEMENT, "systemd", "/c", 1);
    policy_add_unit_wish(&policy, "redis.service", UNIT_WISH_PLACEMENT, "exec", "/c", 2);
    policy_add_unit_wish(&policy, "valkey@.service", UNIT_WISH_PLACEMENT, "off", "/c", 3);
    policy_add_unit_wish(&policy, "valkey@b.service", UNIT_WISH_PLACEMENT, "exec", "/c", 4);
    assert_text(list(tree, &policy), "redis.service=exec valkey.service=systemd valkey@.service=off "
                                     "valkey@a.service=as-template valkey@b.service=exec");
    read_units(tree, &policy, &units);
    assert_text(units.items[0].wrap.reason, "/c:2");
    assert_text(units.items[1].wrap.reason, "/c:1");
    assert_text(units.items[2].wrap.reason, "/c:3");
}

/* As redis-server@a is where only its configuration is a file of its own. */
static void placement__is_that_of_an_instance_without_files(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(policy_done) struct policy policy = {0};

    tree_write(tree, LIB "redis@.service", START);
    policy_add_unit_wish(&policy, "redis@a.service", UNIT_WISH_PLACEMENT, "off", "/c", 1);
    policy_add_unit_wish(&policy, "redis@b.service", UNIT_WISH_PLACEMENT, "exec", "/c", 2);
    policy_add_unit_wish(&policy, "valkey@a.service", UNIT_WISH_PLACEMENT, "off", "/c", 3);
    assert_text(list(tree, &policy), "redis@.service=exec redis@a.service=off redis@b.service=as-template");
}

static void placement__may_be_asked_for_by_an_alias(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(policy_done) struct policy policy = {0};

    tree_write(tree, LIB "redis-server.service", START);
    tree_link(tree, ETC "redis.service", "/lib/systemd/system/redis-server.service");
    tree_write(tree, LIB "valkey@.service", START);
    tree_link(tree, LIB "redis@.service", "valkey@.service");
    tree_write(tree, ETC "valkey@a.service.d/x.conf", "[Service]\nNice=1\n");
    policy_add_unit_wish(&policy, "", UNIT_WISH_PLACEMENT, "exec", "/c", 1);
    policy_add_unit_wish(&policy, "redis.service", UNIT_WISH_PLACEMENT, "off", "/c", 2);
    policy_add_unit_wish(&policy, "redis@.service", UNIT_WISH_PLACEMENT, "systemd", "/c", 3);
    assert_text(list(tree, &policy),
                "redis-server.service=off valkey@.service=systemd valkey@a.service=as-template");
    policy_add_unit_wish(&policy, "redis-server.service", UNIT_WISH_PLACEMENT, "exec", "/c", 4);
    policy_add_unit_wish(&policy, "redis@a.service", UNIT_WISH_PLACEMENT, "off", "/c", 5);
    assert_text(list(tree, &policy),
                "redis-server.service=exec valkey@.service=systemd valkey@a.service=off");
}

static void placement__depends_on_the_host(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, LIB "redis.service", START);
    tree_write(tree, "sys/fs/selinux/enforce", "0");
    assert_text(list(tree, &no_policy), "redis.service=exec");
    tree_write(tree, "sys/fs/selinux/enforce", "1");
    assert_text(list(tree, &no_policy), "redis.service=systemd");
    tree_write(tree, "sys/devices/system/node/has_memory", "0\n");
    assert_text(list(tree, &no_policy), "redis.service=off");
}

static void limit__starts_from_the_managers_default(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(redis_units_done) struct redis_units units = {0}, lifted = {0};

    tree_write(tree, LIB "redis.service", START);
    read_units(tree, &no_policy, &lifted);
    assert_text(lifted.items[0].wrap.limit_nofile, "65536:524288");
    tree_write(tree, "etc/systemd/system.conf", "[Manager]\nDefaultLimitNOFILE=1048576\n");
    read_units(tree, &no_policy, &units);
    assert_null(units.items[0].wrap.limit_nofile);
}

static void limit__is_what_was_asked_for(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(policy_done) struct policy policy = {0};
    _cleanup_(redis_units_done) struct redis_units built_in = {0}, raised = {0}, left = {0};

    tree_write(tree, LIB "redis.service", START);
    read_units(tree, &policy, &built_in);
    assert_text(built_in.items[0].wrap.limit_from, "built in");
    policy_add(&policy, "unit.LimitNOFILE", "100000", "/c", 1);
    read_units(tree, &policy, &raised);
    assert_text(raised.items[0].wrap.limit_nofile, "100000:524288");
    assert_text(raised.items[0].wrap.limit_from, "/c:1");
    policy_add(&policy, "unit.LimitNOFILE", "leave", "/d", 2);
    read_units(tree, &policy, &left);
    assert_null(left.items[0].wrap.limit_nofile);
    assert_text(left.items[0].wrap.limit_from, "/d:2");
}

static void units__are_not_read_under_a_manager_that_is_not_understood(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(redis_units_done) struct redis_units units = {0};
    _cleanup_free_ char *message = NULL;

    tree_write(tree, "etc/systemd/system.conf", "[Manager\n");
    assert_int_equal(redis_units_read(tree->root, &no_policy, true, &units, &message), -EBADMSG);
    assert_text(message, "/etc/systemd/system.conf:1: broken section header");
    assert_int_equal(units.items_count, 0);
}

static void reason__names_a_file_with_and_without_the_root(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(policy_done) struct policy policy = {0};
    _cleanup_(redis_units_done) struct redis_units units = {0}, built_in = {0};

    tree_write(tree, LIB "redis.service", START);
    read_units(tree, &no_policy, &built_in);
    assert_null(built_in.items[0].wrap.recorded_reason);
    policy_add_unit_wish(&policy, "", UNIT_WISH_PLACEMENT, "off", tree_path(tree, "/etc/c"), 3);
    read_units(tree, &policy, &units);
    assert_true(text_has_prefix(units.items[0].wrap.reason, tree->path));
    assert_text(units.items[0].wrap.recorded_reason, "/etc/c:3");
}

/* --- when nothing is written --- */

static void idle__where_the_kernels_command_line_masks_the_tuner(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(redis_units_done) struct redis_units units = {0};

    tree_write(tree, LIB "redis.service", START);
    tree_write(tree, "proc/cmdline", "root=/dev/vda systemd.mask=redis-hosttune\n");
    read_units(tree, &no_policy, &units);
    assert_contains(units.idle_because, "masked by systemd.mask=");
    assert_contains(units.enable_command, "take systemd.mask=redis-hosttune.service off");
}

static void idle__unless_the_tuner_is_enabled(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(redis_units_done) struct redis_units units = {0}, masked = {0}, disabled = {0};

    tree_write(tree, LIB "redis.service", START);
    read_units(tree, &no_policy, &units);
    assert_null(units.idle_because);
    assert_false(units.is_pending_only);
    tree_link(tree, ETC "redis-hosttune.service", "/dev/null");
    read_units(tree, &no_policy, &masked);
    assert_text(masked.idle_because, "redis-hosttune.service is masked");
    assert_contains(masked.enable_command, "systemctl unmask redis-hosttune.service && ");
    assert_false(masked.is_pending_only);
    assert_int_equal(unlink(tree_path(tree, ETC "redis-hosttune.service")), 0);
    assert_int_equal(unlink(tree_path(tree, ETC "multi-user.target.wants/redis-hosttune.service")), 0);
    read_units(tree, &no_policy, &disabled);
    assert_text(disabled.idle_because, "redis-hosttune.service is not enabled");
    assert_text(disabled.enable_command, "sudo systemctl enable redis-hosttune.service");
    assert_int_equal(disabled.items_count, 1); /* explain tells of them all the same */
}

static void idle__while_the_installation_is_pending(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(redis_units_done) struct redis_units units = {0}, disabled = {0};

    tree_write(tree, "run/redis-hosttune/pending", "");
    read_units(tree, &no_policy, &units);
    assert_text(units.idle_because, "redis-hosttune was installed and not applied yet");
    assert_true(units.is_pending_only);
    assert_int_equal(unlink(tree_path(tree, ETC "multi-user.target.wants/redis-hosttune.service")), 0);
    read_units(tree, &no_policy, &disabled);
    assert_text(disabled.idle_because, "redis-hosttune.service is not enabled");
    assert_false(disabled.is_pending_only);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        host_test(units__are_those_of_the_distributions_that_are_there),
        host_test(units__by_an_alias_are_looked_at_once),
        host_test(units__that_are_masked_or_broken_get_nothing),
        host_test(units__that_were_added),
        host_test(units__that_were_added_by_an_alias),
        host_test(instances__that_differ_get_their_own),
        host_test(instances__of_an_alias_are_looked_at_once),
        host_test(instances__without_a_template),
        host_test(instances__that_are_not_understood_are_kept_from_their_templates_dropin),
        host_test(instances__and_template_that_are_not_understood),
        host_test(placement__is_that_of_an_instance_without_files),
        host_test(placement__is_per_unit_template_or_all),
        host_test(placement__may_be_asked_for_by_an_alias),
        host_test(placement__depends_on_the_host),
        host_test(limit__starts_from_the_managers_default),
        host_test(limit__is_what_was_asked_for),
        host_test(units__are_not_read_under_a_manager_that_is_not_understood),
        host_test(reason__names_a_file_with_and_without_the_root),
        host_test(idle__where_the_kernels_command_line_masks_the_tuner),
        host_test(idle__unless_the_tuner_is_enabled),
        host_test(idle__while_the_installation_is_pending),
    };

    return cmocka_run_group_tests_name("units-read-redis-units", tests, NULL, NULL);
}
