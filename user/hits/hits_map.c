// SPDX-License-Identifier: BSD-2-Clause
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stddef.h>

#include "hits_map.h"
#include "hits_run.h"
#include "map_file.h"
#include "map_view.h"
#include "state.h"

static int map_try(struct map **map, const char *path, uint64_t key)
{
	if (map_open_alone(map, path))
		return -ENOENT;
	if (hits_map_key(map_header(*map)) == key)
		return 0;
	map_close(*map);
	*map = NULL;
	return -ENOENT;
}

int hits_map_open(struct map **map, const char *state, uint64_t key,
		  const char *name)
{
	char path[PATH_MAX];
	struct dirent *entry;
	int err;
	DIR *dir;

	*map = NULL;
	state_map_path(path, state, name);
	err = map_try(map, path, key);
	if (!err)
		return 0;
	state_path(path, state, "maps");
	dir = opendir(path);
	while (err && dir && (entry = readdir(dir))) {
		if (*entry->d_name == '.')
			continue;
		state_map_path(path, state, entry->d_name);
		err = map_try(map, path, key);
	}
	if (dir)
		closedir(dir);
	return err;
}
