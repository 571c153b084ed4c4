/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TEMPLATE_H
#define TEMPLATE_H

#include <linux/types.h>

#include "limit.h"
#include "lookup_key.h"
#include "map.h"
#include "word.h"

#define TEMPLATE_INLINE static inline __attribute__((always_inline))

/*
 * The template of a Location that is more than a text, the remainder and the
 * query, for both sides: what stands behind the Location of a rule with
 * MAP_RULE_TEMPLATE. A Location is made of it so, the '*' left out:
 *
 *   https:// * .new.example/a/ * ?b #c
 *            host              rest query
 *
 *   the text up to host, the host's remainder, the text up to rest, the
 *   remainder, the text up to query, the request's query, the text from query
 *
 * Behind the map_template stand the rule's header lines, each with its line
 * end, and the empty line, or nothing. They take the place of the empty line
 * that the answer ends with.
 */

/* One that was read out of a map. Whatever the map held, the places rise and
 * do not lead out of the Location, and the header lines are no longer than any. */
struct template
{
	__u64 host, host_end; /* of the '*'; the same place: there is none */
	__u64 rest, rest_end; /* likewise */
	__u64 query;
	__u64 end; /* of the Location */
	__u64 host_most;
	__u64 host_len; /* bytes that the host's '*' stands for */
	__u64 headers;	/* where they stand, from the Location's begin */
	__u64 headers_len;
};

/*
 * template_read - read a rule's template
 * @text:   what stands after its Location: sizeof(struct map_template) bytes
 * @flags:  of the rule
 * @length: of its Location
 *
 * host_len is 0 then. Returns 0, or -1 for one that is not sound.
 */
TEMPLATE_INLINE int template_read(struct template *template, const __u8 *text,
				  __u32 flags, __u32 length)
{
	__u64 word[2] = {word_load(text), word_load(text + 8)};
	struct map_template from;

	__builtin_memcpy(&from, word, sizeof(from));
	template->host = from.host;
	template->host_end = from.host + !!from.host_most;
	template->rest = from.rest;
	template->rest_end = from.rest + !!(flags & MAP_RULE_REMAINDER);
	template->query = from.query;
	template->end = length;
	template->host_most = from.host_most;
	template->host_len = 0;
	template->headers = length + sizeof(from);
	template->headers_len = from.headers;
	if (template->host_end > template->rest ||
	    template->rest_end > template->query ||
	    template->query > template->end ||
	    template->host_most > LIMIT_HOST ||
	    template->headers_len > LIMIT_HEADER_BYTES + 2)
		return -1;
	return 0;
}

/*
 * template_host - find what the host's '*' stands for: so many of the host's
 * first bytes
 * @key: as the lookup that found the rule left it
 *
 * Returns 0, or -1 where that gives no host: the rule is as pass. That an
 * address is no name is the caller's to see.
 */
TEMPLATE_INLINE int template_host(struct template *template,
				  const struct map_key *key)
{
	__u32 len = key->search.last ? key->host_len : key->search.name - 1;

	if (!template->host_most)
		return 0;
	if (!len || len > template->host_most)
		return -1;
	template->host_len = len;
	return 0;
}

/* Bytes that the answer is longer than one without a template. */
TEMPLATE_INLINE __u64 template_adds(const struct template *template)
{
	__u64 stars = template->host_end - template->host + template->rest_end -
		      template->rest;

	return template->host_len - stars +
	       (template->headers_len ? template->headers_len - 2 : 0);
}

#endif
