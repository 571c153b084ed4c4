/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_FIRST_SPELL_H
#define FORMAT_FIRST_SPELL_H

#include <stddef.h>

struct format_first;
struct format_region;

/*
 * format_first_spell - find a spelling for a source without case
 * @region: what it is for, without case
 * @source: host and path, len bytes that may be cut; receives the spelling
 *
 * It has another one where the same path is, or may be, a source with case:
 * they would be one source. Where all spellings are taken the path stays.
 */
void format_first_spell(const struct format_first *first,
			const struct format_region *region, char *source,
			size_t len);

#endif
