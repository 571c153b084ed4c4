/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IMPORT_DEMOTE_H
#define IMPORT_DEMOTE_H

#include <stdint.h>

struct import;

/*
 * import_demote - put the file's permanent rules on trial, as import->trial has
 * it (rule_trial.h)
 *
 * Behind import_read(), before import_compare(). Returns 0 or -errno with
 * error_set().
 */
int import_demote(struct import *import);

/* How many of the file's rules are on trial. */
uint64_t import_trials(const struct import *import);

#endif
