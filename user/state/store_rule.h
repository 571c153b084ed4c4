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

/* Have the rows as they are end with the release before one, which gets all of
 * its own. */
int store_rules_end(struct store *store, uint64_t release);

/* Forget every release behind one, and what it did to the rules. */
int store_truncate(struct store *store, uint64_t release);

#endif
