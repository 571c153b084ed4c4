// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "fast_device.h"
#include "fast_metric.h"
#include "fast_netlink.h"
#include "file.h"

enum {
	METRIC_MSS_MIN = 536, /* that a SYN-ACK names */
	METRIC_TRIES = 8,     /* while routes come and go */
	IPV4_HEADERS = 40,    /* with TCP's */
	IPV6_HEADERS = 60,
};

struct read {
	struct fast_metrics *metrics;
	struct fast_device_list devices;
	bool *ours; /* of each device: the interface, or its packets pass it */
};

static uint32_t number_of(const struct nlattr *attr)
{
	return mnl_attr_validate(attr, MNL_TYPE_U32) < 0
		       ? 0
		       : mnl_attr_get_u32(attr);
}

static bool is_ours(const struct read *read, uint32_t ifindex)
{
	size_t i;

	for (i = 0; i < read->devices.count; i++)
		if (read->devices.device[i].ifindex == ifindex)
			return read->ours[i];
	return false;
}

static bool is_master(const struct read *read, uint32_t ifindex)
{
	size_t i;

	for (i = 0; i < read->devices.count; i++)
		if (read->ours[i] && read->devices.device[i].master == ifindex)
			return true;
	return false;
}

static bool is_above(const struct read *read, const struct fast_device *device)
{
	return (fast_device_is(device, "vlan") &&
		is_ours(read, device->lower)) ||
	       is_master(read, device->ifindex);
}

/* Mark the interface, and upwards from it. */
static void devices_mark(struct read *read, uint32_t ifindex)
{
	bool more = true;
	size_t i;

	while (more) {
		more = false;
		for (i = 0; i < read->devices.count; i++) {
			const struct fast_device *device =
				&read->devices.device[i];

			if (read->ours[i])
				continue;
			read->ours[i] = device->ifindex == ifindex ||
					is_above(read, device);
			more |= read->ours[i];
		}
	}
}

static bool hops_are_ours(const struct read *read, const struct nlattr *attr)
{
	const struct rtnexthop *hop = mnl_attr_get_payload(attr);
	int len = mnl_attr_get_payload_len(attr);

	for (; RTNH_OK(hop, len); hop = RTNH_NEXT(hop)) {
		if (is_ours(read, hop->rtnh_ifindex))
			return true;
		len -= RTNH_ALIGN(hop->rtnh_len);
	}
	return false;
}

static void least(uint32_t *value, uint32_t other)
{
	if (other && (!*value || other < *value))
		*value = other;
}

static void mss_take(struct fast_metrics *metrics, uint32_t mss, bool ipv4)
{
	if (mss)
		least(&metrics->mss[ipv4],
		      mss < METRIC_MSS_MIN ? METRIC_MSS_MIN : mss);
}

static void metrics_take(struct fast_metrics *metrics,
			 const struct nlattr *nested, bool ipv4)
{
	uint32_t headers = ipv4 ? IPV4_HEADERS : IPV6_HEADERS, value;
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nested)
	{
		value = number_of(attr);
		switch (mnl_attr_get_type(attr)) {
		case RTAX_MTU:
			mss_take(metrics, value > headers ? value - headers : 0,
				 ipv4);
			break;
		case RTAX_ADVMSS:
			mss_take(metrics, value, ipv4);
			break;
		case RTAX_INITRWND:
			least(&metrics->segments, value);
			break;
		case RTAX_WINDOW:
			least(&metrics->window, value);
			break;
		}
	}
}

static int route_take(const struct nlmsghdr *message, void *arg)
{
	const struct rtmsg *info = mnl_nlmsg_get_payload(message);
	const struct nlattr *attr, *metrics = NULL;
	struct read *read = arg;
	bool ours = false, says = false;

	if (info->rtm_type != RTN_UNICAST)
		return MNL_CB_OK;
	mnl_attr_for_each(attr, message, sizeof(*info))
	{
		switch (mnl_attr_get_type(attr)) {
		case RTA_OIF:
			says = true;
			ours |= is_ours(read, number_of(attr));
			break;
		case RTA_MULTIPATH:
			says = true;
			ours |= hops_are_ours(read, attr);
			break;
		case RTA_METRICS:
			metrics = attr;
			break;
		}
	}
	if (metrics && (ours || !says))
		metrics_take(read->metrics, metrics,
			     info->rtm_family == AF_INET);
	return MNL_CB_OK;
}

/* An interface may take less over IPv6 than its MTU: a router can say so (RFC
 * 4861 4.6.4). */
static void ipv6_take(const struct read *read)
{
	char path[64 + IF_NAMESIZE];
	const struct fast_device *device;
	size_t i;
	int mtu;

	for (i = 0; i < read->devices.count; i++) {
		device = &read->devices.device[i];
		snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/mtu",
			 device->name);
		mtu = read->ours[i] ? file_number(path, 0) : 0;
		if (mtu > IPV6_HEADERS && (uint32_t)mtu < device->mtu)
			mss_take(read->metrics, mtu - IPV6_HEADERS, false);
	}
}

static int routes_read(struct read *read, uint8_t family)
{
	char buffer[FAST_NETLINK_ROOM];
	struct nlmsghdr *request;
	struct rtmsg *route;
	int err = -EINTR, tries;

	for (tries = 0; tries < METRIC_TRIES && err == -EINTR; tries++) {
		request =
			fast_netlink_request(buffer, RTM_GETROUTE, NLM_F_DUMP);
		route = mnl_nlmsg_put_extra_header(request, sizeof(*route));
		route->rtm_family = family;
		err = fast_netlink_ask(NETLINK_ROUTE, request, route_take, read,
				       NULL);
	}
	/* A kernel without IPv6 has no routes of it. */
	if (!err || (family == AF_INET6 && err == -EOPNOTSUPP))
		return 0;
	return error_sys(err, "cannot read the routes");
}

int fast_metric_read(struct fast_metrics *metrics, uint32_t ifindex)
{
	struct read read = {.metrics = metrics};
	int err = fast_device_read(&read.devices);

	memset(metrics, 0, sizeof(*metrics));
	if (err)
		return err;
	read.ours = calloc(read.devices.count + 1, sizeof(*read.ours));
	if (!read.ours)
		err = error_sys(-ENOMEM, "cannot read the routes");
	if (!err) {
		devices_mark(&read, ifindex);
		err = routes_read(&read, AF_INET);
	}
	if (!err)
		err = routes_read(&read, AF_INET6);
	if (!err)
		ipv6_take(&read);
	free(read.ours);
	fast_device_free(&read.devices);
	return err;
}
