// SPDX-License-Identifier: BSD-2-Clause
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "proxy_header.h"

enum {
	V1_MAX = 107,  /* bytes of a line, with its end */
	V1_FIELDS = 6, /* of a line that has addresses */
	V2_START = 16, /* bytes before the addresses */
	V2_VERSION = 2 << 4,
	V2_TCP4 = 0x11,
	V2_TCP6 = 0x21,
	TLV_CRC32C = 0x03,
	TLV_SSL = 0x20,
	TLV_START = 3, /* bytes before its value */
	SSL_START = 5, /* bytes before the TLVs in it */
	SSL_CLIENT = 1,
};

static const uint8_t v1_start[6] = "PROXY ";
static const uint8_t v2_start[12] = "\r\n\r\n\0\r\nQUIT\n";

static size_t lesser(size_t a, size_t b)
{
	return a < b ? a : b;
}

static unsigned int read16(const uint8_t *at)
{
	return at[0] << 8 | at[1];
}

/* Decimal, without zeros in front: 0 or -EINVAL. */
static int port_read(uint16_t *port, const char *text)
{
	size_t len = strspn(text, "0123456789");
	unsigned long value = strtoul(text, NULL, 10);

	if (!len || len > 5 || text[len] || (len > 1 && *text == '0') ||
	    value > 65535)
		return -EINVAL;
	*port = value;
	return 0;
}

static int end_read(struct peer *peer, int family, const char *address,
		    const char *port_text)
{
	uint8_t bytes[16];
	uint16_t port;

	if (inet_pton(family, address, bytes) != 1 ||
	    port_read(&port, port_text))
		return -EINVAL;
	if (family == AF_INET)
		peer_take_ipv4(peer, bytes, port);
	else
		peer_take_ipv6(peer, bytes, port);
	return 0;
}

/* Divide a line at its blanks: how many fields, one more than there is room for
 * if there are more. */
static int fields_divide(char *field[V1_FIELDS], char *line)
{
	int count = 0;

	while (line && count < V1_FIELDS) {
		field[count++] = line;
		line = strchr(line, ' ');
		if (line)
			*line++ = '\0';
	}
	return line ? count + 1 : count;
}

/* A line without its end. */
static int line_read(struct proxy_header *header, const uint8_t *data,
		     size_t len)
{
	char line[V1_MAX + 1], *field[V1_FIELDS];
	int count, family;

	memcpy(line, data, len);
	line[len] = '\0';
	count = fields_divide(field, line);
	if (count < 2)
		return -EINVAL;
	/* Whatever else it says then is of no meaning. */
	if (!strcmp(field[1], "UNKNOWN"))
		return 0;
	/* A NUL would end the last field before the line does. */
	if (count != V1_FIELDS || field[5] + strlen(field[5]) != line + len)
		return -EINVAL;
	if (!strcmp(field[1], "TCP4"))
		family = AF_INET;
	else if (!strcmp(field[1], "TCP6"))
		family = AF_INET6;
	else
		return -EINVAL;
	if (end_read(&header->from, family, field[2], field[4]) ||
	    end_read(&header->to, family, field[3], field[5]))
		return -EINVAL;
	return 0;
}

static int v1_read(struct proxy_header *header, const uint8_t *data, size_t len)
{
	const uint8_t *feed = memchr(data, '\n', lesser(len, V1_MAX));
	size_t line;

	if (!feed)
		return len < V1_MAX ? 0 : -EINVAL;
	line = feed - data;
	if (data[line - 1] != '\r' || line_read(header, data, line - 1))
		return -EINVAL;
	return line + 1;
}

/* Castagnoli's, as RFC 3720 has it; the four bytes at skip count as zero. */
static uint32_t crc32c(const uint8_t *data, size_t len, size_t skip)
{
	uint32_t crc = ~0u;
	size_t i;
	int bit;

	for (i = 0; i < len; i++) {
		crc ^= i - skip < 4 ? 0 : data[i];
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
	}
	return ~crc;
}

/* The TLV at a place: its value's length, or -EINVAL. */
static int tlv_len(const uint8_t *at, const uint8_t *end)
{
	unsigned int len;

	if (end - at < TLV_START)
		return -EINVAL;
	len = read16(at + 1);
	return end - at - TLV_START < (ptrdiff_t)len ? -EINVAL : (int)len;
}

static int ssl_read(struct proxy_header *header, const uint8_t *value, int len)
{
	const uint8_t *at = value + SSL_START, *end = value + len;

	if (len < SSL_START)
		return -EINVAL;
	for (; at < end; at += TLV_START + len) {
		len = tlv_len(at, end);
		if (len < 0)
			return -EINVAL;
	}
	header->tls |= *value & SSL_CLIENT;
	return 0;
}

static int crc_check(const uint8_t *data, size_t len, const uint8_t *value)
{
	uint32_t said = (uint32_t)read16(value) << 16 | read16(value + 2);

	return crc32c(data, len, value - data) == said ? 0 : -EINVAL;
}

/* The TLVs from a place on, of a header that has len bytes in all. */
static int tlvs_read(struct proxy_header *header, const uint8_t *data,
		     size_t len, size_t from)
{
	const uint8_t *at = data + from, *end = data + len;
	int n, err = 0;

	for (; at < end && !err; at += TLV_START + n) {
		n = tlv_len(at, end);
		if (n < 0)
			return -EINVAL;
		if (*at == TLV_SSL)
			err = ssl_read(header, at + TLV_START, n);
		else if (*at == TLV_CRC32C)
			err = n == 4 ? crc_check(data, len, at + TLV_START)
				     : -EINVAL;
	}
	return err;
}

/* What is of another kind than TCP says nothing of its ends. */
static void ends_read(struct proxy_header *header, int kind, const uint8_t *at)
{
	if (kind == V2_TCP4) {
		peer_take_ipv4(&header->from, at, read16(at + 8));
		peer_take_ipv4(&header->to, at + 4, read16(at + 10));
	} else if (kind == V2_TCP6) {
		peer_take_ipv6(&header->from, at, read16(at + 32));
		peer_take_ipv6(&header->to, at + 16, read16(at + 34));
	}
}

/* A header of a connection that is passed on, all of it. */
static int v2_passed(struct proxy_header *header, const uint8_t *data,
		     size_t len)
{
	static const uint16_t ends[] = {0, 12, 36, 216}; /* bytes, by family */
	unsigned int family = data[13] >> 4, transport = data[13] & 15;
	struct proxy_header tlvs = {.tls = false};

	if (family >= sizeof(ends) / sizeof(*ends) || transport > 2)
		return -EINVAL;
	/* Then what follows need not be TLVs, though HAProxy has some there. */
	if (!family || !transport) {
		if (!tlvs_read(&tlvs, data, len, V2_START))
			header->tls = tlvs.tls;
		return 0;
	}
	if (len < V2_START + (size_t)ends[family])
		return -EINVAL;
	ends_read(header, data[13], data + V2_START);
	return tlvs_read(header, data, len, V2_START + ends[family]);
}

static int v2_read(struct proxy_header *header, const uint8_t *data, size_t len)
{
	size_t all;

	if (len > 12 && data[12] != V2_VERSION && data[12] != (V2_VERSION | 1))
		return -EINVAL;
	if (len < V2_START)
		return 0;
	all = V2_START + read16(data + 14);
	if (all > PROXY_HEADER_MAX)
		return -EINVAL;
	if (len < all)
		return 0;
	header->local = data[12] == V2_VERSION;
	if (!header->local && v2_passed(header, data, all))
		return -EINVAL;
	return all;
}

int proxy_header_read(struct proxy_header *header, const uint8_t *data,
		      size_t len)
{
	*header = (struct proxy_header){.tls = false};
	if (!memcmp(data, v1_start, lesser(len, sizeof(v1_start))))
		return len < sizeof(v1_start) ? 0 : v1_read(header, data, len);
	if (!memcmp(data, v2_start, lesser(len, sizeof(v2_start))))
		return len < sizeof(v2_start) ? 0 : v2_read(header, data, len);
	return -ENOENT;
}

/* An address as IPv6 has it. */
static void put_ipv6(uint8_t *out, const struct peer *peer)
{
	static const uint8_t mapped[12] = {[10] = 0xff, 0xff};

	if (peer->family != AF_INET) {
		memcpy(out, peer->address, 16);
		return;
	}
	memcpy(out, mapped, 12);
	memcpy(out + 12, peer->address, 4);
}

static size_t put_port(uint8_t *out, const struct peer *peer)
{
	out[0] = peer->port >> 8;
	out[1] = peer->port;
	return 2;
}

/* Both ends, in the family that takes both; nothing of a client that is not
 * known. */
static size_t put_ends(uint8_t *out, const struct peer *from,
		       const struct peer *to, uint8_t *kind)
{
	size_t each = 4;

	if (!from->family)
		return 0;
	*kind = V2_TCP4;
	if (from->family == AF_INET6 || to->family == AF_INET6) {
		each = 16;
		*kind = V2_TCP6;
		put_ipv6(out, from);
		put_ipv6(out + each, to);
	} else {
		memcpy(out, from->address, each);
		memcpy(out + each, to->address, each);
	}
	out += 2 * each;
	put_port(out, from);
	put_port(out + 2, to);
	return 2 * each + 4;
}

size_t proxy_header_write(uint8_t out[PROXY_HEADER_OUT],
			  const struct proxy_header *header)
{
	/* Whether the client's certificate is good nobody here knows. */
	static const uint8_t ssl[] = {TLV_SSL, 0, SSL_START, SSL_CLIENT,
				      0,       0, 0,	     1};
	size_t len = V2_START;

	memcpy(out, v2_start, sizeof(v2_start));
	out[12] = V2_VERSION | 1;
	out[13] = 0;
	len += put_ends(out + len, &header->from, &header->to, out + 13);
	if (header->tls) {
		memcpy(out + len, ssl, sizeof(ssl));
		len += sizeof(ssl);
	}
	out[14] = 0;
	out[15] = len - V2_START;
	return len;
}
