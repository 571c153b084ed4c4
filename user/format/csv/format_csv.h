/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_CSV_H
#define FORMAT_CSV_H

struct format;

/*
 * A table with a header row (RFC 4180), whatever parts its cells: detour's own
 * (source,target,code and optionally query, max-age, tag, note, scheme, case,
 * first, final, header, header2, header3, header4, in any order), or one that
 * says source and target with other names (format_csv_name.h).
 */
extern const struct format format_csv;

#endif
