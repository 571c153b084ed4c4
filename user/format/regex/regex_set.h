/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REGEX_SET_H
#define REGEX_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A set of bytes: what one place of a regular expression takes. */
struct regex_set {
	uint64_t bits[4];
};

static inline bool regex_set_has(const struct regex_set *set, unsigned char c)
{
	return set->bits[c >> 6] >> (c & 63) & 1;
}

static inline void regex_set_add(struct regex_set *set, unsigned char c)
{
	set->bits[c >> 6] |= (uint64_t)1 << (c & 63);
}

/* Add all bytes of a range, both ends with it. */
void regex_set_range(struct regex_set *set, unsigned char from,
		     unsigned char to);

/* Make it the set of all others. */
void regex_set_invert(struct regex_set *set);

/* Add all of another set. */
void regex_set_join(struct regex_set *set, const struct regex_set *other);

/* Add the other case of all letters. */
void regex_set_fold(struct regex_set *set);

/* Whether two are the same. */
bool regex_set_equal(const struct regex_set *a, const struct regex_set *b);

/* How many bytes it has. */
unsigned int regex_set_count(const struct regex_set *set);

/* Whether all of a part is in a set. */
bool regex_set_holds(const struct regex_set *set, const struct regex_set *part);

/* Add what a letter behind '\' stands for: "dDwWsS". False for any other. */
bool regex_set_escape(struct regex_set *set, char letter);

/* Add a POSIX class: "digit" and the like. False for an unknown one. */
bool regex_set_named(struct regex_set *set, const char *name, size_t len);

#endif
