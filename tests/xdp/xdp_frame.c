// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "xdp_frame.h"

enum {
	TYPE_IPV4 = 0x0800,
	TYPE_IPV6 = 0x86dd,
	TYPE_VLAN = 0x8100,
	TYPE_VLAN_OUTER = 0x88a8,
	PROTOCOL_TCP = 6,
};

static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

static uint32_t get(const uint8_t *at, int bytes)
{
	uint32_t value = 0;

	while (bytes--)
		value = value << 8 | *at++;
	return value;
}

static void put(uint8_t *at, int bytes, uint32_t value)
{
	while (bytes--) {
		at[bytes] = value;
		value >>= 8;
	}
}

bool packet_is_ipv4(const struct packet *packet)
{
	return !memcmp(packet->to, mapped, sizeof(mapped));
}

size_t packet_ip_at(const struct packet *packet)
{
	return 14 + 4 * packet->vlans;
}

size_t packet_tcp_at(const struct packet *packet)
{
	return packet_ip_at(packet) + (packet_is_ipv4(packet) ? 20 : 40);
}

size_t packet_data_at(const struct packet *packet)
{
	return packet_tcp_at(packet) + 20 + packet->options_len;
}

/* RFC 1071, not complemented. */
static uint32_t sum_of(uint32_t sum, const uint8_t *at, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		sum += i % 2 ? at[i] : at[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/* Of a segment with its pseudo-header. */
static uint32_t tcp_sum(const struct packet *packet, const uint8_t *tcp,
			size_t len)
{
	size_t skip = packet_is_ipv4(packet) ? sizeof(mapped) : 0;
	uint32_t sum = PROTOCOL_TCP + len;

	sum = sum_of(sum, packet->from + skip, ADDRESS_SIZE - skip);
	sum = sum_of(sum, packet->to + skip, ADDRESS_SIZE - skip);
	return sum_of(sum, tcp, len);
}

static void write_link(uint8_t *at, const struct packet *packet)
{
	int i;

	memcpy(at, packet->mac_to, MAC_SIZE);
	memcpy(at + 6, packet->mac_from, MAC_SIZE);
	at += 12;
	for (i = 0; i < packet->vlans; i++, at += 4) {
		put(at, 2, packet->vlan_type[i]);
		put(at + 2, 2, packet->vlan_tag[i]);
	}
	put(at, 2, packet_is_ipv4(packet) ? TYPE_IPV4 : TYPE_IPV6);
}

static void write_ip(uint8_t *ip, const struct packet *packet, size_t len)
{
	if (!packet_is_ipv4(packet)) {
		put(ip, 4, 6U << 28 | packet->tos << 20 | packet->id);
		put(ip + 4, 2, len);
		ip[6] = PROTOCOL_TCP;
		ip[7] = packet->ttl;
		memcpy(ip + 8, packet->from, ADDRESS_SIZE);
		memcpy(ip + 24, packet->to, ADDRESS_SIZE);
		return;
	}
	ip[0] = 0x45;
	ip[1] = packet->tos;
	put(ip + 2, 2, 20 + len);
	put(ip + 4, 2, packet->id);
	put(ip + 6, 2, packet->df ? 0x4000 : 0);
	ip[8] = packet->ttl;
	ip[9] = PROTOCOL_TCP;
	memcpy(ip + 12, packet->from + sizeof(mapped), 4);
	memcpy(ip + 16, packet->to + sizeof(mapped), 4);
}

static void write_tcp(uint8_t *tcp, const struct packet *packet)
{
	size_t header = 20 + packet->options_len;

	put(tcp, 2, packet->from_port);
	put(tcp + 2, 2, packet->to_port);
	put(tcp + 4, 4, packet->seq);
	put(tcp + 8, 4, packet->ack);
	tcp[12] = header / 4 << 4 | packet->reserved;
	tcp[13] = packet->flags;
	put(tcp + 14, 2, packet->window);
	put(tcp + 18, 2, packet->urgent);
	memcpy(tcp + 20, packet->options, packet->options_len);
	if (packet->data_len)
		memcpy(tcp + header, packet->data, packet->data_len);
}

void frame_sum(struct frame *frame, const struct packet *packet)
{
	uint8_t *ip = frame->byte + packet_ip_at(packet);
	size_t at = packet_tcp_at(packet);
	uint8_t *tcp = frame->byte + at;

	if (packet_is_ipv4(packet)) {
		put(ip + 10, 2, 0);
		put(ip + 10, 2, ~sum_of(0, ip, 20));
	}
	put(tcp + 16, 2, 0);
	put(tcp + 16, 2, ~tcp_sum(packet, tcp, frame->len - at));
}

void frame_write(struct frame *frame, const struct packet *packet)
{
	size_t tcp_at = packet_tcp_at(packet);

	frame->len = packet_data_at(packet) + packet->data_len;
	memset(frame->byte, 0, frame->len);
	write_link(frame->byte, packet);
	write_ip(frame->byte + packet_ip_at(packet), packet,
		 frame->len - tcp_at);
	write_tcp(frame->byte + tcp_at, packet);
	frame_sum(frame, packet);
}

static int read_link(struct packet *packet, const struct frame *frame)
{
	const uint8_t *at = frame->byte + 12;
	int i;

	memcpy(packet->mac_to, frame->byte, MAC_SIZE);
	memcpy(packet->mac_from, frame->byte + 6, MAC_SIZE);
	for (i = 0; i < VLANS_MAX; i++, at += 4) {
		if (get(at, 2) != TYPE_VLAN && get(at, 2) != TYPE_VLAN_OUTER)
			break;
		packet->vlan_type[i] = get(at, 2);
		packet->vlan_tag[i] = get(at + 2, 2);
	}
	packet->vlans = i;
	return get(at, 2);
}

static const char *read_ipv4(struct packet *packet, const uint8_t *ip,
			     size_t len)
{
	if (len < 40 || ip[0] != 0x45)
		return "IPv4 version or header length";
	if (get(ip + 2, 2) != len)
		return "IPv4 total length";
	if (get(ip + 6, 2) & ~0x4000U)
		return "IPv4 fragment fields";
	if (ip[9] != PROTOCOL_TCP)
		return "IPv4 protocol";
	if (sum_of(0, ip, 20) != 0xffff)
		return "IPv4 checksum";
	packet->tos = ip[1];
	packet->id = get(ip + 4, 2);
	packet->df = ip[6] & 0x40;
	packet->ttl = ip[8];
	memcpy(packet->from, mapped, sizeof(mapped));
	memcpy(packet->from + sizeof(mapped), ip + 12, 4);
	memcpy(packet->to, mapped, sizeof(mapped));
	memcpy(packet->to + sizeof(mapped), ip + 16, 4);
	return NULL;
}

static const char *read_ipv6(struct packet *packet, const uint8_t *ip,
			     size_t len)
{
	if (len < 60 || ip[0] >> 4 != 6)
		return "IPv6 version";
	if (get(ip + 4, 2) != len - 40)
		return "IPv6 payload length";
	if (ip[6] != PROTOCOL_TCP)
		return "IPv6 next header";
	packet->tos = get(ip, 4) >> 20;
	packet->id = get(ip, 4) & 0xfffff;
	packet->ttl = ip[7];
	memcpy(packet->from, ip + 8, ADDRESS_SIZE);
	memcpy(packet->to, ip + 24, ADDRESS_SIZE);
	return NULL;
}

static const char *read_tcp(struct packet *packet, const uint8_t *tcp,
			    size_t len)
{
	size_t header = tcp[12] >> 4 << 2;

	if (header < 20 || header > len)
		return "TCP data offset";
	if (tcp_sum(packet, tcp, len) != 0xffff)
		return "TCP checksum";
	packet->from_port = get(tcp, 2);
	packet->to_port = get(tcp + 2, 2);
	packet->seq = get(tcp + 4, 4);
	packet->ack = get(tcp + 8, 4);
	packet->reserved = tcp[12] & 0xf;
	packet->flags = tcp[13];
	packet->window = get(tcp + 14, 2);
	packet->urgent = get(tcp + 18, 2);
	packet->options_len = header - 20;
	memcpy(packet->options, tcp + 20, packet->options_len);
	packet->data = tcp + header;
	packet->data_len = len - header;
	return NULL;
}

const char *frame_read(struct packet *packet, const struct frame *frame)
{
	const char *wrong = "EtherType";
	const uint8_t *ip;
	size_t len;
	int type;

	memset(packet, 0, sizeof(*packet));
	if (frame->len < 54)
		return "short frame";
	type = read_link(packet, frame);
	ip = frame->byte + packet_ip_at(packet);
	len = frame->len - packet_ip_at(packet);
	if (type == TYPE_IPV4)
		wrong = read_ipv4(packet, ip, len);
	else if (type == TYPE_IPV6)
		wrong = read_ipv6(packet, ip, len);
	if (wrong)
		return wrong;
	ip = frame->byte + packet_tcp_at(packet);
	return read_tcp(packet, ip, frame->len - packet_tcp_at(packet));
}

const uint8_t *packet_option(const struct packet *packet, int kind, size_t len)
{
	const uint8_t *at = packet->options, *end = at + packet->options_len;

	while (at < end && *at) {
		size_t size = *at == TCP_OPTION_NOP ? 1
			      : end - at > 1	    ? at[1]
						    : 0;

		if (!size || (*at != TCP_OPTION_NOP && size < 2) ||
		    size > (size_t)(end - at))
			return NULL;
		if (*at == kind)
			return size == len + 2 ? at + 2 : NULL;
		at += size;
	}
	return NULL;
}

void packet_add_option(struct packet *packet, int kind, const void *value,
		       size_t len)
{
	uint8_t *at = packet->options + packet->options_len;

	*at++ = kind;
	*at++ = len + 2;
	if (len)
		memcpy(at, value, len);
	for (at += len; (at - packet->options) % 4; at++)
		*at = TCP_OPTION_NOP;
	packet->options_len = at - packet->options;
}

void packet_add_timestamps(struct packet *packet, uint32_t value, uint32_t echo)
{
	uint8_t *at = packet->options + packet->options_len;

	at[0] = at[1] = TCP_OPTION_NOP;
	at[2] = TCP_OPTION_TIMESTAMPS;
	at[3] = 10;
	put(at + 4, 4, value);
	put(at + 8, 4, echo);
	packet->options_len += 12;
}
