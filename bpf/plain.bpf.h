/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef PLAIN_BPF_H
#define PLAIN_BPF_H

#include <linux/types.h>

#include <bpf/bpf_endian.h>

#include "hash.h"
#include "head.h"
#include "limit.h"
#include "live_map.bpf.h"
#include "lookup_key.h"
#include "loop.h"
#include "map.h"
#include "request.bpf.h"
#include "scratch.bpf.h"
#include "word.h"

/*
 * The head as most clients send it, read in one pass without a call: GET, a
 * path in normal form, HTTP/1.1, CRLF at each line's end, one Host without a
 * port, and nothing that says how a body would come. What it takes,
 * request_scan(), request_path() and request_host() would take, too, and make
 * the same key of it; anything else is left to them.
 */

/* The parts of a head that were read. */
struct plain {
	__u64 at; /* where its next line begins */
	__u64 hosts;
	__u64 path; /* what its hash has taken in */
};

/* Copy the target to the key, up to the blank behind it, and hash its path on
 * the way. */
static __always_inline int plain_target(struct scratch *s, struct plain *plain)
{
	const struct hash_key *secret = &map_header(s->map)->hash_key;
	__u64 i, n, stop = 0, below, slash = 0, dots = 0, path_len = 0;
	__u64 from = plain->at, sum = 0;
	struct map_key *key = &s->key;

	if (*HEAD_AT(&s->text, from) != '/')
		return 0;
	for (i = LOOP_FROM(0); LOOP(i < HEAD_ROOM); i = LOOP_FROM(i + 8)) {
		__u64 word = word_load(HEAD_AT(&s->text, from + i));
		__u64 slashes = head_is(word, '/'), ends;

		*(__u64 *)(key->path + (i & (HEAD_ROOM - 1))) = word;
		stop = request_odd(word);
		below = (stop & -stop) - 1;
		dots |= (slashes << 8 | slash) & head_is(word, '.') & below;
		slash = slashes >> 56;
		if (!path_len) {
			ends = stop | head_is(word, '?');
			n = ends ? head_first(ends) : 8;
			if (n)
				sum = hash_word(secret, sum, i / 8,
						word_cut(word, n));
			path_len = ends ? i + n : 0;
		}
		if (stop)
			break;
	}
	if (!stop || dots)
		return 0;
	i += head_first(stop);
	key->has_query = path_len != i;
	key->path_len = path_len;
	key->query_len = key->has_query ? i - path_len - 1 : 0;
	plain->path = sum;
	plain->at = from + i;
	return *HEAD_AT(&s->text, plain->at) == ' ';
}

/* GET, target and version. */
static __always_inline int plain_request(struct scratch *s, struct plain *plain)
{
	const __u8 *version;

	if (*(const __u32 *)s->text.byte !=
	    bpf_htonl('G' << 24 | 'E' << 16 | 'T' << 8 | ' '))
		return 0;
	plain->at = 4;
	if (!plain_target(s, plain))
		return 0;
	version = HEAD_AT(&s->text, plain->at + 1);
	plain->at += 1 + 8 + 2;
	return head_equal(version, "HTTP/1.1\r\n", 10);
}

/* Copy Host's value to the key, in lower case, and make the hashes. */
static __always_inline int plain_host(struct scratch *s, struct plain *plain,
				      __u64 from, __u64 end)
{
	const struct hash_key *secret = &map_header(s->map)->hash_key;
	__u64 i, len = end - from, ports = 0, sum = 0;
	struct map_key *key = &s->key;
	__u8 last = *HEAD_AT(&s->text, end - 1);

	if (len - 1 >= LIMIT_HOST || last == ' ' || last == '.' ||
	    *HEAD_AT(&s->text, from) == ' ')
		return 0;
	for (i = LOOP_FROM(0); LOOP(i < len); i = LOOP_FROM(i + 8)) {
		__u64 word = word_load(HEAD_AT(&s->text, from + i));

		word = word_lower(word);
		*(__u64 *)(key->host + (i & 255)) = word;
		word = word_cut(word, len - i);
		ports |= head_is(word, ':');
		sum = hash_word(secret, sum, i / 8, word);
	}
	key->host_len = len;
	s->host_hash = hash_end(sum, (__u64)MAP_KIND_HOST << 32 | len);
	s->path_hash = hash_end(plain->path,
				s->host_hash + ((__u64)MAP_KIND_EXACT << 32 |
						key->path_len));
	return !ports;
}

/* The length of the name that a line begins with: its ':' is behind. 0 if it is
 * none of letters and '-', or long. */
static __always_inline __u64 plain_name(const struct scratch *s, __u64 line)
{
	__u64 i = 0, odd = head_odd(word_load(HEAD_AT(&s->text, line)));

	if (!odd) {
		i = 8;
		odd = head_odd(word_load(HEAD_AT(&s->text, line + 8)));
	}
	if (!odd) {
		i = 16;
		odd = head_odd(word_load(HEAD_AT(&s->text, line + 16)));
	}
	if (!odd)
		return 0;
	i += head_first(odd);
	return *HEAD_AT(&s->text, line + i) == ':' ? i : 0;
}

/* A header line from plain->at up to end. */
static __always_inline int plain_field(struct scratch *s, struct plain *plain,
				       __u64 end)
{
	__u64 line = plain->at, len = plain_name(s, line);
	const __u8 *name = HEAD_AT(&s->text, line);

	if (!len || line + len >= end)
		return 0;
	if (!head_may_be_known(&s->text, line, len) || len == 10)
		return 1; /* Connection changes nothing here */
	if (len != 4)
		return 0;
	if (!head_same(name, "host", 4))
		return 1;
	line += 5;
	if (*HEAD_AT(&s->text, line) == ' ')
		line++;
	plain->hosts++;
	return line < end && plain_host(s, plain, line, end);
}

/* Header lines, up to the empty one, which ends the segment. */
static __always_inline int plain_fields(struct scratch *s, struct plain *plain,
					__u64 len)
{
	__u64 end;

	while (LOOP(plain->at < len)) {
		end = HEAD_FIND(&s->text, plain->at, HEAD_ROOM, head_controls);
		if (end + 2 > len || *(const __u16 *)HEAD_AT(&s->text, end) !=
					     bpf_htons('\r' << 8 | '\n'))
			return 0;
		if (end == plain->at)
			return end + 2 == len;
		if (!plain_field(s, plain, end))
			return 0;
		plain->at = LOOP_FROM(end + 2);
	}
	return 0;
}

/* Read the head of len bytes in scratch->text: 1, and the key is made and the
 * head's flags are set; or 0. */
static __always_inline int plain_read(struct scratch *s, __u64 len)
{
	struct plain plain = {0};

	if (!plain_request(s, &plain) || !plain_fields(s, &plain, len))
		return 0;
	s->head.flags = HEAD_GET;
	return plain.hosts == 1;
}

#endif
