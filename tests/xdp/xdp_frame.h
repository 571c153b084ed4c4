/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef XDP_FRAME_H
#define XDP_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A frame as bytes. */
enum { FRAME_ROOM = 16384 };

struct frame {
	size_t len;
	uint8_t byte[FRAME_ROOM];
};

enum tcp_flag {
	TCP_FIN = 1,
	TCP_SYN = 2,
	TCP_RST = 4,
	TCP_PSH = 8,
	TCP_ACK = 16,
	TCP_URG = 32,
	TCP_ECE = 64,
	TCP_CWR = 128,
};

enum tcp_option {
	TCP_OPTION_END = 0,
	TCP_OPTION_NOP = 1,
	TCP_OPTION_MSS = 2,
	TCP_OPTION_SCALE = 3,
	TCP_OPTION_SACK_PERMITTED = 4,
	TCP_OPTION_TIMESTAMPS = 8,
};

enum {
	VLANS_MAX = 3,
	OPTIONS_MAX = 40,
	ADDRESS_SIZE = 16, /* IPv4 mapped: ::ffff:a.b.c.d */
	MAC_SIZE = 6,
};

/* A frame by its fields, in host byte order; what follows from others (lengths,
 * checksums) is left out. */
struct packet {
	uint8_t mac_from[MAC_SIZE], mac_to[MAC_SIZE];
	int vlans;
	uint16_t vlan_type[VLANS_MAX]; /* 0x8100 or 0x88a8 */
	uint16_t vlan_tag[VLANS_MAX];
	uint8_t from[ADDRESS_SIZE], to[ADDRESS_SIZE];
	uint8_t tos, ttl; /* traffic class, hop limit */
	uint32_t id;	  /* of IPv4; the flow label of IPv6 */
	bool df;
	uint16_t from_port, to_port;
	uint32_t seq, ack;
	uint8_t flags; /* enum tcp_flag */
	uint8_t reserved;
	uint16_t window, urgent;
	uint8_t options[OPTIONS_MAX];
	size_t options_len; /* a multiple of 4 */
	const void *data;
	size_t data_len;
};

bool packet_is_ipv4(const struct packet *packet);

/* Where its IP and TCP headers and its data begin in the frame. */
size_t packet_ip_at(const struct packet *packet);
size_t packet_tcp_at(const struct packet *packet);
size_t packet_data_at(const struct packet *packet);

/* Write the frame of a packet. */
void frame_write(struct frame *frame, const struct packet *packet);

/* Set the checksums anew after a change by hand; its headers' places are the
 * packet's. */
void frame_sum(struct frame *frame, const struct packet *packet);

/*
 * frame_read - take a frame apart, strictly
 * @packet: data points into the frame
 *
 * NULL, or what is wrong with it: lengths that do not add up to exactly the
 * frame's, padding, IP options, a checksum.
 */
const char *frame_read(struct packet *packet, const struct frame *frame);

/*
 * packet_option - find a TCP option
 * @kind: enum tcp_option (RFC 9293 3.2, 7323, 2018)
 *
 * Its value behind kind and length, of len bytes; NULL if it is not there, has
 * another length, or options before it do not add up.
 */
const uint8_t *packet_option(const struct packet *packet, int kind, size_t len);

/* Add a TCP option: kind, len + 2, value; and NOPs up to the next word. */
void packet_add_option(struct packet *packet, int kind, const void *value,
		       size_t len);

/* Add timestamps as stacks lay them out: NOP NOP 8 10 value echo. */
void packet_add_timestamps(struct packet *packet, uint32_t value,
			   uint32_t echo);

#endif
