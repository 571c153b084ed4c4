/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_CSV_WRITE_H
#define FORMAT_CSV_WRITE_H

struct format_writer;

/* As detour's own tables are written: RFC 4180, with a column for what some
 * rule has. */
extern const struct format_writer format_csv_writer;

#endif
