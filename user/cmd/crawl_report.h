/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CRAWL_REPORT_H
#define CRAWL_REPORT_H

struct crawl;

/* Print what came of the targets: the totals, then those that are not there, by
 * status, at most top of each (0: all). Returns 0 or -ENOMEM with error_set(). */
int crawl_report_print(const struct crawl *crawl, unsigned long long top);

#endif
