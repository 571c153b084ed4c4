/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_CSV_WORDS_H
#define FORMAT_CSV_WORDS_H

#include <stddef.h>

#include "format_csv_name.h"

/*
 * csv_words - what a column is for, by the words of its name
 *
 * "Old page URL (without domain)", "Alte_Adresse", "quellUrl", "Type de
 * redirection": all words but those in brackets have to be known, and to say
 * one thing. Returns CSV_SOURCE, CSV_TARGET, CSV_CODE, or CSV_ROLES.
 */
enum csv_role csv_words(const char *text, size_t len);

#endif
