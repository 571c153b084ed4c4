// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "confine.h"
#include "error.h"
#include "mhd_calls.h"
#include "notify.h"
#include "privilege.h"
#include "state_owner.h"
#include "web.h"
#include "web_figures.h"
#include "web_gather.h"
#include "web_http.h"
#include "web_options.h"
#include "web_pages.h"
#include "web_token.h"

enum { WEB_SWEEP = 1000 }; /* ms */

struct web {
	const struct web_options *options;
	struct web_token token;
	int signals, listen, gather;
	struct web_figures *figures;
	struct web_pages *pages;
	struct web_http *http;
};

static int signals_open(struct web *web)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGQUIT);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return error_sys(-errno, "cannot block signals");
	web->signals = signalfd(-1, &set, SFD_CLOEXEC);
	if (web->signals < 0)
		return error_sys(-errno, "cannot receive signals");
	return 0;
}

/* What needs the rights that it was started with. */
static int web_open(struct web *web)
{
	const struct web_options *options = web->options;
	int err = mhd_calls_find();

	if (!err && options->token_file)
		err = web_token_read(&web->token, options->token_file);
	if (err)
		return err;
	web->listen = web_listen_open(&options->listen, options->state);
	if (web->listen < 0)
		return web->listen;
	web->gather = web_gather_start(options->state);
	return web->gather < 0 ? web->gather : 0;
}

/* Its own may be read by root without them. */
static void web_confine(const struct web_options *options)
{
	int err;

	confine_capabilities(state_owner_capability(options->state));
	err = confine_calls(CONFINE_NETWORK);
	if (err)
		fprintf(stderr, "detour web: no system call is forbidden: %s\n",
			strerror(-err));
}

static void ready_say(const struct web *web)
{
	char text[WEB_LISTEN_TEXT];

	web_listen_text(text, &web->options->listen, web->listen);
	fprintf(stderr, "detour web: ready on %s\n", text);
	notify_send("READY=1");
}

/* The first figures are there before the first request. */
static int web_start(struct web *web)
{
	int err = signals_open(web);

	if (!err)
		err = web_figures_new(&web->figures, web->gather);
	if (!err)
		err = web_pages_new(&web->pages, web->options, web->figures);
	if (!err)
		err = web_figures_receive(web->figures);
	if (err)
		return err;
	err = web_http_start(&web->http, web->options, &web->token, web->pages,
			     web->listen);
	if (err)
		web->listen = -1;
	return err;
}

static int64_t clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

static int web_loop(struct web *web)
{
	struct pollfd fds[] = {
		{.fd = web->signals, .events = POLLIN},
		{.fd = web->gather, .events = POLLIN},
	};
	int64_t swept = clock_ms();
	int err = 0;

	for (;;) {
		if (poll(fds, 2, WEB_SWEEP) < 0 && errno != EINTR)
			return error_sys(-errno, "cannot wait");
		if (fds[0].revents)
			return 0;
		if (fds[1].revents)
			err = web_figures_receive(web->figures);
		if (err)
			return err;
		if (clock_ms() - swept < WEB_SWEEP)
			continue;
		swept = clock_ms();
		web_http_sweep(web->http);
	}
}

static void web_close(struct web *web)
{
	if (web->http) {
		web_http_stop(web->http);
		web->listen = -1;
	}
	web_pages_free(web->pages);
	web_figures_free(web->figures);
	if (web->listen >= 0)
		close(web->listen);
	if (web->gather >= 0)
		close(web->gather);
	if (web->signals >= 0)
		close(web->signals);
}

int web_run(const struct web_options *options)
{
	struct web web = {
		.options = options, .signals = -1, .listen = -1, .gather = -1};
	bool listening = false;
	int err = web_open(&web);

	listening = web.listen >= 0;
	if (!err && options->user)
		err = privilege_drop(options->user);
	if (!err)
		web_confine(options);
	if (!err)
		err = web_start(&web);
	if (!err) {
		ready_say(&web);
		err = web_loop(&web);
	}
	web_close(&web);
	if (listening)
		web_listen_remove(&options->listen);
	return err;
}
