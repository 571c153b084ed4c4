// SPDX-License-Identifier: BSD-2-Clause
#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>

#include "error.h"
#include "fast_broadcast.h"
#include "fast_netlink.h"

/* Of a subnet of more bits none has that meaning (RFC 3021). */
enum { SUBNET_BITS = 30 };

struct look {
	int (*take)(const struct in_addr *addr, void *arg);
	void *arg;
	int err;
};

/* getifaddrs(3) has these in one field with the address of a peer, which is a
 * client like any. */
static int address_take(const struct nlmsghdr *message, void *arg)
{
	const struct ifaddrmsg *found = mnl_nlmsg_get_payload(message);
	struct look *look = arg;
	const struct nlattr *attr;
	struct in_addr addr;

	mnl_attr_for_each(attr, message, sizeof(*found))
	{
		if (look->err || mnl_attr_get_payload_len(attr) != sizeof(addr))
			continue;
		addr.s_addr = mnl_attr_get_u32(attr);
		if (mnl_attr_get_type(attr) == IFA_BROADCAST) {
			look->err = look->take(&addr, look->arg);
		} else if (mnl_attr_get_type(attr) == IFA_ADDRESS &&
			   found->ifa_prefixlen <= SUBNET_BITS) {
			addr.s_addr |= htonl(~0U >> found->ifa_prefixlen);
			look->err = look->take(&addr, look->arg);
		}
	}
	return MNL_CB_OK;
}

int fast_broadcast_each(int (*take)(const struct in_addr *addr, void *arg),
			void *arg)
{
	struct look look = {.take = take, .arg = arg};
	char buffer[FAST_NETLINK_ROOM];
	struct nlmsghdr *request;
	struct ifaddrmsg *asked;
	int err;

	request = fast_netlink_request(buffer, RTM_GETADDR, NLM_F_DUMP);
	asked = mnl_nlmsg_put_extra_header(request, sizeof(*asked));
	asked->ifa_family = AF_INET;
	err = fast_netlink_ask(NETLINK_ROUTE, request, address_take, &look,
			       NULL);
	/* What changed meanwhile is told. */
	if (err && err != -EINTR)
		return error_sys(err, "cannot list this host's addresses");
	return look.err;
}
