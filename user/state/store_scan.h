/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_SCAN_H
#define STORE_SCAN_H

#include <stdint.h>

struct rule;
struct store;

/*
 * Reading the rules of a release or a draft, in their order (rule_order.h). All
 * return 0 or -errno with error_set() unless said otherwise.
 */

/*
 * store_scan_open - read rules
 * @rows: the release, as store_rows() gives it, or a draft's (store_draft.h)
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

#endif
