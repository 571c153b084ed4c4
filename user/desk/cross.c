// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "cross.h"

/* What a place of a pattern takes: a byte, or one or more of a kind. */
enum unit_kind { UNIT_BYTE, UNIT_TEXT, UNIT_DIGITS, UNIT_ALL };

struct unit {
	enum unit_kind kind;
	char byte;
};

struct units {
	size_t count;
	struct unit unit[CROSS_MOST];
};

/* A capture is one of a kind, and then any number more. */
static bool units_make(struct units *units, const struct cross_path *path)
{
	size_t i, n = 0;

	if (path->len > CROSS_MOST)
		return false;
	for (i = 0; i < path->len; i++) {
		struct unit *unit = &units->unit[n++];

		*unit = (struct unit){UNIT_BYTE, path->text[i]};
		if (path->text[i] == '*' && i + 1 == path->len)
			unit->kind = UNIT_ALL;
		if (path->text[i] != '{')
			continue;
		unit->kind = path->text[i + 1] == ':' ? UNIT_DIGITS : UNIT_TEXT;
		while (path->text[i] != '}')
			i++;
	}
	units->count = n;
	return true;
}

static bool unit_takes(const struct unit *unit, char byte)
{
	switch (unit->kind) {
	case UNIT_BYTE:
		return unit->byte == byte;
	case UNIT_DIGITS:
		return isdigit((unsigned char)byte);
	case UNIT_TEXT:
		return byte != '/';
	default:
		return true;
	}
}

/* A byte that both take, or '\0'. */
static char byte_find(const struct unit *a, const struct unit *b)
{
	char byte = 'x';

	if (a->kind == UNIT_BYTE)
		byte = a->byte;
	else if (b->kind == UNIT_BYTE)
		byte = b->byte;
	else if (a->kind == UNIT_DIGITS || b->kind == UNIT_DIGITS)
		byte = '1';
	return unit_takes(a, byte) && unit_takes(b, byte) ? byte : '\0';
}

/* Which places of both can be reached, and from where. */
enum { STATES = (CROSS_MOST + 1) * (CROSS_MOST + 1) + 1 };

struct search {
	struct units a, b;
	size_t head, tail;
	uint32_t from[STATES], queue[STATES];
	char byte[STATES];
};

/*
 * A state is how many units of a and of b are done. A unit of more than one
 * byte may go on to take while it is done: it is then the last of those done.
 */
static uint32_t state_of(const struct search *search, size_t i, size_t j)
{
	return i * (search->b.count + 1) + j + 1;
}

static void state_add(struct search *search, uint32_t from, size_t i, size_t j,
		      char byte)
{
	uint32_t state = state_of(search, i, j);

	if (search->from[state])
		return;
	search->from[state] = from;
	search->byte[state] = byte;
	search->queue[search->tail++] = state;
}

/* The units that may take the next byte: the one behind those done, or again
 * the last of these. Returns how many. */
static int units_next(const struct units *units, size_t done, size_t next[2])
{
	int n = 0;

	if (done < units->count)
		next[n++] = done;
	if (done && units->unit[done - 1].kind != UNIT_BYTE)
		next[n++] = done - 1;
	return n;
}

/* Whether a path may end where so many units are done: what a final '*' stands
 * for may be nothing, and a '/' before it then goes, too. */
static bool may_end(const struct units *units, size_t done)
{
	const struct unit *at = units->unit + done;

	switch (units->count - done) {
	case 0:
		return true;
	case 1:
		return at->kind == UNIT_ALL;
	case 2:
		return at->kind == UNIT_BYTE && at->byte == '/' &&
		       at[1].kind == UNIT_ALL;
	default:
		return false;
	}
}

static void state_step(struct search *search, uint32_t state)
{
	size_t i = (state - 1) / (search->b.count + 1);
	size_t j = (state - 1) % (search->b.count + 1);
	size_t a[2], b[2];
	int a_count = units_next(&search->a, i, a), m;
	int b_count = units_next(&search->b, j, b), n;

	if (may_end(&search->a, i) && may_end(&search->b, j))
		state_add(search, state, search->a.count, search->b.count,
			  '\0');
	for (m = 0; m < a_count; m++) {
		for (n = 0; n < b_count; n++) {
			char byte = byte_find(&search->a.unit[a[m]],
					      &search->b.unit[b[n]]);

			if (byte)
				state_add(search, state, a[m] + 1, b[n] + 1,
					  byte);
		}
	}
}

static void example_write(char *example, const struct search *search,
			  uint32_t state)
{
	char text[CROSS_MOST * 2], *at = text + sizeof(text);
	size_t len;

	while (search->from[state] != state && at > text) {
		if (search->byte[state])
			*--at = search->byte[state];
		state = search->from[state];
	}
	len = text + sizeof(text) - at;
	memcpy(example, at, len);
	example[len] = '\0';
}

bool cross_find(char *example, const struct cross_path *a,
		const struct cross_path *b)
{
	static __thread struct search search;
	uint32_t end, start;

	if (!units_make(&search.a, a) || !units_make(&search.b, b))
		return false;
	start = state_of(&search, 0, 0);
	end = state_of(&search, search.a.count, search.b.count);
	memset(search.from, 0, (end + 1) * sizeof(*search.from));
	search.head = search.tail = 0;
	state_add(&search, start, 0, 0, '\0');
	while (search.head < search.tail && !search.from[end])
		state_step(&search, search.queue[search.head++]);
	if (!search.from[end])
		return false;
	example_write(example, &search, end);
	return true;
}

/* Write a path of a pattern up to its '*', with a byte for each capture that
 * stands in no pattern's text. */
static void sample_write(struct cross_path *sample, char *text,
			 const struct cross_path *path, bool star)
{
	size_t i, len = 0;

	for (i = 0; i + star < path->len; i++) {
		char byte = path->text[i];

		if (byte == '{') {
			byte = path->text[i + 1] == ':' ? '7' : '\1';
			while (path->text[i] != '}')
				i++;
		}
		text[len++] = byte;
	}
	*sample = (struct cross_path){text, len};
}

bool cross_covers(const struct cross_path *a, const struct cross_path *b)
{
	bool star = b->len && b->text[b->len - 1] == '*';
	char text[CROSS_MOST + 8], example[CROSS_MOST * 2];
	struct cross_path sample;

	/* only another '*' is for all of that */
	if (b->len > CROSS_MOST || !a->len ||
	    (star && a->text[a->len - 1] != '*'))
		return false;
	sample_write(&sample, text, b, star);
	if (!cross_find(example, a, &sample))
		return false;
	if (!star)
		return true;
	text[sample.len++] = '\1';
	text[sample.len++] = '/';
	return cross_find(example, a, &sample);
}
