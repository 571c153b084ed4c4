// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "access_log.h"
#include "answer_ring.h"
#include "answer_rings.h"
#include "confine.h"
#include "crowd.h"
#include "error.h"
#include "fallback.h"
#include "fast_flows.h"
#include "fast_reader.h"
#include "fast_watch.h"
#include "live_hits.h"
#include "live_map.h"
#include "miss_memory.h"
#include "notify.h"
#include "privilege.h"
#include "serve_look.h"
#include "serve_stats.h"
#include "server.h"
#include "server_list.h"
#include "state_init.h"
#include "state_owner.h"
#include "via.h"
#include "worker.h"
#include "worker_loop.h"

enum {
	SERVER_CONNECTIONS = 65536, /* at most, unless asked for more */
	SERVER_THREADS = 1024,
	/* What it has open by itself, some 20, and opens: another map and its base,
	 * a log anew, sockets of who asks for its counters or looks. */
	SERVER_DESCRIPTORS = 36,
	SERVER_LOOK = 1000, /* ms between looks at the live file */
	SERVER_REAP = 20,   /* ms while an old map is still in use */
};

struct server {
	struct server_options *options;
	struct fallback *fallback;
	char via[VIA_MAX + 1];
	struct live *live;
	struct server_list *list;
	struct fast_watch *watch;
	struct serve_stats *stats;
	struct serve_look *look;
	struct miss_memory *misses;
	struct live_hits *hits;
	struct access_log *log;
	struct answer_rings *rings; /* NULL: there was no room for them */
	struct crowd *crowd;
	int signals;
	unsigned int workers; /* how many run */
	struct worker **worker;
	int (*fds)[LISTEN_MAX]; /* of the workers to be started */
	unsigned int opened;	/* how many rows of fds */
	char listen[LISTEN_MAX * (LISTEN_TEXT + 1)];
};

/* Print a line, unless whoever reads stderr has stopped doing so: signals and
 * releases must not wait for that. */
static __attribute__((format(printf, 1, 2))) void server_say(const char *fmt,
							     ...)
{
	struct pollfd err = {.fd = STDERR_FILENO, .events = POLLOUT};
	char line[PIPE_BUF];
	va_list args;
	size_t len;

	len = snprintf(line, sizeof(line) - 1, "detour serve: ");
	va_start(args, fmt);
	vsnprintf(line + len, sizeof(line) - 1 - len, fmt, args);
	va_end(args);
	len = strlen(line);
	line[len++] = '\n';
	if (poll(&err, 1, 0) == 1 && err.revents & POLLOUT)
		(void)!write(STDERR_FILENO, line, len);
}

static unsigned int server_cpus(void)
{
	cpu_set_t set;
	int count;

	if (sched_getaffinity(0, sizeof(set), &set))
		return 1;
	count = CPU_COUNT(&set);
	return count > 0 ? count : 1;
}

/* As many descriptors as we are allowed, and connections within them. */
static void server_limits(struct server_options *options)
{
	rlim_t reserve, room, each = options->fallback ? 2 : 1;
	unsigned int most = options->connections;
	struct rlimit limit;

	if (!options->threads)
		options->threads = server_cpus();
	if (options->threads > SERVER_THREADS)
		options->threads = SERVER_THREADS;
	if (getrlimit(RLIMIT_NOFILE, &limit))
		limit.rlim_cur = limit.rlim_max = 1024;
	if (limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	if (!most)
		most = SERVER_CONNECTIONS;
	reserve = SERVER_DESCRIPTORS +
		  options->threads * (3 + options->listen.count);
	room = limit.rlim_cur > reserve ? limit.rlim_cur - reserve : 0;
	/* Those that are parted from their places have some, too. */
	reserve = options->threads * WORKER_PARTED;
	if (reserve < room / WORKER_PARTED_PART)
		reserve = room / WORKER_PARTED_PART;
	room = room > reserve ? (room - reserve) / each : 0;
	if (room > most)
		room = most;
	if (room < options->connections)
		server_say(
			"%u connections at most, not %u: there are no more descriptors",
			(unsigned int)room, options->connections);
	options->connections = room ? room : 1;
}

void server_signals_ignore(void)
{
	static const int signals[] = {SIGHUP,  SIGPIPE, SIGUSR1, SIGUSR2,
				      SIGTTIN, SIGTTOU, SIGXFSZ};
	size_t i;

	for (i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		signal(signals[i], SIG_IGN);
}

static int server_signals(struct server *server)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGQUIT);
	sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return error_sys(-errno, "cannot block signals");
	server->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (server->signals < 0)
		return error_sys(-errno, "cannot receive signals");
	return 0;
}

static int server_listen(struct server *server)
{
	struct listen_set *set = &server->options->listen;
	unsigned int threads = server->options->threads;
	size_t i, used = 0;
	int err;

	server->fds = calloc(threads, sizeof(*server->fds));
	if (!server->fds)
		return error_sys(-ENOMEM, "cannot start");
	err = listen_fix(set, server->fds[0]);
	while (!err && ++server->opened < threads)
		err = listen_open(set, server->fds[server->opened]);
	for (i = 0; i < set->count; i++) {
		char text[LISTEN_TEXT];

		listen_text(text, &set->address[i]);
		used += sprintf(server->listen + used, i ? " %s" : "%s", text);
	}
	return err;
}

static void server_sockets(struct server *server)
{
	struct server_list *list = server->list;
	const char *path = server_list_path(list);

	if (serve_stats_listen(server->stats, path,
			       server_list_socket(list,
						  SERVER_SOCKET_COUNTERS)))
		server_say("not counted in stats: %s", error_text());
	if (serve_look_listen(server->look, path,
			      server_list_socket(list, SERVER_SOCKET_LOOK)))
		server_say("not to be looked at: %s", error_text());
}

/* Say that this server is there, where the state directory is by now, and give
 * its counters, and what it has to be looked at, to those who ask. */
static void server_announce(struct server *server)
{
	int err = server_list_check(server->list);

	if (err < 0)
		server_say("not listed in status: %s", error_text());
	if (err > 0)
		server_sockets(server);
	serve_stats_keep(server->stats, server->list);
}

static int misses_give(struct look_asker *asker, void *arg)
{
	int fd = miss_memory_fd(arg);

	return fd < 0 ? 0 : look_give(asker, fd, 0, "");
}

/* A server that cannot count misses answers all the same. */
static void server_misses(struct server *server)
{
	const struct server_options *options = server->options;
	struct look_offer offer = {.give = misses_give};

	if (miss_memory_new(&server->misses, options->threads,
			    miss_memory_buckets(options->misses_memory))) {
		server_say("%s", error_text());
		return;
	}
	offer.arg = server->misses;
	serve_look_offer(server->look, LOOK_MISSES, &offer);
}

static int answers_give(struct look_asker *asker, void *arg)
{
	const struct answer_rings *rings = arg;
	unsigned int i;
	int err = 0;

	for (i = 0; i < rings->count && !err; i++)
		err = look_give(asker, rings->ring[i]->fd, i, "");
	return err;
}

static void answers_watched(bool on, void *arg)
{
	if (on)
		answer_rings_want(arg);
	else
		answer_rings_leave(arg);
}

static void server_watched(int err)
{
	if (err)
		server_say("the fast path does not follow addresses: %s",
			   error_text());
}

/* Before the server gives up its rights, and can have no such memory any more. */
static void server_hits(struct server *server)
{
	const char *path = server_list_path(server->list);
	const char *name = path ? strrchr(path, '/') + 1 : "";
	struct look_offer offer;
	int err = live_hits_new(&server->hits, server->options->state, name,
				server->options->hits,
				server->misses ? miss_memory_fd(server->misses)
					       : -1);

	if (err)
		server_say("hits are not %s: %s", err > 0 ? "saved" : "counted",
			   error_text());
	if (!server->hits)
		return;
	offer = live_hits_offer(server->hits);
	serve_look_offer(server->look, LOOK_HITS, &offer);
	live_count(server->live, server->hits);
}

/* A state directory that can only be read is served all the same. */
static int server_state(struct server *server)
{
	const char *state = server->options->state;
	int err = state_init(state, stderr);

	if (err && access(state, R_OK | X_OK))
		return err;
	err = live_open(&server->live, state, server->options->threads);
	if (err)
		return err;
	/* One for each worker, and one for the access log. */
	err = serve_stats_new(&server->stats, server->options->threads + 1);
	if (!err)
		err = serve_look_new(&server->look, state);
	if (!err)
		err = server_list_new(&server->list, state, server->listen);
	if (err)
		return err;
	server_misses(server);
	if (!geteuid() && server_list_keep(server->list))
		server_say("%s", error_text());
	server_announce(server);
	server_list_release(server->list, live_release(server->live));
	server_hits(server);
	server_watched(fast_watch_open(&server->watch, state));
	/* From now on they are seen to be none of the fast path's. */
	if (listen_behind(&server->options->listen))
		fast_flows_forget(state);
	return 0;
}

static int server_worker(struct server *server)
{
	struct worker *worker = calloc(1, sizeof(*worker));
	int err;

	if (!worker)
		return error_sys(-ENOMEM, "cannot start a worker");
	worker->options = server->options;
	worker->fallback = server->fallback;
	worker->live = server->live;
	worker->crowd = server->crowd;
	worker->counters = serve_stats_worker(server->stats, server->workers);
	worker->misses = server->misses;
	if (server->rings)
		worker->ring = server->rings->ring[server->workers];
	worker->number = server->workers;
	err = worker_start(worker, server->fds[server->workers],
			   server->options->listen.count);
	if (err)
		free(worker);
	else
		server->worker[server->workers++] = worker;
	return err;
}

static void server_answer(struct server *server)
{
	if (serve_stats_start(server->stats))
		server_say("not counted in stats: %s", error_text());
	if (serve_look_start(server->look))
		server_say("not to be looked at: %s", error_text());
}

static int server_workers(struct server *server)
{
	unsigned int threads = server->options->threads;
	int err = 0;

	server->worker = calloc(threads, sizeof(*server->worker));
	if (!server->worker)
		return error_sys(-ENOMEM, "cannot start");
	err = crowd_new(&server->crowd, threads, server->options->connections);
	while (!err && server->workers < threads)
		err = server_worker(server);
	if (!err)
		server_answer(server);
	return err;
}

static void server_news(const struct server *server)
{
	char news[FALLBACK_NEWS];

	if (server->fallback && fallback_news(server->fallback, news))
		server_say("%s", news);
}

/* Find the fallback while nobody waits yet to be accepted. */
static int server_fallback(struct server *server)
{
	struct server_options *options = server->options;

	if (!options->fallback)
		return 0;
	via_make(server->via);
	if (!options->forward.via)
		options->forward.via = server->via;
	return fallback_open(&server->fallback, options->fallback,
			     options->resolve, !options->user);
}

/* While files can still be opened, and memory be shared. Only the log cannot do
 * without that. */
static int server_log(struct server *server)
{
	const struct server_options *options = server->options;
	struct look_offer offer = {.give = answers_give,
				   .watched = answers_watched};
	int err;

	err = access_log_open(&server->log, &options->access, !geteuid());
	if (err)
		return err;
	err = answer_rings_new(&server->rings, options->threads);
	if (err && !server->log)
		server_say("%s", error_text());
	offer.arg = server->rings;
	if (!err)
		serve_look_offer(server->look, LOOK_TAP, &offer);
	return server->log ? err : 0;
}

static void server_tell(const char *text)
{
	server_say("%s", text);
}

/* All that needs rights is open, or with others who keep theirs. Where the fast
 * path's addresses are followed here, its pins are, too. */
static int server_confine(struct server *server)
{
	const struct server_options *options = server->options;
	unsigned int may = CONFINE_NETWORK;
	int err = options->user ? privilege_drop(options->user) : 0;

	if (err)
		return err;
	confine_capabilities(state_owner_capability(options->state));
	err = live_probe(server->live);
	if (err)
		return err;
	if (fast_watch_here(server->watch))
		may |= CONFINE_BPF;
	err = confine_calls(may);
	if (err)
		server_say("no system call is forbidden: %s", strerror(-err));
	fast_watch_share(server->watch, !err);
	return 0;
}

static int server_start(struct server *server)
{
	struct server_options *options = server->options;
	int err;

	server_limits(options);
	err = server_signals(server);
	if (!err)
		err = server_fallback(server);
	if (!err)
		err = server_listen(server);
	if (!err && server->fallback)
		err = fallback_exclude(server->fallback, &options->listen);
	if (!err)
		err = server_state(server);
	if (!err)
		err = server_log(server);
	if (!err)
		err = server_confine(server);
	if (!err)
		err = access_log_start(server->log, server->rings,
				       serve_stats_worker(server->stats,
							  options->threads),
				       server_tell);
	return err ? err : server_workers(server);
}

static void server_ready(const struct server *server)
{
	unsigned int threads = server->workers;
	uint64_t rules = live_rules(server->live);

	server_news(server);
	server_say("ready on %s, release %" PRIu64 ", %" PRIu64
		   " rule%s, %u thread%s",
		   server->listen, live_release(server->live), rules,
		   rules == 1 ? "" : "s", threads, threads == 1 ? "" : "s");
	if (notify_send("READY=1"))
		server_say("%s", error_text());
}

/* Where the state directory is another one by now, its sockets are to be, too. */
static void server_listed(struct server *server)
{
	server_announce(server);
	server_answer(server);
}

static void server_watch(struct server *server)
{
	struct fast_reader_fds fds;

	server_watched(fast_watch_look(server->watch, &fds));
	live_given(server->live, &fds);
}

static void server_look(struct server *server)
{
	int found = live_check(server->live);
	uint64_t rules;

	if (found < 0)
		server_say("%s", error_text());
	if (found <= 0)
		return;
	rules = live_rules(server->live);
	server_say("release %" PRIu64 " is live, %" PRIu64 " rule%s",
		   live_release(server->live), rules, rules == 1 ? "" : "s");
	server_list_release(server->list, live_release(server->live));
}

/* Take a signal; whether it ends the server. */
static bool server_signal(const struct server *server)
{
	struct signalfd_siginfo info;

	if (read(server->signals, &info, sizeof(info)) != sizeof(info))
		return false;
	if (info.ssi_signo != SIGHUP)
		return true;
	access_log_reopen(server->log);
	return false;
}

static void server_follow(struct server *server)
{
	struct pollfd fds[] = {
		{.fd = server->signals, .events = POLLIN},
		{.fd = live_fd(server->live), .events = POLLIN},
		{.fd = fast_watch_fd(server->watch), .events = POLLIN},
	};
	int wait = SERVER_LOOK;

	for (;;) {
		if (poll(fds, 3, wait) < 0)
			fds[0].revents = 0;
		if (fds[0].revents && server_signal(server))
			return;
		server_watch(server);
		server_look(server);
		server_news(server);
		server_listed(server);
		wait = live_reap(server->live) ? SERVER_REAP : SERVER_LOOK;
	}
}

static void server_stop(struct server *server)
{
	unsigned int i, k;

	listen_leave(&server->options->listen);
	for (i = 0; i < server->workers; i++)
		worker_stop(server->worker[i]);
	for (i = 0; i < server->workers; i++) {
		worker_join(server->worker[i]);
		free(server->worker[i]);
	}
	for (; i < server->opened; i++)
		for (k = 0; k < server->options->listen.count; k++)
			close(server->fds[i][k]);
	access_log_close(server->log);
	fallback_close(server->fallback);
	fast_watch_close(server->watch);
	serve_look_close(server->look);
	answer_rings_free(server->rings);
	miss_memory_free(server->misses);
	serve_stats_close(server->stats);
	server_list_remove(server->list);
	live_close(server->live);
	live_hits_close(server->hits);
	if (server->signals >= 0)
		close(server->signals);
	crowd_free(server->crowd);
	free(server->worker);
	free(server->fds);
}

int server_run(struct server_options *options)
{
	struct server *server = calloc(1, sizeof(*server));
	int err;

	if (!server)
		return error_sys(-ENOMEM, "cannot start");
	server->options = options;
	server->signals = -1;
	err = server_start(server);
	if (!err) {
		server_ready(server);
		server_follow(server);
		if (notify_send("STOPPING=1"))
			server_say("%s", error_text());
	}
	server_stop(server);
	free(server);
	return err;
}
