/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WEB_PAGES_H
#define WEB_PAGES_H

#include "mhd_calls.h"

struct web_figures;
struct web_options;

/* What each path gives, for the one thread that answers. */
struct web_pages;

/* Returns 0 or -ENOMEM with error_set(). */
int web_pages_new(struct web_pages **pages, const struct web_options *options,
		  struct web_figures *figures);

/*
 * web_pages_answer - answer a GET or HEAD that may be answered
 * @path: without the query
 *
 * What is made of figures is made once for them, however many ask. Returns what
 * MHD wants; MHD_NO, which ends the connection, when memory runs out.
 */
enum MHD_Result web_pages_answer(struct web_pages *pages,
				 struct MHD_Connection *connection,
				 const char *path);

/* Accepts NULL. */
void web_pages_free(struct web_pages *pages);

#endif
