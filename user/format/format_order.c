// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "format_order.h"
#include "rule.h"

/* A key: one character for scheme and case, then the source as it is stored. */
struct order_key {
	char text[RULE_SOURCE_SIZE + 4];
	size_t len;
};

static char kind_of(enum rule_scheme scheme, bool fold)
{
	return (char)('a' + 2 * (int)scheme + fold);
}

/* Of eight bytes at a time, since keys are long. */
static uint32_t hash_of(const struct order_key *key)
{
	uint64_t hash = key->len, bytes;
	size_t at, len;

	for (at = 0; at < key->len; at += sizeof(bytes)) {
		len = key->len - at;
		bytes = 0;
		memcpy(&bytes, key->text + at,
		       len < sizeof(bytes) ? len : sizeof(bytes));
		hash = (hash ^ bytes) * 0x9e3779b97f4a7c15ULL;
		hash ^= hash >> 32;
	}
	return (uint32_t)hash;
}

/* The slot of a key: its own, or the free one that it would get. */
static struct format_order_slot *slot_find(const struct format_order *order,
					   const struct order_key *key,
					   uint32_t hash)
{
	size_t i = hash;

	for (;; i++) {
		struct format_order_slot *slot =
			&order->slots[i & (order->room - 1)];
		const char *text;

		if (!slot->key)
			return slot;
		if (slot->hash != hash)
			continue;
		text = order->keys[slot->key - 1].text;
		if (!strncmp(text, key->text, key->len) && !text[key->len])
			return slot;
	}
}

/* The free slot that a key gets which is not there. */
static struct format_order_slot *slot_free(const struct format_order *order,
					   uint32_t hash)
{
	size_t i = hash;

	while (order->slots[i & (order->room - 1)].key)
		i++;
	return &order->slots[i & (order->room - 1)];
}

static int order_grow(struct format_order *order)
{
	struct format_order old = *order;
	size_t i;

	if (array_grow(&order->keys, &order->key_room, order->count + 1,
		       sizeof(*order->keys)))
		return error_sys(-ENOMEM, "cannot read the file");
	if (order->count * 2 < order->room)
		return 0;
	order->room = old.room ? old.room * 2 : 1024;
	order->slots = calloc(order->room, sizeof(*order->slots));
	if (!order->slots) {
		order->slots = old.slots;
		order->room = old.room;
		return error_sys(-ENOMEM, "cannot read the file");
	}
	for (i = 0; i < old.room; i++)
		if (old.slots[i].key)
			*slot_free(order, old.slots[i].hash) = old.slots[i];
	free(old.slots);
	return 0;
}

static unsigned long key_at(const struct format_order *order, char kind,
			    const char *host, size_t host_len, const char *path,
			    size_t path_len, const char *end)
{
	const struct format_order_slot *slot;
	struct order_key key;

	key.text[0] = kind;
	memcpy(key.text + 1, host, host_len);
	memcpy(key.text + 1 + host_len, path, path_len);
	strcpy(key.text + 1 + host_len + path_len, end);
	key.len = 1 + host_len + path_len + strlen(end);
	slot = slot_find(order, &key, hash_of(&key));
	return slot->key ? order->keys[slot->key - 1].at : 0;
}

/* What of one host level, scheme and case takes a path. */
static unsigned long level_before(const struct format_order *order, char kind,
				  const char *host, size_t host_len,
				  const struct rule *rule)
{
	const char *path = strchr(rule->source, '/');
	size_t len = rule->source + rule->source_len - path, i;
	unsigned long at;

	if (!(order->kinds & 1U << (kind - 'a')))
		return 0;
	at = key_at(order, kind, host, host_len, path, len, "");
	if (len > order->longest)
		len = order->longest;
	for (i = 1; !at && i <= len; i++)
		if (order->lengths[i])
			at = key_at(order, kind, host, host_len, path, i, "*");
	return at;
}

static unsigned long host_before(const struct format_order *order,
				 const char *host, size_t len,
				 const struct rule *rule)
{
	unsigned long at = 0;
	unsigned int i;

	for (i = 0; !at && i < 2; i++)
		at = level_before(order, kind_of(RULE_SCHEME_ANY, i), host, len,
				  rule);
	for (i = 0; !at && rule->scheme && i < 2; i++)
		at = level_before(order, kind_of(rule->scheme, i), host, len,
				  rule);
	return at;
}

unsigned long format_order_before(const struct format_order *order,
				  const struct rule *rule)
{
	const char *host = rule->source, *end = strchr(host, '/'), *dot;
	char wild[LIMIT_HOST + 4];
	unsigned long at;

	if (!order->count)
		return 0;
	at = host_before(order, host, end - host, rule);
	if (at || !order->wide)
		return at;
	if (*host == '*' && host[1] == '.')
		host += 2;
	for (dot = memchr(host, '.', end - host); !at && dot;
	     dot = memchr(dot + 1, '.', end - dot - 1)) {
		int n = snprintf(wild, sizeof(wild), "*%.*s", (int)(end - dot),
				 dot);

		at = host_before(order, wild, n, rule);
	}
	return at ? at : host_before(order, "*", 1, rule);
}

bool format_order_has_schemes(const struct format_order *order)
{
	return order->kinds >> (kind_of(RULE_SCHEME_HTTP, false) - 'a');
}

int format_order_add(struct format_order *order, const struct rule *rule,
		     unsigned long at)
{
	const char *path = strchr(rule->source, '/');
	size_t len = rule->source + rule->source_len - path;
	struct format_order_slot *slot;
	struct order_key key;
	const char *text;
	uint32_t hash;
	int err = order_grow(order);

	if (err)
		return err;
	key.len = 1 + rule->source_len;
	key.text[0] = kind_of(rule->scheme, rule->fold);
	memcpy(key.text + 1, rule->source, key.len);
	hash = hash_of(&key);
	slot = slot_find(order, &key, hash);
	if (slot->key)
		return 0;
	text = format_pool_text(&order->pool, key.text, key.len);
	if (!text)
		return -ENOMEM;
	order->keys[order->count++] = (struct format_order_key){at, text};
	*slot = (struct format_order_slot){hash, (uint32_t)order->count};
	order->kinds |= 1U << (*key.text - 'a');
	order->wide |= *rule->source == '*';
	if (path[len - 1] == '*' && len - 1 < sizeof(order->lengths)) {
		order->lengths[len - 1] = 1;
		if (len - 1 > order->longest)
			order->longest = len - 1;
	}
	return 0;
}

void format_order_free(struct format_order *order)
{
	format_pool_free(&order->pool);
	free(order->keys);
	free(order->slots);
	*order = (struct format_order){0};
}
