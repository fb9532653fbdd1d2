/* SPDX-License-Identifier: MIT */
#include "util/terminal.h"

#include <termios.h>

#include "support.h"

/* What a child did with the terminal that it was given as standard output and standard error. */
struct shown {
    char text[16384];
    int status;
};

static void read_all(int fd, struct shown *ret)
{
    size_t used = 0;
    ssize_t n;

    /* a terminal that nobody holds any more answers EIO */
    while (used < sizeof(ret->text) - 1 && (n = read(fd, ret->text + used, sizeof(ret->text) - 1 - used)) > 0)
        used += (size_t)n;
    ret->text[used] = '\0';
}

static void run_with(int child_end, int our_end, void (*body)(void), struct shown *ret)
{
    pid_t pid;

    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        dup2(child_end, STDOUT_FILENO);
        dup2(child_end, STDERR_FILENO);
        close(child_end);
        close(our_end);
        body();
        _exit(terminal_flush() == 0 ? 0 : 1);
    }
    assert_true(pid > 0);
    close(child_end);
    read_all(our_end, ret);
    close(our_end);
    assert_int_equal(waitpid(pid, &ret->status, 0), pid);
}

static void show_in_pipe(void (*body)(void), struct shown *ret)
{
    int fds[2];

    assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
    run_with(fds[1], fds[0], body, ret);
}

/* false: there are no terminals here. */
static bool show_on_terminal(void (*body)(void), struct shown *ret)
{
    int controller = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), fd;
    struct termios raw;

    if (controller < 0 || grantpt(controller) < 0 || unlockpt(controller) < 0 ||
        (fd = open(ptsname(controller), O_RDWR | O_NOCTTY | O_CLOEXEC)) < 0)
        return false;
    assert_int_equal(tcgetattr(fd, &raw), 0);
    cfmakeraw(&raw);
    assert_int_equal(tcsetattr(fd, TCSANOW, &raw), 0);
    run_with(fd, controller, body, ret);
    return true;
}

#define HOSTILE "a\033[31m\xe2\x80\xae\xc2\x9b\xff\x7f\r"
#define ESCAPED "a\\x1b[31m\\u202e\\u009b\\xff\\x7f\\x0d"

static void print_hostile(void)
{
    fputs(HOSTILE "\n\tb\n", terminal_out());
}

static void terminal__escapes_all_but_newline_and_tab(void **state)
{
    struct shown shown;

    (void)state;
    show_in_pipe(print_hostile, &shown);
    assert_text(shown.text, ESCAPED "\n\tb\n");
    if (show_on_terminal(print_hostile, &shown))
        assert_text(shown.text, ESCAPED "\n\tb\n");
}

static void print_much(void)
{
    for (int i = 0; i < 5000; i++)
        fputs("\xe2\x82\xac", terminal_out()); /* stdio's blocks are no multiple of three */
    fputs("\xe2\x82", terminal_out());
}

static void terminal__keeps_letters_whole_at_the_end_of_a_block(void **state)
{
    struct shown shown;

    (void)state;
    show_in_pipe(print_much, &shown);
    assert_int_equal(strlen(shown.text), 5000 * 3 + 8);
    assert_lacks(shown.text, "\\xac");
    assert_text(shown.text + 5000 * 3, "\\xe2\\x82");
}

static void print_coloured(void)
{
    terminal_set_colour(terminal_out(), COLOUR_BOLD_RED);
    fputs("\033[1m", terminal_out());
    terminal_set_colour(terminal_out(), COLOUR_RESET);
    terminal_set_colour(terminal_out(), COLOUR_NONE);
    fputs("\n", terminal_out());
}

static void terminal__adds_our_colours_behind_the_escaping(void **state)
{
    struct shown shown;

    (void)state;
    show_in_pipe(print_coloured, &shown);
    assert_text(shown.text, "\033[1;31m\\x1b[1m\033[0m\n");
}

static void print_lines(void)
{
    terminal_print_line(terminal_out(), "%s: %d", "a\nb", 7);
    terminal_print_line(terminal_out(), "%s", HOSTILE);
}

static void terminal__ends_a_line_only_itself(void **state)
{
    struct shown shown;

    (void)state;
    show_in_pipe(print_lines, &shown);
    assert_text(shown.text, "a\\x0ab: 7\n" ESCAPED "\n");
}

static void print_json(void)
{
    terminal_print_json(strdup("{\n \"a\": \"\xc3\xa4\x7f\xc2\x9b\xe2\x80\xae\\u001b\"\n}\n"));
}

static void terminal__escapes_json_as_json(void **state)
{
    struct shown shown;

    (void)state;
    show_in_pipe(print_json, &shown);
    assert_text(shown.text, "{\n \"a\": \"\xc3\xa4\\u007f\\u009b\\u202e\\u001b\"\n}\n");
}

static void say_hostile(void)
{
    terminal_say("us: ", HOSTILE "\nb\tc");
}

static void terminal__says_one_line(void **state)
{
    struct shown shown;

    (void)state;
    show_in_pipe(say_hostile, &shown);
    assert_text(shown.text, "us: " ESCAPED "\\x0ab\tc\n");
}

static void say_much(void)
{
    char text[10001];

    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    terminal_say("us: ", text);
}

static void terminal__says_a_long_line_whole(void **state)
{
    struct shown shown;

    (void)state;
    show_in_pipe(say_much, &shown);
    assert_int_equal(strlen(shown.text), 4 + 10000 + 1);
}

static void show_progress(void)
{
    terminal_show_progress("asking");
    terminal_show_progress(NULL);
}

static void terminal__shows_progress_to_a_person_only(void **state)
{
    struct shown shown;

    (void)state;
    show_in_pipe(show_progress, &shown);
    assert_text(shown.text, "");
    if (show_on_terminal(show_progress, &shown))
        assert_text(shown.text, "\r\033[Kasking\r\033[K");
}

static void print_whether_coloured(void)
{
    unsetenv("NO_COLOR");
    fprintf(terminal_out(), "%d", terminal_has_colour());
    setenv("NO_COLOR", "", 1); /* no-color.org: when present and not an empty string */
    fprintf(terminal_out(), "%d", terminal_has_colour());
    setenv("NO_COLOR", "1", 1);
    fprintf(terminal_out(), "%d", terminal_has_colour());
}

static void colour__on_a_terminal_unless_no_color_is_set(void **state)
{
    struct shown shown;

    (void)state;
    show_in_pipe(print_whether_coloured, &shown);
    assert_text(shown.text, "000");
    if (show_on_terminal(print_whether_coloured, &shown))
        assert_text(shown.text, "110");
}

static void print_to_full(void)
{
    dup2(open("/dev/full", O_WRONLY | O_CLOEXEC), STDOUT_FILENO);
    print_hostile();
}

static void terminal__says_that_it_could_not_write(void **state)
{
    struct shown shown;

    (void)state;
    show_in_pipe(print_to_full, &shown);
    assert_true(WIFEXITED(shown.status) && WEXITSTATUS(shown.status) == 1);
    show_in_pipe(print_hostile, &shown);
    assert_true(WIFEXITED(shown.status) && WEXITSTATUS(shown.status) == 0);
}

static void terminal_print_text__prints_what_no_terminal_obeys(void **state)
{
    static const char *const rows[][2] = {
        {"plain \xc3\xa4", "plain \xc3\xa4"},
        {"a\x1b[31m\n", "a\\x1b[31m\\x0a"},
        {"\xff\xc3\xa4", "\\xff\xc3\xa4"},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        char *shown = NULL;
        size_t size;
        FILE *out = open_memstream(&shown, &size);

        assert_non_null(out);
        terminal_print_text(out, rows[i][0]);
        fclose(out);
        assert_text(shown, rows[i][1]);
        free(shown);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(terminal__escapes_all_but_newline_and_tab),
        cmocka_unit_test(terminal__keeps_letters_whole_at_the_end_of_a_block),
        cmocka_unit_test(terminal__adds_our_colours_behind_the_escaping),
        cmocka_unit_test(terminal__ends_a_line_only_itself),
        cmocka_unit_test(terminal__escapes_json_as_json),
        cmocka_unit_test(terminal__says_one_line),
        cmocka_unit_test(terminal__says_a_long_line_whole),
        cmocka_unit_test(terminal__shows_progress_to_a_person_only),
        cmocka_unit_test(colour__on_a_terminal_unless_no_color_is_set),
        cmocka_unit_test(terminal__says_that_it_could_not_write),
        cmocka_unit_test(terminal_print_text__prints_what_no_terminal_obeys),
    };

    return cmocka_run_group_tests_name("util-terminal", tests, NULL, NULL);
}
