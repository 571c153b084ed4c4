// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "fast_device.h"
#include "fast_netlink.h"

enum { READ_TRIES = 5 }; /* while interfaces come and go */

static int device_add(struct fast_device_list *list,
		      const struct fast_device *device)
{
	if (array_grow(&list->device, &list->room, list->count + 1,
		       sizeof(*device)))
		return error_sys(-ENOMEM, "cannot list the interfaces");
	list->device[list->count++] = *device;
	return 0;
}

void fast_device_free(struct fast_device_list *list)
{
	free(list->device);
	memset(list, 0, sizeof(*list));
}

static uint32_t number_of(const struct nlattr *attr)
{
	switch (mnl_attr_get_payload_len(attr)) {
	case 1:
		return mnl_attr_get_u8(attr);
	case 2:
		return mnl_attr_get_u16(attr);
	case 4:
		return mnl_attr_get_u32(attr);
	default:
		return 0;
	}
}

static void text_of(char *text, size_t size, const struct nlattr *attr)
{
	size_t len = mnl_attr_get_payload_len(attr);

	snprintf(text, size, "%.*s", (int)len,
		 (const char *)mnl_attr_get_payload(attr));
}

static void bridge_take(struct fast_device *device, const struct nlattr *data)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, data)
	{
		switch (mnl_attr_get_type(attr)) {
		case IFLA_BR_NF_CALL_IPTABLES:
			device->call_ipv4 = number_of(attr);
			break;
		case IFLA_BR_NF_CALL_IP6TABLES:
			device->call_ipv6 = number_of(attr);
			break;
		case IFLA_BR_VLAN_FILTERING:
			device->vlans = number_of(attr);
			break;
		}
	}
}

/* The kind, and what it has of its own, in whatever order. */
static void info_take(struct fast_device *device, const struct nlattr *info)
{
	const struct nlattr *attr, *data = NULL;

	mnl_attr_for_each_nested(attr, info)
	{
		if (mnl_attr_get_type(attr) == IFLA_INFO_KIND)
			text_of(device->kind, sizeof(device->kind), attr);
		else if (mnl_attr_get_type(attr) == IFLA_INFO_DATA)
			data = attr;
	}
	if (data && fast_device_is(device, "bridge"))
		bridge_take(device, data);
	if (!data || !fast_device_is(device, "ipvlan"))
		return;
	mnl_attr_for_each_nested(attr, data)
	{
		if (mnl_attr_get_type(attr) == IFLA_IPVLAN_MODE)
			device->ipvlan = number_of(attr);
	}
}

static int device_take(const struct nlmsghdr *message, void *arg)
{
	const struct ifinfomsg *link = mnl_nlmsg_get_payload(message);
	struct fast_device device = {.ifindex = link->ifi_index,
				     .type = link->ifi_type,
				     .loopback =
					     link->ifi_flags & IFF_LOOPBACK};
	const struct nlattr *attr;
	bool elsewhere = false;

	mnl_attr_for_each(attr, message, sizeof(*link))
	{
		switch (mnl_attr_get_type(attr)) {
		case IFLA_IFNAME:
			text_of(device.name, sizeof(device.name), attr);
			break;
		case IFLA_MASTER:
			device.master = number_of(attr);
			break;
		case IFLA_LINK:
			device.lower = number_of(attr);
			break;
		case IFLA_LINK_NETNSID:
			elsewhere = true;
			break;
		case IFLA_MTU:
			device.mtu = number_of(attr);
			break;
		case IFLA_LINKINFO:
			info_take(&device, attr);
			break;
		}
	}
	/* A veth's other end is none that it is on. */
	if (elsewhere || fast_device_is(&device, "veth"))
		device.lower = 0;
	return device_add(arg, &device) ? MNL_CB_ERROR : MNL_CB_OK;
}

int fast_device_read(struct fast_device_list *list)
{
	char buffer[FAST_NETLINK_ROOM];
	struct nlmsghdr *request;
	struct ifinfomsg *link;
	int err = -EINTR, tries;

	for (tries = 0; err == -EINTR && tries < READ_TRIES; tries++) {
		fast_device_free(list);
		request = fast_netlink_request(buffer, RTM_GETLINK, NLM_F_DUMP);
		link = mnl_nlmsg_put_extra_header(request, sizeof(*link));
		link->ifi_family = AF_UNSPEC;
		err = fast_netlink_ask(NETLINK_ROUTE, request, device_take,
				       list, NULL);
	}
	if (!err)
		return 0;
	fast_device_free(list);
	return error_sys(err, "cannot list the interfaces");
}

const struct fast_device *fast_device_find(const struct fast_device_list *list,
					   uint32_t ifindex)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (list->device[i].ifindex == ifindex)
			return list->device + i;
	return NULL;
}

const char *fast_device_name(const struct fast_device_list *list,
			     uint32_t ifindex)
{
	const struct fast_device *device = fast_device_find(list, ifindex);

	return device ? device->name : "another interface";
}

bool fast_device_is(const struct fast_device *device, const char *kind)
{
	return device && !strcmp(device->kind, kind);
}
