// SPDX-License-Identifier: BSD-2-Clause
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "head.h"
#include "via.h"

void via_make(char via[VIA_MAX + 1])
{
	struct timespec now;
	uint64_t number;

	/* It never waits, and fails on no kernel that has it. */
	if (getrandom(&number, sizeof(number), GRND_NONBLOCK) !=
	    sizeof(number)) {
		clock_gettime(CLOCK_REALTIME, &now);
		number = (uint64_t)now.tv_sec * 1000000000 + now.tv_nsec;
		number ^= (uint64_t)getpid() << 40;
	}
	snprintf(via, VIA_MAX + 1, "detour-%016llx",
		 (unsigned long long)number);
}

bool via_valid(const char *text)
{
	size_t len = 0;

	while (head_token[(uint8_t)text[len]])
		len++;
	return len && len <= VIA_MAX && !text[len];
}

/* Behind the comment that begins at a place, or NULL if it has no end. */
static const uint8_t *comment_end(const uint8_t *at, const uint8_t *end)
{
	unsigned int depth = 0;

	for (; at < end; at++) {
		if (*at == '\\' && at + 1 < end)
			at++;
		else if (*at == '(')
			depth++;
		else if (*at == ')' && !--depth)
			return at + 1;
	}
	return NULL;
}

static bool ends_word(uint8_t c)
{
	return c == ' ' || c == '\t' || c == ',' || c == '(' || c == ')';
}

/* Whether a word is the name, with or without a port. */
static bool is_name(const uint8_t *word, size_t len, const char *via)
{
	size_t name = strlen(via);

	if (len < name || strncasecmp((const char *)word, via, name))
		return false;
	return len == name || word[name] == ':';
}

bool via_names(const uint8_t *value, size_t len, const char *via)
{
	const uint8_t *at = value, *end = value + len, *word, *behind;
	bool comments = true;

	while (at < end) {
		if (*at == '(' && comments) {
			behind = comment_end(at, end);
			comments = behind;
			at = behind ? behind : at + 1;
		} else if (ends_word(*at)) {
			at++;
		} else {
			word = at;
			while (at < end && !ends_word(*at))
				at++;
			if (is_name(word, at - word, via))
				return true;
		}
	}
	return false;
}
