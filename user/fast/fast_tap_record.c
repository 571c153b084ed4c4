// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "fast_tap_record.h"
#include "head.h"
#include "limit.h"
#include "request.h"

/* A part of the frame. */
static int part_take(struct fast_tap_part *part,
		     const struct fast_tap_part *frame, uint32_t at,
		     uint32_t len)
{
	if (at > frame->len || len > frame->len - at)
		return -EBADMSG;
	part->data = frame->data + at;
	part->len = len;
	return 0;
}

int fast_tap_record_read(struct fast_tap_record *record, const void *data,
			 size_t len)
{
	struct tap_record *told = &record->told;
	int err;

	if (len < sizeof(*told))
		return -EBADMSG;
	memcpy(told, data, sizeof(*told));
	if (told->frame > len - sizeof(*told))
		return -EBADMSG;
	record->frame.data = (const uint8_t *)data + sizeof(*told);
	record->frame.len = told->frame;
	err = part_take(&record->data, &record->frame, told->data,
			told->data_len);
	if (!err)
		err = part_take(&record->location, &record->frame,
				told->location, told->location_len);
	return err;
}

int fast_tap_request_read(struct map_key *key, struct fast_tap_part *method,
			  const struct fast_tap_part *data)
{
	struct head head;

	head_init(&head, LIMIT_HEAD, LIMIT_REQUEST_TARGET);
	if (data->len > LIMIT_HEAD ||
	    head_scan(&head, data->data, data->len) != HEAD_DONE ||
	    request_key(key, &head, data->data, false))
		return -EBADMSG;
	method->data = data->data + head.method;
	method->len = head.method_len;
	return 0;
}
