// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "cmd_view.h"
#include "crawl.h"
#include "crawl_report.h"
#include "desk_view.h"
#include "error.h"
#include "interrupt.h"
#include "map_file.h"
#include "progress.h"
#include "release_view.h"
#include "ruleset.h"
#include "verify.h"
#include "verify_json.h"
#include "verify_options.h"
#include "verify_report.h"

/* What the command does: asks for sources, for targets, or for both. */
struct run {
	const struct verify_options *options;
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

static struct http_options http_options(const struct verify_options *options)
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
	const struct verify_options *options = run->options;
	struct verify *verify = &run->verify;

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
	return verify_run(verify);
}

static int targets_ask(struct run *run)
{
	run->crawl.set = &run->set;
	run->crawl.http = http_options(run->options);
	return crawl_run(&run->crawl);
}

static int ask(struct run *run)
{
	const struct verify_options *options = run->options;
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
	const struct verify_options *options = run->options;
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
	if (verify && !verify->asked && !run->interrupted)
		return error_set(-ENOENT,
				 "there is no rule that could be asked for");
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
	const struct verify_options *options = run->options;
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
	struct verify_options options;
	int code = verify_options_read(&options, cmd, argc, argv);

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
