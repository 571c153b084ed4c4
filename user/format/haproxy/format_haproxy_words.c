// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "format_haproxy_words.h"
#include "limit.h"

/* A line while it is cut. */
struct cutting {
	struct haproxy_words *words;
	struct format_pool *pool;
	const struct haproxy_env *env;
	const char *at, *end;
	char *out;	/* where the word goes on */
	char *room_end; /* behind what it may have */
};

static void put(struct cutting *cutting, char c)
{
	if (cutting->out < cutting->room_end)
		*cutting->out++ = c;
	else
		cutting->words->wrong = "variables make it too long";
}

static int hex_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Behind a backslash: what stands for another byte, or for itself. */
static void escape_take(struct cutting *cutting)
{
	static const char plain[] = "\\ #'\"\t$", letters[] = "nrt",
			  bytes[] = "\n\r\t";
	size_t left = cutting->end - cutting->at;
	char c = left ? *cutting->at : '\0';

	if (left && strchr(plain, c)) {
		put(cutting, c);
	} else if (left && strchr(letters, c)) {
		put(cutting, bytes[strchr(letters, c) - letters]);
	} else if (c == 'x' && left >= 3 && hex_of(cutting->at[1]) >= 0 &&
		   hex_of(cutting->at[2]) >= 0) {
		put(cutting, (char)(hex_of(cutting->at[1]) * 16 +
				    hex_of(cutting->at[2])));
		cutting->at += 2;
	} else {
		put(cutting, '\\');
		if (left)
			put(cutting, c);
	}
	cutting->at += left > 0;
}

static const char *value_of(const struct haproxy_env *env, const char *name,
			    size_t len)
{
	const struct haproxy_variable *variable = env->first;

	for (; variable; variable = variable->next)
		if (strlen(variable->name) == len &&
		    !memcmp(variable->name, name, len))
			return variable->value;
	return NULL;
}

/* "-DEFAULT" behind a name in braces: its length, without the '-'. */
static size_t default_len(const struct cutting *cutting, bool brace)
{
	const char *at = cutting->at;

	if (!brace || at == cutting->end || *at != '-')
		return 0;
	while (++at < cutting->end && *at != '}' && *at != '"')
		;
	return at - cutting->at - 1;
}

/* Behind a '$' in double quotes: a variable's value. */
static int variable_take(struct cutting *cutting)
{
	bool brace = cutting->at < cutting->end && *cutting->at == '{';
	const char *sign = cutting->at - 1, *fallback = NULL;
	const char *name = cutting->at += brace, *value, *text;
	size_t len;

	while (cutting->at < cutting->end &&
	       (isalnum((unsigned char)*cutting->at) || *cutting->at == '_'))
		cutting->at++;
	value = value_of(cutting->env, name, cutting->at - name);
	len = value ? strlen(value) : default_len(cutting, brace);
	if (!value && len)
		fallback = value = cutting->at + 1;
	while (brace && cutting->at < cutting->end && *cutting->at != '}' &&
	       *cutting->at != '"')
		cutting->at++;
	cutting->at +=
		brace && cutting->at < cutting->end && *cutting->at == '}';
	text = format_pool_text(cutting->pool, sign, cutting->at - sign);
	if (!text)
		return -ENOMEM;
	if (!value)
		cutting->words->unset = text;
	if (fallback)
		cutting->words->fallback = text;
	for (; value && len; len--)
		put(cutting, *value++);
	return 0;
}

/* Up to the quote that ends it. */
static int quoted_take(struct cutting *cutting, char quote)
{
	int err = 0;

	cutting->at++;
	while (!err && cutting->at < cutting->end && *cutting->at != quote) {
		char c = *cutting->at++;

		if (quote == '"' && c == '\\')
			escape_take(cutting);
		else if (quote == '"' && c == '$')
			err = variable_take(cutting);
		else
			put(cutting, c);
	}
	if (cutting->at == cutting->end)
		cutting->words->wrong = "a quote without its end";
	else
		cutting->at++;
	return err;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* What ends a run of bytes that stand for themselves. */
static const bool ends[256] = {[' '] = 1, ['\t'] = 1, ['\r'] = 1, ['#'] = 1,
			       ['"'] = 1, ['\''] = 1, ['\\'] = 1};

/* Put what stands for itself. */
static void run_take(struct cutting *cutting)
{
	const unsigned char *at = (const unsigned char *)cutting->at;
	size_t left = cutting->end - cutting->at, n = 0;

	while (n + 4 <= left && !(ends[at[n]] | ends[at[n + 1]] |
				  ends[at[n + 2]] | ends[at[n + 3]]))
		n += 4;
	while (n < left && !ends[at[n]])
		n++;
	left = cutting->room_end - cutting->out;
	if (n > left)
		cutting->words->wrong = "variables make it too long";
	cutting->out = mempcpy(cutting->out, cutting->at, n < left ? n : left);
	cutting->at += n;
}

static int word_take(struct cutting *cutting)
{
	int err = 0;

	while (!err && cutting->at < cutting->end && !is_blank(*cutting->at) &&
	       *cutting->at != '#') {
		char c = *cutting->at;

		if (c == '"' || c == '\'') {
			err = quoted_take(cutting, c);
			continue;
		}
		if (c == '\\') {
			cutting->at++;
			escape_take(cutting);
		} else {
			run_take(cutting);
		}
	}
	return err;
}

/* What variables add to a line, at most. */
enum { VARIABLES_ROOM = 65536 };

/* Let the words, which are in a room of the thread's, be in the pool. */
static int words_keep(struct haproxy_words *words, struct format_pool *pool,
		      char *const *begins, const char *room, size_t used)
{
	char *copy = format_pool_text(pool, room, used);
	size_t i;

	words->word =
		format_pool_take(pool, (words->count + 1) * sizeof(char *));
	if (!copy || !words->word)
		return -ENOMEM;
	for (i = 0; i < words->count; i++)
		words->word[i] = copy + (begins[i] - room);
	return 0;
}

int haproxy_words(struct haproxy_words *words, struct format_pool *pool,
		  const struct haproxy_env *env, const char *text, size_t len)
{
	static __thread char room[2 * LIMIT_LINE + VARIABLES_ROOM];
	static __thread char *begins[LIMIT_LINE / 2 + 1];
	struct cutting cutting = {.words = words,
				  .pool = pool,
				  .env = env,
				  .at = text,
				  .end = text + len,
				  .out = room,
				  .room_end = room + sizeof(room) - len - 2};
	int err = 0;

	*words = (struct haproxy_words){0};
	while (!err) {
		while (cutting.at < cutting.end && is_blank(*cutting.at))
			cutting.at++;
		if (cutting.at == cutting.end || *cutting.at == '#')
			break;
		begins[words->count++] = cutting.out;
		err = word_take(&cutting);
		*cutting.out++ = '\0';
		cutting.room_end++;
	}
	if (!err)
		err = words_keep(words, pool, begins, room, cutting.out - room);
	return err;
}
