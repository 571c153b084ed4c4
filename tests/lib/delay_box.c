// SPDX-License-Identifier: BSD-2-Clause
/*
 * delay_box ONE OTHER MICROSECONDS [FIRST]
 *
 * A wire between two interfaces of a network namespace that takes its time:
 * each frame leaves by the other one that much later, in order. FIRST: but for
 * the first data of each TCP connection that begins at OTHER, which come by so
 * many microseconds later than in order, or not at all if that is "lost". It
 * ends with the process that started it. What is more than a direction's room
 * is lost, and said in the end; says "ready" when it begins.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23
#endif

enum {
	ROOM = 16384,	  /* frames on their way, of a direction */
	FRAME_MAX = 1600, /* of an MTU of 1,500, with tags */
	BATCH = 256,	  /* frames of one turn */
};

struct frame {
	uint64_t due; /* nanoseconds */
	size_t len;
	uint8_t byte[FRAME_MAX];
};

struct way {
	int from, to;
	uint64_t delay;
	struct way *first;   /* what connections' first data take, or NULL */
	struct frame *frame; /* a ring; NULL: all is lost, and meant to be */
	size_t head, tail;   /* taken, and put, so far */
	unsigned long lost;
};

static volatile sig_atomic_t over;

static void stop(int number)
{
	(void)number;
	over = 1;
}

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

static int end_open(const char *name)
{
	struct sockaddr_ll at = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = if_nametoindex(name),
	};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, 0), on = 1,
	    size = 16 << 20;

	if (fd < 0 || !at.sll_ifindex ||
	    setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on,
		       sizeof(on)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)) ||
	    bind(fd, (void *)&at, sizeof(at))) {
		perror(name);
		exit(1);
	}
	return fd;
}

/* The TCP header of a frame without tags and extension headers, and in data the
 * bytes behind it; NULL for any other. */
static const uint8_t *frame_tcp(const struct frame *frame, int *data)
{
	const uint8_t *ip = frame->byte + ETH_HLEN, *tcp;
	int type = frame->byte[12] << 8 | frame->byte[13];
	int len = (int)frame->len - ETH_HLEN, headers;

	if (type == ETH_P_IP && len >= 40 && ip[9] == IPPROTO_TCP) {
		headers = (ip[0] & 15) * 4;
		len = ip[2] << 8 | ip[3];
	} else if (type == ETH_P_IPV6 && len >= 60 && ip[6] == IPPROTO_TCP) {
		headers = 40;
		len = headers + (ip[4] << 8 | ip[5]);
	} else {
		return NULL;
	}
	tcp = ip + headers;
	*data = len - headers - (tcp[12] >> 4) * 4;
	return tcp;
}

/* Whether these are the first data of a connection, by its client's port. */
static bool frame_first(const struct frame *frame)
{
	enum { SYN = 2 };
	static bool begun[65536];
	const uint8_t *tcp;
	bool *here, first;
	int data;

	tcp = frame_tcp(frame, &data);
	if (!tcp)
		return false;
	here = &begun[tcp[0] << 8 | tcp[1]];
	first = *here && data > 0;
	*here = tcp[13] & SYN || (*here && !first);
	return first;
}

static void way_put(struct way *way, const struct frame *frame)
{
	struct frame *put;

	if (!way->frame)
		return;
	if (way->tail - way->head == ROOM) {
		way->lost++;
		return;
	}
	put = &way->frame[way->tail++ % ROOM];
	memcpy(put->byte, frame->byte, frame->len);
	put->len = frame->len;
	put->due = now() + way->delay;
}

static void way_take(struct way *way)
{
	static struct frame frame;
	ssize_t len;
	int i;

	for (i = 0; i < BATCH; i++) {
		/* The length as it was on the wire. */
		len = recv(way->from, frame.byte, FRAME_MAX, MSG_TRUNC);
		if (len < 0)
			return;
		if (len > FRAME_MAX) {
			way->lost++;
			continue;
		}
		frame.len = len;
		way_put(way->first && frame_first(&frame) ? way->first : way,
			&frame);
	}
}

/* Send what is due; returns when the next is. */
static uint64_t way_give(struct way *way)
{
	uint64_t time = now();

	for (; way->head != way->tail; way->head++) {
		struct frame *frame = &way->frame[way->head % ROOM];

		if (frame->due > time)
			return frame->due;
		if (send(way->to, frame->byte, frame->len, 0) < 0)
			way->lost++;
	}
	return UINT64_MAX;
}

static void wait_until(struct pollfd fds[2], uint64_t due)
{
	uint64_t time = now(), left = due > time ? due - time : 0;
	struct timespec ts = {.tv_sec = left / 1000000000,
			      .tv_nsec = left % 1000000000};

	ppoll(fds, 2, due == UINT64_MAX ? NULL : &ts, NULL);
}

/* What connections' first data take: later, or nowhere. */
static struct way *first_open(const char *how, int to, uint64_t delay)
{
	static struct way first;

	if (!strcmp(how, "lost"))
		return &first;
	first.to = to;
	first.delay = delay + strtoull(how, NULL, 10) * 1000;
	first.frame = calloc(ROOM, sizeof(struct frame));
	if (!first.frame)
		exit(1);
	return &first;
}

static uint64_t ways_turn(struct way way[2])
{
	uint64_t due, next = UINT64_MAX;
	int i;

	for (i = 0; i < 2; i++)
		way_take(&way[i]);
	for (i = 0; i < 2; i++) {
		due = way_give(&way[i]);
		if (due < next)
			next = due;
		due = way[i].first ? way_give(way[i].first) : UINT64_MAX;
		if (due < next)
			next = due;
	}
	return next;
}

int main(int argc, char **argv)
{
	struct way way[2] = {{.from = -1}};
	struct pollfd fds[2];
	int i;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	prctl(PR_SET_TIMERSLACK, 1);
	if (argc < 4 || argc > 5 || getppid() == 1) {
		fputs("delay_box ONE OTHER MICROSECONDS [FIRST]\n", stderr);
		return 2;
	}
	for (i = 0; i < 2; i++) {
		way[i].from = way[!i].to = end_open(argv[1 + i]);
		way[i].delay = strtoull(argv[3], NULL, 10) * 1000;
		way[i].frame = calloc(ROOM, sizeof(struct frame));
		fds[i] = (struct pollfd){way[i].from, POLLIN, 0};
		if (!way[i].frame)
			return 1;
	}
	if (argc == 5)
		way[1].first = first_open(argv[4], way[1].to, way[1].delay);
	signal(SIGTERM, stop);
	signal(SIGINT, stop);
	puts("ready");
	fflush(stdout);
	while (!over)
		wait_until(fds, ways_turn(way));
	printf("lost %lu %lu\n", way[0].lost, way[1].lost);
	return 0;
}
