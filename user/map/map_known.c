// SPDX-License-Identifier: BSD-2-Clause
#include "map_known.h"
#include "map_view.h"

#include "lookup_known.h"

bool map_host_known(const struct map *map, struct map_key *key)
{
	return map_known(map, key);
}
