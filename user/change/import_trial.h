/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IMPORT_TRIAL_H
#define IMPORT_TRIAL_H

#include <stdint.h>

struct import;
struct store;

/*
 * Trying an import before it is live: what warnings its rules would give. All
 * return 0 or -errno with error_set() unless said otherwise.
 */

/* Add warnings about the rules as they would be live (change_warn.h), from a
 * map that is compiled for it in TMPDIR; store NULL: no other rules are
 * live. */
int import_try(struct import *import, struct store *store, uint64_t rows);

#endif
