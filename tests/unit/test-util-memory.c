/* SPDX-License-Identifier: MIT */
#include "support.h"

#include <sys/wait.h>
#include <unistd.h>
#include <wchar.h>

#include "util/memory.h"

/* More than any machine has; not known to the compiler, which would warn of it. */
/* Of 32 bits a quarter can be had; valgrind takes what is above a half for a negative number. */
static volatile size_t too_much = SIZE_MAX > UINT32_MAX ? SIZE_MAX / 4 : SIZE_MAX / 4 * 3;
static const wchar_t no_text[] = {0x7fffffff, 0};

enum { SAID_MAX = 1000 };

/* The address sanitizer has a line of its own before. */
static void assert_said(const char *said, const char *expected)
{
#ifdef __SANITIZE_ADDRESS__
    assert_true(text_has_suffix(said, expected));
#else
    assert_text(said, expected);
#endif
}

/* Asked by the address sanitizer, which ends the program otherwise. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

/* Runs it in a child: what it said on standard error, and its exit status. */
static int run(void (*function)(void), char said[static SAID_MAX])
{
    int ends[2], status;
    size_t size = 0;
    ssize_t n;
    pid_t child;

    assert_int_equal(pipe(ends), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        function();
        _exit(99);
    }
    close(ends[1]);
    while ((n = read(ends[0], said + size, SAID_MAX - 1 - size)) > 0)
        size += (size_t)n;
    said[size] = '\0';
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void ask_for_too_much(void)
{
    memory_new(too_much, 1);
}

static void grow_too_much(void)
{
    char *array = NULL;

    memory_grow(&array, too_much, 1);
}

static void resize_too_much(void)
{
    memory_resize(NULL, too_much, 8);
}

static void format_too_much(void)
{
    memory_format("%ls", no_text); /* fails as it would without memory */
}

static void message_too_much(void)
{
    char *message = NULL;

    memory_error(&message, -EINVAL, "%ls", no_text);
}

static void pass_on(void)
{
    memory_check(-ENOMEM);
}

static void require_nothing(void)
{
    memory_require(NULL);
}

static void end_as_set(void)
{
    char *text = NULL;

    memory_set_failure(0, "no room\n", NULL);
    memory_set_text(&text, "x");
    memory_grow(&text, too_much, 1);
}

static void say_to_descriptor_2(const char *line)
{
    dprintf(STDERR_FILENO, "<4>%s", line);
}

static void end_in_another_way(void)
{
    memory_set_failure(7, "no room\n", say_to_descriptor_2);
    memory_exhausted();
}

static void memory__ends_with_2_and_one_line(void **state)
{
    static void (*const functions[])(void) = {
        ask_for_too_much, grow_too_much, resize_too_much, format_too_much,
        message_too_much, pass_on,       require_nothing,
    };
    char said[SAID_MAX];

    (void)state;
    for (size_t i = 0; i < ELEMENTS(functions); i++) {
        if (run(functions[i], said) != 2)
            fail_msg("function %zu did not end", i);
        assert_said(said, "out of memory\n");
    }
}

static void memory__ends_as_it_is_told_to(void **state)
{
    char said[SAID_MAX];

    (void)state;
    assert_int_equal(run(end_as_set, said), 0);
    assert_said(said, "no room\n");
    assert_int_equal(run(end_in_another_way, said), 7);
    assert_said(said, "<4>no room\n");
}

static void memory__gives_what_was_asked_for(void **state)
{
    _cleanup_free_ char *part = memory_copy_part("abcdef", 3), *text = memory_format("%s-%d", "a", 7);
    _cleanup_free_ long *numbers = memory_new(3, sizeof(*numbers));
    _cleanup_free_ char *none = memory_copy(NULL);

    (void)state;
    assert_text(part, "abc");
    assert_text(text, "a-7");
    assert_null(none);
    assert_int_equal(numbers[0] | numbers[1] | numbers[2], 0);
    memory_set_text(&text, "b");
    assert_text(text, "b");
    memory_set_text(&text, NULL);
    assert_null(text);
    memory_join(&text, ", ", "a");
    memory_join(&text, ", ", "b");
    assert_text(text, "a, b");
    assert_int_equal(memory_check(-EINVAL), -EINVAL);
    assert_int_equal(memory_check(3), 3);
    numbers = memory_resize(numbers, 4, sizeof(*numbers));
    memory_grow(&numbers, 4, sizeof(*numbers));
    assert_int_equal(numbers[4], 0);
}

static void memory_error__keeps_code_and_last_message(void **state)
{
    _cleanup_free_ char *message = NULL;

    (void)state;
    assert_int_equal(memory_error(&message, -EINVAL, "line %d", 3), -EINVAL);
    assert_text(message, "line 3");
    assert_int_equal(memory_error(&message, -EIO, "%s: no", message),
                     -EIO); /* the older one within the new */
    assert_text(message, "line 3: no");
    assert_int_equal(memory_error(NULL, -EIO, "x"), -EIO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory__ends_with_2_and_one_line),
        cmocka_unit_test(memory__ends_as_it_is_told_to),
        cmocka_unit_test(memory__gives_what_was_asked_for),
        cmocka_unit_test(memory_error__keeps_code_and_last_message),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
