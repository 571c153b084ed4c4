// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "curl_calls.h"
#include "error.h"
#include "http_client.h"
#include "http_easy.h"
#include "http_failure.h"
#include "interrupt.h"

enum { WAIT_MS = 200 }; /* for what comes without waking us: a signal */

#define SECOND 1000000000ULL

/* A request under way, or room for one. */
struct slot {
	struct http_easy http;
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

static int slot_begin(struct client *client, struct slot *slot,
		      const struct http_request *request)
{
	int err;

	err = http_easy_set(&slot->http, client->options, request);
	if (err)
		return err;
	if (curl.multi_add_handle(client->multi, slot->http.easy))
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

	curl.easy_getinfo(easy, CURLINFO_CONNECT_TIME_T, &connected);
	return !connected || result == CURLE_OPERATION_TIMEDOUT;
}

static int slot_end(struct client *client, struct slot *slot, CURLcode result)
{
	struct http_answer *answer = &slot->http.answer;
	bool enough = answer->head_done && answer->body > HTTP_BODY_MAX;

	/* libcurl takes a head for whole where the connection ends in it */
	if (!result && !answer->head_done)
		result = CURLE_PARTIAL_FILE;
	if (result && !enough && !answer->failure)
		answer->failure = http_failure(slot->http.easy, result);
	answer->silent = answer->failure && is_silent(slot->http.easy, result);
	curl.multi_remove_handle(client->multi, slot->http.easy);
	http_easy_clear(&slot->http);
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

	while (!err && (message = curl.multi_info_read(client->multi, &left))) {
		if (message->msg != CURLMSG_DONE)
			continue;
		curl.easy_getinfo(message->easy_handle, CURLINFO_PRIVATE,
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

	if (curl.multi_perform(client->multi, &running))
		return error_set(-EIO, "cannot ask a server: libcurl fails");
	err = slots_end(client);
	if (!err && client->busy == busy)
		curl.multi_poll(client->multi, NULL, 0, wait_ms(client), NULL);
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

	if (curl.global_init(CURL_GLOBAL_DEFAULT))
		return error_set(-EIO, "libcurl cannot begin");
	client->multi = curl.multi_init();
	client->slots = calloc(slots, sizeof(*client->slots));
	if (!client->multi || !client->slots)
		return error_sys(-ENOMEM, "cannot ask a server");
	curl.multi_setopt(client->multi, CURLMOPT_MAXCONNECTS, slots);
	curl.multi_setopt(client->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, slots);
	for (i = 0; i < slots; i++) {
		client->slots[i].http.owner = &client->slots[i];
		client->slots[i].http.easy = curl.easy_init();
		if (!client->slots[i].http.easy)
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
			curl.multi_remove_handle(client->multi,
						 slot->http.easy);
		http_easy_clear(&slot->http);
		curl.easy_cleanup(slot->http.easy);
	}
	curl.multi_cleanup(client->multi);
	free(client->slots);
	curl.global_cleanup();
}

int http_client_run(const struct http_options *options,
		    const struct http_work *work)
{
	struct client client = {.options = options, .work = work};
	struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
	int err = curl_calls_find();

	if (err)
		return err;
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
