// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "answer_leave.h"
#include "cmd.h"
#include "cmd_options.h"
#include "error.h"
#include "fallback.h"
#include "limit.h"
#include "listen_given.h"
#include "listen_parse.h"
#include "miss_memory.h"
#include "server.h"
#include "via.h"

#define SERVE_SIZE_MAX (64ULL << 30)

enum {
	OPT_LISTEN = CMD_OPTION,
	OPT_THREADS,
	OPT_FALLBACK,
	OPT_VIA,
	OPT_FORWARDED,
	OPT_USER,
	OPT_HEAD_SIZE,
	OPT_TARGET_SIZE,
	OPT_HEAD_TIME,
	OPT_IDLE_TIME,
	OPT_LINGER,
	OPT_FALLBACK_TIME,
	OPT_RESOLVE_TIME,
	OPT_DRAIN,
	OPT_CONNECTIONS,
	OPT_HITS_MEMORY,
	OPT_MISSES_MEMORY,
	OPT_ACCESS_LOG,
	OPT_ACCESS_FORMAT,
	OPT_LEAVE_OUT,
	OPT_TRUST,
	OPT_FALLBACK_PROXY,
};

static const struct option longs[] = {
	{"listen", required_argument, NULL, OPT_LISTEN},
	{"threads", required_argument, NULL, OPT_THREADS},
	{"fallback", required_argument, NULL, OPT_FALLBACK},
	{"via", required_argument, NULL, OPT_VIA},
	{"forwarded", required_argument, NULL, OPT_FORWARDED},
	{"user", required_argument, NULL, OPT_USER},
	{"head-size", required_argument, NULL, OPT_HEAD_SIZE},
	{"target-size", required_argument, NULL, OPT_TARGET_SIZE},
	{"head-time", required_argument, NULL, OPT_HEAD_TIME},
	{"idle-time", required_argument, NULL, OPT_IDLE_TIME},
	{"linger", required_argument, NULL, OPT_LINGER},
	{"fallback-time", required_argument, NULL, OPT_FALLBACK_TIME},
	{"resolve-time", required_argument, NULL, OPT_RESOLVE_TIME},
	{"drain", required_argument, NULL, OPT_DRAIN},
	{"connections", required_argument, NULL, OPT_CONNECTIONS},
	{"hits-memory", required_argument, NULL, OPT_HITS_MEMORY},
	{"misses-memory", required_argument, NULL, OPT_MISSES_MEMORY},
	{"access-log", required_argument, NULL, OPT_ACCESS_LOG},
	{"access-log-format", required_argument, NULL, OPT_ACCESS_FORMAT},
	{"log-leave-out", required_argument, NULL, OPT_LEAVE_OUT},
	{"trust", required_argument, NULL, OPT_TRUST},
	{"fallback-proxy", no_argument, NULL, OPT_FALLBACK_PROXY},
	{NULL, 0, NULL, 0},
};

static int serve_number(unsigned int *value, const char *text, unsigned int min,
			unsigned int max)
{
	unsigned long long n;

	if (cmd_number(text, min, max, &n))
		return error_set(-EINVAL, "'%s' is not a number from %u to %u",
				 text, min, max);
	*value = n;
	return 0;
}

/* Seconds with up to three decimals, more than none and up to a day. */
static int serve_time(uint64_t *ms, const char *text)
{
	size_t whole = strspn(text, "0123456789");
	size_t rest =
		text[whole] == '.' ? strspn(text + whole + 1, "0123456789") : 0;
	double seconds = strtod(text, NULL);

	if (!whole || whole > 5 || rest > 3 ||
	    strlen(text) != whole + (rest ? rest + 1 : 0) || seconds > 86400 ||
	    seconds < 0.001)
		return error_set(-EINVAL, "'%s' is not a time in seconds",
				 text);
	*ms = seconds * 1000 + 0.5;
	return 0;
}

static int serve_drain(uint64_t *bytes, const char *text)
{
	unsigned int value = 0;
	int err = serve_number(&value, text, 0, 1 << 30);

	if (!err)
		*bytes = value;
	return err;
}

static int serve_size(uint64_t *bytes, const char *text, uint64_t max,
		      const char *most)
{
	unsigned long long size;

	if (cmd_size(text, max, &size))
		return error_set(-EINVAL, "'%s' is no size up to %s", text,
				 most);
	*bytes = size;
	return 0;
}

static int serve_forwarded(enum forward_mode *mode, const char *text)
{
	if (!strcmp(text, "append"))
		*mode = FORWARD_APPEND;
	else if (!strcmp(text, "replace"))
		*mode = FORWARD_REPLACE;
	else if (!strcmp(text, "off"))
		*mode = FORWARD_OFF;
	else
		return error_set(-EINVAL, "'%s' is not append, replace or off",
				 text);
	return 0;
}

static int serve_via(const char **via, const char *text)
{
	*via = text;
	if (via_valid(text))
		return 0;
	return error_set(-EINVAL, "'%s' is no token of up to %d bytes", text,
			 VIA_MAX);
}

static int option_take(const struct cmd *cmd, int option, void *arg)
{
	struct server_options *options = arg;
	const char *text = optarg;

	(void)cmd;
	switch (option) {
	case OPT_LISTEN:
		return listen_parse(&options->listen, text);
	case OPT_THREADS:
		return serve_number(&options->threads, text, 1, 1024);
	case OPT_FALLBACK:
		options->fallback = text;
		return fallback_check(text);
	case OPT_VIA:
		return serve_via(&options->forward.via, text);
	case OPT_FORWARDED:
		return serve_forwarded(&options->forward.mode, text);
	case OPT_USER:
		options->user = text;
		return 0;
	case OPT_HEAD_SIZE:
		return serve_number(&options->head_size, text, 256, LIMIT_HEAD);
	case OPT_TARGET_SIZE:
		return serve_number(&options->target_size, text, 64,
				    LIMIT_REQUEST_TARGET);
	case OPT_HEAD_TIME:
		return serve_time(&options->timeout_ms[TIMER_HEAD], text);
	case OPT_IDLE_TIME:
		return serve_time(&options->timeout_ms[TIMER_IDLE], text);
	case OPT_LINGER:
		return serve_time(&options->timeout_ms[TIMER_LINGER], text);
	case OPT_FALLBACK_TIME:
		return serve_time(&options->timeout_ms[TIMER_FALLBACK], text);
	case OPT_RESOLVE_TIME:
		return serve_time(&options->resolve, text);
	case OPT_DRAIN:
		return serve_drain(&options->drain, text);
	case OPT_HITS_MEMORY:
		return serve_size(&options->hits, text, SERVE_SIZE_MAX,
				  "64G, such as 256M");
	case OPT_CONNECTIONS:
		return serve_number(&options->connections, text, 1, 1 << 20);
	case OPT_MISSES_MEMORY:
		return serve_size(&options->misses_memory, text,
				  MISS_MEMORY_MAX, "64M, such as 512K");
	case OPT_ACCESS_LOG:
		options->access.where = text;
		return *text ? 0 : error_set(-EINVAL, "'' is no file");
	case OPT_ACCESS_FORMAT:
		return access_format_parse(&options->access.format, text);
	case OPT_LEAVE_OUT:
		return answer_leave_parse(&options->access.leave, text);
	case OPT_TRUST:
		return trust_parse(&options->trust, text);
	case OPT_FALLBACK_PROXY:
		options->fallback_proxy = true;
		return 0;
	}
	return -EINVAL;
}

static int options_read(struct server_options *options, const struct cmd *cmd,
			int argc, char **argv)
{
	int code = cmd_options(cmd, argc, argv, longs, option_take, options);

	if (code)
		return code;
	if (optind < argc)
		return cmd_usage(cmd, "unexpected '%s'", argv[optind]);
	options->timeout_ms[TIMER_FIRST] = options->timeout_ms[TIMER_HEAD];
	options->timeout_ms[TIMER_STALL] = options->timeout_ms[TIMER_IDLE];
	options->timeout_ms[TIMER_PART] = options->timeout_ms[TIMER_LINGER];
	if (listen_given(&options->listen))
		return cmd_fail(cmd);
	if (!options->listen.count &&
	    listen_parse(&options->listen, geteuid() ? "*:8080" : "*:80"))
		return cmd_fail(cmd);
	if (options->fallback_proxy && !options->fallback)
		return cmd_usage(cmd, "--fallback-proxy needs --fallback");
	if (listen_trusts(&options->listen) && !options->trust.count)
		return cmd_usage(
			cmd,
			"proxy needs --trust: from where its headers are believed");
	return CMD_OK;
}

int cmd_serve(const struct cmd *cmd, int argc, char **argv)
{
	struct server_options options = {
		.state = cmd->state,
		.head_size = LIMIT_HEAD,
		.target_size = LIMIT_REQUEST_TARGET,
		.drain = 256 << 10,
		.misses_memory = MISS_MEMORY_USUAL,
		.resolve = 5000,
		.hits = 256 << 20,
		.timeout_ms = {[TIMER_HEAD] = 10000,
			       [TIMER_IDLE] = 30000,
			       [TIMER_LINGER] = 5000,
			       [TIMER_FALLBACK] = 30000,
			       [TIMER_TUNNEL] = 600000},
	};
	int code;

	server_signals_ignore();
	code = options_read(&options, cmd, argc, argv);
	if (code != CMD_OK)
		return code;
	return server_run(&options) ? cmd_fail(cmd) : CMD_OK;
}

const struct cmd_about cmd_serve_about = {
	.name = "serve",
	.run = cmd_serve,
	.summary = "answer requests from the live release",
	.usage = "[OPTION ...]",
	.text = "Answer requests until SIGTERM. Times are in seconds.\n",
	.options =
		"  --listen ADDR:PORT[,https][,proxy]\n"
		"                      may be given several times; *:80 for root, else *:8080;\n"
		"                      https: whoever is in front of it has ended TLS;\n"
		"                      proxy: ... and says who the client is, by a PROXY header\n"
		"  --listen unix:PATH[,https][,proxy][,mode=OCTAL][,user=NAME][,group=NAME]\n"
		"  --trust ADDRESS[/BITS]\n"
		"                      whose PROXY headers are believed; several times\n"
		"  --threads N         one for each CPU if not given\n"
		"  --fallback HOST:PORT\n"
		"                      who gets requests that no rule answers\n"
		"  --fallback-proxy    it gets a PROXY header of version 2 before each\n"
		"  --via NAME          of this server in Via; random digits if not given\n"
		"  --forwarded append|replace|off\n"
		"                      what the fallback is told of the client, append\n"
		"  --resolve-time S    between look-ups of the fallback's name, 5\n"
		"  --user NAME         become this user once the ports are bound\n"
		"  --head-size BYTES   of a request, 16384\n"
		"  --target-size BYTES of a request target, 8000\n"
		"  --head-time S       for a head to be complete, 10\n"
		"  --idle-time S       between requests, 30\n"
		"  --linger S          for a client to close after the last answer, 5\n"
		"  --fallback-time S   for the fallback to be silent, 30\n"
		"  --drain BYTES       of a body read to keep the connection, 262144\n"
		"  --connections N     the most at a time\n"
		"  --hits-memory SIZE  for the counts of a map, 256M; 0: hits are not counted\n"
		"  --misses-memory SIZE\n"
		"                      of each thread for what no rule matches, 512K; 0: none\n"
		"  --access-log FILE|syslog|journal\n"
		"                      where a line is written for each answer\n"
		"  --access-log-format combined|json\n"
		"                      what a line looks like, combined\n"
		"  --log-leave-out query,address\n"
		"                      either, or both: what is not written\n",
	.exits = "0 ended by a signal, 1 failed, 2 usage",
	.example = "detour serve --listen '*:80' --user detour",
};
