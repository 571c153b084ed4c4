// SPDX-License-Identifier: BSD-2-Clause
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "error.h"
#include "peer.h"
#include "trust.h"

/* As IPv6 has it. */
static void address_map(uint8_t address[16], const struct peer *peer)
{
	static const uint8_t mapped[12] = {[10] = 0xff, 0xff};

	if (peer->family == AF_INET6) {
		memcpy(address, peer->address, 16);
		return;
	}
	memcpy(address, mapped, 12);
	memcpy(address + 12, peer->address, 4);
}

static bool has(const struct trust_net *net, const uint8_t address[16])
{
	unsigned int whole = net->bits / 8, rest = net->bits % 8;

	return !memcmp(net->address, address, whole) &&
	       (!rest ||
		!((net->address[whole] ^ address[whole]) >> (8 - rest)));
}

/* Whether a bit is set behind those that count. */
static bool is_long(const struct trust_net *net)
{
	unsigned int i;

	for (i = net->bits; i < 128; i++)
		if (net->address[i / 8] & 0x80 >> i % 8)
			return true;
	return false;
}

/* Decimal, without zeros in front; -EINVAL for anything else. */
static int bits_read(const char *text, int max)
{
	int bits = 0;
	const char *at;

	for (at = text; *at >= '0' && *at <= '9' && bits <= max; at++)
		bits = bits * 10 + *at - '0';
	if (at == text || *at || bits > max || (*text == '0' && text[1]))
		return -EINVAL;
	return bits;
}

static int net_read(struct trust_net *net, const char *text)
{
	const char *slash = strchr(text, '/');
	size_t len = slash ? (size_t)(slash - text) : strlen(text);
	char host[INET6_ADDRSTRLEN];
	int family, all, bits;
	uint8_t bytes[16];
	struct peer peer;

	if (len >= sizeof(host))
		return -EINVAL;
	memcpy(host, text, len);
	host[len] = '\0';
	family = memchr(text, ':', len) ? AF_INET6 : AF_INET;
	all = family == AF_INET6 ? 128 : 32;
	bits = slash ? bits_read(slash + 1, all) : all;
	if (bits < 0 || inet_pton(family, host, bytes) != 1)
		return -EINVAL;
	peer = (struct peer){.family = family};
	memcpy(peer.address, bytes, all / 8);
	address_map(net->address, &peer);
	net->bits = bits + 128 - all;
	return 0;
}

int trust_parse(struct trust *trust, const char *text)
{
	struct trust_net *net = &trust->net[trust->count];

	if (trust->count == TRUST_MAX)
		return error_set(-EINVAL, "more than %d networks", TRUST_MAX);
	if (net_read(net, text))
		return error_set(-EINVAL, "'%s' is not ADDRESS or ADDRESS/BITS",
				 text);
	if (is_long(net))
		return error_set(-EINVAL,
				 "'%s' has bits behind those of the network",
				 text);
	trust->count++;
	return 0;
}

bool trust_has(const struct trust *trust, const struct sockaddr *from)
{
	uint8_t address[16];
	struct peer peer;
	size_t i;

	if (from->sa_family == AF_UNIX)
		return true;
	peer_take(&peer, from);
	if (!peer.family)
		return false;
	address_map(address, &peer);
	for (i = 0; i < trust->count; i++)
		if (has(&trust->net[i], address))
			return true;
	return false;
}
