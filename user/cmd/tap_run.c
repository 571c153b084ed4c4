// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "answer_record.h"
#include "cmd.h"
#include "error.h"
#include "fast_tap.h"
#include "tap_host.h"
#include "tap_pcap.h"
#include "tap_run.h"
#include "tap_serve.h"

enum {
	TAP_LOOK = 50,	   /* ms between looks at what waits */
	TAP_FOLLOW = 1000, /* ... and at what there is to be looked at */
	TAP_ROUND = 4096,  /* lines, then there is a look at the clock */
};

struct tap {
	const struct cmd *cmd;
	const struct tap_options *options;
	FILE *out;
	struct fast_tap *fast;
	struct tap_serve serve;
	uint64_t shown;
	unsigned int round;  /* lines of it */
	uint64_t left, pick; /* of servers' answers, as of programs' */
	bool fast_denied, serve_denied, serve_failed;
	bool waits;   /* it was said that nothing answers */
	bool crowded; /* ... that there are too many taps */
	int err;
};

static volatile sig_atomic_t stopped;

static void signal_stop(int number)
{
	(void)number;
	stopped = 1;
}

static void signals_take(void)
{
	const struct sigaction stop = {.sa_handler = signal_stop};

	sigaction(SIGINT, &stop, NULL);
	sigaction(SIGTERM, &stop, NULL);
}

static bool is_done(const struct tap *tap)
{
	return stopped || tap->err ||
	       (tap->options->count && tap->shown >= tap->options->count);
}

static int line_show(struct tap *tap, struct tap_line *line)
{
	tap_line_leave_out(line, &tap->options->without);
	if (tap->options->json)
		tap->err = tap_line_json(tap->out, line);
	else
		tap_line_print(tap->out, line);
	tap->shown++;
	return is_done(tap) || ++tap->round >= TAP_ROUND;
}

static struct tap_text text_of(const struct fast_tap_part *part)
{
	return (struct tap_text){(const char *)part->data, part->len};
}

static int frames_show(struct tap *tap, const struct fast_tap_answer *answer)
{
	tap_pcap_frame(tap->out, answer->time, &answer->request);
	tap_pcap_frame(tap->out, answer->reply_time, &answer->reply);
	tap->shown++;
	return is_done(tap) || ++tap->round >= TAP_ROUND;
}

static int fast_show(const struct fast_tap_answer *answer, void *arg)
{
	struct tap *tap = arg;
	struct tap_line line = {
		.time = answer->time / 1000000,
		.responder = "fast",
		.interface = {answer->interface, strlen(answer->interface)},
		.address = answer->told->flow.client,
		.port = be16toh(answer->told->flow.client_port),
		.method = text_of(&answer->method),
		.host = text_of(&answer->host),
		.target = text_of(&answer->target),
		.location = text_of(&answer->location),
		.source = text_of(&answer->source),
		.code = answer->told->code,
		.release = answer->release,
		.miss = answer->told->kind == TAP_MISS,
	};

	if (is_done(tap))
		return 1;
	return tap->options->pcap ? frames_show(tap, answer)
				  : line_show(tap, &line);
}

/* One of each sample, as programs do it. */
static bool is_sampled(struct tap *tap)
{
	if (tap->options->sample <= 1)
		return true;
	if (!tap->left) {
		tap->left = tap->options->sample;
		tap->pick = random() % tap->left;
	}
	return --tap->left == tap->pick;
}

static int serve_show(const struct answer_record *record, void *arg)
{
	struct tap *tap = arg;
	const struct tap_options *options = tap->options;
	struct tap_line line;
	uint8_t address[16];

	if (is_done(tap))
		return 1;
	tap_serve_line(&line, record, address);
	if ((options->misses && !line.miss) ||
	    (options->code && options->code != line.code) ||
	    !tap_host_is(&options->host, line.host.text, line.host.len) ||
	    !is_sampled(tap))
		return 0;
	return line_show(tap, &line);
}

static void say(const struct tap *tap, const char *text)
{
	fflush(tap->out);
	fprintf(stderr, "detour %s: %s\n", tap->cmd->name, text);
}

static void serve_failed(int err, void *arg)
{
	struct tap *tap = arg;

	tap->serve_failed = true;
	tap->serve_denied |= err == -EACCES;
	say(tap, error_text());
}

/* How many servers and fast paths there are to be looked at. What fails is said
 * once, and is no reason to leave the rest. */
static int fast_follow(struct tap *tap)
{
	int count = tap->fast ? fast_tap_follow(tap->fast) : 0;

	if (count >= 0)
		return count;
	if (count == -EBUSY) { /* for as long as they look */
		if (!tap->crowded)
			say(tap, error_text());
		tap->crowded = true;
		return 1;
	}
	tap->fast_denied = true;
	say(tap, error_text());
	fast_tap_close(tap->fast);
	tap->fast = NULL;
	return 0;
}

static int serve_follow(struct tap *tap)
{
	int count;

	if (tap->options->pcap)
		return 0;
	count = tap_serve_follow(&tap->serve, serve_failed, tap);
	if (count < 0)
		tap->err = count;
	return count;
}

static int follow(struct tap *tap)
{
	int count = fast_follow(tap) + serve_follow(tap);

	if (tap->err)
		return tap->err;
	if (!count && tap->fast_denied &&
	    (tap->serve_denied || tap->options->pcap))
		return error_set(-EACCES,
				 "there is nothing that this user may see");
	if (!count && !tap->waits && !tap->serve_failed)
		say(tap, "nothing answers here yet");
	tap->waits = !count;
	return 0;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int output_flush(struct tap *tap)
{
	if (!fflush(tap->out) && !ferror(tap->out))
		return 0;
	return error_sys(-errno, "cannot write");
}

static int look(struct tap *tap)
{
	struct pollfd wait = {.events = POLLIN};
	int64_t next = now_ms() + TAP_FOLLOW;
	int err = follow(tap);

	while (!err && !is_done(tap)) {
		tap->round = 0;
		if (tap->fast)
			fast_tap_read(tap->fast);
		tap_serve_read(&tap->serve, serve_show, tap);
		err = tap->err ? tap->err : output_flush(tap);
		if (!err && now_ms() >= next) {
			next = now_ms() + TAP_FOLLOW;
			err = follow(tap);
		}
		wait.fd = tap->fast ? fast_tap_fd(tap->fast) : -1;
		if (!tap->round && !err && !is_done(tap))
			poll(&wait, 1, TAP_LOOK);
	}
	return err;
}

/* How much was not shown. */
static void end_say(struct tap *tap)
{
	uint64_t fast = tap->fast ? fast_tap_lost(tap->fast) : 0;
	uint64_t gaps = tap->fast ? fast_tap_gaps(tap->fast) : 0;
	uint64_t serve = tap_serve_lost(&tap->serve);
	char text[200];

	if (tap->options->json) {
		fprintf(tap->out,
			"{\"shown\":%" PRIu64 ",\"lost\":{\"fast\":%" PRIu64
			",\"serve\":%" PRIu64 "},\"gaps\":%" PRIu64 "}\n",
			tap->shown, fast, serve, gaps);
		return;
	}
	snprintf(text, sizeof(text),
		 "%" PRIu64 " shown, %" PRIu64 " of the fast path and %" PRIu64
		 " of servers lost",
		 tap->shown, fast, serve);
	say(tap, text);
	if (!gaps)
		return;
	snprintf(text, sizeof(text),
		 "of the fast path nothing was seen for a while, %" PRIu64
		 " times: this process had to wait",
		 gaps);
	say(tap, text);
}

static int capture_begin(struct tap *tap, const char *path)
{
	int fd;

	say(tap,
	    "what servers answer is not in the capture: tcpdump sees that");
	if (strcmp(path, "-")) {
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		tap->out = fd < 0 ? NULL : fdopen(fd, "w");
		if (!tap->out)
			return error_sys(-errno, "cannot write %s", path);
	}
	tap_pcap_begin(tap->out);
	return 0;
}

static int fast_begin(struct tap *tap)
{
	const struct tap_options *options = tap->options;
	struct fast_tap_wants wants = {
		.kinds = options->misses ? TAP_MISS : TAP_ANSWER | TAP_MISS,
		.code = options->code,
		.host = options->host,
		.sample = options->sample,
	};

	/* What another server answers to a miss is not known. */
	if (options->code || options->pcap)
		wants.kinds &= ~TAP_MISS;
	return wants.kinds ? fast_tap_open(&tap->fast, tap->cmd->state, &wants,
					   fast_show, tap)
			   : 0;
}

int tap_run(const struct cmd *cmd, const struct tap_options *options)
{
	struct tap tap = {.cmd = cmd,
			  .options = options,
			  .out = stdout,
			  .serve.state = cmd->state};
	int err = fast_begin(&tap);

	srandom(time(NULL) ^ getpid());
	signals_take();
	if (!err && options->pcap)
		err = capture_begin(&tap, options->pcap);
	if (!err)
		err = look(&tap);
	if (!err)
		end_say(&tap);
	tap_serve_close(&tap.serve);
	fast_tap_close(tap.fast);
	if (tap.out && tap.out != stdout && fclose(tap.out) && !err)
		err = error_sys(-errno, "cannot write %s", options->pcap);
	return err;
}
