/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_FIRST_MEET_H
#define FORMAT_FIRST_MEET_H

struct format_first;

/*
 * format_first_meet - find a source that takes what an earlier entry answers
 * @at: receives the position of its entry; 0 if there is none
 *
 * Of what two regions have in common without that a source could say it:
 * patterns with patterns, and with prefixes but for those that
 * format_first_cross() has made sources of, sets of pairs, prefixes with case
 * and paths without. Where there is too much to compare it is any such entry.
 * Returns 0, or -ENOMEM with error_set().
 */
int format_first_meet(const struct format_first *first, unsigned long *at);

#endif
