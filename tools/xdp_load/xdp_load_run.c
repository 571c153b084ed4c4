// SPDX-License-Identifier: BSD-2-Clause
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "error.h"
#include "xdp_load.skel.h"
#include "xdp_load_clients.h"
#include "xdp_load_counts.h"
#include "xdp_load_run.h"

enum {
	TICK = 5000000, /* ns */
	DRAIN = 100000000,
};

struct load {
	const struct load_options *options;
	const struct load_requests *requests;
	struct load_result *result;
	struct xdp_load *program;
	struct bpf_link *link;
	struct ring_buffer *samples;
	struct load_clients clients;
	size_t clients_size;
};

volatile int load_stopped;

static int sample_take(void *arg, void *data, size_t size)
{
	const struct load_sample *sample = data;

	(void)size;
	load_check_answer(arg, sample->request, sample->answer, sample->len);
	return 0;
}

static int program_load(struct load *load)
{
	const struct load_target *target = &load->options->target;
	struct xdp_load *program = xdp_load__open();
	int err;

	load->program = program;
	if (!program)
		return error_sys(-errno, "cannot open the clients' program");
	program->rodata->ipv6 = target->ipv6;
	memcpy((void *)program->rodata->server_words, target->server,
	       sizeof(target->server));
	memcpy((void *)program->rodata->source_words, target->source,
	       sizeof(target->source));
	program->rodata->server_port = htons(target->port);
	program->rodata->source_addr = ntohl(target->source[LOAD_WORDS - 1]);
	program->rodata->source_bits = target->source_bits;
	program->rodata->first_port = target->first_port;
	program->rodata->request_count = load->requests->count;
	program->rodata->keep_alive = load->options->keep_alive;
	program->rodata->open_loop = load->options->rate > 0;
	bpf_map__set_max_entries(program->maps.clients, target->clients);
	bpf_map__set_max_entries(program->maps.requests, load->requests->count);
	err = xdp_load__load(program);
	return err ? error_sys(err, "cannot load the clients' program") : 0;
}

static void *memory_of(const struct bpf_map *map, size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED,
			    bpf_map__fd(map), 0);

	return memory == MAP_FAILED ? NULL : memory;
}

static int maps_fill(struct load *load)
{
	size_t size = load->requests->count * sizeof(struct load_request);
	void *memory = memory_of(load->program->maps.requests, size);

	if (!memory)
		return error_sys(-errno, "cannot write the requests");
	memcpy(memory, load->requests->request, size);
	munmap(memory, size);
	load->clients_size =
		load->options->target.clients * sizeof(struct load_client);
	load->clients.client =
		memory_of(load->program->maps.clients, load->clients_size);
	if (!load->clients.client)
		return error_sys(-errno, "cannot write the clients");
	load->samples =
		ring_buffer__new(bpf_map__fd(load->program->maps.samples),
				 sample_take, &load->result->check, NULL);
	return load->samples ? 0 : error_sys(-errno, "cannot read samples");
}

static int attach(struct load *load)
{
	const struct load_target *target = &load->options->target;

	load->link = bpf_program__attach_xdp(load->program->progs.load_respond,
					     target->ifindex);
	if (!load->link)
		return error_sys(-errno, "cannot attach to %s",
				 target->interface);
	return 0;
}

static int open_all(struct load *load)
{
	int err = program_load(load);

	if (!err)
		err = maps_fill(load);
	load->clients.target = &load->options->target;
	load->clients.requests = load->requests;
	load->clients.result = load->result;
	if (load->options->rate)
		load->clients.period = 1000000000 / load->options->rate;
	if (!err)
		err = load_clients_open(&load->clients);
	return err ? err : attach(load);
}

static void sleep_until(uint64_t ns)
{
	struct timespec time = {.tv_sec = ns / 1000000000,
				.tv_nsec = ns % 1000000000};

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
}

/* Let the clients go on for that long. */
static int go_on(struct load *load, double seconds)
{
	uint64_t now = load_clients_now(), tick = now, next;
	uint64_t end = now + (uint64_t)(seconds * 1e9);
	int err = 0;

	for (; !err && now < end; now = load_clients_now()) {
		if (load_stopped)
			return error_set(-EINTR, "interrupted");
		err = load_clients_pace(&load->clients);
		if (!err && now >= tick) {
			ring_buffer__consume(load->samples);
			err = load_clients_sweep(&load->clients);
			tick = now + TICK;
		}
		next = tick < end ? tick : end;
		if (load->clients.period && load->clients.due < next)
			next = load->clients.due;
		sleep_until(next);
	}
	return err;
}

static int counts_read(struct load *load, struct load_counts *counts)
{
	return load_counts_read(counts,
				bpf_map__fd(load->program->maps.counts));
}

static void counts_subtract(struct load_counts *counts,
			    const struct load_counts *before)
{
	const uint64_t *less = (const uint64_t *)before;
	uint64_t *from = (uint64_t *)counts;
	size_t i;

	for (i = 0; i < sizeof(*counts) / sizeof(*from); i++)
		from[i] -= less[i];
}

static int measure(struct load *load)
{
	struct load_result *result = load->result;
	struct load_counts before;
	int err;

	load->clients.due = load_clients_now();
	err = go_on(load, load->options->warm);
	load->program->bss->phase = LOAD_MEASURE;
	result->begin_ns = load_clients_now();
	if (!err)
		err = counts_read(load, &before);
	if (!err)
		err = go_on(load, load->options->seconds);
	if (!err)
		err = counts_read(load, &result->measured);
	result->end_ns = load_clients_now();
	result->seconds = (result->end_ns - result->begin_ns) / 1e9;
	if (!err)
		counts_subtract(&result->measured, &before);
	return err;
}

static int drain(struct load *load, int err)
{
	int ended;

	load->program->bss->phase = LOAD_DRAIN;
	sleep_until(load_clients_now() + DRAIN);
	ended = load_clients_end(&load->clients);
	if (!err)
		err = ended;
	sleep_until(load_clients_now() + TICK);
	if (load->samples)
		ring_buffer__consume(load->samples);
	return err ? err : counts_read(load, &load->result->all);
}

int load_run(const struct load_options *options,
	     const struct load_requests *requests, struct load_result *result)
{
	struct load load = {
		.options = options,
		.requests = requests,
		.result = result,
	};
	int err = open_all(&load);

	if (!err)
		err = measure(&load);
	if (load.link)
		err = drain(&load, err);
	bpf_link__destroy(load.link);
	load_clients_close(&load.clients);
	ring_buffer__free(load.samples);
	if (load.clients.client)
		munmap((void *)load.clients.client, load.clients_size);
	xdp_load__destroy(load.program);
	return err;
}
