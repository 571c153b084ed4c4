// SPDX-License-Identifier: BSD-2-Clause
/*
 * xdp_load: virtual TCP clients in XDP, at the clients' end of a veth pair, for
 * any server at the other. Needs root, in the clients' network namespace.
 *
 * Without --keep-alive, a client makes one connection after the other, of one
 * request each. With it, a client asks again on the same connection, as soon as
 * a segment with PSH says that the answer is complete. With --rate, user space
 * begins so many connections a second, evenly, whatever the server does.
 *
 * The server's end needs an XDP program (XDP_PASS will do), else it receives
 * nothing, and a route to all of --source by way of a neighbour that need not
 * answer:
 *     ip route add 198.18.0.0/16 via CLIENT dev SRV
 *     ip neighbour replace CLIENT lladdr MAC dev SRV nud permanent
 *
 * Exit status: 0; 1 when it could not run, was interrupted, or when an answer
 * was wrong; 2 for wrong usage.
 */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "error.h"
#include "xdp_load_report.h"
#include "xdp_load_run.h"

enum {
	CLIENTS = 64, /* of a closed loop; an open one has a second's worth */
	CLIENTS_MAX = 1 << 20,
	RATE_MAX = 1000000,
};

static const char usage_text[] =
	"usage: xdp_load --interface DEV --server ADDR:PORT --requests FILE\n"
	"                [--source ADDR/LEN] [--mac MAC] [--clients N]\n"
	"                [--warm S] [--seconds S] [--keep-alive | --rate N] "
	"[--json]\n"
	"FILE has a request per line: host, path, status, Location, with "
	"tabs.\n"
	"defaults: --source 198.18.0.0/16 --clients 64 (with --rate: N)\n"
	"          --warm 0.5 --seconds 2, --mac of the neighbour entry\n"
	"over IPv6, which ADDR in brackets says, --source and --mac are needed\n";

static const struct option options_known[] = {
	{"interface", required_argument, NULL, 'i'},
	{"server", required_argument, NULL, 'a'},
	{"requests", required_argument, NULL, 'f'},
	{"source", required_argument, NULL, 's'},
	{"mac", required_argument, NULL, 'm'},
	{"clients", required_argument, NULL, 'c'},
	{"warm", required_argument, NULL, 'w'},
	{"seconds", required_argument, NULL, 't'},
	{"rate", required_argument, NULL, 'r'},
	{"keep-alive", no_argument, NULL, 'k'},
	{"json", no_argument, NULL, 'j'},
	{0},
};

static int number(const char *text, uint32_t max, uint32_t *value)
{
	unsigned long long parsed;
	char *end;

	if (*text < '1' || *text > '9')
		return -1;
	parsed = strtoull(text, &end, 10);
	*value = parsed;
	return *end || parsed > max ? -1 : 0;
}

static int seconds(const char *text, double *value)
{
	char *end;

	*value = strtod(text, &end);
	return end == text || *end || !(*value >= 0 && *value <= 3600) ? -1 : 0;
}

static int option_take(struct load_options *options, int option)
{
	struct load_target *target = &options->target;

	switch (option) {
	case 'i':
		target->interface = optarg;
		return 0;
	case 'a':
		return load_target_server(target, optarg);
	case 'f':
		options->requests = optarg;
		return 0;
	case 's':
		return load_target_source(target, optarg);
	case 'm':
		return load_target_mac(target, optarg);
	case 'c':
		return number(optarg, CLIENTS_MAX, &target->clients);
	case 'w':
		return seconds(optarg, &options->warm);
	case 't':
		return seconds(optarg, &options->seconds);
	case 'r':
		return number(optarg, RATE_MAX, &options->rate);
	case 'k':
		options->keep_alive = true;
		return 0;
	case 'j':
		options->json = true;
		return 0;
	}
	return -1;
}

static int options_parse(struct load_options *options, int argc, char **argv)
{
	struct load_target *target = &options->target;
	int option;

	load_target_source(target, "198.18.0.0/16");
	while ((option = getopt_long(argc, argv, "", options_known, NULL)) !=
	       -1) {
		if (option_take(options, option)) {
			if (option != '?')
				fprintf(stderr, "xdp_load: bad value '%s'\n",
					optarg);
			return -1;
		}
	}
	if (!target->clients)
		target->clients = options->rate ? options->rate : CLIENTS;
	return optind < argc || !target->interface || !target->port ||
			       !options->requests ||
			       target->ipv6 != target->source_ipv6 ||
			       (options->rate && options->keep_alive) ||
			       !(options->seconds > 0)
		       ? -1
		       : 0;
}

static void on_signal(int number)
{
	(void)number;
	load_stopped = 1;
}

/* Also those that a shell has it ignore. */
static void signals_take(void)
{
	struct sigaction action = {.sa_handler = on_signal};

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
}

static int run(struct load_options *options)
{
	struct load_requests requests = {0};
	static struct load_result result;
	int err;

	err = load_requests_read(&requests, options->requests,
				 options->keep_alive);
	if (!err)
		err = load_target_find(&options->target);
	if (!err)
		err = load_target_clients(&options->target,
					  options->target.clients);
	result.check.requests = &requests;
	if (!err)
		err = load_run(options, &requests, &result);
	if (!err)
		err = load_report(options, &requests, &result);
	load_requests_free(&requests);
	return err;
}

int main(int argc, char **argv)
{
	struct load_options options = {.warm = 0.5, .seconds = 2};

	if (options_parse(&options, argc, argv)) {
		fputs(usage_text, stderr);
		return 2;
	}
	signals_take();
	/* Else the kernel wakes an open loop 50 us late. */
	prctl(PR_SET_TIMERSLACK, 1);
	if (!run(&options))
		return 0;
	fprintf(stderr, "xdp_load: %s\n", error_text());
	return 1;
}
