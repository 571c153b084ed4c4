// SPDX-License-Identifier: BSD-2-Clause
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "fast_address.h"
#include "fast_prefix.h"

enum {
	INDEX_BITS = 32, /* of the interface, before the address */
	IPV4_BITS = 96,	 /* before an IPv4 address in a mapped one */
};

static const uint8_t ipv4_prefix[16] = {[10] = 0xff, 0xff};

static bool is_ipv4(const uint8_t *addr)
{
	return !memcmp(addr, ipv4_prefix, 12);
}

unsigned int fast_prefix_bits(const struct fast_prefix *prefix)
{
	return prefix->bits - INDEX_BITS;
}

static bool bits_same(const uint8_t *one, const uint8_t *other,
		      unsigned int bits)
{
	unsigned int bytes = bits / 8, rest = bits % 8;

	return !memcmp(one, other, bytes) &&
	       (!rest || !((one[bytes] ^ other[bytes]) >> (8 - rest)));
}

bool fast_prefix_has(const struct fast_prefix *prefix, const uint8_t addr[16])
{
	return bits_same(prefix->address.addr, addr, fast_prefix_bits(prefix));
}

/* Whether a prefix and what no host has are not apart. */
static bool is_taken(const uint8_t *addr, unsigned int bits)
{
	static const struct {
		uint8_t addr[16];
		unsigned int bits;
	} none[] = {
		{{[10] = 0xff, 0xff}, IPV4_BITS + 8},	   /* 0.0.0.0/8 */
		{{[10] = 0xff, 0xff, 224}, IPV4_BITS + 3}, /* multicast, ... */
		{{0}, IPV4_BITS},			   /* ::/96 */
		{{0xff}, 8},				   /* ff00::/8 */
	};
	size_t i;

	for (i = 0; i < sizeof(none) / sizeof(*none); i++)
		if (bits_same(addr, none[i].addr,
			      bits < none[i].bits ? bits : none[i].bits))
			return true;
	return false;
}

static int address_read(const char *text, uint8_t addr[16], bool *ipv4)
{
	*ipv4 = inet_pton(AF_INET, text, addr + 12) == 1;
	if (*ipv4)
		memcpy(addr, ipv4_prefix, 12);
	else if (inet_pton(AF_INET6, text, addr) != 1)
		return -EINVAL;
	return 0;
}

static int prefix_read(struct fast_prefix *prefix, const char *text)
{
	uint8_t *addr = prefix->address.addr, kept[16];
	const char *slash = strchr(text, '/');
	unsigned int bits, i;
	char name[FAST_ADDRESS_TEXT], *end;
	bool ipv4;

	if (!slash || slash - text >= (int)sizeof(name) || slash[1] < '0' ||
	    slash[1] > '9' || strlen(slash) > 4)
		return error_set(-EINVAL, "'%s' is no prefix", text);
	snprintf(name, sizeof(name), "%.*s", (int)(slash - text), text);
	bits = strtoul(slash + 1, &end, 10);
	if (*end || address_read(name, addr, &ipv4))
		return error_set(-EINVAL, "'%s' is no prefix", text);
	if (!bits || bits >= (ipv4 ? 32 : 128))
		return error_set(-EINVAL, "'%s' has not 1 to %d bits", text,
				 ipv4 ? 31 : 127);
	bits += ipv4 ? IPV4_BITS : 0;
	memcpy(kept, addr, 16);
	for (i = bits; i < 128; i++)
		kept[i / 8] &= ~(0x80 >> i % 8);
	if (memcmp(kept, addr, 16))
		return error_set(-EINVAL, "'%s' has bits behind its prefix",
				 text);
	if (is_taken(addr, bits))
		return error_set(-EINVAL, "'%s' has addresses of no host",
				 text);
	prefix->bits = INDEX_BITS + bits;
	return 0;
}

int fast_prefix_parse(struct fast_prefix_list *list, const char *text)
{
	struct fast_prefix prefix = {.bits = 0};
	int err = prefix_read(&prefix, text);
	size_t i;

	if (err)
		return err;
	for (i = 0; i < list->count; i++)
		if (!memcmp(&list->prefix[i], &prefix, sizeof(prefix)))
			return 0;
	if (list->count == FAST_PREFIXES_MAX)
		return error_set(-E2BIG, "more than %d prefixes",
				 FAST_PREFIXES_MAX);
	if (array_grow(&list->prefix, &list->room, list->count + 1,
		       sizeof(prefix)))
		return error_sys(-ENOMEM, "cannot list the prefixes");
	list->prefix[list->count++] = prefix;
	return 0;
}

void fast_prefix_print(const struct fast_prefix *prefix,
		       char text[FAST_PREFIX_TEXT])
{
	const uint8_t *addr = prefix->address.addr;
	unsigned int bits = fast_prefix_bits(prefix);
	size_t used;

	fast_address_print(addr, text);
	used = strlen(text);
	snprintf(text + used, FAST_PREFIX_TEXT - used, "/%u",
		 is_ipv4(addr) ? bits - IPV4_BITS : bits);
}

void fast_prefix_free(struct fast_prefix_list *list)
{
	free(list->prefix);
	memset(list, 0, sizeof(*list));
}
