// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_xdp_cores.h"
#include "bench_xdp_frame.h"
#include "bench_xdp_load.h"
#include "bench_xdp_place.h"
#include "bench_xdp_round.h"
#include "error.h"

enum {
	CORES = 2,
	ALONE = CORES, /* after so many turns, both at once */
	ROUNDS_MAX = 99,
	FIRST_CLIENT = 1 << 30, /* of the second CPU: none of the first's */
	TEXT = 256,
};

struct core {
	struct bench_load load;
	struct bench_maker maker;
	const struct bench_row *row;
	pthread_barrier_t *begin;
	int cpu, err;
	double ns;
	char error[TEXT]; /* its thread's */
};

/* What each round gave, of one way to draw rules. */
struct figures {
	double alone[ROUNDS_MAX], both[ROUNDS_MAX], rate[ROUNDS_MAX];
};

static void *core_work(void *arg)
{
	struct core *core = arg;

	core->ns = 0;
	core->err = bench_place_cpu(core->cpu);
	pthread_barrier_wait(core->begin);
	if (!core->err)
		core->err = bench_round_run(&core->load, core->row->slot,
					    &core->ns);
	if (core->err)
		snprintf(core->error, sizeof(core->error), "%s", error_text());
	core->ns *= BENCH_PARTS;
	return NULL;
}

/* Run some of the CPUs, from the first one on, at once. */
static int cores_run(struct core *core, int count, const struct bench_row *row)
{
	uint64_t before[COUNTER_COUNT];
	pthread_barrier_t begin;
	pthread_t thread[CORES];
	int i, err;

	for (i = 0; i < count; i++)
		bench_round_make(&core[i].load, row, &core[i].maker);
	err = bench_load_counters(&core->load, before);
	if (err)
		return err;
	pthread_barrier_init(&begin, NULL, count);
	for (i = 0; i < count; i++) {
		core[i].row = row;
		core[i].begin = &begin;
		if (pthread_create(&thread[i], NULL, core_work, &core[i]))
			abort(); /* who waits at the barrier would go on so */
	}
	for (i = 0; i < count; i++)
		pthread_join(thread[i], NULL);
	pthread_barrier_destroy(&begin);
	for (i = 0; i < count; i++)
		if (core[i].err)
			return error_set(core[i].err, "%s", core[i].error);
	return bench_round_check(&core->load, row, before, &core->maker,
				 count > 1 ? &core[1].maker : NULL);
}

static int cores_round(struct core *core, const struct bench_row *row,
		       struct figures *figures, int round)
{
	double alone[CORES];
	int i, err;

	for (i = 0; i < ALONE; i++) {
		err = cores_run(&core[i], 1, row);
		if (err)
			return err;
		alone[i] = core[i].ns;
	}
	err = cores_run(core, CORES, row);
	if (err)
		return err;
	figures->alone[round] = (alone[0] + alone[1]) / CORES;
	figures->both[round] = (core[0].ns + core[1].ns) / CORES;
	figures->rate[round] =
		(alone[0] / core[0].ns + alone[1] / core[1].ns) / CORES;
	return 0;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void figures_print(struct figures *figures, const char *name,
			  uint64_t rules, int rounds)
{
	double *all[] = {figures->alone, figures->both, figures->rate};
	int last = rounds - 1;
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(*all); i++)
		qsort(all[i], rounds, sizeof(double), compare);
	printf("%-12s %10llu %8.0f %8.0f   %.2f (%.2f-%.2f)\n", name,
	       (unsigned long long)rules, figures->alone[last / 2],
	       figures->both[last / 2], figures->rate[last / 2],
	       figures->rate[last / 4], figures->rate[last - last / 4]);
	fflush(stdout);
}

static int cores_measure(struct core *core, uint64_t rules, int rounds)
{
	static const char *const names[BENCH_DRAWS] = {
		[BENCH_ALIKE] = "all-alike",
		[BENCH_SKEWED] = "zipf",
		[BENCH_ONE] = "one",
	};
	static struct figures figures[BENCH_DRAWS];
	static const struct bench_row row = {
		"whole", BENCH_RESPOND, BENCH_WHOLE, BENCH_HIT, 100, false};
	int round, draw, err;

	for (round = 0; round < rounds; round++) {
		for (draw = 0; draw < BENCH_DRAWS; draw++) {
			core[0].maker.draw = core[1].maker.draw = draw;
			err = cores_round(core, &row, &figures[draw], round);
			if (err)
				return err;
		}
	}
	for (draw = 0; draw < BENCH_DRAWS; draw++)
		figures_print(&figures[draw], names[draw], rules, rounds);
	return 0;
}

int bench_cores(struct bench_load *load, struct bench_maker *maker, int cpu,
		int beside, int rounds)
{
	struct core *core = calloc(CORES, sizeof(*core));
	int err;

	if (!core)
		return error_sys(-ENOMEM, "cannot use two CPUs");
	core[0].load = *load;
	core[0].maker = core[1].maker = *maker;
	core[0].cpu = cpu;
	core[1].cpu = beside;
	core[1].maker.seed += FIRST_CLIENT;
	err = bench_load_another(&core[1].load, load);
	if (!err) {
		printf("\nCPUs %d and %d at once: whole connections\n"
		       "rules asked      rules ns alone  ns both   rate of each"
		       " beside the other, 1: as alone\n",
		       cpu, beside);
		err = cores_measure(core, maker->gen.rules, rounds);
	}
	maker->seed = core[0].maker.seed;
	bench_load_close(&core[1].load);
	free(core);
	return err;
}
