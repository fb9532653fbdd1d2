/* SPDX-License-Identifier: MIT */
#include "units/read-order.h"

#include "support.h"

/* The [Unit] section that these lines make. */
static void parse(struct unit *unit, const char *text)
{
    _cleanup_free_ char *content = NULL, *message = NULL;

    assert_true(asprintf(&content, "[Unit]\n%s", text) >= 0);
    assert_int_equal(unit_parse(unit, "Unit", "/u.service", content, strlen(content), &message), 0);
}

static void without_defaults__is_the_last_that_is_a_boolean(void **state)
{
    static const struct {
        const char *text;
        unsigned off_at; /* the line; 0: they are on */
    } cases[] = {
        {"", 0},
        {"DefaultDependencies=no\n", 2},
        {"DefaultDependencies=OFF\n", 2},
        {"DefaultDependencies=f\nDefaultDependencies=0\n", 3},
        {"DefaultDependencies=no\nDefaultDependencies=\n", 2},
        {"DefaultDependencies=no\nDefaultDependencies=nonsense\n", 2},
        {"DefaultDependencies=no\nDefaultDependencies=on\n", 0},
        {"DefaultDependencies=yes\n", 0},
        {"Before=a.service\n", 0},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        _cleanup_(unit_done) struct unit unit = {0};
        const struct unit_setting *off;

        parse(&unit, cases[i].text);
        off = unit_order_without_defaults(&unit);
        assert_int_equal(off ? off->line : 0, cases[i].off_at);
    }
}

static void next_name__splits_and_passes_over_what_is_too_long(void **state)
{
    char value[2000], name[UNIT_NAME_SIZE];
    const char *position = value;

    (void)state;
    snprintf(value, sizeof(value), "  a.service\t\"b.service\" %01000d c.service ", 0);
    assert_true(unit_order_next_name(&position, name));
    assert_text(name, "a.service");
    assert_true(unit_order_next_name(&position, name));
    assert_text(name, "b.service");
    assert_true(unit_order_next_name(&position, name));
    assert_text(name, "c.service");
    assert_false(unit_order_next_name(&position, name));
    assert_false(unit_order_next_name(&position, name));
}

static void may_be__takes_a_specifier_for_anything(void **state)
{
    (void)state;
    assert_true(unit_order_may_be("tuned.service", "tuned.service"));
    assert_false(unit_order_may_be("tuned.service", "tuned.servic"));
    assert_true(unit_order_may_be("%i.service", "tuned.service"));
    assert_true(unit_order_may_be("%p-%i.target", "local-fs.target"));
    assert_false(unit_order_may_be("a@%i.service", "tuned.service"));
    assert_false(unit_order_may_be("tu*%i.service", "tuned.service")); /* no pattern of the unit's own */
    assert_false(unit_order_may_be("tuned.service%", "tuned.service"));
}

static void describe__names_a_remedy_that_can_be_pasted(void **state)
{
    struct unit_order order = {.refused = (char *)"DefaultDependencies=no (/u:2)", .is_early = true};
    _cleanup_free_ char *plain = unit_order_describe(&order, "a.service");
    _cleanup_free_ char *odd = unit_order_describe(&order, "a\\x2db.service");
    _cleanup_free_ char *late = NULL;

    (void)state;
    assert_contains(plain, "DefaultDependencies=no (/u:2)");
    assert_contains(plain, "sudo systemctl edit a.service, ");
    assert_contains(odd, "sudo systemctl edit 'a\\x2db.service', ");
    order.is_early = false;
    late = unit_order_describe(&order, "a.service");
    assert_contains(late, "(/u:2)");
    assert_lacks(late, "systemctl edit");
}

/* --- in a tree; more of it is tests/generator/52-order --- */

static void write_unit(const struct tree *tree, const char *name, const char *text)
{
    char path[200];

    snprintf(path, sizeof(path), "etc/systemd/system/%s", name);
    tree_write(tree, path, text);
}

static void judge(const struct tree *tree, const char *name, struct unit_order *ret)
{
    _cleanup_root_ struct root *root = NULL;
    __attribute__((cleanup(unit_directories_done))) struct unit_directories directories = {0};
    _cleanup_(units_behind_done) struct units_behind behind = {0};

    assert_int_equal(root_open(tree->path, &root), 0);
    assert_int_equal(unit_directories_read(root, &directories, NULL), 0);
    units_behind_read(root, &directories, &behind);
    unit_order_judge(root, &directories, &behind, name, ret);
}

#define assert_judged(tree, name, part, early)                     \
    do {                                                           \
        _cleanup_(unit_order_done) struct unit_order order_ = {0}; \
        judge((tree), (name), &order_);                            \
        if (*(part))                                               \
            assert_contains(order_.refused, (part));               \
        else                                                       \
            assert_text(order_.refused, NULL);                     \
        assert_int_equal(order_.is_early, (early));                \
    } while (0)

static void judge__is_early_only_before_the_values_are_set(void **state)
{
    struct tree *tree = *state;

    write_unit(tree, "a.service", "[Unit]\nDefaultDependencies=no\n");
    write_unit(tree, "b.service", "[Unit]\nDefaultDependencies=no\nAfter=systemd-sysctl.service\n");
    write_unit(
        tree, "c.service",
        "[Unit]\nDefaultDependencies=no\nAfter=systemd-sysctl.service systemd-tmpfiles-setup.service\n");
    write_unit(tree, "d.service", "[Unit]\nDefaultDependencies=no\nAfter=sysinit.target\n");
    write_unit(tree, "e.service", "[Unit]\nBefore=tuned.service\n");
    write_unit(tree, "f.service", "[Unit]\nBefore=multi-user.target\n");
    assert_judged(tree, "a.service", "a.service:2", true);
    assert_judged(tree, "b.service", "b.service:2", true);
    assert_judged(tree, "c.service", "c.service:2", false);
    assert_judged(tree, "d.service", "d.service:2", false);
    assert_judged(tree, "e.service", "behind tuned.service", false);
    assert_judged(tree, "f.service", "", false);
}

/* Nothing of it leads on for ever, and nothing that is not there is an error. */
static void judge__ends_in_circles_and_long_chains(void **state)
{
    struct tree *tree = *state;

    write_unit(tree, "a.service", "[Unit]\nBefore=a.service b.service\n");
    write_unit(tree, "b.service", "[Unit]\nBefore=a.service not-there.service not-there.mount\n");
    write_unit(tree, "c.service", "[Unit]\nBefore=a.service n0.service\n");
    for (int i = 0; i < 1100; i++) {
        char name[32], text[64];

        snprintf(name, sizeof(name), "n%d.service", i);
        snprintf(text, sizeof(text), "[Unit]\nBefore=n%d.service\n", i + 1);
        write_unit(tree, name, text);
    }
    assert_judged(tree, "a.service", "a.service:2", false); /* by way of the mount: local-fs.target */
    write_unit(tree, "b.service", "[Unit]\nBefore=a.service not-there.service\n");
    assert_judged(tree, "a.service", "", false);
    assert_judged(tree, "c.service", "", false);
}

static void judge__refuses_what_it_cannot_read(void **state)
{
    struct tree *tree = *state;

    write_unit(tree, "a.service", "[Unit\n");
    assert_judged(tree, "a.service", "a.service:1: broken section header", false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_defaults__is_the_last_that_is_a_boolean),
        cmocka_unit_test(next_name__splits_and_passes_over_what_is_too_long),
        cmocka_unit_test(may_be__takes_a_specifier_for_anything),
        cmocka_unit_test(describe__names_a_remedy_that_can_be_pasted),
        tree_test(judge__is_early_only_before_the_values_are_set),
        tree_test(judge__ends_in_circles_and_long_chains),
        tree_test(judge__refuses_what_it_cannot_read),
    };

    return cmocka_run_group_tests_name("units-order", tests, NULL, NULL);
}
