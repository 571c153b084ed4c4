// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "error.h"
#include "fast_instance.h"
#include "fast_map.h"
#include "fastpath.h"
#include "map_file.h"
#include "release.h"

/* A map may be switched away between the reading of its number and its
 * opening; then the slot has another. */
enum { SLOT_TRIES = 16 };

static int slot_open(const struct fast_instance *instance)
{
	int releases = fast_instance_map(instance, FAST_MAP_RELEASES);
	uint32_t slot = 0, id;
	int i, fd = -ENOENT;

	if (releases < 0)
		return releases;
	for (i = 0; i < SLOT_TRIES && fd == -ENOENT; i++) {
		if (bpf_map_lookup_elem(releases, &slot, &id))
			return -errno;
		fd = bpf_map_get_fd_by_id(id);
	}
	return fd == -ENOENT ? -EAGAIN : fd;
}

int fast_map_loaded(const struct fast_instance *instance,
		    struct fast_loaded *loaded)
{
	int fd = slot_open(instance), err = 0;
	uint8_t *chunk;

	if (fd == -ENOENT)
		return fd;
	if (fd < 0)
		return error_sys(fd, "cannot read the fast path's release");
	chunk = mmap(NULL, MAP_CHUNK, PROT_READ, MAP_SHARED, fd, 0);
	if (chunk == MAP_FAILED)
		err = error_sys(-errno, "cannot read the fast path's release");
	close(fd);
	if (err)
		return err;
	memcpy(loaded, chunk + FAST_LOADED_AT, sizeof(*loaded));
	loaded->name[sizeof(loaded->name) - 1] = '\0';
	munmap(chunk, MAP_CHUNK);
	return 0;
}

int fast_map_switch(const struct fast_instance *instance, int map)
{
	int releases = fast_instance_map(instance, FAST_MAP_RELEASES);
	uint32_t slot = 0;

	if (releases < 0)
		return releases;
	if (bpf_map_update_elem(releases, &slot, &map, BPF_ANY))
		return error_sys(-errno, "cannot switch the fast path");
	return 0;
}

/* Whether the slot has the very map file that is live. */
static bool live_is_loaded(const struct fast_instance *instance,
			   const char *state, const struct state_live *live)
{
	struct fast_loaded want, have;

	return !fast_map_describe(state, live, &want) &&
	       !fast_map_loaded(instance, &have) &&
	       !memcmp(&want, &have, sizeof(want));
}

int fast_map_sync(const struct fast_instance *instance, const char *state)
{
	struct state_live live;
	struct map *map = NULL;
	int fd, err;

	err = state_live_read(state, &live);
	if (err)
		return err;
	if (live_is_loaded(instance, state, &live))
		return 0;
	err = release_map_mend(state, &live, &map);
	map_close(map);
	if (err)
		return err;
	fd = fast_map_load(state, &live);
	if (fd < 0)
		return fd;
	err = fast_map_switch(instance, fd);
	close(fd);
	return err;
}
