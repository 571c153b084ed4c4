// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>
#include <string.h>

#include "format_csv_words.h"

/* What a word says. */
enum {
	WORD_OLD = 1,
	WORD_NEW = 2,
	WORD_PLACE = 4,	   /* an address, whichever */
	WORD_CODE = 8,	   /* the code, by itself */
	WORD_STATUS = 16,  /* the code, beside one of the others */
	WORD_MOVE = 32,	   /* a redirect */
	WORD_NOTHING = 64, /* an article */
	WORD_UNKNOWN = 128,
};

/* English, German, French, Spanish, Italian, Dutch. */
static const struct {
	unsigned int says;
	const char *words; /* each between blanks */
} known[] = {
	{WORD_OLD,
	 " old source from current existing original origin legacy previous "
	 "incoming alt alte alter altes ist bisherige bisheriger quelle quell von "
	 "ancien ancienne origine antigua antiguo origen vieja viejo vecchio "
	 "vecchia oude oud "},
	{WORD_NEW,
	 " new target destination dest to final proposed future neu neue neuer "
	 "neues ziel zu soll k\u00fcnftige k\u00fcnftiger zuk\u00fcnftige nach nouveau nouvelle cible vers nueva nuevo destino nuovo "
	 "nuova destinazione nieuwe nieuw doel naar "},
	{WORD_PLACE,
	 " url urls uri link page address path location site website web full "
	 "request requested slug domain domains pfad adresse seite lien chemin pagina "
	 "p\u00e1gina ruta indirizzo "},
	{WORD_CODE, " code type typ art http c\u00f3digo codigo codice tipo "},
	{WORD_STATUS, " status response statut estado stato "},
	{WORD_MOVE, " redirect redirects redirection weiterleitung umleitung "
		    "redirecci\u00f3n reindirizzamento "},
	{WORD_NOTHING, " the of de la le du der die das del di il "},
};

enum { WORD_MOST = 32, PIECES_MOST = 3 };

static unsigned int whole_says(const char *word, size_t len)
{
	char between[WORD_MOST + 3] = " ";
	size_t i;

	memcpy(between + 1, word, len);
	strcpy(between + 1 + len, " ");
	for (i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (strstr(known[i].words, between))
			return known[i].says;
	return WORD_UNKNOWN;
}

/* A word may be put together: "oldurl", "weiterleitungstyp". */
static unsigned int word_says(const char *word, size_t len, unsigned int pieces)
{
	unsigned int says = whole_says(word, len), rest;
	size_t n;

	if (says != WORD_UNKNOWN || pieces == PIECES_MOST)
		return says;
	for (n = len - 1; n > 1; n--) {
		says = whole_says(word, n);
		if (says == WORD_UNKNOWN || says == WORD_NOTHING)
			continue;
		rest = word_says(word + n, len - n, pieces + 1);
		if (rest == WORD_UNKNOWN && word[n] == 's' && n + 2 < len)
			rest = word_says(word + n + 1, len - n - 1, pieces + 1);
		if (!(rest & (WORD_UNKNOWN | WORD_NOTHING)))
			return says | rest;
	}
	return WORD_UNKNOWN;
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_space(const char *text, size_t left)
{
	return left > 1 && text[0] == '\xc2' && text[1] == '\xa0';
}

/* Letters, digits and all that is not ASCII, but for a no-break space. */
static bool is_letter(const char *text, size_t left)
{
	char c = *text;

	return !is_space(text, left) &&
	       ((c >= 'a' && c <= 'z') || is_upper(c) ||
		(c >= '0' && c <= '9') || c & 0x80);
}

/* How long the word is that a text begins with: "fromUrl" is two. */
static size_t word_length(const char *text, size_t len)
{
	size_t n = 0;

	while (n < len && is_letter(text + n, len - n) &&
	       !(n && is_upper(text[n]) && text[n - 1] >= 'a' &&
		 text[n - 1] <= 'z'))
		n++;
	return n;
}

static unsigned int text_says(const char *text, size_t len)
{
	unsigned int all = 0, says, depth = 0;
	char word[WORD_MOST];
	size_t i, n, k;

	for (i = 0; i < len; i += n) {
		if ((unsigned char)text[i] < ' ' && !strchr("\t\r\n", text[i]))
			return WORD_UNKNOWN;
		depth += text[i] == '(' || text[i] == '[';
		depth -= depth && (text[i] == ')' || text[i] == ']');
		n = word_length(text + i, len - i);
		if (!n) {
			n = is_space(text + i, len - i) ? 2 : 1;
			continue;
		}
		for (k = 0; k < n && k < WORD_MOST; k++)
			word[k] = is_upper(text[i + k])
					  ? (char)(text[i + k] + 'a' - 'A')
					  : text[i + k];
		says = n > WORD_MOST ? WORD_UNKNOWN : word_says(word, n, 1);
		if (says != WORD_UNKNOWN || !depth)
			all |= says;
	}
	return all & ~(unsigned int)WORD_NOTHING;
}

enum csv_says csv_words(const char *text, size_t len)
{
	unsigned int says = text_says(text, len);

	if (says & WORD_OLD && !(says & ~(WORD_OLD | WORD_PLACE | WORD_MOVE)))
		return CSV_SAYS_OLD;
	if (says & WORD_NEW && !(says & ~(WORD_NEW | WORD_PLACE | WORD_MOVE)))
		return CSV_SAYS_NEW;
	if (says & (WORD_CODE | WORD_STATUS) && says != WORD_STATUS &&
	    !(says & ~(WORD_CODE | WORD_STATUS | WORD_MOVE)))
		return CSV_SAYS_CODE;
	return CSV_SAYS_NOTHING;
}
