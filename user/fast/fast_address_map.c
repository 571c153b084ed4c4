// SPDX-License-Identifier: BSD-2-Clause
#include <bpf/bpf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "fast_address.h"
#include "fast_address_map.h"
#include "fast_instance.h"
#include "fast_interface.h"
#include "fast_map_keys.h"
#include "fastpath.h"

struct key_list {
	struct fast_address *key;
	size_t count;
};

static int keys_read(int fd, struct key_list *list)
{
	long count = fast_map_keys(fd, sizeof(*list->key), FAST_ADDRESSES_MAX,
				   &list->key);

	if (count < 0)
		return error_sys(count, "cannot read the addresses");
	list->count = count;
	return 0;
}

static int address_compare(const void *a, const void *b)
{
	return memcmp(a, b, 16);
}

static int list_make(struct fast_address_list *list, size_t room)
{
	list->addr = calloc(room + 1, 16);
	list->room = list->addr ? room + 1 : 0;
	return list->addr ? 0 : error_sys(-ENOMEM, "cannot list the addresses");
}

int fast_address_read(const struct fast_instance *instance, uint32_t ifindex,
		      struct fast_addresses *addresses)
{
	int fd = fast_instance_map(instance, FAST_PIN_ADDRESSES), err;
	struct fast_address_list *list;
	struct key_list keys;
	uint32_t kind;
	size_t i;

	if (fd < 0)
		return fd;
	err = keys_read(fd, &keys);
	if (err)
		return err;
	err = list_make(&addresses->served, keys.count);
	if (!err)
		err = list_make(&addresses->martian, keys.count);
	for (i = 0; i < keys.count && !err; i++) {
		if (keys.key[i].ifindex != ifindex ||
		    bpf_map_lookup_elem(fd, keys.key + i, &kind))
			continue;
		list = kind == FAST_SERVED ? &addresses->served
					   : &addresses->martian;
		memcpy(list->addr[list->count++], keys.key[i].addr, 16);
	}
	free(keys.key);
	return err;
}

static int list_write(int fd, uint32_t ifindex,
		      const struct fast_address_list *list, uint32_t kind)
{
	struct fast_address key = {.ifindex = ifindex};
	int err = 0;
	size_t i;

	for (i = 0; i < list->count && !err; i++) {
		memcpy(key.addr, list->addr[i], 16);
		err = bpf_map_update_elem(fd, &key, &kind, BPF_ANY);
	}
	if (err == -E2BIG)
		return error_set(err,
				 "more than %d addresses of all interfaces",
				 FAST_ADDRESSES_MAX);
	return err ? error_sys(err, "cannot write the addresses") : 0;
}

static int addresses_write(int fd, uint32_t ifindex,
			   const struct fast_addresses *addresses)
{
	int err = list_write(fd, ifindex, &addresses->served, FAST_SERVED);

	if (err)
		return err;
	err = list_write(fd, ifindex, &addresses->martian, FAST_MARTIAN);
	return err == -E2BIG ? 0 : err;
}

static bool list_has(const struct fast_address_list *list, const uint8_t *addr)
{
	if (!list->count)
		return false;
	return bsearch(addr, list->addr, list->count, 16, address_compare);
}

static void list_remove(int fd, uint32_t ifindex,
			const struct fast_address_list *list,
			const struct fast_addresses *but)
{
	struct fast_address key = {.ifindex = ifindex};
	size_t i;

	for (i = 0; i < list->count; i++) {
		if (list_has(&but->served, list->addr[i]) ||
		    list_has(&but->martian, list->addr[i]))
			continue;
		memcpy(key.addr, list->addr[i], 16);
		bpf_map_delete_elem(fd, &key);
	}
}

static void list_sort(const struct fast_address_list *list)
{
	if (list->count)
		qsort(list->addr, list->count, 16, address_compare);
}

/* Remove what from has and but has not; best effort. */
static void addresses_remove(int fd, uint32_t ifindex,
			     const struct fast_addresses *from,
			     const struct fast_addresses *but)
{
	list_sort(&but->served);
	list_sort(&but->martian);
	list_remove(fd, ifindex, &from->served, but);
	list_remove(fd, ifindex, &from->martian, but);
}

int fast_address_set(const struct fast_instance *instance, uint32_t ifindex,
		     const struct fast_addresses *addresses)
{
	int fd = fast_instance_map(instance, FAST_PIN_ADDRESSES), err;
	struct fast_addresses old = {.served.count = 0};

	if (fd < 0)
		return fd;
	err = fast_address_read(instance, ifindex, &old);
	if (err)
		goto out;
	err = addresses_write(fd, ifindex, addresses);
	if (!err) {
		addresses_remove(fd, ifindex, &old, addresses);
		goto out;
	}
	addresses_remove(fd, ifindex, addresses, &old);
	list_write(fd, ifindex, &old.martian, FAST_MARTIAN);
	list_write(fd, ifindex, &old.served, FAST_SERVED);
out:
	fast_addresses_free(&old);
	return err;
}

int fast_address_sweep(const struct fast_instance *instance,
		       int (*keep)(uint32_t ifindex, void *arg), void *arg)
{
	int addresses = fast_instance_map(instance, FAST_PIN_ADDRESSES);
	int interfaces = fast_instance_map(instance, FAST_PIN_INTERFACES), err;
	uint32_t ifindex, *last = NULL, kept;
	struct key_list keys;
	size_t i;

	if (addresses < 0 || interfaces < 0)
		return addresses < 0 ? addresses : interfaces;
	err = keys_read(addresses, &keys);
	if (err)
		return err;
	for (i = 0; i < keys.count; i++)
		if (!keep(keys.key[i].ifindex, arg))
			bpf_map_delete_elem(addresses, &keys.key[i]);
	free(keys.key);
	while (!bpf_map_get_next_key(interfaces, last, &ifindex)) {
		if (keep(ifindex, arg)) {
			kept = ifindex;
			last = &kept;
		} else {
			bpf_map_delete_elem(interfaces, &ifindex);
		}
	}
	return 0;
}

struct sync {
	const struct fast_instance *instance;
	uint64_t netns;
	int interfaces;
};

/* Addresses that were given stay. */
static int interface_sync(const struct fast_interface_pin *pin, void *arg)
{
	struct fast_addresses now = {.served.count = 0};
	const struct sync *sync = arg;
	struct fast_interface record;
	int err;

	if (pin->netns != sync->netns ||
	    bpf_map_lookup_elem(sync->interfaces, &pin->ifindex, &record))
		return 0;
	if (record.flags & FAST_IF_ADDRESSES_GIVEN)
		err = fast_address_read(sync->instance, pin->ifindex, &now);
	else
		err = fast_address_own(&now.served, pin->ifindex);
	if (!err)
		err = fast_address_martian(&now, pin->ifindex);
	if (!err)
		err = fast_address_set(sync->instance, pin->ifindex, &now);
	fast_addresses_free(&now);
	return err;
}

int fast_address_sync(const struct fast_instance *instance)
{
	struct sync sync = {.instance = instance};

	sync.netns = fast_interface_netns();
	sync.interfaces = fast_instance_map(instance, FAST_PIN_INTERFACES);
	if (sync.interfaces < 0)
		return sync.interfaces;
	return fast_interface_each(fast_instance_folder(instance),
				   interface_sync, &sync);
}
