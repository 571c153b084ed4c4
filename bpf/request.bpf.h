/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef REQUEST_BPF_H
#define REQUEST_BPF_H

#include <linux/types.h>

#include <bpf/bpf_helpers.h>

#include "counter.h"
#include "head.h"
#include "limit.h"
#include "lookup_key.h"
#include "loop.h"
#include "scratch.bpf.h"
#include "word.h"

/*
 * From a segment's data to the key of the lookup. The fast path takes what is
 * in normal form already (RULES.md, RFC 3986 6.2.2); the rest is left to the
 * socket responder to normalise or to refuse. Each step returns COUNTER_NONE,
 * or the counter of the reason to hand over.
 */

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the fast path takes the first byte of a word for the lowest"
#endif

enum request_class {
	REQUEST_PLAIN,
	REQUEST_ODD, /* not in a normal form */
	REQUEST_PERCENT,
	REQUEST_DOT,
	REQUEST_QUERY,
	REQUEST_QUOTE, /* as URI_QUOTE */
};

static const __u8 request_classes[256] = {
	[0 ... 0x20] = REQUEST_ODD, [0x7f ... 0xff] = REQUEST_ODD,
	['"'] = REQUEST_ODD,	    ['#'] = REQUEST_ODD,
	['<'] = REQUEST_ODD,	    ['>'] = REQUEST_ODD,
	['\\'] = REQUEST_ODD,	    ['^'] = REQUEST_ODD,
	['`'] = REQUEST_ODD,	    ['{'] = REQUEST_ODD,
	['|'] = REQUEST_ODD,	    ['}'] = REQUEST_ODD,
	['%'] = REQUEST_PERCENT,    ['.'] = REQUEST_DOT,
	['?'] = REQUEST_QUERY,	    ['\''] = REQUEST_QUOTE,
};

/*
 * The bytes of a word that may not be plain: the high bit of each. They are
 * those below '$'; '%' and "'"; '`'; 0x1c and 0x1e in each group of 32 ('<' '>'
 * '\' '^' '|' '~'); and from '{' on. '!' and '~' are among them for speed.
 */
static __always_inline __u64 request_odd(__u64 word)
{
	__u64 high = HEAD_ONES * 0x80;

	return (head_below(word, 0x24) |
		head_is(word & ~(HEAD_ONES * ('%' ^ '\'')), '%') |
		head_is(word, '`') | head_is(word & ~(HEAD_ONES * 0x62), 0x1c) |
		word | ((word & ~high) + HEAD_ONES * 5)) &
	       high;
}

static __always_inline int request_hex(__u32 c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'F' ? (int)(c - 'A' + 10) : -1;
}

/* Whether the escape whose digits are at a place is one in normal form: upper
 * case, and neither of an unreserved character (RFC 3986 2.3) nor of '*'. */
static __always_inline int request_escape(const struct map_key *key, __u64 at)
{
	int high = request_hex(key->path[at & (HEAD_ROOM - 1)]);
	int low = request_hex(key->path[(at + 1) & (HEAD_ROOM - 1)]);
	__u32 c = (__u32)high << 4 | low, letter = c | 0x20;

	if (high < 0 || low < 0)
		return 0;
	return !((letter >= 'a' && letter <= 'z') || (c >= '0' && c <= '9') ||
		 c == '-' || c == '.' || c == '_' || c == '~' || c == '*');
}

/* Whether a target with something odd is in normal form, byte by byte. A
 * segment that begins with a dot may be a dot segment. */
static __noinline int request_normal(struct scratch *s)
{
	struct map_key *key = &s->key;
	__u32 len = s->head.path_len;
	__u64 i, query = 0;

	for (i = LOOP_FROM(0); LOOP(i < len); i = LOOP_FROM(i + 1)) {
		__u32 next = key->path[(i + 1) & (HEAD_ROOM - 1)];

		switch (request_classes[key->path[i & (HEAD_ROOM - 1)]]) {
		case REQUEST_ODD:
			return 0;
		case REQUEST_QUERY:
			query = 1;
			break;
		case REQUEST_QUOTE:
			if (query)
				return 0;
			break;
		case REQUEST_DOT:
			if (!query &&
			    key->path[(i - 1) & (HEAD_ROOM - 1)] == '/' &&
			    (i + 1 >= len || next == '.' || next == '/' ||
			     next == '?'))
				return 0;
			break;
		case REQUEST_PERCENT:
			if (i + 2 >= len || !request_escape(key, i + 1))
				return 0;
			break;
		}
	}
	return 1;
}

/* Copy path and query in words, and check them on the way. */
static __always_inline int request_path(struct scratch *s)
{
	struct map_key *key = &s->key;
	__u32 len = s->head.path_len, path_len = len;
	__u64 i, odd = 0, slash = 0, from = s->head.path;

	if (s->head.flags & (HEAD_ABSOLUTE | HEAD_ASTERISK))
		return COUNTER_HAND_TARGET;
	for (i = LOOP_FROM(0); LOOP(i < len); i = LOOP_FROM(i + 8)) {
		__u64 word = word_load(HEAD_AT(&s->text, from + i));
		__u64 slashes, query;

		if (len - i < 8) /* not what follows */
			word = word_cut(word, len - i) |
			       HEAD_ONES * 'a' << ((len - i) * 8);
		slashes = head_is(word, '/');
		odd |= request_odd(word) |
		       ((slashes << 8 | slash) & head_is(word, '.'));
		slash = slashes >> 56;
		query = head_is(word, '?');
		if (query && path_len == len)
			path_len = i + head_first(query);
		*(__u64 *)(key->path + (i & (HEAD_ROOM - 1))) = word;
	}
	key->path_len = path_len;
	key->has_query = path_len != len;
	key->query_len = key->has_query ? len - path_len - 1 : 0;
	return odd && !request_normal(s) ? COUNTER_HAND_TARGET : COUNTER_NONE;
}

/* Whether a port, or nothing, follows the ':' at a place of Host's value. */
static __always_inline int request_port(const struct scratch *s, __u64 at,
					__u64 end)
{
	__u32 value = 0;

	if (end > at + 6)
		return 0;
	for (at = LOOP_FROM(at + 1); LOOP(at < end); at = LOOP_FROM(at + 1)) {
		__u8 digit = *HEAD_AT(&s->text, at) - '0';

		if (digit > 9)
			return 0;
		value = value * 10 + digit;
	}
	return value <= 65535;
}

/* Host in lower case, without port and final dot. Its syntax is not checked
 * here: a rule's own name is valid, and before a wildcard's rule is used
 * request_name() checks it. */
static __always_inline int request_host(struct scratch *s)
{
	struct map_key *key = &s->key;
	__u64 i, from = s->head.host, len = s->head.host_len, colon;

	if (s->head.hosts != 1 || !len || len > LIMIT_HOST + 2)
		return COUNTER_HAND_HOST;
	for (i = LOOP_FROM(0); LOOP(i < len); i = LOOP_FROM(i + 8)) {
		__u64 word = word_load(HEAD_AT(&s->text, from + i));

		*(__u64 *)(key->host + (i & 255)) = word_lower(word);
		colon = head_is(word, ':');
		if (colon && i + head_first(colon) < len) {
			i += head_first(colon);
			if (!request_port(s, from + i, from + len))
				return COUNTER_HAND_HOST;
			len = i;
		}
	}
	if (len && key->host[(len - 1) & 255] == '.')
		len--;
	if (!len || len > LIMIT_HOST)
		return COUNTER_HAND_HOST;
	key->host_len = len;
	return COUNTER_NONE;
}

/* Whether the key's host is a name as host_request() has it, and no address. */
static __noinline int request_name(struct scratch *s)
{
	__u64 i, len = s->key.host_len, label = 0, digits = 1;

	for (i = LOOP_FROM(0); LOOP(i < len); i = LOOP_FROM(i + 1)) {
		__u32 c = s->key.host[i & 255];

		if (c == '.') {
			if (i == label || i - label > LIMIT_LABEL)
				return 0;
			label = LOOP_FROM(i + 1);
			digits = 1;
			continue;
		}
		if (c >= '0' && c <= '9')
			continue;
		if ((c < 'a' || c > 'z') && c != '-' && c != '_')
			return 0;
		digits = 0;
	}
	return len > label && len - label <= LIMIT_LABEL && !digits;
}

/* Whether the request is one that the fast path answers. */
static __always_inline int request_shape(const struct head *head, __u32 len)
{
	if (!(head->flags & (HEAD_GET | HEAD_HEAD)))
		return COUNTER_HAND_METHOD;
	if (head->flags & (HEAD_CODED | HEAD_EXPECT) || head->length)
		return COUNTER_HAND_BODY;
	if (head->flags & HEAD_AMBIGUOUS)
		return COUNTER_HAND_MALFORMED;
	return head->len == len ? COUNTER_NONE : COUNTER_HAND_MORE;
}

/* Scan the head that scratch->text begins with. */
__noinline int request_scan(__u32 len)
{
	struct scratch *s = scratch_get();

	if (!s)
		return COUNTER_HAND_MALFORMED;
	head_init(&s->head, HEAD_ROOM, HEAD_ROOM);
	switch (head_scan(&s->head, &s->text, len)) {
	case HEAD_DONE:
		return request_shape(&s->head, len);
	case HEAD_MORE:
		return COUNTER_HAND_INCOMPLETE;
	case HEAD_TOO_LARGE:
		return COUNTER_HAND_LONG;
	default:
		return COUNTER_HAND_MALFORMED;
	}
}

#endif
