// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "fast_domain.h"
#include "fast_interface.h"
#include "hash.h"

static int kind_is_vrf(const struct rtattr *info)
{
	const struct rtattr *at = RTA_DATA(info);
	int left = RTA_PAYLOAD(info);

	for (; RTA_OK(at, left); at = RTA_NEXT(at, left))
		if (at->rta_type == IFLA_INFO_KIND)
			return RTA_PAYLOAD(at) >= 3 &&
			       !strncmp(RTA_DATA(at), "vrf", RTA_PAYLOAD(at));
	return 0;
}

int fast_domain_link(const void *answer, size_t len, uint32_t *master, int *vrf)
{
	const struct nlmsghdr *head = answer;
	const struct rtattr *at;
	int left;

	*master = 0;
	*vrf = 0;
	if (!NLMSG_OK(head, len) || head->nlmsg_type != RTM_NEWLINK ||
	    head->nlmsg_len < NLMSG_LENGTH(sizeof(struct ifinfomsg)))
		return -1;
	at = IFLA_RTA((struct ifinfomsg *)NLMSG_DATA(head));
	left = head->nlmsg_len - NLMSG_LENGTH(sizeof(struct ifinfomsg));
	for (; RTA_OK(at, left); at = RTA_NEXT(at, left)) {
		if (at->rta_type == IFLA_MASTER && RTA_PAYLOAD(at) == 4)
			memcpy(master, RTA_DATA(at), 4);
		if (at->rta_type == IFLA_LINKINFO)
			*vrf = kind_is_vrf(at);
	}
	return 0;
}

static int link_ask(int fd, uint32_t ifindex, uint32_t *master, int *vrf)
{
	struct {
		struct nlmsghdr head;
		struct ifinfomsg info;
	} request = {
		.head = {.nlmsg_len = sizeof(request),
			 .nlmsg_type = RTM_GETLINK,
			 .nlmsg_flags = NLM_F_REQUEST},
		.info = {.ifi_index = ifindex},
	};
	static _Alignas(struct nlmsghdr) char answer[65536];
	ssize_t len;

	if (send(fd, &request, sizeof(request), 0) < 0)
		return -errno;
	len = recv(fd, answer, sizeof(answer), 0);
	if (len < 0)
		return -errno;
	return fast_domain_link(answer, len, master, vrf) ? -EPROTO : 0;
}

/* The VRF device that an interface is of, or 0. */
static int vrf_find(uint32_t ifindex, uint32_t *found)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	uint32_t master, above;
	int err, vrf = 0;

	*found = 0;
	if (fd < 0)
		return -errno;
	err = link_ask(fd, ifindex, &master, &vrf);
	if (!err && master)
		err = link_ask(fd, master, &above, &vrf);
	if (!err && master && vrf)
		*found = master;
	close(fd);
	return err;
}

int fast_domain(const char *interface, uint32_t *domain)
{
	uint32_t vrf;
	int err = vrf_find(if_nametoindex(interface), &vrf);

	if (err)
		return error_sys(err, "cannot ask for the VRF of %s",
				 interface);
	*domain = hash_mix(hash_mix(fast_interface_netns()) ^ vrf) >> 32;
	return 0;
}
