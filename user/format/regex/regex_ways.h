/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REGEX_WAYS_H
#define REGEX_WAYS_H

#include <stdbool.h>
#include <stddef.h>

#include "regex_set.h"

struct regex_tree;

enum { REGEX_WAYS = 256 };

/* One thing after the other that a way to match takes. */
struct regex_token {
	enum regex_token_kind {
		REGEX_BYTE,    /* itself */
		REGEX_CAPTURE, /* some bytes, no '/' among them */
		REGEX_DIGITS,  /* the same, digits alone */
		REGEX_ANY,     /* any bytes, or none */
		REGEX_DOT,     /* '.', once */
		REGEX_OPEN,    /* a group begins */
		REGEX_CLOSE,
		REGEX_AT_BEGIN,
		REGEX_AT_END,
	} kind : 8;
	unsigned char byte;
	unsigned char group;
	bool lazy;
	unsigned short unlike; /* enum format_regex_unlike */
	int node;	       /* whose set it takes */
};

struct regex_way {
	struct regex_token *tokens;
	size_t count, room;
	bool open; /* whatever follows may follow */
};

struct regex_ways {
	struct regex_way *items;
	size_t count, room;
	const char *reason; /* why it cannot be said */
};

/*
 * regex_ways - multiply the ways out in which a tree may match
 * @whole: what a path's segment may have; a set that holds it is "[^/]"
 *
 * They come in the order in which they are tried. Returns 0, -ENOTSUP with
 * ways->reason, or -ENOMEM with error_set().
 */
int regex_ways(struct regex_ways *ways, const struct regex_tree *tree,
	       const struct regex_set *whole);

/* Whether a token takes bytes. */
static inline bool regex_takes(const struct regex_token *token)
{
	return token->kind < REGEX_OPEN;
}

/* Returns 0 or -ENOMEM with error_set(). */
int regex_way_add(struct regex_way *way, const struct regex_token *token);

/* Take out those that are of no use. */
void regex_ways_drop(struct regex_ways *ways, const bool *drop);

void regex_ways_free(struct regex_ways *ways); /* accepts all zero */

#endif
