// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "error.h"
#include "fast_host.h"
#include "fast_instance.h"
#include "fast_tap.h"
#include "fast_tap_maps.h"
#include "fast_tap_names.h"
#include "fast_tap_ring.h"
#include "fast_tap_slot.h"
#include "lookup_key.h"
#include "rule_source.h"

enum { REQUEST_MAX = 4096 /* a head in one segment, and its headers */ };

/* The request of a CPU, whose reply comes next. */
struct request {
	size_t len; /* 0: none */
	uint8_t byte[REQUEST_MAX];
};

struct fast_tap {
	const char *state;
	struct fast_tap_wants wants;
	fast_tap_fn *fn;
	void *arg;
	struct fast_instance *instance; /* or NULL: none is there */
	struct stat folder;		/* of it */
	struct fast_arena *arena;
	struct fast_tap_slot slot;
	struct fast_tap_ring *ring;
	struct fast_tap_names names;
	struct fast_tap_maps maps;
	struct request *request[TAP_CPUS]; /* or NULL */
	uint64_t tai_offset;		   /* seconds */
	uint64_t lost;			   /* in slots that were left */
	uint64_t gaps;
};

static void request_keep(struct fast_tap *tap, int cpu, const void *data,
			 size_t len)
{
	struct request **request = &tap->request[cpu];

	if (!*request)
		*request = malloc(sizeof(**request));
	if (!*request)
		return;
	(*request)->len = len <= sizeof((*request)->byte) ? len : 0;
	memcpy((*request)->byte, data, (*request)->len);
}

static uint64_t unix_time(const struct fast_tap *tap, uint64_t tai)
{
	return tai - tap->tai_offset * 1000000000;
}

/* Tell of a request; reply may be NULL. */
static int answer_tell(struct fast_tap *tap,
		       const struct fast_tap_record *request,
		       const struct fast_tap_record *reply)
{
	static char source[RULE_SOURCE_SIZE];
	static struct map_key key;
	struct fast_tap_answer answer = {
		.time = unix_time(tap, request->told.tai),
		.told = reply ? &reply->told : &request->told,
		.source.data = (const uint8_t *)source,
		.request = request->frame,
	};

	if (fast_tap_request_read(&key, &answer.method, &request->data))
		return 0;
	answer.interface = fast_tap_names_find(
		&tap->names, request->told.ifindex, request->told.domain);
	answer.release = fast_tap_maps_source(&tap->maps, tap->arena,
					      tap->state, answer.told, &key,
					      source, &answer.source.len);
	answer.host.data = key.host;
	answer.host.len = key.host_len;
	answer.target.data = key.path;
	answer.target.len = key.path_len + key.has_query + key.query_len;
	if (reply) {
		answer.reply_time = unix_time(tap, reply->told.tai);
		answer.location = reply->location;
		answer.reply = reply->frame;
	}
	return tap->fn(&answer, tap->arg);
}

static int reply_take(struct fast_tap *tap, int cpu,
		      const struct fast_tap_record *reply)
{
	struct request *kept = tap->request[cpu];
	struct fast_tap_record request;

	if (!kept || !kept->len ||
	    fast_tap_record_read(&request, kept->byte, kept->len))
		return 0;
	kept->len = 0;
	if (memcmp(&request.told.flow, &reply->told.flow,
		   sizeof(reply->told.flow)))
		return 0;
	return answer_tell(tap, &request, reply);
}

static int record_take(void *arg, int cpu, const void *data, size_t len)
{
	struct fast_tap *tap = arg;
	struct fast_tap_record record;

	if (cpu < 0 || cpu >= TAP_CPUS ||
	    fast_tap_record_read(&record, data, len))
		return 0;
	if (record.told.part == TAP_REPLY)
		return reply_take(tap, cpu, &record);
	if (record.told.kind == TAP_MISS)
		return answer_tell(tap, &record, NULL);
	request_keep(tap, cpu, data, sizeof(record.told) + record.told.frame);
	return 0;
}

int fast_tap_open(struct fast_tap **result, const char *state,
		  const struct fast_tap_wants *wants, fast_tap_fn *fn,
		  void *arg)
{
	struct fast_tap *tap = calloc(1, sizeof(*tap));

	if (!tap)
		return error_sys(-ENOMEM, "cannot look at the fast path");
	tap->state = state;
	tap->wants = *wants;
	tap->fn = fn;
	tap->arg = arg;
	*result = tap;
	return 0;
}

static void slot_leave(struct fast_tap *tap)
{
	tap->lost += fast_tap_slot_lost(&tap->slot);
	fast_tap_slot_leave(&tap->slot);
	if (tap->ring)
		fast_tap_ring_read(tap->ring);
	fast_tap_ring_close(tap->ring);
	tap->ring = NULL;
}

static void instance_leave(struct fast_tap *tap)
{
	slot_leave(tap);
	fast_tap_maps_close(&tap->maps);
	fast_instance_close(tap->instance);
	tap->instance = NULL;
	tap->arena = NULL;
}

/* Whether the folder is the one that was opened. */
static bool instance_same(const struct fast_tap *tap)
{
	struct stat now;

	return !stat(fast_instance_folder(tap->instance), &now) &&
	       now.st_dev == tap->folder.st_dev &&
	       now.st_ino == tap->folder.st_ino;
}

static int instance_open(struct fast_tap *tap)
{
	int err = fast_instance_open(&tap->instance, tap->state);

	if (err == -ENOENT)
		return fast_instance_hidden(tap->state) ? -EACCES : 0;
	if (!err)
		err = fast_instance_check(tap->instance);
	if (!err)
		err = fast_instance_arena(tap->instance, &tap->arena);
	if (!err && stat(fast_instance_folder(tap->instance), &tap->folder))
		err = error_sys(-errno, "cannot look at %s",
				fast_instance_folder(tap->instance));
	if (err)
		instance_leave(tap);
	return err;
}

/* 0, also where there is none; or -errno with error_set(). */
static int instance_find(struct fast_tap *tap)
{
	if (tap->instance && instance_same(tap))
		return 0;
	if (tap->instance)
		instance_leave(tap);
	return instance_open(tap);
}

static int slot_take(struct fast_tap *tap)
{
	const struct tap_want want = {
		.kinds = tap->wants.kinds,
		.code = tap->wants.code,
		.sample = tap->wants.sample,
		.host = tap->wants.host,
	};
	int records = fast_instance_map(tap->instance, FAST_PIN_TAP_RECORDS);
	int taps = fast_instance_map(tap->instance, FAST_PIN_TAPS), err;

	if (records < 0 || taps < 0)
		return records < 0 ? records : taps;
	err = fast_tap_slot_take(&tap->slot, taps,
				 fast_instance_folder(tap->instance), &want);
	if (!err)
		err = fast_tap_ring_open(&tap->ring, records, tap->slot.number,
					 tap->wants.room, record_take, tap);
	if (err)
		fast_tap_slot_leave(&tap->slot);
	return err;
}

static void slot_renew(struct fast_tap *tap)
{
	int over = fast_tap_slot_renew(&tap->slot, tap->arena);

	tap->gaps += over != 0;
	if (over < 0)
		slot_leave(tap);
}

static int follow(struct fast_tap *tap)
{
	int err = instance_find(tap);

	if (err || !tap->instance)
		return err;
	tap->tai_offset = fast_host_tai_offset();
	fast_tap_names_read(&tap->names, fast_instance_folder(tap->instance));
	if (tap->ring)
		slot_renew(tap);
	if (tap->ring)
		return 1;
	err = slot_take(tap);
	if (!err)
		fast_tap_slot_renew(&tap->slot, tap->arena);
	return err ? err : 1;
}

int fast_tap_follow(struct fast_tap *tap)
{
	int err = follow(tap);

	if (err != -EACCES && err != -EPERM)
		return err;
	return error_set(-EACCES,
			 "this user may not see what the fast path answers");
}

void fast_tap_read(struct fast_tap *tap)
{
	if (tap->ring)
		fast_tap_ring_read(tap->ring);
}

int fast_tap_fd(const struct fast_tap *tap)
{
	return tap->ring ? fast_tap_ring_fd(tap->ring) : -1;
}

uint64_t fast_tap_lost(const struct fast_tap *tap)
{
	return tap->lost + fast_tap_slot_lost(&tap->slot);
}

uint64_t fast_tap_gaps(const struct fast_tap *tap)
{
	return tap->gaps;
}

void fast_tap_close(struct fast_tap *tap)
{
	int i;

	if (!tap)
		return;
	instance_leave(tap);
	fast_tap_names_free(&tap->names);
	for (i = 0; i < TAP_CPUS; i++)
		free(tap->request[i]);
	free(tap);
}
