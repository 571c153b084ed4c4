/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_CADDY_WORDS_H
#define FORMAT_CADDY_WORDS_H

#include <stdbool.h>
#include <stddef.h>

struct format_file;
struct format_read;

/* The words of a Caddyfile. */
struct caddy_words {
	struct caddy_words *next; /* another list */
	struct caddy_word {
		char *text;
		unsigned long at;
		bool first;  /* of its line */
		bool quoted; /* "{" is no brace then */
	} * words;
	size_t count, room;
};

/* Read the words of a file behind those of the list. What is wrong is noted as
 * an error. Returns 0 or -errno with error_set(). */
int caddy_words_read(struct caddy_words *words, struct format_read *read,
		     struct format_file *file);

/* Add a copy of one, with another text. Returns 0 or -ENOMEM with
 * error_set(). */
int caddy_words_add(struct caddy_words *words, const struct caddy_word *word,
		    const char *text, size_t len);

/* Whether a word is a brace. */
bool caddy_word_is(const struct caddy_word *word, const char *brace);

/* Free a list and all that are behind it; accepts NULL. */
void caddy_words_free(struct caddy_words *words);

#endif
