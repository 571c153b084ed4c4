// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "error.h"
#include "fast_netlink.h"
#include "fast_route.h"

#ifndef RTM_F_FIB_MATCH
#define RTM_F_FIB_MATCH 0x2000
#endif

static bool is_ipv4(const uint8_t *addr)
{
	static const uint8_t prefix[12] = {[10] = 0xff, 0xff};

	return !memcmp(addr, prefix, 12);
}

static void device_add(struct fast_route *route, uint32_t ifindex)
{
	unsigned int i;

	for (i = 0; i < route->devices; i++)
		if (route->device[i] == ifindex)
			return;
	if (ifindex && route->devices < FAST_ROUTE_DEVICES)
		route->device[route->devices++] = ifindex;
}

/* A route with several next hops, each with attributes of its own. */
static void hops_take(struct fast_route *route, const struct nlattr *attr)
{
	const struct rtnexthop *hop = mnl_attr_get_payload(attr);
	int left = mnl_attr_get_payload_len(attr);

	for (; RTNH_OK(hop, left); hop = RTNH_NEXT(hop)) {
		device_add(route, hop->rtnh_ifindex);
		left -= RTNH_ALIGN(hop->rtnh_len);
	}
}

static int route_take(const struct nlmsghdr *message, void *arg)
{
	const struct rtmsg *found = mnl_nlmsg_get_payload(message);
	struct fast_route *route = arg;
	const struct nlattr *attr;

	if (message->nlmsg_type != RTM_NEWROUTE)
		return MNL_CB_OK;
	route->local = found->rtm_type == RTN_LOCAL;
	route->bits =
		found->rtm_dst_len + (found->rtm_family == AF_INET ? 96 : 0);
	if (found->rtm_type != RTN_LOCAL && found->rtm_type != RTN_UNICAST)
		return MNL_CB_OK;
	mnl_attr_for_each(attr, message, sizeof(*found))
	{
		if (mnl_attr_get_type(attr) == RTA_OIF)
			device_add(route, mnl_attr_get_u32(attr));
		else if (mnl_attr_get_type(attr) == RTA_MULTIPATH)
			hops_take(route, attr);
	}
	return MNL_CB_OK;
}

static void address_put(struct nlmsghdr *request, uint16_t type,
			const uint8_t *addr)
{
	if (is_ipv4(addr))
		mnl_attr_put(request, type, 4, addr + 12);
	else
		mnl_attr_put(request, type, 16, addr);
}

int fast_route_ask(struct fast_route *route, const uint8_t to[16],
		   const uint8_t *from, uint32_t vrf)
{
	char buffer[FAST_NETLINK_ROOM];
	struct nlmsghdr *request;
	struct rtmsg *asked;
	int err;

	memset(route, 0, sizeof(*route));
	request = fast_netlink_request(buffer, RTM_GETROUTE, 0);
	asked = mnl_nlmsg_put_extra_header(request, sizeof(*asked));
	asked->rtm_family = is_ipv4(to) ? AF_INET : AF_INET6;
	asked->rtm_dst_len = is_ipv4(to) ? 32 : 128;
	asked->rtm_flags = RTM_F_FIB_MATCH;
	address_put(request, RTA_DST, to);
	if (from) {
		asked->rtm_src_len = asked->rtm_dst_len;
		address_put(request, RTA_SRC, from);
	}
	if (vrf)
		mnl_attr_put_u32(request, RTA_OIF, vrf);
	err = fast_netlink_ask(NETLINK_ROUTE, request, route_take, route, NULL);
	switch (err) {
	case -ENOMEM:
	case -ENOBUFS:
	case -EMFILE:
	case -ENFILE:
		return error_sys(err, "cannot ask for the routes");
	default: /* unreachable, prohibited, a foreign source, no IPv6, ... */
		return 0;
	}
}
