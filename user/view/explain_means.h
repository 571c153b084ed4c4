/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLAIN_MEANS_H
#define EXPLAIN_MEANS_H

#include <jansson.h>

struct rule;

/*
 * explain_means - what a rule's answer means for whoever gets it
 *
 * Returns an object: "caches", "crawlers", "request" (what becomes of one with
 * this method) and "bodies" (of what sends a body, beside a GET or HEAD; else
 * null), sentences; or NULL for what is neither a redirect nor a 410.
 */
json_t *explain_means(const struct rule *rule, const char *method);

#endif
