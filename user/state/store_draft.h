/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_DRAFT_H
#define STORE_DRAFT_H

#include <stdbool.h>
#include <stdint.h>

struct store;

/*
 * Drafts: rules in the making, beside those of the releases, under a name.
 *
 * A draft is the release that it began from and what differs: a row for each
 * place in the order (rule_order.h) that it gave another rule, or none. So it
 * costs what was changed in it, however many rules there are; they are read by
 * store_scan_open(), which takes its rows as it takes those of a release. The
 * tables are made with the first draft. Another detour that does not know them
 * leaves them as they are.
 *
 * A prune keeps the rows that drafts stand on. One by a detour that knows no
 * drafts may not: then the draft is lost, which is told.
 *
 * A release may have the rows of the draft that it was, as one that restores
 * another has that one's, or one with few that no user named (store_few.h). What
 * is begun over it stands on those (store_layers.h).
 *
 * All functions return 0 or -errno with error_set() unless said otherwise.
 */
enum {
	STORE_DRAFT_NAME = 64, /* letters, digits, '.', '_', '-' */
	STORE_DRAFT_TEXT = 256,
	STORE_DRAFT_MAP = 64,
};

/* Of its rows; that of another detour is not read. */
#define STORE_DRAFT_FORM 1

/* Of one that is not named. */
#define STORE_DRAFT_USUAL "draft"

struct store_draft {
	char name[STORE_DRAFT_NAME + 1];
	uint64_t rows;	  /* for store_scan_open() */
	uint64_t base;	  /* the release that it began from, ... */
	uint64_t under;	  /* ... and its rows, as store_rows() gives them */
	uint64_t rules;	  /* how many it has */
	uint64_t changes; /* how often it was changed */
	int64_t time;	  /* when last, Unix time */
	int form;
	bool lost;		     /* rows of its base were pruned */
	char user[STORE_DRAFT_TEXT]; /* by whom, and how */
	char command[STORE_DRAFT_TEXT];
	char *message; /* "" for none; store_draft_end() */
	/* Where its map is compiled, the file below maps/, and what the draft
	 * does to the release that it began from; else "". */
	char map[STORE_DRAFT_MAP];
	uint64_t added, removed, changed;
};

/* -EINVAL for what is no name of a draft. */
int store_draft_name(const char *name);

/* Whether rows are those of a draft; and which are under them, a release's or
 * another draft's: -ENOENT if the draft is gone. */
bool store_draft_is(uint64_t rows);
uint64_t store_draft_id(uint64_t rows);
int store_draft_under(struct store *store, uint64_t rows, uint64_t *under);

/* Find one, where a release is live: -ENOENT if there is none, -ESTALE if it is lost, -EPROTONOSUPPORT if
 * it is of another form. */
int store_draft_find(struct store *store, uint64_t live, const char *name,
		     struct store_draft *draft);
void store_draft_end(struct store_draft *draft);

/* Say that there is no draft of a name, and as which release the last one that
 * had it went live. Returns -ENOENT, or another -errno with error_set(). */
int store_draft_none(struct store *store, const char *name);

/* The same by its rows, also of one that a release has them of. */
int store_draft_of(struct store *store, uint64_t rows,
		   struct store_draft *draft);

/* Call fn for each, by name, also for the lost and those of another form.
 * Returns what fn returned if not 0. */
int store_draft_each(struct store *store, uint64_t live,
		     int (*fn)(const struct store_draft *draft, void *arg),
		     void *arg);

/* Whether one is still as it was found: -EAGAIN if not. */
int store_draft_same(struct store *store, const struct store_draft *draft);

#endif
