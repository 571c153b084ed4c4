/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IMPORT_DEMOTE_H
#define IMPORT_DEMOTE_H

#include <stdint.h>

struct import;
struct rule;
struct ruleset_entry;

/*
 * import_demote - put the file's permanent rules on trial, as import->trial has
 * it (rule_trial.h)
 *
 * Behind import_read(), before import_compare(). Returns 0 or -errno with
 * error_set().
 */
int import_demote(struct import *import);

/*
 * import_keep - leave what the file cannot say as it is live
 * @rule: of the entry
 * @live: the rule of the same place in the order
 *
 * What the file says of a rule on trial is what that is to become.
 */
void import_keep(const struct import *import, struct rule *rule,
		 const struct ruleset_entry *entry, const struct rule *live);

/* How many of the file's rules are on trial. */
uint64_t import_trials(const struct import *import);

#endif
