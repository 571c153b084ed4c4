/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_RELEASE_H
#define STORE_RELEASE_H

#include <stdint.h>

struct store;

/*
 * The rows of releases. All return 0 or -errno with error_set() unless said
 * otherwise.
 */

#define STORE_NO_ROWS UINT64_MAX

struct store_release {
	uint64_t number;
	int64_t time;	  /* Unix time, seconds */
	const char *user; /* who, as a login name */
	const char *command;
	const char *message; /* "" for none */
	uint64_t added, removed, changed;
	uint64_t rules;	   /* in all */
	uint64_t restores; /* the release whose rows are its rules, one that
			    * restores none itself; or STORE_NO_ROWS */
	uint64_t named;	   /* the one whose rules it has again, as it was asked
			    * for; or STORE_NO_ROWS */
};

/* named is not stored: it is in the command. */
int store_release_add(struct store *store, const struct store_release *release);

/* The highest release, 0 when there is none. */
int store_last(struct store *store, uint64_t *number);

/* Call fn for the releases from one number to another, the newest first. Its
 * texts are valid during the call. Returns what fn returned if not 0. */
int store_log(struct store *store, uint64_t from, uint64_t to,
	      int (*fn)(const struct store_release *release, void *arg),
	      void *arg);

/*
 * store_rows - where the rules of a release are
 * @rows: receives the release whose rows they are
 * @rules: receives their number
 *
 * Release 0 is there and has none. -ENOENT for an unknown one.
 */
int store_rows(struct store *store, uint64_t release, uint64_t *rows,
	       uint64_t *rules);

#endif
