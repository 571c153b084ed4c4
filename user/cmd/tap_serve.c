// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "answer_record.h"
#include "answer_ring.h"
#include "array.h"
#include "error.h"
#include "serve_look_client.h"
#include "server_list_read.h"
#include "state.h"
#include "tap_line.h"
#include "tap_serve.h"

enum {
	ROUND = 1024, /* records of a worker, then the others come */
	STARTING = 5, /* seconds until it can be looked at */
};

struct tap_server {
	char name[sizeof(((struct server_list_entry *)0)->name)];
	int connection; /* or -errno */
	bool seen;
	struct answer_reader *reader;
	size_t count, room;
};

/* The servers that are looked for, and who is told of failures. */
struct follow {
	struct tap_serve *serve;
	void (*failed)(int err, void *arg);
	void *arg;
};

static uint64_t server_lost(struct tap_server *server)
{
	uint64_t lost = 0;
	size_t i;

	for (i = 0; i < server->count; i++) {
		answer_reader_look(&server->reader[i]);
		lost += server->reader[i].lost;
	}
	return lost;
}

static void server_leave(struct tap_serve *serve, struct tap_server *server)
{
	size_t i;

	serve->lost += server_lost(server);
	for (i = 0; i < server->count; i++)
		answer_reader_unmap(&server->reader[i]);
	free(server->reader);
	if (server->connection >= 0)
		close(server->connection);
	*server = serve->server[--serve->count];
}

static int ring_take(struct look_found *found, void *arg)
{
	struct tap_server *server = arg;
	int seals = fcntl(found->fd, F_GET_SEALS), err;

	if (array_grow(&server->reader, &server->room, server->count + 1,
		       sizeof(*server->reader)))
		return error_sys(-ENOMEM, "cannot look at a server");
	/* Or reading could be a fault. */
	if (seals < 0 || !(seals & F_SEAL_SHRINK))
		err = -EBADMSG;
	else
		err = answer_reader_map(&server->reader[server->count],
					found->fd);
	if (err)
		return error_sys(err, "cannot see what server %d answers",
				 (int)found->server->pid);
	server->count++;
	return 0;
}

static struct tap_server *server_find(struct tap_serve *serve, const char *name)
{
	size_t i;

	for (i = 0; i < serve->count; i++)
		if (!strcmp(serve->server[i].name, name))
			return &serve->server[i];
	return NULL;
}

static int server_add(struct tap_serve *serve,
		      const struct server_list_entry *entry)
{
	struct tap_server *server;
	char path[PATH_MAX];

	if (array_grow(&serve->server, &serve->room, serve->count + 1,
		       sizeof(*server)))
		return error_sys(-ENOMEM, "cannot look at the servers");
	server = &serve->server[serve->count++];
	memset(server, 0, sizeof(*server));
	memcpy(server->name, entry->name, sizeof(server->name));
	server->seen = true;
	state_path(path, serve->state, "servers/%s", entry->name);
	server->connection =
		serve_look_ask(path, LOOK_TAP, entry, ring_take, server);
	return server->connection < 0 ? server->connection : 0;
}

/* One that is just starting or ending may answer at the next look. */
static bool is_between(const struct server_list_entry *entry, int err)
{
	return (err == -ENOENT && time(NULL) - entry->since < STARTING) ||
	       err == -ECONNREFUSED || err == -ECONNRESET;
}

static int server_take(const struct server_list_entry *entry, void *arg)
{
	const struct follow *follow = arg;
	struct tap_serve *serve = follow->serve;
	struct tap_server *server = server_find(serve, entry->name);
	int err;

	if (server) {
		server->seen = true;
		return 0;
	}
	err = server_add(serve, entry);
	if (err == -ENOMEM)
		return err;
	if (is_between(entry, err)) {
		server_leave(serve, &serve->server[serve->count - 1]);
		return 0;
	}
	if (err == -ENOENT)
		error_set(
			err,
			"the server with pid %d is left out: it is of an earlier detour",
			(int)entry->pid);
	if (err)
		follow->failed(err, follow->arg);
	return 0;
}

int tap_serve_follow(struct tap_serve *serve,
		     void (*failed)(int err, void *arg), void *arg)
{
	struct follow follow = {serve, failed, arg};
	int err, looked = 0;
	size_t i;

	for (i = 0; i < serve->count; i++)
		serve->server[i].seen = false;
	err = server_list_each(serve->state, server_take, &follow);
	for (i = serve->count; !err && i-- > 0;) {
		if (!serve->server[i].seen)
			server_leave(serve, &serve->server[i]);
		else
			looked += serve->server[i].connection >= 0;
	}
	return err ? err : looked;
}

static int reader_read(struct answer_reader *reader,
		       int (*fn)(const struct answer_record *record, void *arg),
		       void *arg)
{
	static _Alignas(8) uint8_t room[ANSWER_RECORD_MAX];
	struct answer_record *record = (void *)room;
	int i, err = 0;

	for (i = 0; i < ROUND && !err; i++) {
		if (!answer_reader_next(reader, record))
			return 0;
		err = fn(record, arg);
	}
	return err;
}

int tap_serve_read(struct tap_serve *serve,
		   int (*fn)(const struct answer_record *record, void *arg),
		   void *arg)
{
	size_t i, k;
	int err = 0;

	for (i = 0; i < serve->count; i++)
		for (k = 0; k < serve->server[i].count && !err; k++)
			err = reader_read(&serve->server[i].reader[k], fn, arg);
	return err;
}

static struct tap_text text_of(const struct answer_record *record,
			       enum answer_text which)
{
	struct tap_text text;

	text.text = answer_record_text(record, which, &text.len);
	return text;
}

static void address_take(uint8_t address[16],
			 const struct answer_record *record)
{
	if (record->family == AF_INET6) {
		memcpy(address, record->address, 16);
		return;
	}
	memset(address, 0, 10);
	memset(address + 10, 0xff, 2);
	memcpy(address + 12, record->address, 4);
}

void tap_serve_line(struct tap_line *line, const struct answer_record *record,
		    uint8_t address[16])
{
	struct tap_text request = text_of(record, ANSWER_LINE);

	*line = (struct tap_line){
		.time = record->time,
		.responder = "serve",
		.port = record->port,
		.method = {request.text, record->method_len},
		.target = request,
		.host = text_of(record, ANSWER_HOST),
		.location = text_of(record, ANSWER_LOCATION),
		.source = text_of(record, ANSWER_SOURCE),
		.code = record->status,
		.release = record->release,
		.miss = record->flags & ANSWER_MISS,
	};
	if (record->target_len) {
		line->target.text += record->target_at;
		line->target.len = record->target_len;
	}
	if (!record->family)
		return;
	address_take(address, record);
	line->address = address;
}

uint64_t tap_serve_lost(struct tap_serve *serve)
{
	uint64_t lost = serve->lost;
	size_t i;

	for (i = 0; i < serve->count; i++)
		lost += server_lost(&serve->server[i]);
	return lost;
}

void tap_serve_close(struct tap_serve *serve)
{
	while (serve->count)
		server_leave(serve, &serve->server[serve->count - 1]);
	free(serve->server);
	serve->server = NULL;
}
