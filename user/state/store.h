/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_H
#define STORE_H

#include <stdbool.h>
#include <stdint.h>

struct host_set;
struct rule;
struct store;

/*
 * The store: the rules of all releases and the log of releases, in SQLite.
 *
 * A rule is kept with the release that added and the release that removed it;
 * changing one removes the old and adds the new. A release that restores an
 * earlier one has no rows of its own: its rules are those of its base
 * (store_base()), until the next change of rules writes the difference
 * (store_materialise()). So only the live release can be without its rows.
 *
 * All functions return 0 or -errno with error_set() unless said otherwise:
 * -ENOSPC for a full disk, -EROFS where nothing can be written, -EBADMSG for
 * a damaged or foreign file, -EPROTONOSUPPORT for one of a newer detour.
 */
enum store_mode {
	STORE_READ,
	STORE_WRITE,  /* the lock of the state directory is held */
	STORE_CREATE, /* as STORE_WRITE, and made if it is not there */
	STORE_BULK,   /* as STORE_CREATE, with memory for a large import */
};

/* What messages about a store that is lost or damaged end with. */
#define STORE_HINT "; 'detour export --map' gets the rules out of the map"

int store_open(struct store **store, const char *state, enum store_mode mode);
void store_close(struct store *store); /* accepts NULL */

/* Whether a state directory has a store. */
bool store_exists(const char *state);

/* One transaction. store_rollback() is harmless where none is open. */
int store_begin(struct store *store);
int store_commit(struct store *store);
void store_rollback(struct store *store);

/*
 * store_scan_open - read rules of a release in the order of their sources
 * @base: the release, as store_base() gives it
 * @from, @until: from <= source < until; NULL: no bound
 *
 * The texts of a rule are valid until the next call. store_scan_next() returns
 * 1, 0 at the end, or -errno. While a scan is open nobody can commit.
 */
struct store_scan;
int store_scan_open(struct store_scan **scan, struct store *store,
		    uint64_t base, const char *from, const char *until);
int store_scan_next(struct store_scan *scan, struct rule *rule);
void store_scan_close(struct store_scan *scan); /* accepts NULL */

/* The same for one source, whose rule comes first and alone, and for all rules of
 * a host; as often as wanted: *scan is NULL, or one of the same store and base,
 * which is used again. */
int store_scan_source(struct store_scan **scan, struct store *store,
		      uint64_t base, const char *source);
int store_scan_host(struct store_scan **scan, struct store *store,
		    uint64_t base, const char *host);

/* Add or remove a rule as part of a release that is being made. What is
 * removed is there; what is added is not. */
int store_rule_add(struct store *store, uint64_t release,
		   const struct rule *rule);
int store_rule_remove(struct store *store, uint64_t release,
		      const char *source);

/* As store_rule_add() for each rule that next() gives, and faster: 1 with a rule
 * whose texts are valid until the next call, 0 at the end, or -errno with
 * error_set(). After an error the transaction is to be rolled back. */
int store_fill(struct store *store, uint64_t release,
	       int (*next)(void *arg, struct rule *rule), void *arg);

/* What these did since the store was opened: the hosts of their rules, each
 * perhaps more than once, and how many rules there are more now. */
struct host_set *store_touched(struct store *store);
int64_t store_balance(const struct store *store);

/* Write as part of a release the difference between the rows as they are and
 * the rules of base. */
int store_materialise(struct store *store, uint64_t release, uint64_t base);

/*
 * store_renew - bring a store of an earlier detour to today's form
 * @base: the release whose rows the live rules are, as store_base() gives it
 * @fn:   told of each live source that is not in today's normal form
 *
 * In the open transaction, once: nothing where it was done before. A source is
 * renewed in all releases. Of two that become one, that in the new form stays.
 */
enum store_renewed {
	STORE_RENEWED,
	STORE_DROPPED, /* the live rules have the new one already */
	STORE_LEFT,    /* no longer one: it stays, and matches nothing */
};
typedef int store_renew_fn(const struct rule *rule, const char *now,
			   enum store_renewed what, void *arg);
int store_renew(struct store *store, uint64_t base, store_renew_fn *fn,
		void *arg);

/* Whether store_renew() was not called yet. */
bool store_is_former(const struct store *store);

/* Forget every release behind one, and what it did to the rules. */
int store_forget(struct store *store, uint64_t release);

#define STORE_NO_BASE UINT64_MAX

struct store_release {
	uint64_t number;
	int64_t time;	  /* Unix time, seconds */
	const char *user; /* who, as a login name */
	const char *command;
	const char *message; /* "" for none */
	uint64_t added, removed, changed;
	uint64_t rules;	   /* in all */
	uint64_t restores; /* the release whose rows are its rules, one that
			    * restores none itself; or STORE_NO_BASE */
	uint64_t named;	   /* the one whose rules it has again, as it was asked
			    * for; or STORE_NO_BASE */
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
 * store_base - where the rules of a release are
 * @base: receives the release whose rows they are
 * @rules: receives their number
 *
 * Release 0 is there and has none. -ENOENT for an unknown one.
 */
int store_base(struct store *store, uint64_t release, uint64_t *base,
	       uint64_t *rules);

/* The oldest release, and the oldest that was made at a time or later; 0 when
 * there is none. */
int store_first(struct store *store, uint64_t *number);
int store_since(struct store *store, int64_t time, uint64_t *number);

/* The releases that are forgotten. */
struct store_pruned {
	uint64_t before; /* all before it; 0: none */
	int64_t time;	 /* when, Unix time */
	char user[256];	 /* who */
	bool packed;	 /* their space was given back */
};

int store_pruned(struct store *store, struct store_pruned *pruned);

/*
 * store_prune - forget all releases before one that stays, in one transaction
 * @pruned: is kept for store_pruned(), but for packed
 * @releases, @rows: receive how many went
 *
 * Rows go that none of those that stay has. Space is given back by store_pack(),
 * which takes as long as all that stays takes to be written.
 */
int store_prune(struct store *store, const struct store_pruned *pruned,
		uint64_t *releases, uint64_t *rows);
int store_pack(struct store *store);

/* What would go, and of how many rows. */
int store_prune_look(struct store *store, uint64_t before, uint64_t *releases,
		     uint64_t *rows, uint64_t *all);

struct store_counts {
	uint64_t added, removed, changed;
};

/* How many rules differ from one release to another, told by their sources. Of
 * all rules, unless the log has it: that of a release and the one before. */
int store_difference(struct store *store, uint64_t from, uint64_t to,
		     struct store_counts *counts);

#endif
