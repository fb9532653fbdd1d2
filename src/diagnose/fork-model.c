/* SPDX-License-Identifier: MIT */
/* The kernel's own arithmetic, done before the kernel does it.
 * Owns which limit a fork meets. */
#include "diagnose/fork-model.h"

/* Copying page tables takes 9 to 12 ms for each MiB of them (4 KiB pages, so 512 MiB of data; Linux 6.18). */
#define SECONDS_PER_PAGE_TABLE_BYTE (0.010 / (1 << 20))

static bool is_known(long long value)
{
    return value >= 0;
}

static bool kernel_is_before_5_2(const struct fork_input *input)
{
    return input->kernel_major < 5 || (input->kernel_major == 5 && input->kernel_minor < 2);
}

static void weigh(const struct fork_input *input, enum fork_limit limit, long long need, long long room,
                  struct fork_forecast *forecast)
{
    forecast->limit = limit;
    forecast->need = need;
    forecast->room = room;
    if (need > room)
        forecast->outcome = FORK_REFUSED;
    else if ((double)need > (1 - input->margin) * (double)room)
        forecast->outcome = FORK_TIGHT;
    else
        forecast->outcome = FORK_PASSES;
}

/* What counts as free before 5.2: NR_FREE + page cache - shmem + free swap + reclaimable slab. */
static long long free_memory(const struct host_memory *memory)
{
    if (!is_known(memory->free) || !is_known(memory->cached) || !is_known(memory->swap_free))
        return -1;
    return memory->free + memory->cached + memory->swap_free +
           (is_known(memory->buffers) ? memory->buffers : 0) +
           (is_known(memory->slab_reclaimable) ? memory->slab_reclaimable : 0) -
           (is_known(memory->shmem) ? memory->shmem : 0);
}

static void judge_one_mapping(const struct fork_input *input, struct fork_forecast *forecast)
{
    bool is_old = kernel_is_before_5_2(input);
    long long room = is_old ? free_memory(&input->memory) : input->memory.total + input->memory.swap_total;

    forecast->limit = is_old ? FORK_LIMIT_FREE_MEMORY : FORK_LIMIT_ONE_MAPPING;
    if (input->kernel_major == 0 || !is_known(room) || !is_known(input->memory.swap_total))
        return;
    if (is_known(input->largest_mapping)) {
        weigh(input, forecast->limit, input->largest_mapping, room, forecast);
        return;
    }
    /* the largest can't be larger than all of them, and those of the heap are not among them */
    if (input->has_uncharged_heap || (is_known(input->virtual_size) && input->virtual_size <= room)) {
        forecast->outcome = FORK_PASSES;
        forecast->room = room;
        forecast->is_presumed = true;
    }
}

/* What is left of "allowed" in __vm_enough_memory; a server has no CAP_SYS_ADMIN. false: unknown. */
static bool commit_room(const struct fork_input *input, long long *ret)
{
    const struct host_memory *memory = &input->memory;
    long long user_reserve = input->virtual_size / 32;

    if (!is_known(memory->commit_limit) || !is_known(memory->committed) || !is_known(input->admin_reserve) ||
        !is_known(input->user_reserve) || !is_known(input->virtual_size))
        return false;
    if (user_reserve > input->user_reserve)
        user_reserve = input->user_reserve;
    *ret = memory->commit_limit - memory->committed - input->admin_reserve - user_reserve;
    if (*ret < 0)
        *ret = 0;
    return true;
}

static void judge_commit(const struct fork_input *input, struct fork_forecast *forecast)
{
    long long room;

    forecast->limit = FORK_LIMIT_COMMIT;
    if (!commit_room(input, &room))
        return;
    if (is_known(input->sum_of_mappings)) {
        weigh(input, FORK_LIMIT_COMMIT, input->sum_of_mappings, room, forecast);
    } else if (input->virtual_size <= room) {
        forecast->outcome = FORK_PASSES;
        forecast->room = room;
        forecast->is_presumed = true;
    }
}

static void judge_accounting(const struct fork_input *input, struct fork_forecast *forecast)
{
    switch (input->overcommit_memory) {
    case 0:
        judge_one_mapping(input, forecast);
        break;
    case 1:
        forecast->outcome = FORK_PASSES;
        break;
    case 2:
        judge_commit(input, forecast);
        break;
    default:
        break;
    }
}

/* Those of processes come first in the kernel, copy_process(), and give EAGAIN. */
static bool judge_processes(const struct fork_input *input, struct fork_forecast *forecast)
{
    if (is_known(input->cgroup_tasks_limit) && is_known(input->cgroup_tasks) &&
        input->cgroup_tasks + 1 > input->cgroup_tasks_limit)
        weigh(input, FORK_LIMIT_CGROUP_TASKS, input->cgroup_tasks + 1, input->cgroup_tasks_limit, forecast);
    else if (!input->is_root && is_known(input->processes_limit) && is_known(input->processes) &&
             input->processes + 1 > input->processes_limit)
        weigh(input, FORK_LIMIT_PROCESSES, input->processes + 1, input->processes_limit, forecast);
    else
        return false;
    return true;
}

static long long cgroup_room(const struct fork_input *input)
{
    if (!is_known(input->cgroup_memory_limit) || !is_known(input->cgroup_memory))
        return -1;
    return input->cgroup_memory < input->cgroup_memory_limit
               ? input->cgroup_memory_limit - input->cgroup_memory
               : 0;
}

/* The fork itself succeeds; charging the copied page tables ends in the cgroup's OOM killer, which takes the
 * server rather than the child. */
static void judge_cgroup_memory(const struct fork_input *input, struct fork_forecast *forecast)
{
    long long room = cgroup_room(input);

    if (is_known(room) && input->page_tables > room)
        weigh(input, FORK_LIMIT_CGROUP_MEMORY, input->page_tables, room, forecast);
}

static void foresee_stall(const struct fork_input *input, struct fork_forecast *forecast)
{
    if (input->last_fork_usec > 0) {
        forecast->stall_seconds = (double)input->last_fork_usec / 1e6;
        forecast->is_stall_measured = true;
    } else if (is_known(input->page_tables)) {
        forecast->stall_seconds = (double)input->page_tables * SECONDS_PER_PAGE_TABLE_BYTE;
    }
}

static void foresee_copy(const struct fork_input *input, struct fork_forecast *forecast)
{
    long long room = cgroup_room(input);

    forecast->copy_room = input->memory.available;
    if (is_known(room) && (!is_known(forecast->copy_room) || room < forecast->copy_room))
        forecast->copy_room = room;
}

struct fork_forecast fork_forecast(const struct fork_input *input)
{
    struct fork_forecast forecast = {.need = -1, .room = -1, .stall_seconds = -1, .copy_room = -1};

    if (!judge_processes(input, &forecast)) {
        judge_accounting(input, &forecast);
        if (forecast.outcome != FORK_REFUSED)
            judge_cgroup_memory(input, &forecast);
    }
    foresee_stall(input, &forecast);
    foresee_copy(input, &forecast);
    return forecast;
}
