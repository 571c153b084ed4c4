/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REHEARSE_PATHS_H
#define REHEARSE_PATHS_H

#include <stddef.h>
#include <stdint.h>

struct map_key;

/* Requests that no rule to come is for, by what the log says that they got. */
enum rehearse_unruled {
	REHEARSE_MISSED, /* a redirect, or 410 */
	REHEARSE_THERE,	 /* 2xx or 304 */
	REHEARSE_OTHER,	 /* anything else, or it does not say */
	REHEARSE_UNRULED,
};

/* Of a status; 0: the log says none. */
enum rehearse_unruled rehearse_unruled(int status);

/* What was asked for. */
struct rehearse_path {
	uint64_t count;
	uint64_t hash;
	char *text; /* host and path in normal form, not terminated */
	uint32_t len;
	int status; /* of the first of them; 0: unsaid */
};

/*
 * Paths, those with the most requests for certain. At most REHEARSE_PATHS are
 * kept, in REHEARSE_PATHS_BYTES: when there are more, half of them go, and what
 * the one in the middle had is taken from the others (Misra and Gries, 1982).
 * So a count may be too low by short_by, never too high, and a path that is not
 * there had no more than that. All zero is none.
 */
enum { REHEARSE_PATHS = 1 << 16, REHEARSE_PATHS_BYTES = 16 << 20 };

struct rehearse_paths {
	struct rehearse_path *paths;
	size_t count, room;
	uint32_t *index; /* a hash table of numbers of paths, from 1 */
	size_t bytes;	 /* of their texts */
	uint64_t requests;
	uint64_t short_by;
};

/* Count a request. Returns 0, or -ENOMEM with error_set(). */
int rehearse_paths_add(struct rehearse_paths *paths, const struct map_key *key,
		       int status);

/* The most requests first; nothing is added afterwards. */
void rehearse_paths_sort(struct rehearse_paths *paths);

/* Accepts what is all zero. */
void rehearse_paths_free(struct rehearse_paths *paths);

#endif
