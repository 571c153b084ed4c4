/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef HEAD_LINE_H
#define HEAD_LINE_H

#include <linux/types.h>

#include "head_state.h"
#include "head_text.h"
#include "loop.h"

/*
 * The request line of a head (RFC 9112 3), in steps that can each wait for
 * more bytes.
 */

/* Empty lines before the request are passed over (RFC 9112 2.2). */
HEAD_INLINE int head_start(struct head *head, HEAD_BUF *buf, __u32 n)
{
	while (LOOP(head->at < n)) {
		__u64 at = head->at;

		if (*HEAD_AT(buf, at) == '\r') {
			if (++at >= n)
				return HEAD_MORE;
			if (*HEAD_AT(buf, at) != '\n')
				return HEAD_BAD_REQUEST;
		} else if (*HEAD_AT(buf, at) != '\n') {
			break;
		}
		head->at = at + 1;
	}
	if (head->at >= n)
		return HEAD_MORE;
	head->method = head->at;
	head->stage = HEAD_AT_METHOD;
	return HEAD_CONTINUE;
}

HEAD_INLINE void head_method_flags(struct head *head, const __u8 *at)
{
	switch (head->method_len) {
	case 3:
		if (head_equal(at, "GET", 3))
			head->flags |= HEAD_GET;
		break;
	case 4:
		if (head_equal(at, "HEAD", 4))
			head->flags |= HEAD_HEAD;
		break;
	case 7:
		if (head_equal(at, "CONNECT", 7))
			head->flags |= HEAD_CONNECT;
		else if (head_equal(at, "OPTIONS", 7))
			head->flags |= HEAD_OPTIONS;
		break;
	}
}

HEAD_INLINE int head_method(struct head *head, HEAD_BUF *buf, __u32 n)
{
	__u64 at = head_token_end(buf, head->at, n);

	head->at = at;
	if (at >= n)
		return HEAD_MORE;
	head->method_len = at - head->method;
	if (*HEAD_AT(buf, at) != ' ' || !head->method_len)
		return HEAD_BAD_REQUEST;
	head_method_flags(head, HEAD_AT(buf, head->method));
	head->at = head->target = at + 1;
	head->stage = HEAD_AT_TARGET;
	return HEAD_CONTINUE;
}

/* What ends a target: blank, control byte, '#'. */
HEAD_INLINE __u64 head_target_ends(__u64 word)
{
	return head_controls(word) | head_is(word, ' ') | head_is(word, '#');
}

HEAD_NOINLINE __u64 head_target_end(HEAD_BUF *buf, __u64 at, __u64 n)
{
	return HEAD_NONNULL(buf) ? HEAD_FIND(buf, at, n, head_target_ends) : n;
}

HEAD_INLINE int head_target(struct head *head, HEAD_BUF *buf, __u32 n)
{
	__u32 max = head->target + head->target_max;
	__u64 at = head_target_end(buf, head->at, n);

	at = at < n ? at : n;
	head->at = at;
	if (at > max)
		return HEAD_TARGET_LONG;
	if (at >= n)
		return HEAD_MORE;
	head->target_len = at - head->target;
	if (*HEAD_AT(buf, at) != ' ' || !head->target_len)
		return HEAD_BAD_REQUEST;
	head->at = head->line = at + 1;
	head->stage = HEAD_AT_VERSION;
	return HEAD_CONTINUE;
}

/* http://authority[/path][?query], without userinfo (RFC 9112 3.2.2). */
HEAD_INLINE int head_absolute(struct head *head, HEAD_BUF *buf)
{
	__u32 end = head->target + head->target_len;
	__u64 at = head->target;

	if (head->target_len > 7 && head_same(HEAD_AT(buf, at), "http://", 7)) {
		at += 7;
	} else if (head->target_len > 8 &&
		   head_same(HEAD_AT(buf, at), "https://", 8)) {
		head->flags |= HEAD_SECURE;
		at += 8;
	} else {
		return HEAD_BAD_REQUEST;
	}
	head->authority = at;
	while (LOOP(at < end && *HEAD_AT(buf, at) != '/' &&
		    *HEAD_AT(buf, at) != '?')) {
		if (*HEAD_AT(buf, at) == '@')
			return HEAD_BAD_REQUEST;
		at = LOOP_FROM(at + 1);
	}
	head->authority_len = at - head->authority;
	if (!head->authority_len || *HEAD_AT(buf, head->authority) == ':')
		return HEAD_BAD_REQUEST;
	head->flags |= HEAD_ABSOLUTE;
	head->path = at;
	head->path_len = end - at;
	return HEAD_CONTINUE;
}

HEAD_INLINE int head_form(struct head *head, HEAD_BUF *buf)
{
	if (head->flags & HEAD_CONNECT)
		return HEAD_NOT_ALLOWED;
	head->path = head->target;
	head->path_len = head->target_len;
	if (*HEAD_AT(buf, head->target) == '/')
		return HEAD_CONTINUE;
	if (*HEAD_AT(buf, head->target) != '*')
		return head_absolute(head, buf);
	if (head->target_len > 1 || !(head->flags & HEAD_OPTIONS))
		return HEAD_BAD_REQUEST;
	head->flags |= HEAD_ASTERISK;
	head->path_len = 0;
	return HEAD_CONTINUE;
}

/* "HTTP/" DIGIT "." DIGIT, to the end of the line (RFC 9112 2.3). */
HEAD_INLINE int head_version(struct head *head, HEAD_BUF *buf, __u32 n)
{
	const __u8 *at = HEAD_AT(buf, head->line);
	int result = head_line_end(head, buf, n);

	if (result == HEAD_MORE && n - head->line > 9)
		return HEAD_BAD_REQUEST;
	if (result != HEAD_CONTINUE)
		return result;
	if (head->end - head->line != 8 || !head_equal(at, "HTTP/", 5) ||
	    at[6] != '.' || at[5] < '1' || at[5] > '9' || at[7] < '0' ||
	    at[7] > '9')
		return HEAD_BAD_REQUEST;
	if (at[5] != '1')
		return HEAD_BAD_VERSION;
	head->minor = at[7] != '0';
	head->line = head->at;
	head->stage = HEAD_AT_FIELD;
	return head_form(head, buf);
}

#endif
