/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_RULE_H
#define STORE_RULE_H

#include <stddef.h>
#include <stdint.h>

struct source_set;
struct rule;
struct store;

/*
 * The rows of rules. All return 0 or -errno with error_set() unless said
 * otherwise.
 */

/* Note that a rule was added (by is 1) or removed (-1). */
int store_touch(struct store *store, const char *source, size_t len, int by);
/*
 * store_scan_open - read rules of a release in their order (rule_order.h)
 * @rows: the release, as store_rows() gives it
 * @from, @until: from <= source < until; NULL: no bound
 *
 * The texts of a rule are valid until the next call. store_scan_next() returns
 * 1, 0 at the end, or -errno. While a scan is open nobody can commit.
 */
struct store_scan;
int store_scan_open(struct store_scan **scan, struct store *store,
		    uint64_t rows, const char *from, const char *until);
int store_scan_next(struct store_scan *scan, struct rule *rule);
void store_scan_close(struct store_scan *scan); /* accepts NULL */

/* The same for one source, whose rules come alone, for all rules of a host, and
 * for its patterns; as often as wanted: *scan is NULL, or one of the same
 * function, store and rows, which is used again. */
int store_scan_source(struct store_scan **scan, struct store *store,
		      uint64_t rows, const char *source);
int store_scan_host(struct store_scan **scan, struct store *store,
		    uint64_t rows, const char *host);
int store_scan_patterns(struct store_scan **scan, struct store *store,
			uint64_t rows, const char *host);

/* Add or remove a rule as part of a release that is being made. What is
 * removed, told by its place in the order (rule_order.h), is there; what is
 * added is not. */
int store_rule_add(struct store *store, uint64_t release,
		   const struct rule *rule);
int store_rule_remove(struct store *store, uint64_t release,
		      const struct rule *rule);

/* What these did since the store was opened: the sources of their rules, each
 * perhaps more than once, and how many rules there are more now. */
struct source_set *store_touched(struct store *store);
int64_t store_rule_delta(const struct store *store);

/* Write as part of a release the difference between the rows as they are and
 * the rules of rows. */
int store_materialise(struct store *store, uint64_t release, uint64_t rows);

/* Forget every release behind one, and what it did to the rules. */
int store_truncate(struct store *store, uint64_t release);

#endif
