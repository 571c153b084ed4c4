// SPDX-License-Identifier: BSD-2-Clause
/*
 * flood IFACE MAC ADDRESS PORT SECONDS [RATE] - send SYNs from random
 * addresses, RATE a second or as fast as one core can; prints how many were
 * sent, and how many a second.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum {
	FLOOD_BATCH = 256,
	FLOOD_RATED = 32,   /* a batch that no queue is too short for */
	FLOOD_OPTIONS = 20, /* MSS, SACK permitted, timestamps, window scale */
	FLOOD_TCP = 20 + FLOOD_OPTIONS,
	FLOOD_FRAME = 14 + 40 + FLOOD_TCP,
};

struct flood {
	bool ipv6;
	size_t ip_len; /* of the IP header */
	uint64_t random;
	uint8_t frame[FLOOD_BATCH][FLOOD_FRAME];
};

/* xorshift64 (Marsaglia, 2003) */
static uint64_t flood_random(struct flood *flood)
{
	flood->random ^= flood->random << 13;
	flood->random ^= flood->random >> 7;
	flood->random ^= flood->random << 17;
	return flood->random;
}

static uint32_t flood_add(uint32_t sum, const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i += 2)
		sum += data[i] << 8 | data[i + 1];
	return sum;
}

static void flood_sum(uint8_t *at, uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = ~(sum + (sum >> 16));
	at[0] = sum >> 8;
	at[1] = sum;
}

/* Another client: address of the benchmark networks (RFC 2544, RFC 5180), port
 * and initial sequence number. */
static void flood_client(struct flood *flood, uint8_t *ip)
{
	uint8_t *tcp = ip + flood->ip_len;
	uint64_t random = flood_random(flood);
	uint32_t sum = 6 + FLOOD_TCP;

	memcpy(tcp, &random, 2);
	memcpy(tcp + 4, (uint8_t *)&random + 2, 4);
	random = flood_random(flood);
	if (flood->ipv6) {
		memcpy(ip + 8, "\x20\x01\x00\x02\x00\x00\x00\x00", 8);
		memcpy(ip + 16, &random, 8);
		sum = flood_add(sum, ip + 8, 32);
	} else {
		memcpy(ip + 12, &random, 4);
		ip[12] = 198;
		ip[13] = 18 + (ip[13] & 1);
		memset(ip + 10, 0, 2);
		flood_sum(ip + 10, flood_add(0, ip, 20));
		sum = flood_add(sum, ip + 12, 8);
	}
	memset(tcp + 16, 0, 2);
	flood_sum(tcp + 16, flood_add(sum, tcp, FLOOD_TCP));
}

static void flood_tcp(uint8_t *tcp, unsigned int port)
{
	static const uint8_t options[FLOOD_OPTIONS] = {
		2, 4,  0x05, 0xa0, 4, 2,	     /* 1440 */
		8, 10, 0,    0,	   1, 1, 0, 0, 0, 0, /* now, no echo */
		1, 3,  3,    7,
	};

	tcp[2] = port >> 8;
	tcp[3] = port;
	tcp[12] = FLOOD_TCP / 4 << 4;
	tcp[13] = 2; /* SYN */
	tcp[14] = 0xfa;
	memcpy(tcp + 20, options, sizeof(options));
}

static int flood_ip(struct flood *flood, uint8_t *ip, const char *address)
{
	if (flood->ipv6) {
		ip[0] = 0x60;
		ip[5] = FLOOD_TCP;
		ip[6] = 6;
		ip[7] = 64;
		return inet_pton(AF_INET6, address, ip + 24) - 1;
	}
	ip[0] = 0x45;
	ip[3] = 20 + FLOOD_TCP;
	ip[6] = 0x40;
	ip[8] = 64;
	ip[9] = 6;
	return inet_pton(AF_INET, address, ip + 16) - 1;
}

static int flood_init(struct flood *flood, const char *mac, const char *address,
		      unsigned int port)
{
	unsigned int b[6];

	flood->ipv6 = strchr(address, ':');
	flood->ip_len = flood->ipv6 ? 40 : 20;
	flood->random = 88172645463325252ULL ^ (uint64_t)time(NULL) << 20;
	if (sscanf(mac, "%x:%x:%x:%x:%x:%x", b, b + 1, b + 2, b + 3, b + 4,
		   b + 5) != 6)
		return -EINVAL;
	for (int i = 0; i < FLOOD_BATCH; i++) {
		uint8_t *frame = flood->frame[i];

		for (int j = 0; j < 6; j++)
			frame[j] = b[j];
		frame[6] = 2; /* locally administered */
		frame[12] = flood->ipv6 ? 0x86 : 0x08;
		frame[13] = flood->ipv6 ? 0xdd : 0x00;
		if (flood_ip(flood, frame + 14, address))
			return -EINVAL;
		flood_tcp(frame + 14 + flood->ip_len, port);
	}
	return 0;
}

static int flood_open(const char *name)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_ifindex = if_nametoindex(name),
	};
	int fd = socket(AF_PACKET, SOCK_RAW, 0), one = 1;

	if (fd < 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one,
		       sizeof(one)) ||
	    bind(fd, (struct sockaddr *)&to, sizeof(to)))
		return -errno;
	return fd;
}

static double flood_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

/* Sleep until so many are due. */
static void flood_wait(double due)
{
	double wait = due - flood_now();
	struct timespec time = {.tv_nsec = wait * 1e9};

	if (wait > 0 && wait < 1)
		nanosleep(&time, NULL);
}

static int flood_run(struct flood *flood, int fd, double seconds, double rate)
{
	int batch = rate > 0 ? FLOOD_RATED : FLOOD_BATCH;
	struct mmsghdr message[FLOOD_BATCH] = {0};
	struct iovec part[FLOOD_BATCH];
	double start = flood_now(), now = start;
	unsigned long sent = 0;

	for (int i = 0; i < FLOOD_BATCH; i++) {
		part[i].iov_base = flood->frame[i];
		part[i].iov_len = 14 + flood->ip_len + FLOOD_TCP;
		message[i].msg_hdr.msg_iov = &part[i];
		message[i].msg_hdr.msg_iovlen = 1;
	}
	for (; now < start + seconds; now = flood_now()) {
		int n;

		for (int i = 0; i < batch; i++)
			flood_client(flood, flood->frame[i] + 14);
		n = sendmmsg(fd, message, batch, 0);
		if (n < 0 && errno != ENOBUFS)
			return -errno;
		sent += n > 0 ? n : 0;
		if (rate > 0)
			flood_wait(start + sent / rate);
	}
	printf("%lu %.0f\n", sent, sent / (now - start));
	return 0;
}

int main(int argc, char **argv)
{
	static struct flood flood;
	int fd, err;

	if (argc != 6 && argc != 7) {
		fprintf(stderr,
			"usage: flood IFACE MAC ADDRESS PORT SECONDS [RATE]\n");
		return 2;
	}
	if (flood_init(&flood, argv[2], argv[3], atoi(argv[4]))) {
		fprintf(stderr, "flood: bad MAC or ADDRESS\n");
		return 2;
	}
	fd = flood_open(argv[1]);
	err = fd < 0 ? fd
		     : flood_run(&flood, fd, atof(argv[5]),
				 argc == 7 ? atof(argv[6]) : 0);
	if (err) {
		fprintf(stderr, "flood: %s: %s\n", argv[1], strerror(-err));
		return 1;
	}
	return 0;
}
