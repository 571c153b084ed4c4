/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef HEAD_LINE_H
#define HEAD_LINE_H

/*
 * The request line of a head (RFC 9112 3), in steps that can each wait for
 * more bytes. A part of head.h.
 */

/* Empty lines before the request are passed over (RFC 9112 2.2). */
HEAD_INLINE int head_start(struct head *head, const __u8 *buf, __u32 n)
{
	while (head->at < n && (buf[head->at] == '\r' || buf[head->at] == '\n'))
		if (buf[head->at] == '\n' ||
		    (head->at + 1 < n && buf[head->at + 1] == '\n'))
			head->at += 1 + (buf[head->at] == '\r');
		else
			return head->at + 1 < n ? HEAD_BAD_REQUEST : HEAD_MORE;
	if (head->at >= n)
		return HEAD_MORE;
	head->method = head->at;
	head->stage = HEAD_AT_METHOD;
	return HEAD_LINE;
}

HEAD_INLINE void head_method_flags(struct head *head, const __u8 *at)
{
	switch (head->method_len) {
	case 3:
		if (at[0] == 'G' && at[1] == 'E' && at[2] == 'T')
			head->flags |= HEAD_GET;
		break;
	case 4:
		if (at[0] == 'H' && !__builtin_memcmp(at + 1, "EAD", 3))
			head->flags |= HEAD_HEAD;
		break;
	case 7:
		if (at[0] == 'C' && !__builtin_memcmp(at + 1, "ONNECT", 6))
			head->flags |= HEAD_CONNECT;
		else if (at[0] == 'O' && !__builtin_memcmp(at + 1, "PTIONS", 6))
			head->flags |= HEAD_OPTIONS;
		break;
	}
}

HEAD_INLINE int head_method(struct head *head, const __u8 *buf, __u32 n)
{
	__u32 at = head->at;

	while (at < n && head_token[buf[at]])
		at++;
	head->at = at;
	if (at >= n)
		return HEAD_MORE;
	head->method_len = at - head->method;
	if (buf[at] != ' ' || !head->method_len)
		return HEAD_BAD_REQUEST;
	head_method_flags(head, buf + head->method);
	head->at = head->target = at + 1;
	head->stage = HEAD_AT_TARGET;
	return HEAD_LINE;
}

HEAD_INLINE int head_target(struct head *head, const __u8 *buf, __u32 n)
{
	__u32 at = head->at, max = head->target + head->target_max;

	while (at < n) {
		__u64 word = head_word(buf, at, n);
		__u64 hit = head_below(word, 0x21) | head_is(word, 0x7f) |
			    head_is(word, '#');

		at += hit ? head_first(hit) : 8;
		if (hit)
			break;
	}
	at = at < n ? at : n;
	head->at = at;
	if (at > max)
		return HEAD_TARGET_LONG;
	if (at >= n)
		return HEAD_MORE;
	head->target_len = at - head->target;
	if (buf[at] != ' ' || !head->target_len)
		return HEAD_BAD_REQUEST;
	head->at = head->line = at + 1;
	head->stage = HEAD_AT_VERSION;
	return HEAD_LINE;
}

/* http://authority[/path][?query], without userinfo (RFC 9112 3.2.2). */
HEAD_INLINE int head_absolute(struct head *head, const __u8 *buf)
{
	__u32 at = head->target, end = at + head->target_len;

	if (head->target_len > 7 && head_same(buf + at, "http://", 7))
		at += 7;
	else if (head->target_len > 8 && head_same(buf + at, "https://", 8))
		at += 8;
	else
		return HEAD_BAD_REQUEST;
	head->authority = at;
	while (at < end && buf[at] != '/' && buf[at] != '?')
		if (buf[at++] == '@')
			return HEAD_BAD_REQUEST;
	head->authority_len = at - head->authority;
	if (!head->authority_len || buf[head->authority] == ':')
		return HEAD_BAD_REQUEST;
	head->flags |= HEAD_ABSOLUTE;
	head->path = at;
	head->path_len = end - at;
	return HEAD_LINE;
}

HEAD_INLINE int head_form(struct head *head, const __u8 *buf)
{
	if (head->flags & HEAD_CONNECT)
		return HEAD_NOT_ALLOWED;
	head->path = head->target;
	head->path_len = head->target_len;
	if (buf[head->target] == '/')
		return HEAD_LINE;
	if (buf[head->target] != '*')
		return head_absolute(head, buf);
	if (head->target_len > 1 || !(head->flags & HEAD_OPTIONS))
		return HEAD_BAD_REQUEST;
	head->flags |= HEAD_ASTERISK;
	head->path_len = 0;
	return HEAD_LINE;
}

/* "HTTP/" DIGIT "." DIGIT, to the end of the line (RFC 9112 2.3). */
HEAD_INLINE int head_version(struct head *head, const __u8 *buf, __u32 n)
{
	const __u8 *at = buf + head->line;
	int result = head_line_end(head, buf, n);

	if (result == HEAD_MORE && n - head->line > 9)
		return HEAD_BAD_REQUEST;
	if (result != HEAD_LINE)
		return result;
	if (head->end - head->line != 8 || __builtin_memcmp(at, "HTTP/", 5) ||
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
