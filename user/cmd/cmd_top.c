// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "cmd.h"
#include "cmd_options.h"
#include "error.h"
#include "json.h"
#include "state.h"
#include "top_frame.h"
#include "top_terminal.h"
#include "view_figures.h"
#include "view_rates.h"

enum { TOP_EACH = 1000 }; /* ms between two frames */

enum { KEY_INTERRUPT = 'C' - '@' };

enum { OPT_ONCE = CMD_OPTION, OPT_JSON };

struct top {
	const char *state;
	bool once, json;
	struct top_frame frame;
	struct view_figures *figures;
	struct view_rates *rates;
	json_t *now; /* what is shown */
};

static int64_t clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

static int top_take(struct top *top)
{
	json_t *figures = view_figures_take(top->figures,
					    top->once ? VIEW_NOW : VIEW_SOON);

	if (!figures)
		return -ENOMEM;
	view_rates_add(top->rates, figures);
	json_object_del(figures, "history");
	json_decref(top->now);
	top->now = figures;
	return 0;
}

/* A frame where no terminal is: headings are lines like others. */
static int frame_print(const struct top *top)
{
	char *text = NULL, *at;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return error_sys(-ENOMEM, "cannot show figures");
	top_frame_write(out, top->now, &top->frame);
	fclose(out);
	for (at = text; *at; at++)
		if (*at != TOP_HEADING)
			putchar(*at);
	free(text);
	return 0;
}

static int plain_show(const struct top *top, bool first)
{
	int err;

	if (!top->json && !first)
		putchar('\n');
	err = top->json ? json_print(stdout, json_incref(top->now))
			: frame_print(top);
	if (!err && fflush(stdout))
		err = error_sys(-errno, "cannot write figures");
	return err;
}

static void pause_until(int64_t until)
{
	int64_t rest = until - clock_ms();
	struct timespec wait = {rest / 1000, rest % 1000 * 1000000};

	if (rest > 0)
		nanosleep(&wait, NULL);
}

/* Rates take two looks. */
static int plain_run(struct top *top)
{
	int64_t next = clock_ms();
	bool first = true;
	int err;

	err = top_take(top);
	while (!err) {
		next += TOP_EACH;
		pause_until(next);
		err = top_take(top);
		if (!err)
			err = plain_show(top, first);
		if (top->once)
			break;
		first = false;
	}
	return err;
}

static int screen_show(struct top *top)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return error_sys(-ENOMEM, "cannot show figures");
	top->frame.rows = top_terminal_size().rows;
	top_frame_write(out, top->now, &top->frame);
	fclose(out);
	top_terminal_show(text);
	free(text);
	return 0;
}

/* Take keys until it is time for the next frame. Whether to go on. */
static bool screen_keys(struct top *top, int64_t until)
{
	for (;;) {
		int64_t rest = until - clock_ms();
		int key = top_terminal_key(rest > 0 ? (int)rest : 0);

		switch (key) {
		case TOP_KEY_NONE:
			if (clock_ms() >= until)
				return true;
			continue;
		case TOP_KEY_END:
		case KEY_INTERRUPT:
		case 'q':
		case 'Q':
			return false;
		case 's':
		case 'S':
			top->frame.by_all = !top->frame.by_all;
			break;
		}
		screen_show(top);
	}
}

static int screen_run(struct top *top)
{
	int err = top_terminal_open();
	int64_t next = clock_ms();

	if (err)
		return err;
	do {
		err = top_take(top);
		if (!err)
			err = screen_show(top);
		next += TOP_EACH;
		if (next < clock_ms())
			next = clock_ms();
	} while (!err && screen_keys(top, next));
	top_terminal_close();
	return err;
}

static int top_run(struct top *top)
{
	bool screen = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
	int err = state_find(top->state);

	if (!err)
		err = view_figures_new(&top->figures, top->state);
	if (!err)
		err = view_rates_new(&top->rates);
	if (!err)
		err = screen && !top->once && !top->json ? screen_run(top)
							 : plain_run(top);
	view_rates_free(top->rates);
	view_figures_free(top->figures);
	json_decref(top->now);
	return err;
}

static int option_take(const struct cmd *cmd, int option, void *arg)
{
	struct top *top = arg;

	(void)cmd;
	top->once |= option == OPT_ONCE;
	top->json |= option == OPT_JSON;
	return CMD_OK;
}

int cmd_top(const struct cmd *cmd, int argc, char **argv)
{
	static const struct option longs[] = {
		{"once", no_argument, NULL, OPT_ONCE},
		{"json", no_argument, NULL, OPT_JSON},
		{NULL, 0, NULL, 0},
	};
	struct top top = {.state = cmd->state};
	int code = cmd_options(cmd, argc, argv, longs, option_take, &top);

	if (code)
		return code;
	if (optind < argc)
		return cmd_usage(cmd, "unexpected '%s'", argv[optind]);
	/* Each frame is out, or the error is of it. */
	return top_run(&top) ? cmd_fail(cmd) : cmd_flush(cmd, CMD_OK);
}

const struct cmd_about cmd_top_about = {
	.name = "top",
	.run = cmd_top,
	.summary = "who answers, what is asked for and missed, once a second",
	.usage = "[OPTION ...]",
	.text = "Show once a second what is live, who answers and how often, the rules that are\n"
		"asked for most and what no rule matches. Keys: s sorts the rules by their hits\n"
		"in all or by what comes now, q ends it. Without a terminal: frame by frame.\n",
	.options =
		"  --once              one frame, after a second\n"
		"  --json              an object a line in place of a frame\n",
	.exits = CMD_EXITS_LOOK,
	.example = "detour top --once",
};
