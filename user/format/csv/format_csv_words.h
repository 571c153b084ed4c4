/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_CSV_WORDS_H
#define FORMAT_CSV_WORDS_H

#include <stddef.h>

enum csv_says { CSV_SAYS_NOTHING, CSV_SAYS_OLD, CSV_SAYS_NEW, CSV_SAYS_CODE };

/*
 * csv_words - what a column is for, by the words of its name
 *
 * "Old page URL (without domain)", "Alte_Adresse", "quellUrl", "Type de
 * redirection": all words but those in brackets have to be known, and to say
 * one thing: the old address, the new one, or the code.
 */
enum csv_says csv_words(const char *text, size_t len);

#endif
