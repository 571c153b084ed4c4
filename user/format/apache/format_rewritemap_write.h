/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_REWRITEMAP_WRITE_H
#define FORMAT_REWRITEMAP_WRITE_H

struct format_writer;

/* Writes exact paths of hosts that are names, all with one code. */
extern const struct format_writer format_rewritemap_writer;

#endif
