// SPDX-License-Identifier: BSD-2-Clause
#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "fast_address_map.h"
#include "fast_instance.h"
#include "fast_interface.h"
#include "fast_prefix_map.h"
#include "fast_record.h"

static int interface_read(const struct fast_instance *instance,
			  uint32_t ifindex, struct fast_interface *interface)
{
	int fd = fast_instance_map(instance, FAST_PIN_INTERFACES), err;

	if (fd < 0)
		return fd;
	memset(interface, 0, sizeof(*interface));
	err = bpf_map_lookup_elem(fd, &ifindex, interface);
	if (err && err != -ENOENT)
		return error_sys(err, "cannot read the interfaces");
	return 0;
}

static int interface_write(const struct fast_instance *instance,
			   uint32_t ifindex,
			   const struct fast_interface *interface)
{
	int fd = fast_instance_map(instance, FAST_PIN_INTERFACES), err;

	if (fd < 0)
		return fd;
	err = bpf_map_update_elem(fd, &ifindex, interface, BPF_ANY);
	if (err)
		return error_sys(err, "cannot write the interfaces");
	return 0;
}

int fast_record_read(const struct fast_instance *instance, uint32_t ifindex,
		     struct fast_record *record)
{
	int err = interface_read(instance, ifindex, &record->interface);

	if (!err)
		err = fast_address_read(instance, ifindex, &record->addresses);
	if (!err)
		err = fast_prefix_read(instance, ifindex, &record->prefixes);
	return err;
}

void fast_record_free(struct fast_record *record)
{
	fast_addresses_free(&record->addresses);
	fast_prefix_free(&record->prefixes);
}

int fast_record_write(const struct fast_instance *instance, uint32_t ifindex,
		      const struct fast_record *record)
{
	int err = fast_address_set(instance, ifindex, &record->addresses);

	if (!err)
		err = fast_prefix_set(instance, ifindex, &record->prefixes);
	return err ? err
		   : interface_write(instance, ifindex, &record->interface);
}

/* Flags and the number of ports come first in every layout: also another
 * version's programs can be drained. */
int fast_record_drain(const struct fast_instance *instance, uint32_t ifindex)
{
	int fd = fast_instance_map(instance, FAST_PIN_INTERFACES), err;
	union {
		struct fast_interface interface;
		uint8_t room[1024];
	} value;
	struct bpf_map_info info = {0};
	uint32_t len = sizeof(info);

	if (fd < 0)
		return fd;
	memset(&value, 0, sizeof(value));
	err = bpf_obj_get_info_by_fd(fd, &info, &len);
	if (!err && info.value_size > sizeof(value))
		err = -EPROTONOSUPPORT;
	if (!err)
		err = bpf_map_lookup_elem(fd, &ifindex, &value);
	if (err == -ENOENT || (!err && !value.interface.ports))
		return 0;
	value.interface.flags |= FAST_IF_DRAINING;
	if (!err)
		err = bpf_map_update_elem(fd, &ifindex, &value, BPF_ANY);
	return err ? error_sys(err, "cannot drain") : 0;
}

struct live {
	uint32_t ifindex[FAST_INTERFACES_MAX];
	unsigned int count;
};

static int live_add(const struct fast_interface_pin *pin, void *arg)
{
	struct live *live = arg;

	if (pin->xdp && live->count < FAST_INTERFACES_MAX)
		live->ifindex[live->count++] = pin->ifindex;
	return 0;
}

static int live_has(uint32_t ifindex, void *arg)
{
	const struct live *live = arg;
	unsigned int i;

	for (i = 0; i < live->count; i++)
		if (live->ifindex[i] == ifindex)
			return 1;
	return 0;
}

int fast_record_sweep(const struct fast_instance *instance)
{
	struct live live = {.count = 0};
	int err = fast_interface_each(fast_instance_folder(instance), live_add,
				      &live);

	if (!err)
		err = fast_prefix_sweep(instance, live_has, &live);
	return err ? err : fast_address_sweep(instance, live_has, &live);
}
