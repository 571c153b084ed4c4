/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_FOREIGN_H
#define FORMAT_FOREIGN_H

#include <stdbool.h>

struct format_head;

/* What a file is that no format reads, and what to do: a spreadsheet's own
 * file, UTF-16 without its mark, line ends of CR alone. NULL: none of these. */
const char *format_foreign(const struct format_head *head);

/* Whether a file is a table without a header row: its rows begin with two
 * addresses, parted by no blank. */
bool format_foreign_table(const struct format_head *head);

#endif
