// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "xdp_load_clients.h"
#include "xdp_load_raw.h"

enum {
	TIMEOUT = 500000000, /* ns */
	SWEEP_CLIENTS = 4096,
	SWEEP_SENT = 128, /* a veth queue has 256 places */
	RESET_SENT = 3,
	TRIES = 16,
};

uint64_t load_clients_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

int load_clients_open(struct load_clients *clients)
{
	uint32_t i, first;

	clients->fd = load_raw_open(clients->target);
	if (clients->fd < 0)
		return clients->fd;
	clients->seen =
		calloc(clients->target->clients, sizeof(*clients->seen));
	if (!clients->seen || getrandom(&first, sizeof(first), 0) < 0)
		return error_sys(-errno, "cannot make the clients");
	for (i = 0; i < clients->target->clients; i++) {
		clients->client[i].base = load_hash(first, i);
		clients->client[i].state = LOAD_IDLE;
	}
	return 0;
}

static int begin(struct load_clients *clients, uint32_t number)
{
	volatile struct load_client *client = &clients->client[number];

	client->lane = (client->lane + 1) % LOAD_LANES;
	client->base += LOAD_ISN_STEP;
	client->start = load_clients_now();
	client->state = LOAD_WAITING;
	return load_raw_syn(clients->fd, clients->target, number, client->lane,
			    client->base);
}

static int rst(struct load_clients *clients, uint32_t number, uint32_t seq)
{
	return load_raw_rst(clients->fd, clients->target, number,
			    clients->client[number].lane, seq);
}

/* The server has got the SYN, the request or the FIN, or none; a RST counts
 * only where it stands (RFC 9293 3.10.7.4). */
static int reset(struct load_clients *clients, uint32_t number)
{
	volatile struct load_client *client = &clients->client[number];
	uint32_t seq = client->base + 1, choice;
	int err;

	choice = load_choice(load_hash(number, client->base),
			     clients->requests->count);
	client->state = LOAD_IDLE;
	err = rst(clients, number, seq);
	seq += clients->requests->request[choice].len;
	if (!err)
		err = rst(clients, number, seq);
	return err ? err : rst(clients, number, seq + 1);
}

/* Returns how many segments were sent, or -errno. */
static int look(struct load_clients *clients, uint32_t number, uint64_t now)
{
	volatile struct load_client *client = &clients->client[number];
	struct load_seen *seen = &clients->seen[number];
	int sent = 0, err = 0;

	if (client->state != LOAD_IDLE) {
		if (seen->base != client->base) {
			seen->base = client->base;
			seen->since = now;
		}
		if (now - seen->since < TIMEOUT)
			return 0;
		sent = RESET_SENT;
		clients->result->timeouts++;
		err = reset(clients, number);
	}
	if (clients->period || err)
		return err ? err : sent;
	err = begin(clients, number);
	return err ? err : sent + 1;
}

int load_clients_sweep(struct load_clients *clients)
{
	uint32_t count = clients->target->clients, i;
	uint64_t now = load_clients_now();
	int sent, all = 0;

	if (count > SWEEP_CLIENTS)
		count = SWEEP_CLIENTS;
	for (i = 0; i < count && all < SWEEP_SENT; i++, all += sent) {
		sent = look(clients, clients->swept, now);
		if (sent < 0)
			return sent;
		clients->swept =
			(clients->swept + 1) % clients->target->clients;
	}
	return 0;
}

int load_clients_end(struct load_clients *clients)
{
	const struct timespec pause = {.tv_nsec = 1000000};
	int sent = 0, err = 0;
	uint32_t i;

	for (i = 0; i < clients->target->clients && !err; i++) {
		if (clients->client[i].state == LOAD_IDLE)
			continue;
		err = reset(clients, i);
		sent += RESET_SENT;
		if (sent >= SWEEP_SENT) {
			nanosleep(&pause, NULL);
			sent = 0;
		}
	}
	return err;
}

/* Begin a connection of the next client that has none. */
static int next_begin(struct load_clients *clients)
{
	uint32_t number;
	int try;

	for (try = 0; try < TRIES; try++) {
		number = clients->next;
		clients->next = (number + 1) % clients->target->clients;
		if (clients->client[number].state == LOAD_IDLE) {
			clients->result->started++;
			return begin(clients, number);
		}
	}
	clients->result->unsent++;
	return 0;
}

int load_clients_pace(struct load_clients *clients)
{
	uint64_t now;
	int err = 0;

	if (!clients->period)
		return 0;
	while (!err) {
		now = load_clients_now();
		if (now < clients->due)
			break;
		if (now - clients->due > clients->result->late_max)
			clients->result->late_max = now - clients->due;
		clients->due += clients->period;
		err = next_begin(clients);
	}
	return err;
}

void load_clients_close(struct load_clients *clients)
{
	if (clients->fd > 0)
		close(clients->fd);
	free(clients->seen);
}
