// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "suggest.h"

enum { WORD_MAX = 32 }; /* longer ones are like no name of ours */

static unsigned int min(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

static bool is_same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* How many slips turn a into b, no letter changed twice; both are short. */
static unsigned int distance(const char *a, size_t a_len, const char *b,
			     size_t b_len)
{
	unsigned int row[WORD_MAX + 1][WORD_MAX + 1];
	size_t i, j;

	for (i = 0; i <= a_len; i++)
		row[i][0] = i;
	for (j = 0; j <= b_len; j++)
		row[0][j] = j;
	for (i = 1; i <= a_len; i++) {
		for (j = 1; j <= b_len; j++) {
			unsigned int wrong = !is_same(a[i - 1], b[j - 1]);

			row[i][j] = min(min(row[i - 1][j], row[i][j - 1]) + 1,
					row[i - 1][j - 1] + wrong);
			if (i > 1 && j > 1 && is_same(a[i - 1], b[j - 2]) &&
			    is_same(a[i - 2], b[j - 1]))
				row[i][j] =
					min(row[i][j], row[i - 2][j - 2] + 1);
		}
	}
	return row[a_len][b_len];
}

void suggest_offer(struct suggest *suggest, const char *name)
{
	size_t len = strlen(suggest->word), name_len = strlen(name);
	unsigned int slips, most = len < 3 ? 1 : len < 8 ? 2 : 3;

	if (!len || len > WORD_MAX || name_len > WORD_MAX)
		return;
	slips = distance(suggest->word, len, name, name_len);
	if (len > 1 && !strncasecmp(suggest->word, name, len))
		slips = min(slips, 1);
	if (slips > most || slips >= len)
		return;
	if (suggest->best && slips >= suggest->distance)
		return;
	suggest->best = name;
	suggest->distance = slips;
}
