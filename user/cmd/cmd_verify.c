// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "cmd_options.h"
#include "cmd_view.h"
#include "crawl.h"
#include "crawl_report.h"
#include "desk_view.h"
#include "error.h"
#include "host.h"
#include "interrupt.h"
#include "map_file.h"
#include "progress.h"
#include "release_view.h"
#include "ruleset.h"
#include "verify.h"
#include "verify_json.h"
#include "verify_report.h"

/* Where nobody says other numbers. */
enum { CONCURRENCY = 16, TIMEOUT = 10, TOP = 20 };

struct options {
	const char *against; /* NULL: no server is asked for the sources */
	char origin[HOST_SIZE + 20];
	unsigned int port;
	bool https, tls;
	struct cmd_view view;
	unsigned long long sample, rate, concurrency, timeout, top;
	bool certificates;
	const char *ca;
	bool crawl, json;
};

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
static int address_take(struct options *options, const char *text, size_t len)
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

static int against_take(struct options *options, const char *text)
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
	struct options *options = arg;

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

static int options_read(struct options *options, const struct cmd *cmd,
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
	int code = cmd_options(cmd, argc, argv, longs, option_take, options);

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

/* What the command does: asks for sources, for targets, or for both. */
struct run {
	const struct options *options;
	struct ruleset set;
	struct map *map;
	struct verify verify;
	struct crawl crawl;
	struct verify_report report;
	struct verify_json json;
	char rules[CMD_VIEW_TEXT];
	bool interrupted;
	bool begun; /* JSON */
};

static struct http_options http_options(const struct options *options)
{
	return (struct http_options){
		.slots = options->concurrency,
		.timeout = options->timeout,
		.rate = options->rate,
		.certificates = options->certificates,
		.ca_file = options->ca,
	};
}

static int sources_ask(struct run *run)
{
	const struct options *options = run->options;
	struct verify *verify = &run->verify;
	int err;

	*verify = (struct verify){
		.set = &run->set,
		.map = run->map,
		.https = options->https,
		.tls = options->tls,
		.sample = options->sample,
		.http = http_options(options),
		.origin = options->origin,
		.port = options->port,
		.tell = options->json ? verify_json_take : verify_report_take,
		.arg = options->json ? (void *)&run->json
				     : (void *)&run->report,
	};
	if (options->tls)
		verify->http.connect = options->origin + strlen("http://");
	err = verify_run(verify);
	if (!err && !verify->asked)
		err = error_set(-ENOENT,
				"there is no rule that could be asked for");
	return err;
}

static int targets_ask(struct run *run)
{
	run->crawl.set = &run->set;
	run->crawl.http = http_options(run->options);
	return crawl_run(&run->crawl);
}

static int ask(struct run *run)
{
	const struct options *options = run->options;
	int err = 0;

	interrupt_defer();
	if (options->against)
		err = sources_ask(run);
	if (!err && options->crawl)
		err = targets_ask(run);
	run->interrupted = err == -EINTR;
	return run->interrupted ? 0 : err;
}

/* Print it all: an exit code, or -errno with error_set(). */
static int report(struct run *run)
{
	const struct options *options = run->options;
	const struct verify *verify = options->against ? &run->verify : NULL;
	const struct crawl *crawl = options->crawl ? &run->crawl : NULL;
	int err = 0;

	if (options->json) {
		run->begun = false;
		err = verify_json_end(&run->json, verify, crawl,
				      !run->interrupted &&
					      !run->verify.gave_up);
	} else {
		if (run->interrupted)
			puts("interrupted; so far:");
		if (verify)
			verify_report_print(&run->report, verify);
		if (verify && crawl)
			putchar('\n');
		if (crawl)
			err = crawl_report_print(crawl, options->top);
	}
	if (err)
		return err;
	return run->interrupted || run->crawl.bad ||
			       run->verify.found[VERIFY_STATUS] ||
			       run->verify.found[VERIFY_LOCATION] ||
			       run->verify.found[VERIFY_NONE]
		       ? CMD_FAILED
		       : CMD_OK;
}

static int rules_open(struct run *run, const struct cmd *cmd)
{
	struct release_view view;
	int err = cmd_view_open(&view, &run->options->view, cmd->state);

	if (err)
		return err;
	if (!cmd_view_given(&run->options->view))
		snprintf(run->rules, sizeof(run->rules),
			 "release %" PRIu64 ", which is live", view.release);
	err = desk_view(&run->set, &run->map, &view);
	release_view_close(&view);
	return err;
}

static int run_all(struct run *run, const struct cmd *cmd)
{
	const struct options *options = run->options;
	int err;

	if (!options->json || !isatty(STDOUT_FILENO))
		progress_on(stderr);
	err = rules_open(run, cmd);
	run->begun = !err && options->json;
	if (run->begun)
		verify_json_begin(&run->json, options->against, run->rules);
	if (!err)
		err = ask(run);
	progress_off();
	return err;
}

/* JSON that has begun ends all the same. */
static int fail(struct run *run, const struct cmd *cmd)
{
	int code = cmd_fail(cmd);

	if (run->begun)
		verify_json_end(&run->json, NULL, NULL, false);
	return code;
}

int cmd_verify(const struct cmd *cmd, int argc, char **argv)
{
	static struct run run;
	struct options options = {
		.view = CMD_VIEW_INIT,
		.concurrency = CONCURRENCY,
		.timeout = TIMEOUT,
		.top = TOP,
	};
	int code = options_read(&options, cmd, argc, argv);

	if (code)
		return code;
	run.options = &options;
	run.json.list.out = stdout;
	run.report.against = options.against;
	run.report.rules = run.rules;
	run.report.top = options.top;
	cmd_view_text(run.rules, &options.view);
	code = run_all(&run, cmd);
	if (!code)
		code = report(&run);
	if (code < 0)
		code = fail(&run, cmd);
	verify_report_free(&run.report);
	crawl_free(&run.crawl);
	map_close(run.map);
	ruleset_free(&run.set);
	code = cmd_flush(cmd, code);
	interrupt_end(!run.interrupted);
	return code;
}

const struct cmd_about cmd_verify_about = {
	.name = "verify",
	.run = cmd_verify,
	.summary = "whether a running server answers as the rules say",
	.usage = "--against ADDR:PORT[,tls|,https] [OPTION ...]",
	.text = "Ask a server for the sources of the rules, each with its host, and tell where\n"
		"status or Location is not what the rules say. What a source leaves open is made\n"
		"up. With ,tls it is asked by TLS, with ,https in plaintext, as by a server that\n"
		"ends TLS. A pass rule is not asked for. No redirect is followed.\n",
	.options =
		"  --against ADDR:PORT whom to ask, by address or name\n" CMD_VIEW_HELP
		"  --sample N          for N rules only, evenly spread, the same each time\n"
		"  --rate R            at most R requests a second\n"
		"  --concurrency C     requests at once, up to 256; 16 if not given\n"
		"  --timeout S         seconds for an answer; 10 if not given\n"
		"  --check-certificates  those of TLS have to be right\n"
		"  --ca FILE           ... by the certificates in FILE\n"
		"  --crawl-targets     ask for the targets, too, or without --against only for\n"
		"                      them, and tell which are not there (2xx)\n"
		"  --top N             shown of each kind, 0 for all; 20 if not given\n"
		"  --json              as a JSON object, with all that is found\n",
	.exits =
		"0 all as the rules say; 1 failed, something differs, or nobody\n"
		"answers; 2 usage",
	.example = "detour verify --against 192.0.2.1:80 --rate 100",
};
