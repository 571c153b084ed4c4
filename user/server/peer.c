// SPDX-License-Identifier: BSD-2-Clause
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "peer.h"

void peer_take_ipv4(struct peer *peer, const void *address, uint16_t port)
{
	*peer = (struct peer){.family = AF_INET, .port = port};
	memcpy(peer->address, address, 4);
}

void peer_take_ipv6(struct peer *peer, const void *address, uint16_t port)
{
	struct in6_addr copy;

	memcpy(&copy, address, sizeof(copy));
	if (IN6_IS_ADDR_V4MAPPED(&copy)) {
		peer_take_ipv4(peer, copy.s6_addr + 12, port);
		return;
	}
	*peer = (struct peer){.family = AF_INET6, .port = port};
	memcpy(peer->address, &copy, sizeof(copy));
}

void peer_take(struct peer *peer, const struct sockaddr *from)
{
	const struct sockaddr_in6 *v6 = (const void *)from;
	const struct sockaddr_in *v4 = (const void *)from;

	if (from->sa_family == AF_INET)
		peer_take_ipv4(peer, &v4->sin_addr, ntohs(v4->sin_port));
	else if (from->sa_family == AF_INET6)
		peer_take_ipv6(peer, &v6->sin6_addr, ntohs(v6->sin6_port));
	else
		*peer = (struct peer){.family = 0};
}

void peer_remote(struct peer *peer, int fd)
{
	struct sockaddr_storage from = {.ss_family = AF_UNSPEC};
	socklen_t len = sizeof(from);

	if (getpeername(fd, (struct sockaddr *)&from, &len))
		from.ss_family = AF_UNSPEC;
	peer_take(peer, (struct sockaddr *)&from);
}

void peer_local(struct peer *peer, int fd)
{
	struct sockaddr_storage to = {.ss_family = AF_UNSPEC};
	socklen_t len = sizeof(to);

	if (getsockname(fd, (struct sockaddr *)&to, &len))
		to.ss_family = AF_UNSPEC;
	peer_take(peer, (struct sockaddr *)&to);
}
