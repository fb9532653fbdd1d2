/* SPDX-License-Identifier: MIT */
/* Sockets by inode.
 * Owns how a socket is told to be a process': by its inode among the links of /proc/PID/fd. */
#include "servers/read-socket-index.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

amount link_inode(const char *target, const char *kind)
{
    long long inode;
    char number[24];
    size_t length = strlen(kind);

    if (strncmp(target, kind, length) != 0 || sscanf(target + length, ":[%23[0-9]]", number) != 1 ||
        parse_integer(number, &inode) < 0)
        return AMOUNT_UNKNOWN;
    return (amount)inode;
}

/* --- the index --- */

static int compare_places(const void *a, const void *b)
{
    const struct socket_place *left = a, *right = b;

    return (left->inode > right->inode) - (left->inode < right->inode);
}

void socket_index_make(const struct server_listeners *all, struct socket_index *ret)
{
    *ret = (struct socket_index){.places = memory_new(all->count, sizeof(*ret->places)), .count = all->count};
    for (size_t i = 0; i < all->count; i++)
        ret->places[i] = (struct socket_place){.inode = all->items[i].inode, .place = i};
    qsort(ret->places, ret->count, sizeof(*ret->places), compare_places);
}

void socket_index_done(struct socket_index *index)
{
    free(index->places);
    *index = (struct socket_index){0};
}

int socket_index_find(const struct socket_index *index, amount inode, size_t *ret_place)
{
    const struct socket_place key = {.inode = inode};
    const struct socket_place *found =
        index->count > 0 ? bsearch(&key, index->places, index->count, sizeof(key), compare_places) : NULL;

    if (!found)
        return -ENOENT;
    *ret_place = found->place;
    return 0;
}

/* --- a process' own --- */

struct places {
    size_t *items;
    size_t count, room;
};

static void add_place(struct places *places, size_t place)
{
    if (places->count == places->room) {
        places->room = places->room ? places->room * 2 : 16;
        places->items = memory_resize(places->items, places->room, sizeof(*places->items));
    }
    places->items[places->count++] = place;
}

/* Follows no link: only what stands in it is read. */
static int find_own(const struct socket_index *index, DIR *dir, struct budget_share *share,
                    struct places *places)
{
    const struct dirent *entry;

    for (share->used = 0; (errno = 0, entry = readdir(dir)); share->used++) {
        char target[64];
        ssize_t length;
        size_t place;

        if (share->used >= share->amount || (share->used % 256 == 255 && budget_share_is_over(share)))
            return 1;
        length = readlinkat(dirfd(dir), entry->d_name, target, sizeof(target) - 1);
        if (length < 0) /* "." and "..", or closed since */
            continue;
        target[length] = '\0';
        if (socket_index_find(index, link_inode(target, "socket"), &place) == 0)
            add_place(places, place);
    }
    return memory_check(-errno);
}

static int compare_numbers(const void *a, const void *b)
{
    size_t left = *(const size_t *)a, right = *(const size_t *)b;

    return (left > right) - (left < right);
}

/* A socket that the process holds twice is one. */
static void copy_own(const struct server_listeners *all, const struct places *places,
                     struct server_listeners *own)
{
    for (size_t i = 0; i < places->count; i++) {
        struct server_listener *copy;

        if (i > 0 && places->items[i] == places->items[i - 1])
            continue;
        copy = memory_add(own->items, own->count);
        *copy = all->items[places->items[i]];
        copy->address = memory_copy(copy->address);
    }
}

int socket_index_keep_own(const struct socket_index *index, const struct server_listeners *all, DIR *dir,
                          struct budget_share *share, struct server_listeners *own)
{
    struct places places = {0};
    int result = find_own(index, dir, share, &places);

    if (result == 0 && places.count > 1)
        qsort(places.items, places.count, sizeof(*places.items), compare_numbers);
    if (result == 0)
        copy_own(all, &places, own);
    free(places.items);
    return result;
}
