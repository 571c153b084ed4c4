/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CMD_SET_MANY_H
#define CMD_SET_MANY_H

struct cmd_change;
struct edit;
struct filter;
struct rule_fields;

/* Whether a code and keys can be wanted of any rule. Returns 0, or -EINVAL with
 * error_set(). */
int set_many_check(const struct rule_fields *fields);

/*
 * set_many - give all rules that a filter lets through a code or keys
 * @fields: what is given; the rest stays as it is, the targets always
 * @edit:   receives what is to be done
 *
 * Rules that cannot have them are named on stderr, the first hundred. Returns
 * 0, -EINVAL with error_set() if there are some, -ENOENT if no rule matches, or
 * any other -errno.
 */
int set_many(struct edit *edit, const struct cmd_change *change,
	     const struct filter *filter, const struct rule_fields *fields);

#endif
