/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_ROW_H
#define STORE_ROW_H

#include <sqlite3.h>

#include "limit.h"
#include "rule_line.h"

struct rule;
struct rule_buffer;
struct store;

/* A row of the table of rules, private to the store's own files. */

/* Room for a statement with its columns. */
enum { STORE_ROW_SQL = 600 };

/* The columns that store_row_read() reads, for a SELECT. A store of an earlier
 * version has not all of them. */
const char *store_row_columns(const struct store *store);

/* The order of rules (rule_order.h), for ORDER BY. */
const char *store_row_order(const struct store *store);

/* The flags of a rule. */
int store_row_flags(const struct rule *rule);

/* A rule's keys as the column has them, in *keys or of the rule; NULL: none. */
struct store_row_keys {
	char text[LIMIT_TAG + sizeof(struct rule_keys_text)];
};
const char *store_row_keys(struct store_row_keys *keys,
			   const struct rule *rule);

/* Read a rule, whose columns begin with one of the statement's. Its texts are
 * the statement's, or in the buffer. Returns 0, or -EBADMSG with error_set(). */
int store_row_read(struct store *store, sqlite3_stmt *stmt, int column,
		   struct rule *rule, struct rule_buffer *buffer);

#endif
