/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SOURCE_CHECK_H
#define SOURCE_CHECK_H

#include <stdint.h>

struct edit;
struct store;

/*
 * source_check - whether what an edit makes can be there together
 * @edit: sorted
 * @rows: of the live release, as store_rows() gives it; store NULL: no rules
 *
 * Each rule that comes is held against the others of its SOURCE, which come,
 * too, or are live and do not go. Returns 0, -EEXIST with error_set(), or any
 * other -errno.
 */
int source_check(const struct edit *edit, struct store *store, uint64_t rows);

#endif
