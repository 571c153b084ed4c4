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

/* Load the lower map of a release into BPF memory. */
static int lower_load(struct fast_release *release, const char *state,
		      const struct live_file *live, const struct map *map)
{
	struct live_file lower = {.release = live->release};

	_Static_assert(sizeof(lower.map) == MAP_NAME, "names");
	memcpy(lower.map, map_header(map)->base, sizeof(lower.map));
	release->lower = fast_map_load(state, &lower);
	return release->lower < 0 ? release->lower : 0;
}

/* Where the lower map is: behind the overlay that answers now, or it is what
 * answers now, or nowhere, and then it goes into a slot that nothing uses. */
static int lower_place(struct fast_release *release,
		       const struct fast_instance *instance, const char *state,
		       const struct live_file *live, const struct map *map)
{
	struct fast_slot now, below = {.fd = -1};
	int err = fast_slot_open(&now, instance, 0);

	if (err && err != -ENOENT)
		return err;
	release->slot = 1;
	if (!err && now.loaded.base) {
		fast_slot_open(&below, instance, now.loaded.base);
		release->slot = now.loaded.base == 1 ? 2 : 1;
	}
	if (fast_slot_is_lower(&below, map_header(map))) {
		release->slot = now.loaded.base;
		err = 0;
	} else if (fast_slot_is_lower(&now, map_header(map))) {
		release->lower = now.fd;
		now.fd = -1;
		err = 0;
	} else {
		err = lower_load(release, state, live, map);
	}
	fast_slot_close(&below);
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

	*release = (struct fast_release){.map = -1, .lower = -1};
	state_map_path(path, state, live->map);
	if (*live->map)
		err = map_open(&map, path);
	if (!err && map && map_lower(map))
		err = lower_place(release, instance, state, live, map);
	map_close(map);
	if (err)
		return err;
	release->map = fast_map_load_over(state, live, release->slot);
	return release->map < 0 ? release->map : 0;
}

/* The lower map first: who meets the overlay finds it. */
int fast_release_switch(const struct fast_instance *instance,
			const struct fast_release *release)
{
	const uint32_t number[] = {release->slot, 0};
	const int fd[] = {release->lower, release->map};
	int skip = release->lower < 0;
	int err = fast_slots_fill(instance, number + skip, fd + skip, 2 - skip);

	if (!err)
		fast_slots_drop(instance, release->slot);
	return err;
}

void fast_release_close(struct fast_release *release)
{
	if (release->map >= 0)
		close(release->map);
	if (release->lower >= 0)
		close(release->lower);
	release->map = release->lower = -1;
}

/* Whether slot 0 has the very map file that is live. */
static bool live_is_loaded(const struct fast_instance *instance,
			   const char *state, const struct live_file *live,
			   uint32_t *slot)
{
	struct fast_loaded want, have;

	if (fast_map_describe(state, live, &want) ||
	    fast_release_loaded(instance, &have))
		return false;
	*slot = have.base;
	return want.release == have.release && want.inode == have.inode &&
	       want.written == have.written &&
	       !memcmp(want.name, have.name, sizeof(want.name));
}

int fast_release_sync(const struct fast_instance *instance, const char *state,
		      FILE *out)
{
	struct live_file live;
	struct fast_release release;
	struct map *map = NULL;
	uint32_t slot;
	int err;

	err = live_file_read(state, &live);
	if (err)
		return err;
	if (live_is_loaded(instance, state, &live, &slot)) {
		fast_slots_drop(instance, slot);
		return 0;
	}
	err = release_map_mend(state, &live, &map, out);
	map_close(map);
	if (err)
		return err;
	err = fast_release_load(&release, instance, state, &live);
	if (!err)
		err = fast_release_switch(instance, &release);
	fast_release_close(&release);
	return err;
}
