/* SPDX-License-Identifier: MIT */
/* Against diff(1) itself: the same hunks where there is one shortest way, and a way as short where there are
 * several. */
#include "util/text-diff.h"

#include "support.h"

enum { LINES_MAX = 60 };

/* The same sequence in every run. */
static unsigned random_below(unsigned limit)
{
    static uint32_t seed = 20240601;

    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % limit;
}

/* Behind the two lines that name the files; NULL and "" stay. */
static const char *hunks(const char *diff)
{
    for (int line = 0; diff && line < 2 && *diff; line++)
        diff = strchr(diff, '\n') + 1;
    return diff;
}

/* What diff -u prints, owned by the caller. */
static char *run_diff(const struct tree *tree, const char *options, const char *old_text,
                      const char *new_text)
{
    char command[512];
    _cleanup_free_ char *output = NULL;
    size_t size = 0;
    FILE *pipe;

    tree_write(tree, "old", old_text);
    tree_write(tree, "new", new_text);
    snprintf(command, sizeof(command), "LC_ALL=C exec diff -u %s %s %s", options, tree_path(tree, "old"),
             tree_path(tree, "new"));
    pipe = popen(command, "re");
    assert_non_null(pipe);
    if (getdelim(&output, &size, '\0', pipe) < 0)
        *output = '\0';
    assert_true(WEXITSTATUS(pclose(pipe)) <= 1); /* 2: trouble */
    return strdup(hunks(output));
}

static void assert_same_as_diff(const struct tree *tree, const char *old_text, const char *new_text)
{
    _cleanup_free_ char *expected = run_diff(tree, "", old_text, new_text);
    _cleanup_free_ char *diff = text_diff_unified("/etc/x", old_text, new_text);

    if (strcmp(hunks(diff), expected) != 0)
        fail_msg("from\n%s\nto\n%s\ncame\n%s\ninstead of\n%s", old_text, new_text, hunks(diff), expected);
}

/* --- pairs with one shortest way: no line stands twice, none moves --- */

static void make_edited_pair(char *old_text, char *new_text, unsigned edits)
{
    unsigned lines = random_below(LINES_MAX), name = 0;

    *old_text = *new_text = '\0';
    for (unsigned i = 0; i < lines; i++) {
        char line[32];
        bool is_edited = random_below(100) < edits;

        snprintf(line, sizeof(line), "line %u\n", name++);
        if (!is_edited || random_below(2))
            strcat(old_text, line);
        if (is_edited && random_below(2))
            snprintf(line, sizeof(line), "other %u\n", name++);
        if (!is_edited || !strstr(old_text, line))
            strcat(new_text, line);
    }
    for (char *text = old_text; text; text = text == old_text ? new_text : NULL)
        if (*text && random_below(5) == 0)
            text[strlen(text) - 1] = '\0';
}

static void diff__is_the_same_as_diff_u(void **state)
{
    const struct tree *tree = *state;
    static char old_text[LINES_MAX * 32], new_text[LINES_MAX * 32];

    for (unsigned i = 0; i < 300; i++) {
        make_edited_pair(old_text, new_text, 2 + i % 40);
        assert_same_as_diff(tree, old_text, new_text);
    }
}

/* Two changes with a run of equal lines between them: up to six lines make one hunk. */
static void diff__joins_hunks_as_diff_u_does(void **state)
{
    const struct tree *tree = *state;

    for (unsigned gap = 0; gap <= 9; gap++) {
        char old_text[256] = "x\n", new_text[256] = "X\n";

        for (unsigned i = 0; i < gap; i++) {
            char line[8];

            snprintf(line, sizeof(line), "%u\n", i);
            strcat(old_text, line);
            strcat(new_text, line);
        }
        strcat(old_text, "y\n");
        strcat(new_text, "Y\n");
        assert_same_as_diff(tree, old_text, new_text);
    }
}

static void diff__newlines_at_the_end(void **state)
{
    static const char *const texts[] = {"", "a", "a\n", "b", "a\nb", "a\nb\n", "\n", "\n\n"};

    for (size_t i = 0; i < ELEMENTS(texts); i++)
        for (size_t j = 0; j < ELEMENTS(texts); j++)
            assert_same_as_diff(*state, texts[i], texts[j]);
}

static void diff__of_drop_ins(void **state)
{
    static const char before[] = "# head\n# before: 0\n# before: 60\nvm.overcommit_memory = 1\n"
                                 "vm.swappiness = 1\n";
    static const char *const others[] = {
        "# head\n# before: 0\nvm.overcommit_memory = 1\n",
        "# head\n# before: 0\n# before: 60\nvm.overcommit_memory = 1\nvm.swappiness = 10\n",
        "# somebody's\nvm.swappiness = 1\n",
        "",
    };

    for (size_t i = 0; i < ELEMENTS(others); i++) {
        assert_same_as_diff(*state, before, others[i]);
        assert_same_as_diff(*state, others[i], before);
    }
}

/* --- pairs with several shortest ways: the result must lead from one to the other, and be as short --- */

/* Applies the hunks to the text as patch(1) would, strictly; owned by the caller, NULL: they do not fit. */
static char *apply_hunks(const char *text, const char *diff)
{
    char *result = calloc(1, strlen(text) + strlen(diff) + 1), *out = result;
    unsigned old_line = 1, start;

    for (const char *line = diff; *line; line += strcspn(line, "\n") + 1) {
        size_t length = strcspn(line, "\n");
        bool is_cut = text_has_prefix(line + length, "\n\\ ");

        if (*line == '@') {
            if (sscanf(line, "@@ -%u", &start) != 1)
                return free(result), NULL;
            for (; old_line < start; old_line++, text += strcspn(text, "\n") + 1)
                out = mempcpy(out, text, strcspn(text, "\n") + 1);
            continue;
        }
        if (*line == '\\')
            continue;
        if (*line != '+') {
            if (strncmp(text, line + 1, length - 1) != 0 || (text[length - 1] == '\n') == is_cut)
                return free(result), NULL;
            text += length - is_cut;
            old_line++;
        }
        if (*line != '-')
            out = mempcpy(out, line + 1, length - is_cut);
    }
    strcpy(out, text);
    return result;
}

static unsigned count_changes(const char *diff)
{
    unsigned changes = 0;

    for (; *diff; diff += strcspn(diff, "\n") + 1)
        changes += *diff == '+' || *diff == '-';
    return changes;
}

static void make_repetitive_text(char *text)
{
    *text = '\0';
    for (unsigned i = random_below(25); i > 0; i--)
        strcat(text, ((const char *const[]){"a\n", "b\n", "c\n", "\n"})[random_below(4)]);
    if (*text && random_below(5) == 0)
        text[strlen(text) - 1] = '\0';
}

static void diff__of_repeated_lines_fits_and_is_minimal(void **state)
{
    const struct tree *tree = *state;
    char old_text[128], new_text[128];

    for (unsigned i = 0; i < 300; i++) {
        _cleanup_free_ char *diff = NULL, *shortest = NULL, *result = NULL;

        make_repetitive_text(old_text);
        make_repetitive_text(new_text);
        diff = text_diff_unified("/etc/x", old_text, new_text);
        shortest = run_diff(tree, "--minimal", old_text, new_text);
        result = apply_hunks(old_text, hunks(diff));
        if (!text_equal(result, new_text))
            fail_msg("to\n%s\ncame\n%s\nby\n%s", new_text, TEXT_OR_NULL(result), diff);
        assert_int_equal(count_changes(hunks(diff)), count_changes(shortest));
    }
}

/* --- names and limits --- */

static void diff__names_the_file_or_dev_null(void **state)
{
    _cleanup_free_ char *created = text_diff_unified("/etc/x", NULL, "a\n");
    _cleanup_free_ char *removed = text_diff_unified("/etc/x", "a\n", NULL);
    _cleanup_free_ char *emptied = text_diff_unified("/etc/x", "a\n", "");

    (void)state;
    assert_text(created, "--- /dev/null\n+++ /etc/x\n@@ -0,0 +1 @@\n+a\n");
    assert_text(removed, "--- /etc/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n");
    assert_text(emptied, "--- /etc/x\n+++ /etc/x\n@@ -1 +0,0 @@\n-a\n");
}

static void diff__of_equal_texts_is_empty(void **state)
{
    _cleanup_free_ char *same = text_diff_unified("/etc/x", "a\nb\n", "a\nb\n");
    _cleanup_free_ char *none = text_diff_unified("/etc/x", NULL, NULL);

    (void)state;
    assert_text(same, "");
    assert_text(none, "");
}

/* Above 2,000 lines nothing is compared; the result still leads from one to the other. */
static void diff__of_long_texts_replaces_all(void **state)
{
    for (unsigned lines = 2000; lines <= 2001; lines++) {
        _cleanup_free_ char *old_text = malloc(lines * 2 + 1), *new_text = malloc(lines * 2 + 3);
        _cleanup_free_ char *diff = NULL, *result = NULL;

        for (unsigned i = 0; i < lines; i++)
            strcpy(old_text + 2 * (size_t)i, "a\n");
        strcat(strcpy(new_text, old_text), "b\n");
        new_text[0] = 'c';
        diff = text_diff_unified("/etc/x", old_text, new_text + (lines == 2000 ? 2 : 0));
        result = apply_hunks(old_text, hunks(diff));
        assert_text(result, new_text + (lines == 2000 ? 2 : 0));
        assert_int_equal(count_changes(hunks(diff)), lines == 2000 ? 2 : 2 * 2001 + 1);
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        tree_test(diff__is_the_same_as_diff_u),
        tree_test(diff__joins_hunks_as_diff_u_does),
        tree_test(diff__newlines_at_the_end),
        tree_test(diff__of_drop_ins),
        tree_test(diff__of_repeated_lines_fits_and_is_minimal),
        cmocka_unit_test(diff__names_the_file_or_dev_null),
        cmocka_unit_test(diff__of_equal_texts_is_empty),
        cmocka_unit_test(diff__of_long_texts_replaces_all),
    };

    return cmocka_run_group_tests_name("util-text-diff", tests, NULL, NULL);
}
