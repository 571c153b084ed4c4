// SPDX-License-Identifier: BSD-2-Clause
/*
 * bench_xdp [-c CPU] [-d DIR] [-r ROUNDS] [-t N] [RULES[,RULES ...] [ROW ...]]: what a
 * packet costs in the fast path's XDP program, in ns, with so many synthetic
 * rules (1000000). Needs root; files are made below DIR (/tmp) for a while.
 *
 * A figure is what a run of 65,536 packets takes, each of another client and
 * for another random rule ("whole": three packets of a client, between others'),
 * less what the same run takes when the feeder calls a
 * program that returns at once. All rows take turns, so that the machine's
 * moods meet each alike, and each round has new packets. Frames come in the
 * processor's cache and leave at no driver: those costs are the same for any
 * program, and not in the figures.
 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "bench_tap.h"
#include "bench_xdp_cores.h"
#include "bench_xdp_frame.h"
#include "bench_xdp_load.h"
#include "bench_xdp_place.h"
#include "bench_xdp_round.h"
#include "error.h"

enum {
	ROUNDS = 9,
	ROUNDS_MAX = 99,
	FLOOR_RUNS = 8, /* in a round: what takes so little needs more */
};

static const struct bench_row rows[] = {
	{"syn", BENCH_RESPOND, BENCH_SYN, BENCH_HIT, 0, false},
	{"ack", BENCH_RESPOND, BENCH_ACK, BENCH_HIT, 0, false},
	{"get100", BENCH_RESPOND, BENCH_GET, BENCH_HIT, 100, false},
	{"get400", BENCH_RESPOND, BENCH_GET, BENCH_HIT, 400, false},
	{"get1200", BENCH_RESPOND, BENCH_GET, BENCH_HIT, 1200, false},
	{"miss-path", BENCH_RESPOND, BENCH_GET, BENCH_MISS_PATH, 400, false},
	{"miss-host", BENCH_RESPOND, BENCH_GET, BENCH_MISS_HOST, 400, false},
	{"fin", BENCH_RESPOND, BENCH_FIN, BENCH_HIT, 400, false},
	{"whole", BENCH_RESPOND, BENCH_WHOLE, BENCH_HIT, 100, false},
	{"get100-ip6", BENCH_RESPOND, BENCH_GET, BENCH_HIT, 100, true},
	{"whole-ip6", BENCH_RESPOND, BENCH_WHOLE, BENCH_HIT, 100, true},
	{"bounce", BENCH_BOUNCE, BENCH_ACK, BENCH_HIT, 0, false},
};

enum { ROWS = sizeof(rows) / sizeof(*rows), FLOOR = ROWS - 1 };

struct bench {
	struct bench_load load;
	struct bench_maker maker;
	int cpu, beside, rounds;
	const char *dir;
	struct bench_tap *tap;
	uint32_t sample; /* 0: no tap */
	int wanted[ROWS];
	double ns[ROWS][ROUNDS_MAX];
	uint64_t bytes[ROWS], head_bytes[ROWS];
};

/* Only the floor may meet the same packets again: it has no caches to warm. */
static int row_round(struct bench *bench, int row, double *ns)
{
	int i, runs = row == FLOOR ? FLOOR_RUNS : 1, err;
	uint64_t before[COUNTER_COUNT];

	bench_round_make(&bench->load, &rows[row], &bench->maker);
	bench->bytes[row] = bench->maker.bytes;
	bench->head_bytes[row] = bench->maker.head_bytes;
	err = bench_load_counters(&bench->load, before);
	for (i = 0, *ns = 0; i < runs && !err; i++)
		err = bench_round_run(&bench->load, rows[row].slot, ns);
	*ns /= runs;
	if (rows[row].kind == BENCH_WHOLE)
		*ns *= BENCH_PARTS;
	return err ? err
		   : bench_round_check(&bench->load, &rows[row], before,
				       &bench->maker, NULL);
}

static int measure(struct bench *bench)
{
	int round, row, err = 0;

	for (round = 0; round < bench->rounds; round++)
		for (row = 0; row < ROWS && !err; row++)
			if (bench->wanted[row]) {
				err = bench_tap_next(bench->tap);
				if (!err)
					err = row_round(bench, row,
							&bench->ns[row][round]);
			}
	return err;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void rows_print(struct bench *bench, uint64_t rules)
{
	int row, last = bench->rounds - 1;
	double floor, ns;

	for (row = 0; row < ROWS; row++)
		qsort(bench->ns[row], bench->rounds, sizeof(double), compare);
	floor = bench->ns[FLOOR][last / 2];
	printf("\n%'llu rules\n"
	       "packet      frame   head       ns  (min .. max)   x bounce\n",
	       (unsigned long long)rules);
	for (row = 0; row < ROWS; row++) {
		if (!bench->wanted[row])
			continue;
		ns = bench->ns[row][last / 2];
		printf("%-10s %6.0f %6.0f   %6.0f  %6.0f .. %-6.0f %6.0f\n",
		       rows[row].name,
		       (double)bench->bytes[row] / BENCH_PACKETS,
		       (double)bench->head_bytes[row] / BENCH_PACKETS, ns,
		       bench->ns[row][0], bench->ns[row][last], ns / floor);
	}
	fflush(stdout);
}

static int programs_print(struct bench *bench)
{
	struct bench_program program[2];
	struct utsname host;
	int i, err;

	err = bench_load_programs(&bench->load, program);
	if (err)
		return err;
	uname(&host);
	printf("Linux %s, CPU %d, %d rounds of %d packets; load %.0f ms\n"
	       "program        instructions   verified   jited bytes\n",
	       host.release, bench->cpu, bench->rounds, BENCH_PACKETS,
	       bench->load.load_ms);
	for (i = 0; i < 2; i++)
		printf("%-14s %12u %10u %13u\n", program[i].name,
		       program[i].instructions, program[i].verified,
		       program[i].jited);
	fflush(stdout);
	return 0;
}

static int run(struct bench *bench, const char *sizes)
{
	struct bench_maker *maker = &bench->maker;
	uint64_t rules;
	char *end;
	int err;

	if (getrandom(&maker->keys.key, sizeof(maker->keys.key), 0) < 0)
		return error_sys(-errno, "cannot make keys");
	err = bench_place_cpu(bench->cpu);
	if (!err)
		err = bench_place_network();
	if (!err)
		err = bench_load_open(&bench->load, &maker->keys);
	if (!err && bench->sample)
		err = bench_tap_open(&bench->tap, &bench->load, bench->sample);
	if (!err)
		err = programs_print(bench);
	for (; !err; sizes = end + 1) {
		rules = strtoull(sizes, &end, 10);
		maker->gen = rulegen_of(rules);
		err = bench_load_release(&bench->load, rules, bench->dir);
		if (!err && bench->beside >= 0)
			err = bench_cores(&bench->load, maker, bench->cpu,
					  bench->beside, bench->rounds);
		else if (!err)
			err = measure(bench);
		if (!err && bench->beside < 0)
			rows_print(bench, rules);
		if (!*end)
			break;
	}
	return err;
}

static int usage(void)
{
	int row;

	fputs("usage: bench_xdp [-c CPU] [-b CPU] [-d DIR] [-r ROUNDS] [-t N] "
	      "[RULES[,RULES ...] [ROW ...]]\n"
	      "-t: with a tap of one in N answers\n"
	      "-b: whole connections, on both CPUs at once beside each alone\n"
	      "rows:",
	      stderr);
	for (row = 0; row < ROWS; row++)
		fprintf(stderr, " %s", rows[row].name);
	fputc('\n', stderr);
	return 2;
}

/* Numbers above 0, with commas between: 1 if they are. */
static int sizes_are(const char *sizes)
{
	char *end;

	for (;; sizes = end + 1) {
		if (*sizes < '1' || *sizes > '9')
			return 0;
		strtoull(sizes, &end, 10);
		if (!*end)
			return 1;
		if (*end != ',')
			return 0;
	}
}

static int rows_parse(struct bench *bench, char **names)
{
	int row, all = !*names;

	for (row = 0; row < ROWS; row++)
		bench->wanted[row] = all || row == FLOOR;
	for (; *names; names++) {
		for (row = 0; row < ROWS; row++)
			if (!strcmp(*names, rows[row].name))
				break;
		if (row == ROWS)
			return -1;
		bench->wanted[row] = 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	static struct bench bench = {
		.rounds = ROUNDS,
		.dir = "/tmp",
		.beside = -1,
	};
	const char *sizes = "1000000";
	int option, err;

	bench.cpu = sched_getcpu();
	while ((option = getopt(argc, argv, "b:c:d:r:t:")) != -1) {
		if (option == 'c')
			bench.cpu = atoi(optarg);
		else if (option == 'b')
			bench.beside = atoi(optarg);
		else if (option == 'd')
			bench.dir = optarg;
		else if (option == 'r')
			bench.rounds = atoi(optarg);
		else if (option == 't')
			bench.sample = atoi(optarg);
		else
			return usage();
	}
	if (optind < argc)
		sizes = argv[optind++];
	if (bench.rounds < 1 || bench.rounds > ROUNDS_MAX || bench.cpu < 0 ||
	    bench.cpu >= CPU_SETSIZE || bench.beside >= CPU_SETSIZE ||
	    bench.beside == bench.cpu || !sizes_are(sizes) ||
	    rows_parse(&bench, argv + optind))
		return usage();
	err = run(&bench, sizes);
	if (err)
		fprintf(stderr, "bench_xdp: %s\n", error_text());
	bench_tap_close(bench.tap);
	bench_load_close(&bench.load);
	return err ? 1 : 0;
}
