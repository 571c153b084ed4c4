/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef HEAD_FIELD_H
#define HEAD_FIELD_H

#include <linux/types.h>

#include "head_state.h"
#include "head_text.h"
#include "loop.h"

/*
 * The header lines of a head, for requests and for responses: those that
 * decide on framing and on the connection are read, the rest only checked.
 */

/* The value of the line between two places, blanks around it taken off. */
struct head_value {
	__u64 at;
	__u64 end;
};

HEAD_INLINE int head_blank(HEAD_BUF *buf, __u64 at)
{
	return *HEAD_AT(buf, at) == ' ' || *HEAD_AT(buf, at) == '\t';
}

HEAD_INLINE void head_trim(struct head_value *value, HEAD_BUF *buf)
{
	while (LOOP(value->at < value->end && head_blank(buf, value->at)))
		value->at = LOOP_FROM(value->at + 1);
	while (LOOP(value->at < value->end && head_blank(buf, value->end - 1)))
		value->end = LOOP_FROM(value->end - 1);
}

/* Take the next element off a comma list; 0 at its end (RFC 9110 5.6.1). */
HEAD_INLINE int head_element(struct head_value *list, struct head_value *next,
			     HEAD_BUF *buf)
{
	while (LOOP(list->at < list->end)) {
		next->at = list->at;
		while (LOOP(list->at < list->end &&
			    *HEAD_AT(buf, list->at) != ','))
			list->at = LOOP_FROM(list->at + 1);
		next->end = list->at;
		if (list->at < list->end)
			list->at = LOOP_FROM(list->at + 1);
		head_trim(next, buf);
		if (next->at < next->end)
			return 1;
	}
	return 0;
}

HEAD_INLINE void head_connection(struct head *head, HEAD_BUF *buf,
				 struct head_value *value)
{
	struct head_value next;

	/* What most clients send, without the walk. */
	if (value->end - value->at == 11 &&
	    head_same(HEAD_AT(buf, value->at), " keep-alive", 11)) {
		head->flags |= HEAD_KEEP_ALIVE;
		return;
	}
	while (LOOP(head_element(value, &next, buf))) {
		const __u8 *at = HEAD_AT(buf, next.at);
		__u64 len = next.end - next.at;

		if (len == 5 && head_same(at, "close", 5))
			head->flags |= HEAD_CLOSE;
		if (len == 10 && head_same(at, "keep-alive", 10))
			head->flags |= HEAD_KEEP_ALIVE;
	}
}

HEAD_INLINE void head_codings(struct head *head, HEAD_BUF *buf,
			      struct head_value *value)
{
	struct head_value next;

	head->flags |= HEAD_CODED;
	head_trim(value, buf);
	if (value->end - value->at != 7)
		head->flags |= HEAD_AMBIGUOUS;
	while (LOOP(head_element(value, &next, buf))) {
		head->codings++;
		if (head->flags & HEAD_CHUNKED)
			head->flags |= HEAD_BAD_CODING;
		head->flags &= ~HEAD_CHUNKED;
		if (next.end - next.at == 7 &&
		    head_same(HEAD_AT(buf, next.at), "chunked", 7))
			head->flags |= HEAD_CHUNKED;
	}
}

HEAD_INLINE void head_length(struct head *head, HEAD_BUF *buf,
			     const struct head_value *value)
{
	__u32 bad = value->at == value->end || value->end - value->at > 18;
	__u64 length = 0, i;

	for (i = value->at; LOOP(i < value->end && !bad);
	     i = LOOP_FROM(i + 1)) {
		__u8 digit = *HEAD_AT(buf, i) - '0';

		bad = digit > 9;
		length = length * 10 + digit;
	}
	if (bad || (head->flags & HEAD_LENGTH && head->length != length))
		head->flags |= HEAD_BAD_LENGTH;
	if (head->flags & HEAD_LENGTH)
		head->flags |= HEAD_AMBIGUOUS;
	head->flags |= HEAD_LENGTH;
	head->length = length;
}

#define HEAD_NAMED(len, first) ((len) << 8 | (first))

/* Act on a field whose name has len bytes at head->line: HEAD_CONTINUE. */
HEAD_NOINLINE int head_known(struct head *head, HEAD_BUF *buf, __u64 len)
{
	struct head_value value;
	const __u8 *name;

	if (!HEAD_NONNULL(head) || !HEAD_NONNULL(buf))
		return HEAD_BAD_REQUEST;
	value.at = head->line + len + 1;
	value.end = head->end;
	name = HEAD_AT(buf, head->line);
	switch (HEAD_NAMED(len, *name | 0x20)) {
	case HEAD_NAMED(4, 'h'):
		if (!head_same(name, "host", 4))
			break;
		head_trim(&value, buf);
		head->host = value.at;
		head->host_len = value.end - value.at;
		head->hosts++;
		break;
	case HEAD_NAMED(6, 'e'):
		head_trim(&value, buf);
		if (head_same(name, "expect", 6) && head->minor &&
		    value.end - value.at == 12 &&
		    head_same(HEAD_AT(buf, value.at), "100-continue", 12))
			head->flags |= HEAD_EXPECT;
		break;
	case HEAD_NAMED(10, 'c'):
		if (head_same(name, "connection", 10))
			head_connection(head, buf, &value);
		break;
	case HEAD_NAMED(14, 'c'):
		head_trim(&value, buf);
		if (head_same(name, "content-length", 14))
			head_length(head, buf, &value);
		break;
	case HEAD_NAMED(17, 't'):
		if (head_same(name, "transfer-encoding", 17))
			head_codings(head, buf, &value);
		break;
	}
	return HEAD_CONTINUE;
}

/* Whether head_known() is worth its call. */
HEAD_INLINE int head_may_be_known(HEAD_BUF *buf, __u64 line, __u64 len)
{
	__u8 first = *HEAD_AT(buf, line) | 0x20;

	return (first == 'c' && (len == 10 || len == 14)) ||
	       (first == 'h' && len == 4) || (first == 'e' && len == 6) ||
	       (first == 't' && len == 17);
}

/* One header line; HEAD_DONE for the empty one after the last. */
HEAD_INLINE int head_field(struct head *head, HEAD_BUF *buf, __u32 n)
{
	int result = head_line_end(head, buf, n);
	__u64 at = head->line;

	if (result != HEAD_CONTINUE)
		return result;
	if (head->end == at) {
		head->len = head->at;
		return HEAD_DONE;
	}
	at = head_token_end(buf, at, head->end);
	if (at == head->line || at == head->end || *HEAD_AT(buf, at) != ':')
		return HEAD_BAD_REQUEST;
	if (head_may_be_known(buf, head->line, at - head->line))
		result = head_known(head, buf, at - head->line);
	head->line = head->at;
	return result;
}

/* Header lines as far as there are any. */
HEAD_NOINLINE int head_fields(struct head *head, HEAD_BUF *buf, __u32 n)
{
	int result = HEAD_CONTINUE;

	if (!HEAD_NONNULL(head) || !HEAD_NONNULL(buf))
		return HEAD_BAD_REQUEST;
	while (LOOP(result == HEAD_CONTINUE))
		result = head_field(head, buf, n);
	return result;
}

#endif
