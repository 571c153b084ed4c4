// SPDX-License-Identifier: BSD-2-Clause
#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

#include "error.h"
#include "fast_instance.h"
#include "fast_map_keys.h"
#include "fast_prefix.h"
#include "fast_prefix_map.h"
#include "fast_route.h"

static int keys_read(int fd, struct fast_prefix_list *keys)
{
	long count = fast_map_keys(fd, sizeof(*keys->prefix), FAST_PREFIXES_MAX,
				   &keys->prefix);

	if (count < 0)
		return error_sys(count, "cannot read the prefixes");
	keys->count = count;
	keys->room = FAST_PREFIXES_MAX;
	return 0;
}

int fast_prefix_read(const struct fast_instance *instance, uint32_t ifindex,
		     struct fast_prefix_list *list)
{
	int fd = fast_instance_map(instance, FAST_PIN_PREFIXES), err;
	size_t i, kept = 0;

	if (fd < 0)
		return fd;
	err = keys_read(fd, list);
	if (err)
		return err;
	for (i = 0; i < list->count; i++) {
		if (list->prefix[i].address.ifindex != ifindex)
			continue;
		list->prefix[kept] = list->prefix[i];
		list->prefix[kept++].address.ifindex = 0;
	}
	list->count = kept;
	return 0;
}

/* Whether a route makes all of it this host's. One that has others', too, may
 * have clients; so may those of a VRF, whose routes are not asked. */
static enum fast_address_kind prefix_kind(const struct fast_prefix *prefix)
{
	struct fast_route route;

	if (!fast_route_ask(&route, prefix->address.addr, NULL, 0) &&
	    route.local && route.bits <= fast_prefix_bits(prefix))
		return FAST_SERVED;
	return FAST_SERVED_ANY;
}

static int prefix_write(int fd, uint32_t ifindex, struct fast_prefix key)
{
	uint32_t value = prefix_kind(&key);
	int err;

	key.address.ifindex = ifindex;
	err = bpf_map_update_elem(fd, &key, &value, BPF_ANY);
	if (err == -ENOSPC)
		return error_set(err, "more than %d prefixes of all interfaces",
				 FAST_PREFIXES_MAX);
	return err ? error_sys(err, "cannot write the prefixes") : 0;
}

static bool list_has(const struct fast_prefix_list *list,
		     const struct fast_prefix *prefix)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (!memcmp(list->prefix + i, prefix, sizeof(*prefix)))
			return true;
	return false;
}

/* Remove what from has and but has not; best effort. */
static void prefixes_remove(int fd, uint32_t ifindex,
			    const struct fast_prefix_list *from,
			    const struct fast_prefix_list *but)
{
	struct fast_prefix key;
	size_t i;

	for (i = 0; i < from->count; i++) {
		if (list_has(but, from->prefix + i))
			continue;
		key = from->prefix[i];
		key.address.ifindex = ifindex;
		bpf_map_delete_elem(fd, &key);
	}
}

int fast_prefix_set(const struct fast_instance *instance, uint32_t ifindex,
		    const struct fast_prefix_list *list)
{
	int fd = fast_instance_map(instance, FAST_PIN_PREFIXES), err;
	struct fast_prefix_list old = {NULL, 0, 0};
	size_t i;

	if (fd < 0)
		return fd;
	err = fast_prefix_read(instance, ifindex, &old);
	if (err)
		return err;
	for (i = 0; i < list->count && !err; i++)
		err = prefix_write(fd, ifindex, list->prefix[i]);
	if (err)
		prefixes_remove(fd, ifindex, list, &old);
	else
		prefixes_remove(fd, ifindex, &old, list);
	fast_prefix_free(&old);
	return err;
}

int fast_prefix_sweep(const struct fast_instance *instance,
		      int (*keep)(uint32_t ifindex, void *arg), void *arg)
{
	int fd = fast_instance_map(instance, FAST_PIN_PREFIXES), err;
	struct fast_prefix_list keys;
	size_t i;

	if (fd < 0)
		return fd;
	err = keys_read(fd, &keys);
	if (err)
		return err;
	for (i = 0; i < keys.count; i++)
		if (!keep(keys.prefix[i].address.ifindex, arg))
			bpf_map_delete_elem(fd, keys.prefix + i);
	fast_prefix_free(&keys);
	return 0;
}
