/* SPDX-License-Identifier: MIT */
/* What a Redis unit gets besides the host's values, as topics of `explain`. */
#pragma once

#include <stddef.h>

struct unit_topic {
    const char *name;
    const char *summary; /* at most 50 characters */
    const char *rationale;
    const char *documentation;
};

extern const struct unit_topic unit_topics[];
extern const size_t unit_topics_count;

const struct unit_topic *unit_topic_find(const char *name); /* NULL: none */
