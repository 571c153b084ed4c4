// SPDX-License-Identifier: BSD-2-Clause
#include <endian.h>
#include <linux/bpf.h>
#include <linux/types.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "answer.h"
#include "head.h"
#include "limit.h"
#include "map_view.h"
#include "request.h"
#include "xdp_answer.h"
#include "xdp_client.h"

#define DATE_FIELD "\r\nDate: "

size_t answer_of(char *out, const void *request, size_t len, const char *date)
{
	static struct map_key key;
	struct head head;

	head_init(&head, LIMIT_HEAD, LIMIT_REQUEST_TARGET);
	if (head_scan(&head, request, len) != HEAD_DONE ||
	    request_key(&key, &head, request, false))
		return 0;
	return answer_match(out, rig.map, &key, date, ANSWER_CLOSE);
}

/* The Date of an answer if it is the time of now or the second before; else
 * one that no answer has. */
static const char *date_of(const void *data, size_t len)
{
	const char *at = memmem(data, len, DATE_FIELD, strlen(DATE_FIELD));
	static char date[ANSWER_DATE];
	struct timespec now;
	int i;

	/* Not time(), which may be a tick behind. */
	clock_gettime(CLOCK_REALTIME, &now);
	if (!at || (const char *)data + len - at < 50)
		return "no Date, or not in its place";
	at += strlen(DATE_FIELD);
	for (i = 0; i < 2; i++) {
		answer_date(date, now.tv_sec - i);
		if (!memcmp(date, at, ANSWER_DATE))
			return date;
	}
	return "a Date that is not of today: ";
}

/* Timestamps are answered with timestamps: the value is the program's. */
static void add_timestamps(struct packet *reply, const struct packet *request,
			   const struct packet *got)
{
	const uint8_t *theirs =
		packet_option(request, TCP_OPTION_TIMESTAMPS, 8);
	const uint8_t *ours = packet_option(got, TCP_OPTION_TIMESTAMPS, 8);
	uint32_t value = 0, echo;

	if (!theirs)
		return;
	if (ours)
		memcpy(&value, ours, 4);
	memcpy(&echo, theirs, 4);
	packet_add_timestamps(reply, be32toh(value), be32toh(echo));
}

void answer_expect(const char *about, const struct packet *request,
		   rig_set counters)
{
	static struct rig_result result;
	static struct frame frame;
	static char answer[ANSWER_MAX];
	struct packet reply, got;

	rig_forget();
	if (!rig_answered(about, request, &result, &got))
		return;
	client_reply(&reply, request);
	reply.flags = TCP_ACK | TCP_PSH | TCP_FIN;
	reply.seq = request->ack;
	reply.ack =
		request->seq + request->data_len + !!(request->flags & TCP_FIN);
	reply.window = client_window(request);
	reply.data = answer;
	reply.data_len = answer_of(answer, request->data, request->data_len,
				   date_of(got.data, got.data_len));
	add_timestamps(&reply, request, &got);
	if (packet_is_ipv4(request)) {
		reply.df = false;
		reply.id = got.id;
	}
	frame_write(&frame, &reply);
	rig_expect(about, &result, XDP_TX, &frame, counters);
}

void handover_expect(const char *about, const struct packet *request,
		     rig_set reasons)
{
	static struct rig_result result;
	static struct frame frame;
	rig_set reason;

	rig_forget();
	frame_write(&frame, request);
	rig_respond(&result, &frame);
	reason = result.rose & reasons;
	if (!reason || reason & (reason - 1))
		reason = reasons;
	rig_expect(about, &result, XDP_PASS, &frame,
		   RIG_COUNTER(COOKIE_ACCEPTED) | reason);
}

void handover_expect_all(const char *about, const void *request, size_t len,
			 rig_set reasons)
{
	struct packet packet;
	char text[160];
	int v;

	for (v = 0; v < CLIENT_VARIANTS; v++) {
		client_segment(&packet, v, TCP_ACK | TCP_PSH, request);
		packet.data_len = len;
		snprintf(text, sizeof(text), "%s, %s", about,
			 client_variant(v));
		handover_expect(text, &packet, reasons);
	}
}
