// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <limits.h>

#include "error.h"
#include "json.h"
#include "map_file.h"
#include "state.h"
#include "view_map.h"

static json_t *overlay_take(const struct map *map)
{
	return json_pack("{s:I, s:s, s:I}", "rules",
			 (json_int_t)map_rules_own(map), "base",
			 map_lower_name(map), "base_size",
			 (json_int_t)map_size(map_lower(map)));
}

json_t *view_map_take(const char *state, const char *name, bool *damaged)
{
	struct map *map = NULL;
	char path[PATH_MAX];
	json_t *value;
	int err;

	state_map_path(path, state, name);
	err = map_open(&map, path);
	if (!err)
		err = map_verify(map);
	value = json_pack("{s:s, s:b}", "file", name, "sound", !err);
	if (err == -EPROTONOSUPPORT)
		json_object_set_new(value, "sound", json_null());
	else if (err)
		*damaged = true;
	if (err) {
		json_object_set_new(value, "error", json_of_text(error_text()));
	} else {
		json_object_set_new(value, "size", json_integer(map_size(map)));
		json_object_set_new(value, "checksum",
				    json_sprintf("%08x", map_checksum(map)));
		if (map_lower(map))
			json_object_set_new(value, "overlay",
					    overlay_take(map));
	}
	map_close(map);
	return value;
}
