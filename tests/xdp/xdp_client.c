// SPDX-License-Identifier: BSD-2-Clause
#include <arpa/inet.h>
#include <endian.h>
#include <linux/bpf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "xdp_client.h"

static void address(uint8_t *dst, int ipv6, const char *ipv4_text,
		    const char *ipv6_text)
{
	if (ipv6) {
		inet_pton(AF_INET6, ipv6_text, dst);
		return;
	}
	memset(dst, 0, 10);
	memset(dst + 10, 0xff, 2);
	inet_pton(AF_INET, ipv4_text, dst + 12);
}

const char *client_variant(int variant)
{
	static const char *const names[CLIENT_VARIANTS] = {
		"IPv4",
		"IPv4, 802.1Q",
		"IPv6",
		"IPv6, 802.1ad",
	};

	return names[variant];
}

void client_packet(struct packet *packet, int variant)
{
	static const struct packet any = {
		.mac_from = {2, 0, 0, 0, 0, 7},
		.mac_to = {2, 0, 0, 0, 0, 1},
		.tos = 0x48,
		.ttl = 57,
		.id = 0x1234,
		.df = true,
		.from_port = CLIENT_PORT,
		.to_port = RIG_PORT,
		.window = CLIENT_WINDOW,
	};
	int ipv6 = variant >= CLIENT_IPV6;

	*packet = any;
	packet->vlans = variant % CLIENT_IPV6;
	packet->vlan_type[0] = ipv6 ? 0x88a8 : 0x8100;
	packet->vlan_tag[0] = 0x2123;
	address(packet->from, ipv6, "192.0.2.7", "2001:db8:7::7");
	address(packet->to, ipv6, RIG_IPV4, RIG_IPV6);
}

void client_syn(struct packet *packet, int variant)
{
	client_packet(packet, variant);
	packet->seq = CLIENT_ISN;
	packet->flags = TCP_SYN;
}

void client_offer(struct packet *packet, const struct offer *offer)
{
	uint16_t mss = htons(offer->mss);
	uint8_t scale = offer->scale;

	if (offer->mss)
		packet_add_option(packet, TCP_OPTION_MSS, &mss, 2);
	if (offer->sack)
		packet_add_option(packet, TCP_OPTION_SACK_PERMITTED, NULL, 0);
	if (offer->timestamps)
		packet_add_timestamps(packet, OFFER_TIMESTAMP, 0);
	if (offer->scale != OFFER_NO_SCALE)
		packet_add_option(packet, TCP_OPTION_SCALE, &scale, 1);
}

struct agreed client_agreed(const struct packet *packet,
			    const struct offer *offer)
{
	int ipv4 = packet_is_ipv4(packet);
	uint32_t mss = offer->mss ? offer->mss : ipv4 ? 536 : 1220, kept;
	struct agreed agreed = {
		.mss = cookie_mss(cookie_class(mss)),
		.sack = offer->sack && !(rig.refuses & FAST_OFFER_SACK),
		.timestamps = offer->timestamps &&
			      !(rig.refuses & FAST_OFFER_TIMESTAMPS),
		.scale = offer->scale > 14 ? 14 : offer->scale,
	};

	if (rig.refuses & FAST_OFFER_WSCALE)
		agreed.scale = OFFER_NO_SCALE;
	if (agreed.timestamps)
		return agreed;
	kept = kept_make(mss, agreed.sack,
			 agreed.scale == OFFER_NO_SCALE ? KEPT_NO_SCALE
							: agreed.scale,
			 ipv4);
	agreed.mss = kept_mss(kept, ipv4);
	agreed.sack = kept_sack(kept);
	agreed.scale = kept_scale(kept) == KEPT_NO_SCALE
			       ? OFFER_NO_SCALE
			       : (int)kept_scale(kept);
	return agreed;
}

void client_open(struct packet *packet, const struct offer *offer)
{
	static struct rig_result result;
	static struct frame frame;
	struct packet reply;
	const uint8_t *at;
	uint32_t echo = 0;

	client_offer(packet, offer);
	frame_write(&frame, packet);
	rig_respond(&result, &frame);
	assert_int_equal(result.verdict, XDP_TX);
	assert_null(frame_read(&reply, &result.frame));
	at = packet_option(&reply, TCP_OPTION_TIMESTAMPS, 8);
	assert_int_equal(at != NULL, offer->timestamps);
	if (at)
		memcpy(&echo, at, 4);
	packet->flags = TCP_ACK;
	packet->seq++;
	packet->ack = reply.seq + 1;
	packet->options_len = 0;
	if (at)
		packet_add_timestamps(packet, OFFER_TIMESTAMP + 1,
				      be32toh(echo));
}

struct fast_flow client_flow(const struct packet *packet)
{
	struct fast_flow flow;

	memcpy(flow.client, packet->from, ADDRESS_SIZE);
	memcpy(flow.server, packet->to, ADDRESS_SIZE);
	flow.client_port = htons(packet->from_port);
	flow.server_port = htons(packet->to_port);
	return flow;
}

uint32_t client_cookie(const struct packet *packet, uint32_t isn,
		       uint32_t class, uint64_t age)
{
	struct fast_flow flow = client_flow(packet);

	return cookie_make(&rig.keys, &flow, isn, rig_seconds() - age,
			   CLIENT_SERVER_SCALE, class);
}

void client_segment(struct packet *packet, int variant, uint8_t flags,
		    const char *data)
{
	client_packet(packet, variant);
	packet->seq = CLIENT_ISN + 1U;
	packet->ack = client_cookie(packet, CLIENT_ISN, CLIENT_CLASS, 0) + 1;
	packet->flags = flags;
	packet->data = data;
	packet->data_len = data ? strlen(data) : 0;
}

void client_reply(struct packet *reply, const struct packet *packet)
{
	memset(reply, 0, sizeof(*reply));
	memcpy(reply->mac_from, packet->mac_to, MAC_SIZE);
	memcpy(reply->mac_to, packet->mac_from, MAC_SIZE);
	reply->vlans = packet->vlans;
	memcpy(reply->vlan_type, packet->vlan_type, sizeof(reply->vlan_type));
	memcpy(reply->vlan_tag, packet->vlan_tag, sizeof(reply->vlan_tag));
	memcpy(reply->from, packet->to, ADDRESS_SIZE);
	memcpy(reply->to, packet->from, ADDRESS_SIZE);
	reply->from_port = packet->to_port;
	reply->to_port = packet->from_port;
	reply->ttl = 64;
	reply->df = true;
}

void client_avoid_cookie(struct packet *packet)
{
	struct fast_flow flow = client_flow(packet);

	/* With 25 bits of it, it is none with 27. */
	while (cookie_check(&rig.keys, &flow, packet->seq - 1, rig_seconds(),
			    CLIENT_SERVER_SCALE, 0,
			    packet->ack - 1) != COOKIE_NONE)
		packet->ack++;
}

uint16_t client_window(const struct packet *packet)
{
	const uint8_t *at = packet_option(packet, TCP_OPTION_TIMESTAMPS, 8);
	bool scaled = at && (at[7] & 15) != 15;

	return CLIENT_SERVER_WINDOW >> (scaled ? CLIENT_SERVER_SCALE : 0);
}
