/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef URI_H
#define URI_H

#include <stddef.h>
#include <sys/types.h>

/*
 * The normal form of paths and queries (RFC 3986 6.2.2): hex digits of escapes
 * in upper case, escaped unreserved characters decoded, dot segments removed
 * from paths, "'" in queries percent-encoded as browsers do it. Bytes that no
 * URI may hold (outside ASCII, and space " < > \ ^ ` { | }) are
 * percent-encoded, so that the result may stand in a Location. NUL, control
 * bytes, DEL and '#' are never accepted.
 *
 * In a request "%2A" is decoded, too, and a '%' that begins no escape becomes
 * "%25"; what results is not decoded again. The normal form of a normal form
 * is itself.
 */
enum uri_flag {
	URI_STRICT = 1, /* of a rule: a '%' that begins no escape is an error,
			 * and "%2A" stays, since '*' is the wildcard there */
	URI_PREFIX = 2, /* a byte prefix: its last segment is incomplete and is
			 * no dot segment */
};

/*
 * uri_path - normalise a path
 * @dst: receives the path, not terminated; may not overlap src
 * @cap: room in dst
 * @src: begins with '/', holds no '?' and no '#'
 *
 * Returns the length; -EINVAL for a byte that cannot be accepted, -EILSEQ for
 * a '%' that begins no escape under URI_STRICT, -ENAMETOOLONG when cap does
 * not suffice, be it for a segment that a ".." would take back.
 */
ssize_t uri_path(char *dst, size_t cap, const char *src, size_t len,
		 unsigned int flags);

/* uri_piece - normalise a piece of a path of which others have the rest: as
 * uri_path() without the dot segments, whatever it begins with. */
ssize_t uri_piece(char *dst, size_t cap, const char *src, size_t len,
		  unsigned int flags);

/* uri_query - normalise a query (without its '?'); as uri_path() without the
 * dot segments. An empty query is a query. */
ssize_t uri_query(char *dst, size_t cap, const char *src, size_t len,
		  unsigned int flags);

/*
 * uri_target - percent-encode what no URI may hold, and change nothing else
 * @src: a part of a target; a '#' in it is encoded, too
 *
 * Returns as uri_path(): -EILSEQ for a '%' that begins no escape.
 */
ssize_t uri_target(char *dst, size_t cap, const char *src, size_t len);

#endif
