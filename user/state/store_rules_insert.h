/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_RULES_INSERT_H
#define STORE_RULES_INSERT_H

#include <stdint.h>

struct rule;
struct store;

/* All return 0 or -errno with error_set() unless said otherwise. */

/* As store_rule_add() for each rule that next() gives, and faster: 1 with a
 * rule whose texts are valid until the next call, 0 at the end, or -errno with
 * error_set(). After an error the transaction is to be rolled back. */
int store_rules_insert(struct store *store, uint64_t release,
		       int (*next)(void *arg, struct rule *rule), void *arg);

#endif
