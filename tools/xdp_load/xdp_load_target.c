// SPDX-License-Identifier: BSD-2-Clause
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "xdp_load.h"
#include "xdp_load_target.h"

enum {
	PORT_MIN = 10000,
	PORT_MAX = 60000,
	DISCARD = 9, /* the service (RFC 863) */
	BITS_MAX = 24,
	ARP_COMPLETE = 2,
	TRIES = 100,
	TRY_US = 10000,
};

/* The number behind a character of text, which is cut there. */
static int number_behind(char *text, char mark, unsigned int max,
			 unsigned int *number)
{
	char *at = strchr(text, mark), *end;
	unsigned long value;

	if (!at || at[1] < '0' || at[1] > '9')
		return -1;
	*at = 0;
	value = strtoul(at + 1, &end, 10);
	*number = value;
	return *end || value > max ? -1 : 0;
}

/* The words of an address of either family. */
static int address_parse(uint32_t words[LOAD_WORDS], const char *text,
			 bool ipv6)
{
	memset(words, 0, LOAD_WORDS * sizeof(*words));
	return inet_pton(ipv6 ? AF_INET6 : AF_INET, text,
			 ipv6 ? words : words + LOAD_WORDS - 1) == 1
		       ? 0
		       : -1;
}

int load_target_server(struct load_target *target, const char *text)
{
	char copy[64], *address = copy, *end;
	unsigned int port = 0;

	if (strlen(text) >= sizeof(copy))
		return -1;
	strcpy(copy, text);
	target->ipv6 = *copy == '[';
	end = strchr(copy, ']');
	if (target->ipv6) {
		if (!end || end[1] != ':')
			return -1;
		*end = 0;
		address++;
	}
	if (number_behind(target->ipv6 ? end + 1 : copy, ':', 65535, &port) ||
	    address_parse(target->server, address, target->ipv6))
		return -1;
	target->port = port;
	return port ? 0 : -1;
}

int load_target_source(struct load_target *target, const char *text)
{
	unsigned int len = 0, all;
	char copy[64];

	if (strlen(text) >= sizeof(copy))
		return -1;
	strcpy(copy, text);
	target->source_ipv6 = strchr(copy, ':') != NULL;
	all = target->source_ipv6 ? 128 : 32;
	if (number_behind(copy, '/', all, &len) || len < all - BITS_MAX ||
	    address_parse(target->source, copy, target->source_ipv6))
		return -1;
	target->source_bits = all - len;
	return ntohl(target->source[LOAD_WORDS - 1]) &
			       ((1ULL << target->source_bits) - 1)
		       ? -1
		       : 0;
}

int load_target_mac(struct load_target *target, const char *text)
{
	unsigned int b[6];
	char rest;
	int i;

	if (sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x%c", b, b + 1, b + 2, b + 3,
		   b + 4, b + 5, &rest) != 6)
		return -1;
	for (i = 0; i < 6; i++)
		target->server_mac[i] = b[i];
	return 0;
}

int load_target_clients(struct load_target *target, uint32_t clients)
{
	uint32_t groups = (clients - 1) >> target->source_bits, random;
	uint32_t ports = (groups + 1) * LOAD_LANES;

	if (ports >= PORT_MAX - PORT_MIN)
		return error_set(-ERANGE,
				 "%u clients are too many for 2^%u "
				 "addresses",
				 clients, target->source_bits);
	if (getrandom(&random, sizeof(random), 0) < 0)
		return error_sys(-errno, "cannot choose ports");
	target->clients = clients;
	target->first_port = PORT_MIN + random % (PORT_MAX - PORT_MIN - ports);
	return 0;
}

/* Whether the neighbour table has the server. */
static int neighbour_read(struct load_target *target)
{
	char line[256], address[64], mac[64], device[64];
	FILE *file = fopen("/proc/net/arp", "re");
	struct in_addr addr;
	unsigned int flags;
	int found = 0;

	while (file && !found && fgets(line, sizeof(line), file))
		found = sscanf(line, "%63s 0x%*x 0x%x %63s %*s %63s", address,
			       &flags, mac, device) == 4 &&
			inet_pton(AF_INET, address, &addr) == 1 &&
			addr.s_addr == target->server[LOAD_WORDS - 1] &&
			flags & ARP_COMPLETE &&
			!strcmp(device, target->interface) &&
			!load_target_mac(target, mac);
	if (file)
		fclose(file);
	return found;
}

/* Have the kernel ask for the server's hardware address. */
static void neighbour_ask(const struct load_target *target, int fd)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_port = htons(DISCARD),
				 .sin_addr.s_addr =
					 target->server[LOAD_WORDS - 1]};

	sendto(fd, "", 0, MSG_DONTWAIT, (struct sockaddr *)&to, sizeof(to));
}

static int neighbour_find(struct load_target *target, int fd)
{
	const uint32_t *words = target->server;
	char text[INET6_ADDRSTRLEN];
	int try;

	if (target->ipv6)
		return error_set(-EINVAL, "over IPv6, --mac must be given");
	for (try = 0; try < TRIES; try++) {
		if (neighbour_read(target))
			return 0;
		neighbour_ask(target, fd);
		usleep(TRY_US);
	}
	inet_ntop(AF_INET, words + LOAD_WORDS - 1, text, sizeof(text));
	return error_set(-EHOSTUNREACH, "%s: no neighbour %s; --mac names it",
			 target->interface, text);
}

int load_target_find(struct load_target *target)
{
	static const uint8_t none[6];
	struct ifreq request = {0};
	int fd, err = 0;

	if (strlen(target->interface) >= IFNAMSIZ)
		return error_sys(-ENODEV, "%s", target->interface);
	strcpy(request.ifr_name, target->interface);
	target->ifindex = if_nametoindex(target->interface);
	if (!target->ifindex)
		return error_sys(-errno, "%s", target->interface);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || ioctl(fd, SIOCGIFHWADDR, &request))
		err = error_sys(-errno, "%s: cannot read its hardware address",
				target->interface);
	else if (!memcmp(target->server_mac, none, sizeof(none)))
		err = neighbour_find(target, fd);
	memcpy(target->mac, request.ifr_hwaddr.sa_data, sizeof(target->mac));
	if (fd >= 0)
		close(fd);
	return err;
}
