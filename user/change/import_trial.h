/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IMPORT_TRIAL_H
#define IMPORT_TRIAL_H

#include <stdint.h>

struct import;
struct map;
struct store;

/*
 * import_trial - the map that would be live after an import
 * @map:   receives it; NULL where the import has no rules
 * @store: NULL: no other rules are live
 *
 * It is compiled in TMPDIR, of which nothing stays, also where a signal ends
 * the program. Returns 0 or -errno with error_set().
 */
int import_trial(struct map **map, struct import *import, struct store *store,
		 uint64_t rows);

#endif
