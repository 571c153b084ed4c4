// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "fast_vlan.h"

bool fast_vlan_stripped(const char *interface)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ethtool_value flags = {.cmd = ETHTOOL_GFLAGS};
	struct ifreq request = {.ifr_data = (void *)&flags};
	bool known;

	if (fd < 0)
		return false;
	snprintf(request.ifr_name, IFNAMSIZ, "%s", interface);
	known = !ioctl(fd, SIOCETHTOOL, &request);
	close(fd);
	return known && flags.data & ETH_FLAG_RXVLAN;
}

/* The bridge that an interface is a port of, or NULL. */
static const struct fast_device *bridge_of(const struct fast_device_list *list,
					   const struct fast_device *device)
{
	const struct fast_device *master =
		fast_device_find(list, device->master);

	return fast_device_is(master, "bridge") ? master : NULL;
}

int fast_vlan_judge(const struct fast_device_list *list,
		    const struct fast_device *device, bool stripped,
		    struct fast_notes *notes)
{
	const struct fast_device *bridge = bridge_of(list, device), *vlan;
	size_t i;

	for (i = 0; stripped && i < list->count; i++) {
		vlan = list->device + i;
		if (!fast_device_is(vlan, "vlan") || !vlan->lower ||
		    (vlan->lower != device->ifindex &&
		     (!bridge || vlan->lower != bridge->ifindex)))
			continue;
		return error_set(
			-ENOTSUP,
			"%s has the VLAN device %s and takes tags out of frames, so that replies would leave without: ethtool -K %s rxvlan off",
			device->name, vlan->name, device->name);
	}
	if (stripped && bridge && bridge->vlans)
		fast_note(
			notes,
			"%s takes VLAN tags out of frames, and replies leave without: if frames of the bridge %s come with tags, ethtool -K %s rxvlan off",
			device->name, bridge->name, device->name);
	return 0;
}

int fast_vlan_check(const struct fast_device_list *list,
		    const struct fast_device *device, struct fast_notes *notes)
{
	return fast_vlan_judge(list, device, fast_vlan_stripped(device->name),
			       notes);
}
