// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "cmd_options.h"
#include "error.h"
#include "help.h"
#include "host.h"
#include "server.h"
#include "web.h"
#include "web_options.h"

#define WEB_LISTEN "127.0.0.1:9180"

enum { OPT_LISTEN = CMD_OPTION, OPT_TOKEN_FILE, OPT_HOST, OPT_USER };

static int host_add(struct web_options *options, const char *text)
{
	const char *reason;
	char host[HOST_SIZE];

	if (options->host_count == WEB_HOSTS)
		return error_set(-EINVAL, "more than %d names", WEB_HOSTS);
	if (host_rule(host, text, strlen(text), &reason) <= 0)
		return error_set(-EINVAL, "'%s' is no host: %s", text, reason);
	options->hosts[options->host_count] = strdup(host);
	if (!options->hosts[options->host_count])
		return error_sys(-ENOMEM, "cannot keep it");
	options->host_count++;
	return 0;
}

static int option_take(const struct cmd *cmd, int option, void *arg)
{
	struct web_options *options = arg;

	(void)cmd;
	switch (option) {
	case OPT_LISTEN:
		return web_listen_parse(&options->listen, optarg);
	case OPT_TOKEN_FILE:
		options->token_file = optarg;
		return 0;
	case OPT_HOST:
		return host_add(options, optarg);
	case OPT_USER:
		options->user = optarg;
		return 0;
	}
	return -EINVAL;
}

static int options_read(struct web_options *options, const struct cmd *cmd,
			int argc, char **argv)
{
	static const struct option longs[] = {
		{"listen", required_argument, NULL, OPT_LISTEN},
		{"token-file", required_argument, NULL, OPT_TOKEN_FILE},
		{"host", required_argument, NULL, OPT_HOST},
		{"user", required_argument, NULL, OPT_USER},
		{NULL, 0, NULL, 0},
	};
	int code = cmd_options(cmd, argc, argv, longs, option_take, options);

	if (code)
		return code;
	if (optind < argc)
		return cmd_usage(cmd, "unexpected '%s'", argv[optind]);
	if (!web_listen_near(&options->listen) && !options->token_file)
		return cmd_usage(
			cmd,
			"other addresses than loopback need a token: --token-file");
	return CMD_OK;
}

int cmd_web(const struct cmd *cmd, int argc, char **argv)
{
	struct web_options options = {
		.state = cmd->state,
		.commit = help_commit(),
	};
	int code, err;

	server_signals_ignore();
	web_listen_parse(&options.listen, WEB_LISTEN);
	code = options_read(&options, cmd, argc, argv);
	if (code == CMD_OK) {
		err = web_run(&options);
		code = err ? cmd_fail(cmd) : CMD_OK;
	}
	while (options.host_count)
		free((char *)options.hosts[--options.host_count]);
	return code;
}

const struct cmd_about cmd_web_about = {
	.name = "web",
	.run = cmd_web,
	.summary = "a page and metrics of how it is",
	.usage = "[OPTION ...]",
	.text = "Show on a page what is live, who answers and what, until SIGTERM; for programs\n"
		"/metrics, /healthz, /readyz, /ask?domain=NAME. Nothing is changed by it.\n",
	.options =
		"  --listen ADDR:PORT|unix:PATH\n"
		"                      " WEB_LISTEN
		" if not given; other addresses than\n"
		"                      loopback need a token\n"
		"  --token-file FILE   whose first line requests bring along:\n"
		"                      Authorization: Bearer TOKEN\n"
		"  --host NAME         by which it is asked, beside its addresses and\n"
		"                      localhost; may be given several times\n"
		"  --user NAME         become this user once all is open\n",
	.exits = "0 ended by a signal, 1 failed, 2 usage",
	.example = "detour web --user detour",
};
