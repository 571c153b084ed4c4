/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_RENEW_H
#define STORE_RENEW_H

#include <stdint.h>

struct rule;
struct store;

/*
 * store_renew - bring a store of an earlier detour to today's form
 * @rows: the release whose rows the live rules are, as store_rows() gives it
 * @fn:   told of each live source that is not in today's normal form
 *
 * In the open transaction, once: nothing where it was done before. The store as
 * it was is kept (store_keep.h). A source is renewed in all releases. Of two that
 * become one, that in the new form stays.
 */
enum store_renewed {
	STORE_RENEWED,
	STORE_DROPPED, /* the live rules have the new one already */
	STORE_LEFT,    /* no longer one: it stays, and matches nothing */
};
typedef int store_renew_fn(const struct rule *rule, const char *now,
			   enum store_renewed what, void *arg);
int store_renew(struct store *store, uint64_t rows, store_renew_fn *fn,
		void *arg);

#endif
