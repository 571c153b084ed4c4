/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ADVISE_H
#define ADVISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hits_view;
struct map;
struct request_read;
struct rule;
struct ruleset;

/* The methods that are counted, each by itself or as another one. */
enum advise_method {
	ADVISE_POST,
	ADVISE_PUT,
	ADVISE_PATCH,
	ADVISE_DELETE,
	ADVISE_OPTIONS,
	ADVISE_OTHER,
	ADVISE_METHODS,
};
extern const char *const advise_method_names[ADVISE_METHODS];

/* A rule with a code behind which most clients send GET in place of another
 * method (RFC 9110 15.4.2, 15.4.3), and the requests of other methods that it is
 * for. */
struct advise_rule {
	size_t number; /* its entry */
	uint64_t count, method[ADVISE_METHODS];
	char **examples; /* texts; the first ones */
	size_t kept, room;
};

enum { ADVISE_BAD = 10, ADVISE_BYTES = 64 << 20 };

/*
 * Which rules of a set met other methods than GET and HEAD with 301 or 302, or
 * will when they are promoted, by requests of logs. Begins with the rules, the map
 * of them (NULL: there are none), and the number of examples of a rule, of which
 * no more than ADVISE_BYTES are kept; all else is zero.
 */
struct advise {
	const struct ruleset *set; /* sorted */
	const struct map *map;
	unsigned int most;
	uint64_t lines;	     /* that are not empty */
	uint64_t requests;   /* of any method */
	uint64_t without;    /* lines of no HTTP request */
	uint64_t unreadable; /* lines */
	uint64_t refused;    /* requests that no server takes */
	uint64_t others;     /* requests of other methods than GET and HEAD */
	uint64_t met;	     /* ... that met such a rule */
	bool known;	     /* a rule is for the host of one of them */
	struct advise_bad {
		const char *file;
		unsigned long line;
		const char *reason;
	} bad[ADVISE_BAD]; /* the first ones */

	/* Those that met one, by advise_sort() the most requests first. */
	struct advise_rule *rules;
	size_t count;

	/* Its own. */
	size_t room, bytes;
	struct advise_seen *seen; /* a hash table of rules of the map */
	size_t seen_count, seen_size;
};

/* Count the requests of a file that is open. Its name, for examples, is kept as
 * long as they are. Returns 0 or -errno with error_set(). */
int advise_read(struct advise *advise, struct request_read *read,
		const char *file);

/* In place of logs: what servers and the fast path have counted (hits_view.h), of
 * methods that are not known. 0 or -ENOMEM with error_set(). */
int advise_hits(struct advise *advise, const struct hits_view *view);

/* When all files are read. */
void advise_sort(struct advise *advise);

/*
 * advise_change - what a rule is to be
 * @code:  receives the code to write, also where it stays
 * @final: receives what final= is to be, "" where it stays; ADVISE_FINAL bytes
 *
 * False where it is right as it is.
 */
enum { ADVISE_FINAL = 24 };
bool advise_change(const char **code, char final[ADVISE_FINAL],
		   const struct rule *rule);

/* Whether there was something to count: a request, and of those of other methods
 * one for a host that rules are for. */
bool advise_asked(const struct advise *advise);

/* Accepts one that is all zero; set and map are the caller's. */
void advise_free(struct advise *advise);

#endif
