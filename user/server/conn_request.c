// SPDX-License-Identifier: BSD-2-Clause
#include "answer_ring.h"
#include "conn.h"
#include "conn_body.h"
#include "conn_header.h"
#include "conn_input.h"
#include "conn_queue.h"
#include "conn_record.h"
#include "conn_request.h"
#include "conn_send.h"
#include "conn_settle.h"
#include "conn_wait.h"
#include "forward.h"
#include "forward_check.h"
#include "map_lookup.h"
#include "map_view.h"
#include "miss_memory.h"
#include "proxy_record.h"
#include "proxy_turn.h"
#include "server_options.h"
#include "worker.h"

/* Whether the rest of a request is worth reading to keep its connection. */
static bool conn_drains(const struct conn *conn, const struct head *head)
{
	if (!head_has_body(head))
		return true;
	if (head->flags & HEAD_EXPECT)
		return false;
	if (head->flags & HEAD_CHUNKED)
		return conn->worker->options->drain > 0;
	return head->length <= conn->worker->options->drain;
}

static enum answer_close conn_close_how(const struct conn *conn,
					const struct head *head)
{
	if (conn->worker->stopping || !head_persists(head) ||
	    !conn_drains(conn, head))
		return ANSWER_CLOSE;
	return head->minor ? ANSWER_KEEP : ANSWER_KEEP_10;
}

/* Answer without a rule. */
static void conn_status(struct conn *conn, int status, enum answer_close close)
{
	struct worker *worker = conn->worker;

	worker_count(worker, serve_counter_status(status));
	outbox_commit(&worker->outbox,
		      answer_status(outbox_begin(&worker->outbox), status,
				    worker->date, close));
}

void conn_refuse(struct conn *conn, int status)
{
	conn_status(conn, status, ANSWER_CLOSE);
	conn->state = CONN_FLUSH;
}

/* Why a lookup has led to no answer. */
static enum serve_counter
conn_unmatched(const struct map *map, const struct map_key *key, uint32_t addr)
{
	if (!addr)
		return SERVE_MISS;
	return answer_passes(map, addr, key) ? SERVE_PASS : SERVE_DAMAGED;
}

static struct conn_answer conn_said(const struct request *request, uint32_t len)
{
	return (struct conn_answer){
		.head = &request->head,
		.data = request->data,
		.len = len,
		.key = request->kind == REQUEST_WHOLE ? &request->key : NULL,
		.rule = request->rule,
	};
}

/* Tell of an answer of a rule. */
static void conn_tell_rule(struct conn *conn, const struct request *request,
			   int code, const char *sent, size_t sent_len)
{
	struct conn_answer answer;

	if (!answer_ring_wanted(conn->worker->ring))
		return;
	answer = conn_said(request, request->head.len);
	answer.flags = ANSWER_RULE;
	answer.status = code;
	answer.sent = sent;
	answer.sent_len = sent_len;
	conn_record(conn, &answer);
}

/* Tell of one without, to what begins these bytes. */
static void conn_tell(struct conn *conn, const struct request *request,
		      uint32_t len, int status, uint32_t flags)
{
	struct conn_answer answer = conn_said(request, len);

	answer.flags = flags;
	answer.status = status;
	conn_record(conn, &answer);
}

static bool conn_match(struct conn *conn, struct request *request,
		       enum answer_close close)
{
	const struct head *head = &request->head;
	struct map_key *key = &request->key;
	struct worker *worker = conn->worker;
	const struct map *map = worker->map;
	char *out = outbox_begin(&worker->outbox);
	enum serve_counter counter;
	struct hit *hit = NULL;
	uint32_t addr = 0;
	size_t n = 0;
	int code = 0;

	if (map && !(head->flags & HEAD_ASTERISK))
		addr = map_lookup(map, key);
	if (addr) {
		hit = map_hit(map, key, addr,
			      head->flags & (HEAD_GET | HEAD_HEAD)
				      ? HITS_GET
				      : HITS_OTHER);
		worker_hits_ahead(hit);
		n = answer_rule(out, map, addr, key, worker->date, close,
				&code);
	}
	counter = n ? serve_counter_answer(code, head->flags)
		    : conn_unmatched(map, key, addr);
	worker_count(worker, counter);
	if (!addr)
		miss_memory_count(worker->misses, worker->number, map, key,
				  worker->second);
	else if (counter != SERVE_DAMAGED)
		worker_hits_add(&worker->hits, hit, conn, worker->second);
	outbox_commit(&worker->outbox, n);
	request->rule = addr;
	if (n)
		conn_tell_rule(conn, request, code, out, n);
	return n;
}

/* The fallback's socket is ready. */
static void conn_run_fallback(struct event *event, uint32_t ready)
{
	struct proxy *proxy = (struct proxy *)event;

	if (event->fd >= 0)
		conn_proxied(proxy->conn, proxy_turn(proxy, 0, ready));
}

/* Give the request to the fallback: 0 and the bytes it took, or the status to
 * answer. */
static int conn_pass(struct conn *conn, const struct request *request,
		     const uint8_t *data, uint32_t len, uint32_t *taken)
{
	const struct head *head = &request->head;
	struct conn_answer said = conn_said(request, len);
	enum answer_close close = ANSWER_CLOSE;
	int status;

	if (head_persists(head) && !conn->worker->stopping)
		close = head->minor ? ANSWER_KEEP : ANSWER_KEEP_10;
	conn_send(conn);
	if (conn->event.fd < 0) {
		*taken = len;
		return 0;
	}
	worker_count(conn->worker, SERVE_PROXIED);
	status = proxy_start(conn, head, data, len, close, taken);
	if (status) {
		worker_count(conn->worker, SERVE_PROXIED_FAILED);
		return status;
	}
	conn->proxy->event.run = conn_run_fallback;
	said.flags = ANSWER_FALLBACK;
	conn_record_begin(conn, &said);
	return 0;
}

/* No rule is for it: the bytes that are done with. */
static uint32_t conn_miss(struct conn *conn, const struct request *request,
			  const uint8_t *data, uint32_t len,
			  enum answer_close close)
{
	const struct forward_options *forward = &conn->worker->options->forward;
	const struct head *head = &request->head;
	int status = 404, refused = 0;
	uint32_t flags = 0;
	uint32_t taken;

	if (conn->worker->fallback)
		refused = forward_refuses(forward->via, head, data);
	if (refused && refused != 404) {
		conn_tell(conn, request, len, refused, 0);
		conn_refuse(conn, refused);
		return len;
	}
	if (conn->worker->fallback && !refused) {
		status = conn_pass(conn, request, data, len, &taken);
		if (!status)
			return taken;
		flags = ANSWER_FALLBACK;
		if (head_has_body(head))
			close = ANSWER_CLOSE;
	}
	conn_tell(conn, request, len, status, flags);
	conn_status(conn, status, close);
	conn_answered(conn, head, close);
	return head->len;
}

/* Whether the chunks of a body are broken, as far as they are there. Then
 * nobody can be sure where the request ends, and no rule answers it. */
static bool conn_broken(struct conn *conn, const struct head *head,
			const uint8_t *data, uint32_t len)
{
	struct body body;

	if (!(head->flags & HEAD_CHUNKED))
		return false;
	body_init(&body, BODY_CHUNKED, 0);
	if (body_scan(&body, data + head->len, len - head->len) >= 0)
		return false;
	worker_count(conn->worker, SERVE_BODY_BROKEN);
	return true;
}

static uint32_t conn_answer(struct conn *conn, struct request *request,
			    const uint8_t *data, uint32_t len)
{
	const struct head *head = &request->head;
	enum answer_close close = conn_close_how(conn, head);
	int refused = 0;

	if (request->kind == REQUEST_REFUSED)
		refused = request->status;
	else if (request->kind == REQUEST_WHOLE &&
		 conn_broken(conn, head, data, len))
		refused = 400;
	if (refused || request->kind == REQUEST_WRONG)
		conn_tell(conn, request, len,
			  refused ? refused : request->status, 0);
	if (refused) {
		conn_refuse(conn, refused);
		return len;
	}
	if (request->kind == REQUEST_WRONG)
		conn_status(conn, request->status, close);
	else if (!conn_match(conn, request, close))
		return conn_miss(conn, request, data, len, close);
	conn_answered(conn, head, close);
	return head->len;
}

/* The bytes that are done with in a head that is not complete. */
static uint32_t conn_partial(struct head *head, const struct request *request,
			     uint32_t len)
{
	*head = request->head;
	/* Empty lines alone are no request that has begun. */
	if (head->stage != HEAD_AT_START || head->at != len)
		return 0;
	head_init(head, head->max, head->target_max);
	return len;
}

/* Scan one request, and answer it: the bytes that are done with. None: it needs
 * more of them, or needs what was answered so far to be sent first. */
static uint32_t conn_request(struct conn *conn, struct head *head,
			     const uint8_t *data, uint32_t len)
{
	struct worker *worker = conn->worker;
	struct request *request;
	uint32_t n;

	if (outbox_full(&worker->outbox)) {
		conn_send(conn);
		if (conn->out || conn->event.fd < 0)
			return 0;
	}
	request =
		requests_next(&worker->requests, worker->map, head, data, len);
	if (request->kind == REQUEST_PART)
		return conn_partial(head, request, len);
	worker_count(worker, SERVE_REQUESTS);
	n = conn_answer(conn, request, data, len);
	head_init(head, head->max, head->target_max);
	return n;
}

void conn_process(struct conn *conn, struct head *head, const uint8_t *data,
		  uint32_t len)
{
	uint32_t at = 0, n = 1;
	bool used;

	if (conn->awaits_header) {
		int taken = conn_header(conn, head, data, len);

		if (taken < 0)
			return;
		data += taken;
		len -= taken;
	}
	requests_end(&conn->worker->requests);
	conn->worker->requests.https = conn->https;
	while (at < len && n && conn->state <= CONN_BODY && !conn->out &&
	       conn->event.fd >= 0) {
		if (conn->state == CONN_BODY)
			n = conn_drain(conn, data + at, len - at);
		else
			n = conn_request(conn, head, data + at, len - at);
		at += n;
	}
	requests_end(&conn->worker->requests);
	/* To close with something unread would be a reset. */
	if (conn->state == CONN_FLUSH_CLOSE && at < len)
		conn->state = CONN_FLUSH;
	if (conn->event.fd < 0)
		return;
	if (conn_keep(conn, head, data + at, len - at)) {
		conn_send(conn);
		conn_close(conn, SERVE_CLOSED_MEMORY);
		return;
	}
	used = at > 0;
	if (!used)
		conn_acknowledge(conn);
	conn_wait_request(conn, at < len, used);
	conn_queue(conn);
	conn_settle(conn);
}

void conn_process_kept(struct conn *conn)
{
	struct head head;

	if (conn->in) {
		head = conn->in->head;
		conn_process(conn, &head, conn->in->data, conn->in->len);
		return;
	}
	conn_wait_request(conn, false, true);
	conn_settle(conn);
}

void conn_proxied(struct conn *conn, enum proxy_result result)
{
	enum answer_close close;

	if (result == PROXY_ON || result == PROXY_GONE)
		return;
	close = conn->proxy->close;
	if (result == PROXY_DONE)
		proxy_record_end(conn->proxy, conn->proxy->status,
				 proxy_bytes(conn->proxy));
	else
		proxy_record_end(conn->proxy, result, 0);
	proxy_free(conn->proxy);
	conn->proxy = NULL;
	conn->state = close == ANSWER_CLOSE ? CONN_FLUSH : CONN_HEAD;
	if (conn->state == CONN_FLUSH)
		conn_drop(conn);
	if (result != PROXY_DONE)
		conn_status(conn, result, close);
	conn_send(conn);
	if (conn->event.fd >= 0)
		conn_process_kept(conn);
}
