/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef HEAD_H
#define HEAD_H

#include <linux/types.h>

#include "head_field.h"
#include "head_line.h"
#include "head_state.h"

/*
 * The scan of a request's head, for both sides: RFC 9112 2 to 6, strict.
 *
 * head_scan() takes each byte once, however the head arrives: it is called
 * again with the same bytes and more after them, and goes on where it was.
 * All places are offsets from the start of buf. What it answers depends on the
 * bytes alone, never on how they were cut.
 *
 * Host is only counted here: whether it is one is the caller's to say.
 */

HEAD_INLINE void head_init(struct head *head, __u32 max, __u32 target_max)
{
	__builtin_memset(head, 0, sizeof(*head));
	head->max = max;
	head->target_max = target_max;
}

/* Framing, which only the whole head decides (RFC 9112 6.1, 6.3). */
HEAD_INLINE int head_framing(const struct head *head)
{
	if (head->flags & HEAD_BAD_LENGTH)
		return HEAD_BAD_REQUEST;
	if (!(head->flags & HEAD_CODED))
		return HEAD_DONE;
	if (head->flags & (HEAD_LENGTH | HEAD_BAD_CODING) || !head->minor)
		return HEAD_BAD_REQUEST;
	if (head->codings != 1 || !(head->flags & HEAD_CHUNKED))
		return HEAD_NOT_IMPLEMENTED;
	return HEAD_DONE;
}

/*
 * head_scan - scan a request's head
 * @head: as head_init() or the last call with these bytes left it
 *
 * Returns HEAD_MORE, HEAD_DONE, or the HTTP status of the answer that refuses
 * the request; the connection is then to be closed. Never reads beyond len.
 */
HEAD_INLINE int head_scan(struct head *head, HEAD_BUF *buf, __u32 len)
{
	__u32 n = len < head->max ? len : head->max;
	int result = HEAD_CONTINUE;

	if (head->stage == HEAD_AT_START)
		result = head_start(head, buf, n);
	if (result == HEAD_CONTINUE && head->stage == HEAD_AT_METHOD)
		result = head_method(head, buf, n);
	if (result == HEAD_CONTINUE && head->stage == HEAD_AT_TARGET)
		result = head_target(head, buf, n);
	if (result == HEAD_CONTINUE && head->stage == HEAD_AT_VERSION)
		result = head_version(head, buf, n);
	if (result == HEAD_CONTINUE)
		result = head_fields(head, buf, n);
	if (result == HEAD_MORE && len >= head->max)
		return HEAD_TOO_LARGE;
	return result == HEAD_DONE ? head_framing(head) : result;
}

/* Whether the connection outlives the request, as far as its head says so. */
HEAD_INLINE int head_persists(const struct head *head)
{
	if (head->flags & HEAD_CLOSE)
		return 0;
	return head->minor || head->flags & HEAD_KEEP_ALIVE;
}

HEAD_INLINE int head_has_body(const struct head *head)
{
	return head->flags & HEAD_CHUNKED || head->length;
}

#endif
