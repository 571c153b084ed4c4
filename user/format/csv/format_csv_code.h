/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_CSV_CODE_H
#define FORMAT_CSV_CODE_H

#include <stdbool.h>

struct rule_field;

/*
 * csv_code - the code that a cell means
 * @loose: receives whether another code may be meant
 *
 * A code is one as rules have it, one with words around it ("301 Moved
 * Permanently", "301.0" of spreadsheets), or words alone ("permanent",
 * "gone"). Changes the field, unless it is none of these.
 */
void csv_code(struct rule_field *field, bool *loose);

/* The code of GOV.UK's or Flecto's word, or of another cell as csv_code(). */
void csv_code_govuk(struct rule_field *field, bool *loose);
void csv_code_flecto(struct rule_field *field, bool *loose);

#endif
