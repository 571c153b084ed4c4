// SPDX-License-Identifier: BSD-2-Clause
/*
 * delay_box ONE OTHER MICROSECONDS
 *
 * A wire between two interfaces of a network namespace that takes its time: each
 * frame leaves by the other one that much later, in order. It ends with the
 * process that started it. What is more than a direction's room is lost, and
 * said in the end; says "ready" when it begins.
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
	struct frame *frame; /* a ring */
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

static void way_take(struct way *way, uint64_t delay)
{
	static uint8_t lost[FRAME_MAX];
	struct frame *frame;
	ssize_t len;
	int i;

	for (i = 0; i < BATCH; i++) {
		bool full = way->tail - way->head == ROOM;

		frame = &way->frame[way->tail % ROOM];
		/* The length as it was on the wire. */
		len = recv(way->from, full ? lost : frame->byte, FRAME_MAX,
			   MSG_TRUNC);
		if (len < 0)
			return;
		if (full || len > FRAME_MAX) {
			way->lost++;
			continue;
		}
		frame->due = now() + delay;
		frame->len = len;
		way->tail++;
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

int main(int argc, char **argv)
{
	struct way way[2] = {{.from = -1}};
	struct pollfd fds[2];
	uint64_t delay, due, other;
	int i;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	prctl(PR_SET_TIMERSLACK, 1);
	if (argc != 4 || getppid() == 1) {
		fputs("delay_box ONE OTHER MICROSECONDS\n", stderr);
		return 2;
	}
	delay = strtoull(argv[3], NULL, 10) * 1000;
	for (i = 0; i < 2; i++) {
		way[i].from = way[!i].to = end_open(argv[1 + i]);
		way[i].frame = calloc(ROOM, sizeof(struct frame));
		fds[i] = (struct pollfd){way[i].from, POLLIN, 0};
		if (!way[i].frame)
			return 1;
	}
	signal(SIGTERM, stop);
	signal(SIGINT, stop);
	puts("ready");
	fflush(stdout);
	while (!over) {
		for (i = 0; i < 2; i++)
			way_take(&way[i], delay);
		due = way_give(&way[0]);
		other = way_give(&way[1]);
		wait_until(fds, due < other ? due : other);
	}
	printf("lost %lu %lu\n", way[0].lost, way[1].lost);
	return 0;
}
