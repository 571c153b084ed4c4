/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SUGGEST_H
#define SUGGEST_H

/* The name that somebody meant who wrote another one. Begins with { word }. */
struct suggest {
	const char *word;
	const char *best; /* NULL: none is near */
	unsigned int distance;
};

/* Take a name into account. Near is one that the word begins, and one that few
 * slips away: a letter too many, missing, wrong, or two that changed places. The
 * case of letters is none. */
void suggest_offer(struct suggest *suggest, const char *name);

#endif
