// SPDX-License-Identifier: BSD-2-Clause
#include <curl/curl.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "error.h"
#include "http_client.h"
#include "http_failure.h"
#include "interrupt.h"

enum { WAIT_MS = 200 }; /* for what comes without waking us: a signal */

#define SECOND 1000000000ULL

/* A request under way, or room for one. */
struct slot {
	CURL *easy;
	struct curl_slist *fields, *connect;
	struct http_answer answer;
	bool busy;
};

struct client {
	const struct http_options *options;
	const struct http_work *work;
	CURLM *multi;
	struct slot *slots;
	unsigned int busy;
	uint64_t next; /* when a request may begin, in ns */
};

static size_t line_take(char *line, size_t size, size_t count, void *arg)
{
	size_t len = size * count;

	return http_answer_line(arg, line, len) ? len : 0;
}

static size_t body_take(char *bytes, size_t size, size_t count, void *arg)
{
	size_t len = size * count;

	(void)bytes;
	return http_answer_body(arg, len) ? len : 0;
}

/* What is so for every request. Signals are for interrupt.h, names are looked up
 * by threads that nobody waits for. */
static void common_set(const struct client *client, struct slot *slot)
{
	const struct http_options *options = client->options;
	long check = options->certificates;
	CURL *easy = slot->easy;

	curl_easy_reset(easy);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, slot);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "detour/" DETOUR_VERSION);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long)options->timeout);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)options->timeout);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, check);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, check * 2);
	if (options->ca_file)
		curl_easy_setopt(easy, CURLOPT_CAINFO, options->ca_file);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, line_take);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, &slot->answer);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, body_take);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, &slot->answer);
}

static void method_set(CURL *easy, const char *method)
{
	if (!strcmp(method, "HEAD")) {
		curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
	} else if (!strcmp(method, "POST")) {
		curl_easy_setopt(easy, CURLOPT_POST, 1L);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS, "");
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, 0L);
	}
}

static int field_add(struct curl_slist **list, const char *name,
		     const char *value)
{
	struct curl_slist *more = NULL;
	char *line;

	if (asprintf(&line, "%s%s", name, value) >= 0) {
		more = curl_slist_append(*list, line);
		free(line);
	}
	if (!more)
		return error_sys(-ENOMEM, "cannot ask a server");
	*list = more;
	return 0;
}

/* A field without a value is one that is not sent. */
static int fields_set(struct slot *slot, const struct http_request *request)
{
	int err = field_add(&slot->fields, "Content-Type:", "");

	if (!err && request->host)
		err = field_add(&slot->fields, "Host: ", request->host);
	if (!err && request->came_by_tls)
		err = field_add(&slot->fields, "X-Forwarded-Proto: ", "https");
	if (!err)
		curl_easy_setopt(slot->easy, CURLOPT_HTTPHEADER, slot->fields);
	return err;
}

static int connect_set(const struct client *client, struct slot *slot)
{
	int err;

	if (!client->options->connect)
		return 0;
	err = field_add(&slot->connect, "::", client->options->connect);
	if (!err)
		curl_easy_setopt(slot->easy, CURLOPT_CONNECT_TO, slot->connect);
	return err;
}

static void slot_clear(struct slot *slot)
{
	curl_slist_free_all(slot->fields);
	curl_slist_free_all(slot->connect);
	slot->fields = slot->connect = NULL;
}

static int slot_begin(struct client *client, struct slot *slot,
		      const struct http_request *request)
{
	int err;

	common_set(client, slot);
	method_set(slot->easy, request->method);
	curl_easy_setopt(slot->easy, CURLOPT_URL, request->origin);
	curl_easy_setopt(slot->easy, CURLOPT_REQUEST_TARGET, request->target);
	err = fields_set(slot, request);
	if (!err)
		err = connect_set(client, slot);
	if (err)
		return err;
	http_answer_begin(&slot->answer);
	if (curl_multi_add_handle(client->multi, slot->easy))
		return error_sys(-ENOMEM, "cannot ask a server");
	slot->busy = true;
	client->busy++;
	return 0;
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * SECOND + now.tv_nsec;
}

/* Whether another request may begin. What a wait has missed is made up for, but
 * for what is older than a tenth of a second. */
static bool rate_allows(struct client *client)
{
	uint64_t rate = client->options->rate, now;

	if (!rate)
		return true;
	now = now_ns();
	if (now < client->next)
		return false;
	if (now - client->next > SECOND / 10)
		client->next = now - SECOND / 10;
	return true;
}

static void rate_count(struct client *client)
{
	if (client->options->rate)
		client->next += SECOND / client->options->rate;
}

/* Give requests to the slots that are free. */
static int slots_fill(struct client *client)
{
	const struct http_work *work = client->work;
	unsigned int i;
	int got, err;

	for (i = 0; i < client->options->slots; i++) {
		struct http_request request = {0};

		if (client->slots[i].busy)
			continue;
		if (!rate_allows(client))
			break;
		got = work->next(work->arg, i, &request);
		if (got < 0)
			return got;
		if (!got)
			continue;
		err = slot_begin(client, &client->slots[i], &request);
		if (err)
			return err;
		rate_count(client);
	}
	return 0;
}

/* Whether all slots are free because of the rate, and not for want of work. */
static bool rate_holds(const struct client *client)
{
	return client->options->rate && now_ns() < client->next;
}

/* Whether nobody is there, or says anything. */
static bool is_silent(CURL *easy, CURLcode result)
{
	curl_off_t connected = 0;

	curl_easy_getinfo(easy, CURLINFO_CONNECT_TIME_T, &connected);
	return !connected || result == CURLE_OPERATION_TIMEDOUT;
}

static int slot_end(struct client *client, struct slot *slot, CURLcode result)
{
	struct http_answer *answer = &slot->answer;
	bool enough = answer->head_done && answer->body > HTTP_BODY_MAX;

	/* libcurl takes a head for whole where the connection ends in it */
	if (!result && !answer->head_done)
		result = CURLE_PARTIAL_FILE;
	if (result && !enough && !answer->failure)
		answer->failure = http_failure(slot->easy, result);
	answer->silent = answer->failure && is_silent(slot->easy, result);
	curl_multi_remove_handle(client->multi, slot->easy);
	slot_clear(slot);
	slot->busy = false;
	client->busy--;
	return client->work->done(client->work->arg, slot - client->slots,
				  answer);
}

static int slots_end(struct client *client)
{
	struct slot *slot;
	CURLMsg *message;
	int left, err = 0;

	while (!err && (message = curl_multi_info_read(client->multi, &left))) {
		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE,
				  (char **)&slot);
		err = slot_end(client, slot, message->data.result);
	}
	return err;
}

/* How long nothing can happen, unless a connection has something. */
static int wait_ms(const struct client *client)
{
	uint64_t now, ms;

	if (!client->options->rate || client->busy == client->options->slots)
		return WAIT_MS;
	now = now_ns();
	if (now >= client->next)
		return client->busy ? WAIT_MS : 0;
	ms = (client->next - now) / 1000000 + 1;
	return ms < WAIT_MS ? (int)ms : WAIT_MS;
}

static int client_turn(struct client *client)
{
	unsigned int busy = client->busy;
	int running, err;

	if (curl_multi_perform(client->multi, &running))
		return error_set(-EIO, "cannot ask a server: libcurl fails");
	err = slots_end(client);
	if (!err && client->busy == busy)
		curl_multi_poll(client->multi, NULL, 0, wait_ms(client), NULL);
	return err;
}

static int client_loop(struct client *client)
{
	int err;

	for (;;) {
		err = interrupt_check();
		if (!err)
			err = slots_fill(client);
		if (err || (!client->busy && !rate_holds(client)))
			return err;
		err = client_turn(client);
		if (err)
			return err;
	}
}

static int client_open(struct client *client)
{
	long slots = client->options->slots;
	unsigned int i;

	if (curl_global_init(CURL_GLOBAL_DEFAULT))
		return error_set(-EIO, "libcurl cannot begin");
	client->multi = curl_multi_init();
	client->slots = calloc(slots, sizeof(*client->slots));
	if (!client->multi || !client->slots)
		return error_sys(-ENOMEM, "cannot ask a server");
	curl_multi_setopt(client->multi, CURLMOPT_MAXCONNECTS, slots);
	curl_multi_setopt(client->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, slots);
	for (i = 0; i < slots; i++) {
		client->slots[i].easy = curl_easy_init();
		if (!client->slots[i].easy)
			return error_sys(-ENOMEM, "cannot ask a server");
	}
	return 0;
}

static void client_close(struct client *client)
{
	unsigned int i;

	for (i = 0; client->slots && i < client->options->slots; i++) {
		struct slot *slot = &client->slots[i];

		if (slot->busy)
			curl_multi_remove_handle(client->multi, slot->easy);
		slot_clear(slot);
		curl_easy_cleanup(slot->easy);
	}
	curl_multi_cleanup(client->multi);
	free(client->slots);
	curl_global_cleanup();
}

int http_client_run(const struct http_options *options,
		    const struct http_work *work)
{
	struct client client = {.options = options, .work = work};
	struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
	int err;

	/* of TLS: for what is not, sockets are told so */
	sigaction(SIGPIPE, &ignore, &before);
	err = client_open(&client);
	client.next = now_ns();
	if (!err)
		err = client_loop(&client);
	client_close(&client);
	sigaction(SIGPIPE, &before, NULL);
	return err;
}
