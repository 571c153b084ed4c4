/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IMPORT_READ_H
#define IMPORT_READ_H

struct import;

/*
 * Reading a file of rules: the first half of an import (import.h). All return
 * 0 or -errno with error_set() unless said otherwise.
 */

/* Read a file, with the options and the format that import->read has, into
 * import->edit.rules. */
int import_read(struct import *import, const char *path);

#endif
