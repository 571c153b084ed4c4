// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "fast_instance.h"
#include "fast_map.h"
#include "fast_release.h"
#include "fast_slot.h"
#include "fastpath.h"
#include "live_file.h"
#include "map_file.h"
#include "map_view.h"
#include "release.h"
#include "state.h"

int fast_release_loaded(const struct fast_instance *instance,
			struct fast_loaded *loaded)
{
	struct fast_slot slot;
	int err = fast_slot_open(&slot, instance, 0);

	if (err)
		return err;
	*loaded = slot.loaded;
	fast_slot_close(&slot);
	return 0;
}

/* Load the base of a release into BPF memory. */
static int base_load(struct fast_release *release, const char *state,
		     const struct live_file *live, const struct map *map)
{
	struct live_file base = {.release = live->release};

	_Static_assert(sizeof(base.map) == MAP_NAME, "names");
	memcpy(base.map, map_header(map)->base, sizeof(base.map));
	release->base = fast_map_load(state, &base);
	return release->base < 0 ? release->base : 0;
}

/* Where the base is: behind the overlay that answers now, or it is what answers
 * now, or nowhere, and then it goes into a slot that nothing uses. */
static int base_place(struct fast_release *release,
		      const struct fast_instance *instance, const char *state,
		      const struct live_file *live, const struct map *map)
{
	struct fast_slot now, lower = {.fd = -1};
	int err = fast_slot_open(&now, instance, 0);

	if (err && err != -ENOENT)
		return err;
	release->slot = 1;
	if (!err && now.loaded.base) {
		fast_slot_open(&lower, instance, now.loaded.base);
		release->slot = now.loaded.base == 1 ? 2 : 1;
	}
	if (fast_slot_is_base(&lower, map_header(map))) {
		release->slot = now.loaded.base;
		err = 0;
	} else if (fast_slot_is_base(&now, map_header(map))) {
		release->base = now.fd;
		now.fd = -1;
		err = 0;
	} else {
		err = base_load(release, state, live, map);
	}
	fast_slot_close(&lower);
	fast_slot_close(&now);
	return err;
}

int fast_release_load(struct fast_release *release,
		      const struct fast_instance *instance, const char *state,
		      const struct live_file *live)
{
	struct map *map = NULL;
	char path[PATH_MAX];
	int err = 0;

	*release = (struct fast_release){.map = -1, .base = -1};
	state_map_path(path, state, live->map);
	if (*live->map)
		err = map_open(&map, path);
	if (!err && map && map_base(map))
		err = base_place(release, instance, state, live, map);
	map_close(map);
	if (err)
		return err;
	release->map = fast_map_load_over(state, live, release->slot);
	return release->map < 0 ? release->map : 0;
}

/* The base first: who meets the overlay finds it. */
int fast_release_switch(const struct fast_instance *instance,
			const struct fast_release *release)
{
	const uint32_t number[] = {release->slot, 0};
	const int fd[] = {release->base, release->map};
	int skip = release->base < 0;
	int err = fast_slots_fill(instance, number + skip, fd + skip, 2 - skip);

	if (!err)
		fast_slots_drop(instance, release->slot);
	return err;
}

void fast_release_close(struct fast_release *release)
{
	if (release->map >= 0)
		close(release->map);
	if (release->base >= 0)
		close(release->base);
	release->map = release->base = -1;
}

/* Whether slot 0 has the very map file that is live. */
static bool live_is_loaded(const struct fast_instance *instance,
			   const char *state, const struct live_file *live,
			   uint32_t *base)
{
	struct fast_loaded want, have;

	if (fast_map_describe(state, live, &want) ||
	    fast_release_loaded(instance, &have))
		return false;
	*base = have.base;
	return want.release == have.release && want.inode == have.inode &&
	       want.written == have.written &&
	       !memcmp(want.name, have.name, sizeof(want.name));
}

int fast_release_sync(const struct fast_instance *instance, const char *state)
{
	struct live_file live;
	struct fast_release release;
	struct map *map = NULL;
	uint32_t base;
	int err;

	err = live_file_read(state, &live);
	if (err)
		return err;
	if (live_is_loaded(instance, state, &live, &base)) {
		fast_slots_drop(instance, base);
		return 0;
	}
	err = release_map_mend(state, &live, &map);
	map_close(map);
	if (err)
		return err;
	err = fast_release_load(&release, instance, state, &live);
	if (!err)
		err = fast_release_switch(instance, &release);
	fast_release_close(&release);
	return err;
}
