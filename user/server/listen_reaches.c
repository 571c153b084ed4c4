// SPDX-License-Identifier: BSD-2-Clause
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "listen.h"
#include "listen_reaches.h"

struct question {
	struct nlmsghdr head;
	struct rtmsg body;
	struct rtattr attribute;
	uint8_t address[16];
};

struct answer {
	struct nlmsghdr head;
	struct rtmsg body;
	uint8_t rest[4096];
};

/* Ask for the route to an address. */
static int question_send(int fd, const struct sockaddr *addr)
{
	bool v6 = addr->sa_family == AF_INET6;
	size_t len = v6 ? 16 : 4;
	struct question question = {
		.head = {.nlmsg_len = offsetof(struct question, address) + len,
			 .nlmsg_type = RTM_GETROUTE,
			 .nlmsg_flags = NLM_F_REQUEST},
		.body = {.rtm_family = addr->sa_family, .rtm_dst_len = len * 8},
		.attribute = {.rta_len = RTA_LENGTH(len), .rta_type = RTA_DST},
	};

	memcpy(question.address,
	       v6 ? (const void *)&((const struct sockaddr_in6 *)addr)
			       ->sin6_addr
		  : (const void *)&((const struct sockaddr_in *)addr)->sin_addr,
	       len);
	return send(fd, &question, question.head.nlmsg_len, 0) < 0 ? -1 : 0;
}

static bool is_loopback(const struct sockaddr *addr)
{
	const struct sockaddr_in6 *v6 = (const void *)addr;
	const struct sockaddr_in *v4 = (const void *)addr;

	if (addr->sa_family == AF_INET6)
		return IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
	return ntohl(v4->sin_addr.s_addr) >> 24 == 127;
}

/* Whether the kernel takes packets for an address itself: there are more of
 * these than interfaces have. Unknown is no. */
static bool is_local(const struct sockaddr *addr)
{
	struct answer answer;
	bool local = false;
	int fd;

	if (is_loopback(addr))
		return true;
	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (fd < 0)
		return false;
	if (!question_send(fd, addr) &&
	    recv(fd, &answer, sizeof(answer), 0) >=
		    (ssize_t)offsetof(struct answer, rest) &&
	    answer.head.nlmsg_type == RTM_NEWROUTE)
		local = answer.body.rtm_type == RTN_LOCAL;
	close(fd);
	return local;
}

static bool reaches_v4(const struct sockaddr_in *own,
		       const struct sockaddr_in *addr)
{
	if (own->sin_port != addr->sin_port)
		return false;
	if (own->sin_addr.s_addr == addr->sin_addr.s_addr)
		return true;
	return own->sin_addr.s_addr == htonl(INADDR_ANY) &&
	       is_local((const void *)addr);
}

static bool reaches_v6(const struct sockaddr_in6 *own,
		       const struct sockaddr_in6 *addr)
{
	if (own->sin6_port != addr->sin6_port)
		return false;
	if (IN6_ARE_ADDR_EQUAL(&own->sin6_addr, &addr->sin6_addr))
		return true;
	return IN6_IS_ADDR_UNSPECIFIED(&own->sin6_addr) &&
	       is_local((const void *)addr);
}

/* Whether a socket of IPv6 takes what comes by IPv4, too: ours do not, but what
 * is given may. */
static bool is_dual(const struct listen_address *address)
{
	socklen_t len = sizeof(int);
	int only = 1;

	return address->given && address->addr.ss_family == AF_INET6 &&
	       !getsockopt(address->shared, IPPROTO_IPV6, IPV6_V6ONLY, &only,
			   &len) &&
	       !only;
}

static bool reaches_dual(const struct sockaddr_in6 *own,
			 const struct sockaddr_in *addr)
{
	return own->sin6_port == addr->sin_port &&
	       IN6_IS_ADDR_UNSPECIFIED(&own->sin6_addr) &&
	       is_local((const void *)addr);
}

bool listen_reaches(const struct listen_set *set, const struct sockaddr *addr)
{
	size_t i;

	for (i = 0; i < set->count; i++) {
		const struct sockaddr *own =
			(const void *)&set->address[i].addr;

		if (addr->sa_family == AF_INET && is_dual(&set->address[i]) &&
		    reaches_dual((const void *)own, (const void *)addr))
			return true;
		if (own->sa_family != addr->sa_family)
			continue;
		if (addr->sa_family == AF_INET6
			    ? reaches_v6((const void *)own, (const void *)addr)
			    : reaches_v4((const void *)own, (const void *)addr))
			return true;
	}
	return false;
}
