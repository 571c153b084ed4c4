/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef XDP_CLIENT_H
#define XDP_CLIENT_H

#include "fastpath.h"
#include "kept.h"
#include "xdp_frame.h"
#include "xdp_rig.h"

/*
 * A client of the rig: what it sends, and the frame that a reply begins with.
 * Variants are the families, each plain and with a VLAN tag.
 */
enum {
	CLIENT_VARIANTS = 4,
	CLIENT_IPV6 = 2, /* variants from here on */
	CLIENT_ISN = 0x89abcdef,
	CLIENT_PORT = 40000,
	CLIENT_WINDOW = 64240,
	CLIENT_CLASS = 6,	      /* of the MSS in its cookie: 1460 */
	CLIENT_SERVER_WINDOW = 64240, /* bytes, in replies */
	CLIENT_SERVER_SCALE = 7,
};

/* "IPv6, 802.1ad" and the like. */
const char *client_variant(int variant);

/* What all packets of a client have in common; sequence numbers 0, no flag. */
void client_packet(struct packet *packet, int variant);

/* A SYN without options. */
void client_syn(struct packet *packet, int variant);

/* What a SYN offers. */
struct offer {
	const char *about;
	uint16_t mss; /* 0: not offered */
	bool sack, timestamps;
	int scale; /* of the window, or OFFER_NO_SCALE */
};

enum { OFFER_NO_SCALE = -1, OFFER_TIMESTAMP = 0x00abcdef };

/* What a SYN-ACK agrees to of an offer, and what a request brings back. The
 * scale is the client's: that of the offer, or one below. */
struct agreed {
	uint32_t mss;
	bool sack, timestamps;
	int scale; /* or OFFER_NO_SCALE */
};

struct agreed client_agreed(const struct packet *packet,
			    const struct offer *offer);

/* Add the options of an offer to a SYN. */
void client_offer(struct packet *packet, const struct offer *offer);

/*
 * client_open - open a connection: what becomes of a SYN
 * @packet: the SYN; receives a segment behind the handshake, without data
 *
 * The XDP program answers the SYN; cookie and timestamps are what it sent.
 */
void client_open(struct packet *packet, const struct offer *offer);

/* A segment behind the handshake, with a valid cookie: its first byte is the
 * first of the connection. Data may be NULL. */
void client_segment(struct packet *packet, int variant, uint8_t flags,
		    const char *data);

/* The flow of a client's packet, as the programs see it. */
struct fast_flow client_flow(const struct packet *packet);

/* The cookie of a connection made so many seconds ago. */
uint32_t client_cookie(const struct packet *packet, uint32_t isn,
		       uint32_t class, uint64_t age);

/* Raise the acknowledgment until it is no cookie of ours even by chance. */
void client_avoid_cookie(struct packet *packet);

/* The window in a reply to a segment: the timestamp that it echoes says whether
 * windows are scaled. */
uint16_t client_window(const struct packet *packet);

/* The reply's frame as far as the packet alone tells it: all that is swapped or
 * kept, and what the programs put into every reply. */
void client_reply(struct packet *reply, const struct packet *packet);

#endif
