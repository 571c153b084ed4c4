// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "format_haproxy_model.h"
#include "format_haproxy_set.h"

int haproxy_set_add(struct haproxy *haproxy, struct haproxy_set *set,
		    const struct format_region *region)
{
	struct format_region *regions = set->regions;

	if (set->count == set->room) {
		size_t room = set->room ? set->room * 2 : 1;

		regions = format_pool_take(&haproxy->pool,
					   room * sizeof(*regions));
		if (!regions)
			return -ENOMEM;
		if (set->count)
			memcpy(regions, set->regions,
			       set->count * sizeof(*regions));
		set->regions = regions;
		set->room = room;
	}
	regions[set->count++] = *region;
	return 0;
}
