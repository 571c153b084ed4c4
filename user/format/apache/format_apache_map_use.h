/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_APACHE_MAP_USE_H
#define FORMAT_APACHE_MAP_USE_H

struct apache_case;
struct apache_flags;
struct apache_giving;
struct apache_item;
struct apache_map_use;
struct format_regex;

/*
 * apache_map_use_find - find out how a rule asks a RewriteMap
 * @use:   receives it; its map is NULL where it asks none
 * @paths: of the rule
 *
 * Returns 0, 1 where it asks in a way that rules cannot say, which has been
 * told, or -errno with error_set().
 */
int apache_map_use_find(struct apache_map_use *use,
			struct apache_giving *giving,
			const struct apache_item *item,
			const struct apache_flags *flags,
			const struct apache_case *one,
			const struct format_regex *paths);

/* Accepts one that is all zero. */
void apache_map_use_free(struct apache_map_use *use);

#endif
