/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULESET_H
#define RULESET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rule;
struct ruleset_chunk;

/* Many rules in memory, packed: 24 bytes and the texts for each. */
struct ruleset_entry {
	const char *source; /* target and tag follow behind its NUL, and the
			     * rest if there is more */
	uint32_t line;	    /* where it stands in the input */
	uint32_t max_age;
	uint16_t source_len;
	uint16_t target_len;
	uint16_t code;
	uint8_t query_drop : 1;
	uint8_t more : 1; /* a note, headers, a written source or
			   * final= */
	uint8_t scheme : 2;
	uint8_t fold : 1;
	uint8_t first : 1;
	uint8_t trial : 1; /* the user's, too */
	uint8_t mark;	   /* the user's */
};

struct ruleset {
	struct ruleset_entry *entries;
	size_t count;
	size_t room;
	struct ruleset_chunk *chunks;
	bool unsorted;
};

/* Add a copy of a rule. All zero is an empty set. Returns 0 or -errno with
 * error_set(). */
int ruleset_add(struct ruleset *set, const struct rule *rule,
		unsigned long line);

/* The rule of an entry; its texts live as long as the set. */
void ruleset_get(const struct ruleset_entry *entry, struct rule *rule);

/* As rule_order_kind(). */
unsigned int ruleset_kind(const struct ruleset_entry *entry);

/* As rule_order(), of two entries, and of an entry and a rule. */
int ruleset_order(const struct ruleset_entry *a, const struct ruleset_entry *b);
int ruleset_order_rule(const struct ruleset_entry *entry,
		       const struct rule *rule);

/* The entry of a sorted set with a rule's place in the order, or NULL. */
struct ruleset_entry *ruleset_find(const struct ruleset *set,
				   const struct rule *rule);

/* Give an entry another rule of the same place in the order. Returns 0 or -errno with
 * error_set(). */
int ruleset_set(struct ruleset *set, struct ruleset_entry *entry,
		const struct rule *rule);

/* Lay the texts out in the order of the entries, so that going through them
 * goes through memory in order. Returns 0 or -errno with error_set(). */
int ruleset_pack(struct ruleset *set);

/* Drop the rules and keep some memory for others. */
void ruleset_clear(struct ruleset *set);

/* Accepts one that is all zero. */
void ruleset_free(struct ruleset *set);

#endif
