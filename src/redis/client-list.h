/* SPDX-License-Identifier: MIT */
/* What CLIENT LIST of any version says, added up: who is connected, who holds how much memory, who listens to
 * everything. One client is one line of "key=value" words; which keys there are differs by version (user
 * since 6.0), and new ones come with every release. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* The classes of client-output-buffer-limit. A client in MONITOR is a normal one there. */
enum client_class {
    CLIENT_NORMAL,
    CLIENT_PUBSUB,
    CLIENT_REPLICA,
    CLIENT_MASTER, /* the link of a replica to its master */
    CLIENT_CLASSES,
};

/* Texts are cut to their length here and hold no control characters. Numbers that this server does not
 * report, or reports as nonsense, are -1. */
struct client {
    long long id; /* for CLIENT KILL ID */
    long long age;
    long long omem; /* bytes of replies that wait for the client to read them */
    enum client_class class;
    bool is_monitor;
    char address[128], user[64], command[48];
};

struct client_list {
    size_t count; /* of lines that were understood, but for the one of who asks, which counts nowhere */
    size_t monitors;
    long long omem;        /* sums, at most LLONG_MAX */
    struct client biggest; /* by omem; its id is -1 where there is none */
    struct client biggest_normal;
    struct client monitor; /* the one with the largest omem; its id is -1 where there is none */
};

/* "normal", "pubsub", "replica", "master": the word of client-output-buffer-limit (the last has none). */
const char *client_class_name(enum client_class class);

/* One line without its end. -EINVAL: no id in it. */
int client_parse(const char *line, size_t size, struct client *ret);

/* A whole reply, which may hold any byte. Lines that are not understood are passed over. */
void client_list_parse(const char *text, size_t size, struct client_list *ret);
