// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "rule.h"
#include "rule_line.h"
#include "rule_order.h"
#include "store_db.h"
#include "store_row.h"
#include "store_schema.h"

/* Behind the source, in the order in which they are read. */
enum {
	ROW_TARGET = 1,
	ROW_CODE,
	ROW_MAX_AGE,
	ROW_FLAGS,
	ROW_KEYS,
};

const char *store_row_columns(const struct store *store)
{
	if (store->version < STORE_VERSION_KEYS)
		return "source, target, code, max_age, query_drop, tag";
	return "source, " STORE_RULE_REST;
}

const char *store_row_order(const struct store *store)
{
	return store->version < STORE_VERSION_KINDS ? "source"
						    : "source, flags";
}

int store_row_flags(const struct rule *rule)
{
	return (rule->query_drop ? STORE_QUERY_DROP : 0) |
	       (rule->first ? STORE_FIRST : 0) |
	       (int)(rule_order_kind(rule) << STORE_KIND_SHIFT);
}

static bool flags_read(struct rule *rule, int flags)
{
	int kind = flags >> STORE_KIND_SHIFT;

	if (flags < 0 || kind >= RULE_ORDER_KINDS)
		return false;
	rule->query_drop = flags & STORE_QUERY_DROP;
	rule->first = flags & STORE_FIRST;
	rule->fold = kind >= RULE_ORDER_FOLD;
	rule->scheme = kind % RULE_ORDER_FOLD;
	return true;
}

const char *store_row_keys(struct store_row_keys *keys, const struct rule *rule)
{
	struct rule_keys_text more;

	if (!*rule_more_text(&more, rule))
		return *rule->tag ? rule->tag : NULL;
	stpcpy(stpcpy(keys->text, rule->tag), more.text);
	return keys->text;
}

static bool is_sound(const struct rule *rule)
{
	return rule->source && rule->target &&
	       rule->source_len < RULE_SOURCE_SIZE &&
	       rule->target_len <= LIMIT_TARGET;
}

/* A tag has no blank; the other keys begin with one. */
static int keys_read(struct rule *rule, struct rule_buffer *buffer,
		     const char *keys)
{
	size_t tag_len = strcspn(keys, " ");
	int err = 0;

	rule->tag = keys;
	if (tag_len > LIMIT_TAG)
		return -EINVAL;
	if (!keys[tag_len])
		return 0;
	err = rule_more_read(rule, buffer, keys + tag_len);
	memcpy(buffer->tag, keys, tag_len);
	buffer->tag[tag_len] = '\0';
	rule->tag = buffer->tag;
	return err;
}

int store_row_read(struct store *store, sqlite3_stmt *stmt, int column,
		   struct rule *rule, struct rule_buffer *buffer)
{
	const int target = column + ROW_TARGET;
	const char *keys =
		(const char *)sqlite3_column_text(stmt, column + ROW_KEYS);

	*rule = (struct rule){
		.source = (const char *)sqlite3_column_text(stmt, column),
		.source_len = sqlite3_column_bytes(stmt, column),
		.target = (const char *)sqlite3_column_text(stmt, target),
		.target_len = sqlite3_column_bytes(stmt, target),
		.code = sqlite3_column_int(stmt, column + ROW_CODE),
		.max_age = sqlite3_column_int64(stmt, column + ROW_MAX_AGE),
		.tag = "",
		.note = "",
		.headers = "",
	};
	if (!is_sound(rule) ||
	    !flags_read(rule, sqlite3_column_int(stmt, column + ROW_FLAGS)) ||
	    (keys && keys_read(rule, buffer, keys)))
		return store_damaged(store);
	return 0;
}
