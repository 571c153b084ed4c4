/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_APACHE_GIVE_H
#define FORMAT_APACHE_GIVE_H

#include <stddef.h>

struct apache_giving;
struct apache_rule;
struct format_region;

/*
 * apache_give_region - the requests of a rule's source
 *
 * Returns 1; 0 for what is no source, which has been told; -ENOMEM with
 * error_set(). Its path is the pool's.
 */
int apache_give_region(struct apache_giving *giving,
		       const struct apache_rule *rule,
		       struct format_region *region);

/*
 * apache_give - give a rule, for what is in giving->within
 *
 * Returns 0 or -errno with error_set().
 */
int apache_give(struct apache_giving *giving, const struct apache_rule *rule);

/*
 * apache_give_past - let a region's requests go on with a later step
 * @step: one of giving->steps, or their count where nothing answers
 *
 * What no later step answers is let pass. Returns as apache_give().
 */
int apache_give_past(struct apache_giving *giving,
		     const struct format_region *region, size_t step,
		     unsigned long at);

#endif
