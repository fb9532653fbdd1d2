/* SPDX-License-Identifier: MIT */
/* Numbers with a unit.
 * Owns the units' names and factors, for reading and for printing. */
#include "util/quantity.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct scale {
    const char *name; /* NULL ends the list */
    double factor;    /* rising */
};

static const struct scale no_scales[] = {{0}};
static const struct scale bytes_scales[] = {
    {"B", 1}, {"KiB", 0x1p10}, {"MiB", 0x1p20}, {"GiB", 0x1p30}, {"TiB", 0x1p40}, {0},
};
static const struct scale seconds_scales[] = {
    {"us", 1e-6}, {"ms", 1e-3}, {"s", 1}, {"min", 60}, {"h", 3600}, {"d", 86400}, {0},
};
static const struct scale ratio_scales[] = {{"%", 0.01}, {0}};
static const struct scale per_second_scales[] = {{"/s", 1}, {0}};

static const struct {
    const struct scale *scales;
    bool needs_unit; /* unless the number is 0 */
    const char *unit, *syntax;
} kinds[] = {
    [QUANTITY_COUNT] = {no_scales, false, "count", "a whole number such as 10"},
    [QUANTITY_BYTES] = {bytes_scales, true, "bytes", "a size such as 100MiB (B, KiB, MiB, GiB, TiB)"},
    [QUANTITY_SECONDS] = {seconds_scales, true, "seconds", "a time such as 500ms (us, ms, s, min, h, d)"},
    [QUANTITY_RATIO] = {ratio_scales, true, "ratio", "a share such as 75%"},
    [QUANTITY_FACTOR] = {no_scales, false, "factor", "a number such as 1.5"},
    [QUANTITY_PER_SECOND] = {per_second_scales, true, "per second", "a rate such as 100/s"},
};

const char *quantity_syntax(enum quantity quantity)
{
    return kinds[quantity].syntax;
}

const char *quantity_unit(enum quantity quantity)
{
    return kinds[quantity].unit;
}

/* Digits with at most one point among them: strtod(3) would take "inf", "0x" and "1e9" as well. */
static size_t decimal_length(const char *text)
{
    size_t whole = strspn(text, "0123456789"), fraction = 0;

    if (whole == 0 || whole > 18)
        return 0;
    if (text[whole] == '.') {
        fraction = strspn(text + whole + 1, "0123456789");
        if (fraction == 0 || fraction > 9)
            return 0;
        fraction++;
    }
    return whole + fraction;
}

int quantity_parse(enum quantity quantity, const char *text, double *ret)
{
    size_t length = decimal_length(text);
    double value = length ? strtod(text, NULL) : 0;
    const char *unit = text + length;

    if (length == 0 || (quantity == QUANTITY_COUNT && memchr(text, '.', length)))
        return -EINVAL;
    while (isspace((unsigned char)*unit))
        unit++;
    if (*unit == '\0' && (!kinds[quantity].needs_unit || value == 0)) {
        *ret = value;
        return 0;
    }
    for (const struct scale *scale = kinds[quantity].scales; scale->name; scale++)
        if (strcmp(scale->name, unit) == 0) {
            *ret = value * scale->factor;
            return 0;
        }
    return -EINVAL;
}

/* Three digits that count, none of them a needless zero. */
static void print_scaled(char text[static QUANTITY_TEXT_MAX], double value, const char *unit)
{
    int decimals = fabs(value) < 9.995 ? 2 : fabs(value) < 99.95 ? 1 : 0;
    char number[32];
    size_t length;

    snprintf(number, sizeof(number), "%.*f", decimals, value);
    length = strlen(number);
    while (decimals > 0 && (number[length - 1] == '0' || number[length - 1] == '.')) {
        decimals = number[length - 1] == '.' ? 0 : decimals;
        number[--length] = '\0';
    }
    snprintf(text, QUANTITY_TEXT_MAX, "%.24s%s%s", number, *unit ? " " : "", unit);
}

const char *quantity_format(enum quantity quantity, double value, char text[static QUANTITY_TEXT_MAX])
{
    const struct scale *scale = kinds[quantity].scales;

    if (quantity == QUANTITY_COUNT || !scale->name) {
        if (quantity == QUANTITY_COUNT)
            snprintf(text, QUANTITY_TEXT_MAX, "%.0f", value);
        else
            print_scaled(text, value, "");
        return text;
    }
    if (value == 0 && quantity == QUANTITY_SECONDS)
        return strcpy(text, "0 s");
    while (scale[1].name && fabs(value) >= scale[1].factor)
        scale++;
    print_scaled(text, value / scale->factor, scale->name);
    return text;
}

/* --- moments --- */

/* Days since the epoch as a date: years begin in March, so that a leap day is a year's last one, and repeat
 * after 400 years. gmtime(3) reads the zone's file. */
const char *moment_format(long long at, char text[static QUANTITY_TEXT_MAX])
{
    enum { DAY = 86400, ERA = 146097, TO_YEAR_0 = 719468 };
    static const long long year_10000 = 253402300800;
    unsigned days, second, era, day_of_era, year_of_era, day_of_year, march_month, month;

    if (at < 0 || at >= year_10000) {
        snprintf(text, QUANTITY_TEXT_MAX, "an unknown time");
        return text;
    }
    days = (unsigned)(at / DAY) + TO_YEAR_0;
    second = (unsigned)(at % DAY);
    era = days / ERA;
    day_of_era = days % ERA;
    year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / (ERA - 1)) / 365;
    day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    march_month = (5 * day_of_year + 2) / 153;
    month = march_month < 10 ? march_month + 3 : march_month - 9;
    snprintf(text, QUANTITY_TEXT_MAX, "%04u-%02u-%02u %02u:%02u:%02u UTC",
             (year_of_era + era * 400 + (month <= 2)) % 10000, month % 100,
             (day_of_year - (153 * march_month + 2) / 5 + 1) % 100, second / 3600, second / 60 % 60,
             second % 60);
    return text;
}
