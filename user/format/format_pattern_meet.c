// SPDX-License-Identifier: BSD-2-Clause
#include <stddef.h>
#include <string.h>

#include "fold.h"
#include "format_pattern_meet.h"
#include "limit.h"
#include "rule_pattern.h"

/* A byte, a capture or the final '*' of a pattern. */
struct token {
	enum { TOKEN_BYTE, TOKEN_SEGMENT, TOKEN_DIGITS, TOKEN_REST } type;
	unsigned char byte;
	size_t end; /* where the next one begins */
};

static struct token token_at(const struct rule_pattern *pattern, size_t i,
			     bool fold)
{
	const char *text = pattern->text + i, *end;
	struct token token = {TOKEN_BYTE, fold_byte(*text, fold), i + 1};

	if (*text == '*' && i + 1 == pattern->len)
		token.type = TOKEN_REST;
	end = *text == '{' ? memchr(text, '}', pattern->len - i) : NULL;
	if (!end)
		return token;
	token.type = end - text > 7 && !memcmp(end - 7, ":digits", 7)
			     ? TOKEN_DIGITS
			     : TOKEN_SEGMENT;
	token.end = end + 1 - pattern->text;
	return token;
}

/* Whether a capture may take what another token stands for. */
static bool token_takes(const struct token *capture, const struct token *other)
{
	if (other->type == TOKEN_REST)
		return false;
	if (capture->type == TOKEN_SEGMENT)
		return other->type != TOKEN_BYTE || other->byte != '/';
	return other->type == TOKEN_DIGITS ||
	       (other->type == TOKEN_BYTE && other->byte >= '0' &&
		other->byte <= '9');
}

/* Whether what stands before the first captures agrees. */
static bool leads_agree(const struct rule_pattern *a,
			const struct rule_pattern *b, bool fold)
{
	size_t i = 0;

	for (; i < a->len && i < b->len; i++) {
		unsigned char one = fold_byte(a->text[i], fold);
		unsigned char two = fold_byte(b->text[i], fold);

		if (one == '{' || two == '{' || one == '*' || two == '*')
			return true;
		if (one != two)
			return false;
	}
	return true;
}

/* One step of all the places in a pattern at which it may be. Returns whether
 * one of them is the final '*'. */
static bool places_step(const struct rule_pattern *pattern,
			const unsigned char *from, unsigned char *to,
			const struct token *other, bool fold)
{
	size_t i;

	memset(to, 0, pattern->len + 1);
	for (i = 0; i < pattern->len; i++) {
		struct token token;

		if (!from[i])
			continue;
		token = token_at(pattern, i, fold);
		if (token.type == TOKEN_REST)
			return true;
		if (token.type == TOKEN_BYTE) {
			to[i + 1] |= other->type == TOKEN_BYTE &&
				     other->byte == token.byte;
		} else if (token_takes(&token, other)) {
			to[i] = to[token.end] = 1;
		}
	}
	return false;
}

bool format_pattern_takes(const struct rule_pattern *pattern,
			  const struct rule_pattern *other)
{
	static __thread unsigned char places[2][LIMIT_PATH + 16];
	bool fold = pattern->ignore_case;
	unsigned int turn = 0;
	size_t i = 0;

	if (!leads_agree(pattern, other, fold))
		return false;
	memset(places[0], 0, pattern->len + 1);
	places[0][0] = 1;
	while (i < other->len) {
		struct token token = token_at(other, i, fold);

		if (places_step(pattern, places[turn], places[!turn], &token,
				fold))
			return true;
		turn = !turn;
		i = token.end;
	}
	return places[turn][pattern->len] ||
	       (pattern->prefix && places[turn][pattern->len - 1]);
}

/* Where two patterns may be at once; it has room for that many pairs. */
struct meeting {
	const struct rule_pattern *a, *b;
	unsigned char places[1 << 16];
};

static void meeting_mark(struct meeting *meeting, size_t i, size_t j)
{
	meeting->places[i * (meeting->b->len + 1) + j] = 1;
}

/* From one pair of places to the next. Returns whether they meet for sure. */
static bool meeting_step(struct meeting *meeting, size_t i, size_t j, bool fold)
{
	const struct rule_pattern *a = meeting->a, *b = meeting->b;
	struct token one, two;

	if (i == a->len || j == b->len)
		return i == a->len ? j == b->len || j + b->prefix == b->len
				   : i + a->prefix == a->len;
	one = token_at(a, i, fold);
	two = token_at(b, j, fold);
	if (one.type == TOKEN_REST || two.type == TOKEN_REST)
		return true;
	if (one.type == TOKEN_BYTE && two.type == TOKEN_BYTE) {
		if (one.byte == two.byte)
			meeting_mark(meeting, i + 1, j + 1);
		return false;
	}
	if (one.type != TOKEN_BYTE
		    ? !token_takes(&one, &two) && two.type != TOKEN_SEGMENT
		    : !token_takes(&two, &one))
		return false;
	meeting_mark(meeting, one.end, two.end);
	if (one.type != TOKEN_BYTE)
		meeting_mark(meeting, i, two.end);
	if (two.type != TOKEN_BYTE)
		meeting_mark(meeting, one.end, j);
	return false;
}

bool format_pattern_meet(const struct rule_pattern *a,
			 const struct rule_pattern *b)
{
	static __thread struct meeting meeting;
	bool fold = a->ignore_case || b->ignore_case;
	size_t i, j, cells = (a->len + 1) * (b->len + 1);

	if (!leads_agree(a, b, fold))
		return false;
	if (cells > sizeof(meeting.places))
		return true;
	meeting.a = a;
	meeting.b = b;
	memset(meeting.places, 0, cells);
	meeting_mark(&meeting, 0, 0);
	for (i = 0; i <= a->len; i++)
		for (j = 0; j <= b->len; j++)
			if (meeting.places[i * (b->len + 1) + j] &&
			    meeting_step(&meeting, i, j, fold))
				return true;
	return false;
}
