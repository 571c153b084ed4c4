// SPDX-License-Identifier: BSD-2-Clause
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "answer_ring.h"
#include "conn.h"
#include "conn_record.h"
#include "head.h"
#include "live_map.h"
#include "map_text.h"
#include "peer.h"
#include "proxy.h"
#include "rule_source.h"
#include "worker.h"

struct piece {
	const uint8_t *text;
	size_t len;
};

/* What is looked for in a head. */
struct told {
	struct piece line;
	struct piece host;
	struct piece referer;
	struct piece agent;
};

/* Up to the end of a line or of all. */
static struct piece line_take(const uint8_t **at, const uint8_t *end)
{
	const uint8_t *feed = memchr(*at, '\n', end - *at);
	struct piece line = {*at, (feed ? feed : end) - *at};

	*at = feed ? feed + 1 : end;
	if (line.len && line.text[line.len - 1] == '\r')
		line.len--;
	return line;
}

static bool field_is(struct piece line, const char *name, struct piece *value)
{
	size_t len = strlen(name);
	const uint8_t *at = line.text + len, *end = line.text + line.len;

	if (line.len < len || strncasecmp((const char *)line.text, name, len))
		return false;
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	while (end > at && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	*value = (struct piece){at, end - at};
	return true;
}

/* The fields of a head, which may be none: it ends with an empty line, or where
 * the bytes end. */
static void fields_take(struct told *told, const uint8_t *at,
			const uint8_t *end)
{
	while (at < end) {
		struct piece line = line_take(&at, end);

		if (!line.len)
			return;
		switch (*line.text | 0x20) {
		case 'h':
			field_is(line, "host:", &told->host);
			break;
		case 'r':
			field_is(line, "referer:", &told->referer);
			break;
		case 'u':
			field_is(line, "user-agent:", &told->agent);
			break;
		}
	}
}

static void told_read(struct told *told, const struct conn_answer *answer)
{
	const struct head *head = answer->head;
	uint32_t len = head->len ? head->len : answer->len;
	const uint8_t *at = answer->data + head->method;

	memset(told, 0, sizeof(*told));
	if (head->stage == HEAD_AT_START)
		at = answer->data + head->at;
	told->line = line_take(&at, answer->data + len);
	fields_take(told, at, answer->data + len);
	if (answer->key)
		told->host = (struct piece){answer->key->host,
					    answer->key->host_len};
	else if (head->flags & HEAD_ABSOLUTE)
		told->host = (struct piece){answer->data + head->authority,
					    head->authority_len};
}

void conn_record_peer(struct conn *conn, const struct sockaddr *peer)
{
	if (peer)
		peer_take(&conn->peer, peer);
}

/* The connection may be older than the wish for records. */
static void record_peer(struct answer_record *record, struct conn *conn)
{
	const struct peer *peer = conn_peer(conn);

	record->family = peer->family;
	record->port = peer->port;
	memcpy(record->address, peer->address, sizeof(record->address));
}

static void record_put(struct answer_record *record, enum answer_text which,
		       struct piece piece)
{
	answer_record_put(record, which, piece.text, piece.len);
}

/* Where method and target are in the line, as far as they are there. */
static void record_target(struct answer_record *record, const struct head *head)
{
	size_t at = head->target - head->method, line_len;
	const char *line, *end;

	line = answer_record_text(record, ANSWER_LINE, &line_len);
	if (head->stage < HEAD_AT_TARGET || at > line_len)
		return;
	record->method_len = head->method_len;
	record->target_at = at;
	record->target_len = line_len - at;
	end = memchr(line + at, ' ', line_len - at);
	if (end)
		record->target_len = end - (line + at);
}

static void record_source(struct answer_record *record,
			  const struct worker *worker,
			  const struct conn_answer *answer)
{
	char text[RULE_SOURCE_SIZE];
	size_t len = 0;

	if (answer->key && answer->rule)
		len = map_found_source(text, worker->map, answer->key,
				       answer->rule);
	answer_record_put(record, ANSWER_SOURCE, text, len);
}

/* The value of Location in an answer's head. */
static void record_location(struct answer_record *record,
			    const struct conn_answer *answer)
{
	static const char name[] = "\r\nLocation: ";
	const char *at = NULL, *end;
	size_t len = 0;

	if (answer->sent)
		at = memmem(answer->sent, answer->sent_len, name,
			    sizeof(name) - 1);
	if (at) {
		at += sizeof(name) - 1;
		len = answer->sent + answer->sent_len - at;
		end = memchr(at, '\r', len);
		len = end ? (size_t)(end - at) : len;
	}
	answer_record_put(record, ANSWER_LOCATION, at, len);
}

static uint16_t record_flags(const struct conn *conn,
			     const struct conn_answer *answer)
{
	uint16_t flags = answer->flags;

	if (conn->https)
		flags |= ANSWER_HTTPS;
	if (answer->key && !answer->rule)
		flags |= ANSWER_MISS;
	if (answer->head->flags & (HEAD_GET | HEAD_HEAD))
		flags |= ANSWER_PLAIN;
	return flags;
}

static void record_make(struct answer_record *record, struct conn *conn,
			const struct conn_answer *answer)
{
	const struct worker *worker = conn->worker;
	struct told told;

	told_read(&told, answer);
	answer_record_init(record);
	record->status = answer->status;
	record->flags = record_flags(conn, answer);
	record->time = worker->real;
	record->release = live_release_of(worker->live, worker->map);
	record_peer(record, conn);
	record_put(record, ANSWER_LINE, told.line);
	record_put(record, ANSWER_HOST, told.host);
	record_put(record, ANSWER_REFERER, told.referer);
	record_put(record, ANSWER_AGENT, told.agent);
	record_source(record, worker, answer);
	record_location(record, answer);
	record_target(record, answer->head);
}

void conn_record(struct conn *conn, const struct conn_answer *answer)
{
	struct answer_ring *ring = conn->worker->ring;
	struct answer_record *record;

	if (!answer_ring_wanted(ring))
		return;
	record = answer_ring_begin(ring);
	record_make(record, conn, answer);
	answer_ring_commit(ring, record);
}

void conn_record_begin(struct conn *conn, const struct conn_answer *answer)
{
	struct answer_ring *ring = conn->worker->ring;
	struct answer_record *record, *kept;

	if (!answer_ring_wanted(ring))
		return;
	record = answer_ring_begin(ring);
	record_make(record, conn, answer);
	kept = malloc(record->size);
	if (kept)
		memcpy(kept, record, record->size);
	conn->proxy->record = kept;
}
