/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_APACHE_CELLS_H
#define FORMAT_APACHE_CELLS_H

struct apache_giving;

/* Give the rules of all entries to the reading. Returns 0 or -errno with
 * error_set(). */
int apache_cells(struct apache_giving *giving);

#endif
