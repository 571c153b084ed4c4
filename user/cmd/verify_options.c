// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "cmd_options.h"
#include "error.h"
#include "http_client.h"
#include "verify_options.h"

/* Where nobody says other numbers. */
enum { CONCURRENCY = 16, TIMEOUT = 10, TOP = 20 };

enum {
	OPT_AGAINST = CMD_OPTION,
	OPT_SAMPLE,
	OPT_RATE,
	OPT_CONCURRENCY,
	OPT_TIMEOUT,
	OPT_CERTIFICATES,
	OPT_CA,
	OPT_TARGETS,
	OPT_TOP,
	OPT_JSON,
};

/* HOST:PORT, of which the host is taken as a rule's is. */
static int address_take(struct verify_options *options, const char *text,
			size_t len)
{
	const char *colon = memrchr(text, ':', len), *reason = "no port";
	char host[HOST_SIZE];
	int port = -1;

	if (colon && host_rule(host, text, colon - text, &reason) >= 0) {
		port = host_port(colon + 1, text + len - colon - 1);
		reason = "no port from 1 to 65535";
	}
	if (port < 1)
		return error_set(-EINVAL,
				 "'%s' is no ADDR:PORT[,tls|,https]: %s",
				 options->against, reason);
	options->port = port;
	snprintf(options->origin, sizeof(options->origin), "http://%s:%d", host,
		 port);
	return 0;
}

static int against_take(struct verify_options *options, const char *text)
{
	size_t len = strcspn(text, ",");
	const char *way = text + len;

	options->against = text;
	options->tls = !strcmp(way, ",tls");
	options->https = options->tls || !strcmp(way, ",https");
	if (*way && !options->https)
		return error_set(
			-EINVAL,
			"'%s': what follows ADDR:PORT is ,tls or ,https", text);
	return address_take(options, text, len);
}

static int number_take(const struct cmd *cmd, unsigned long long *number,
		       unsigned long long min, unsigned long long max)
{
	if (cmd_number(optarg, min, max, number))
		return cmd_usage(cmd, "'%s' is no number from %llu to %llu",
				 optarg, min, max);
	return CMD_OK;
}

static int option_take(const struct cmd *cmd, int option, void *arg)
{
	struct verify_options *options = arg;

	if (option >= CMD_VIEW_RELEASE)
		return cmd_view_take(cmd, option, &options->view);
	switch (option) {
	case OPT_AGAINST:
		return against_take(options, optarg);
	case OPT_SAMPLE:
		return number_take(cmd, &options->sample, 1, UINT32_MAX);
	case OPT_RATE:
		return number_take(cmd, &options->rate, 1, 1000000);
	case OPT_CONCURRENCY:
		return number_take(cmd, &options->concurrency, 1,
				   HTTP_SLOTS_MAX);
	case OPT_TIMEOUT:
		return number_take(cmd, &options->timeout, 1, 3600);
	case OPT_TOP:
		return number_take(cmd, &options->top, 0, UINT32_MAX);
	case OPT_CA:
		options->ca = optarg;
		if (access(optarg, R_OK))
			return error_set(-EINVAL, "cannot read %s: %s", optarg,
					 strerror(errno));
		/* fallthrough */
	case OPT_CERTIFICATES:
		options->certificates = true;
		return CMD_OK;
	case OPT_TARGETS:
		options->crawl = true;
		return CMD_OK;
	}
	options->json = true;
	return CMD_OK;
}

int verify_options_read(struct verify_options *options, const struct cmd *cmd,
			int argc, char **argv)
{
	static const struct option longs[] = {
		{"against", required_argument, NULL, OPT_AGAINST},
		CMD_VIEW_LONGS,
		{"sample", required_argument, NULL, OPT_SAMPLE},
		{"rate", required_argument, NULL, OPT_RATE},
		{"concurrency", required_argument, NULL, OPT_CONCURRENCY},
		{"timeout", required_argument, NULL, OPT_TIMEOUT},
		{"check-certificates", no_argument, NULL, OPT_CERTIFICATES},
		{"ca", required_argument, NULL, OPT_CA},
		{"crawl-targets", no_argument, NULL, OPT_TARGETS},
		{"top", required_argument, NULL, OPT_TOP},
		{"json", no_argument, NULL, OPT_JSON},
		{NULL, 0, NULL, 0},
	};
	int code;

	*options = (struct verify_options){
		.view = CMD_VIEW_INIT,
		.concurrency = CONCURRENCY,
		.timeout = TIMEOUT,
		.top = TOP,
	};
	code = cmd_options(cmd, argc, argv, longs, option_take, options);
	if (code)
		return code;
	if (argc > optind)
		return cmd_usage(cmd, "'%s' is too much", argv[optind]);
	if (cmd_view_both(&options->view))
		return cmd_usage(cmd, "--release or --draft, not both");
	if (!options->against && !options->crawl)
		return cmd_usage(cmd, "--against is needed: whom to ask");
	return CMD_OK;
}
