/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REGEX_PARSE_H
#define REGEX_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "regex_set.h"

enum {
	REGEX_GROUPS = 32,    /* with the whole one */
	REGEX_DEPTH = 20,     /* groups within each other */
	REGEX_LENGTH = 4096,  /* bytes of an expression */
	REGEX_NONE = -1,      /* no node */
	REGEX_MORE = 1000000, /* times, without a limit */
};

/*
 * A node of an expression. A branch is one of alternatives; its items follow
 * each other by next.
 */
struct regex_node {
	enum regex_kind {
		REGEX_BRANCH, /* child: its first item; next: the next branch */
		REGEX_GROUP,  /* child: its first branch */
		REGEX_SET,    /* one byte of a set */
		REGEX_BEGIN,
		REGEX_END,
	} kind;
	int child, next;
	int min, max; /* how often */
	bool lazy;    /* few first, not many */
	bool dot;     /* of a set: '.' */
	int group;    /* its number; 0: it does not capture */
	struct regex_set set;
};

struct regex_tree {
	struct regex_node *nodes; /* the first is the first branch */
	size_t count, room;
	int groups; /* with the whole one */
	bool fold;  /* without ASCII case */
	struct {
		const char *text; /* in what was read */
		size_t len;
	} name[REGEX_GROUPS];
	const char *reason; /* why it cannot be said */
};

/*
 * regex_parse - read a regular expression, as far as sources may say it
 * @fold: without ASCII case; "(?i)" at its begin does the same
 *
 * Returns 0, -ENOTSUP with tree->reason, or -ENOMEM with error_set().
 */
int regex_parse(struct regex_tree *tree, const char *text, size_t len,
		bool fold);

void regex_tree_free(struct regex_tree *tree); /* accepts all zero */

#endif
