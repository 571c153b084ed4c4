// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <string.h>

#include "regex_set.h"

void regex_set_range(struct regex_set *set, unsigned char from,
		     unsigned char to)
{
	unsigned int c;

	for (c = from; c <= to; c++)
		regex_set_add(set, c);
}

void regex_set_invert(struct regex_set *set)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		set->bits[i] = ~set->bits[i];
}

void regex_set_join(struct regex_set *set, const struct regex_set *other)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		set->bits[i] |= other->bits[i];
}

void regex_set_fold(struct regex_set *set)
{
	unsigned int c;

	for (c = 'a'; c <= 'z'; c++) {
		unsigned int upper = c - 'a' + 'A';

		if (regex_set_has(set, c))
			regex_set_add(set, upper);
		else if (regex_set_has(set, upper))
			regex_set_add(set, c);
	}
}

bool regex_set_equal(const struct regex_set *a, const struct regex_set *b)
{
	return !memcmp(a, b, sizeof(*a));
}

unsigned int regex_set_count(const struct regex_set *set)
{
	unsigned int i, count = 0;

	for (i = 0; i < 4; i++)
		count += __builtin_popcountll(set->bits[i]);
	return count;
}

bool regex_set_holds(const struct regex_set *set, const struct regex_set *part)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		if (part->bits[i] & ~set->bits[i])
			return false;
	return true;
}

bool regex_set_escape(struct regex_set *set, char letter)
{
	struct regex_set part = {0};

	switch (letter | 0x20) {
	case 'd':
		regex_set_range(&part, '0', '9');
		break;
	case 'w':
		regex_set_named(&part, "word", 4);
		break;
	case 's':
		regex_set_named(&part, "space", 5);
		break;
	default:
		return false;
	}
	if (letter >= 'A' && letter <= 'Z')
		regex_set_invert(&part);
	regex_set_join(set, &part);
	return true;
}

/* ASCII alone, in whatever locale. */
static int is_word(int c)
{
	return isalnum(c) || c == '_';
}

bool regex_set_named(struct regex_set *set, const char *name, size_t len)
{
	static const struct {
		const char *name;
		int (*is)(int c);
	} classes[] = {
		{"alnum", isalnum}, {"alpha", isalpha},	  {"digit", isdigit},
		{"graph", isgraph}, {"lower", islower},	  {"print", isprint},
		{"punct", ispunct}, {"space", isspace},	  {"upper", isupper},
		{"word", is_word},  {"xdigit", isxdigit},
	};
	size_t i;
	int c;

	for (i = 0; i < sizeof(classes) / sizeof(*classes); i++) {
		if (strlen(classes[i].name) != len ||
		    memcmp(classes[i].name, name, len))
			continue;
		for (c = 0; c < 128; c++)
			if (classes[i].is(c))
				regex_set_add(set, c);
		return true;
	}
	return false;
}
