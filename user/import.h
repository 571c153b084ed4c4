/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IMPORT_H
#define IMPORT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "reader.h"
#include "report.h"
#include "ruleset.h"

struct release;
struct release_source;
struct store;

/*
 * Bringing a file of rules into the state: read it, compare it with the rules
 * that are live, write the difference. All return 0 or -errno with
 * error_set(); what is wrong with the file's lines is collected in errors and
 * is no error of theirs.
 */
enum import_mark {
	IMPORT_SAME,	/* live already, as it is */
	IMPORT_ADDED,	/* new */
	IMPORT_CHANGED, /* live otherwise */
	IMPORT_REMOVED, /* only in gone */
};

struct import_cursor {
	const struct ruleset *set;
	size_t next;
	bool changes; /* only what is not live as it is */
};

struct import {
	bool replace;	     /* the file is to be the whole rule set */
	struct ruleset file; /* sorted, each source once */
	struct ruleset gone; /* live rules that go: removed or changed */
	struct report errors, warnings;
	uint64_t added, removed, changed, same;
	struct import_cursor all; /* where the compiling thread is */
};

/* Read a file into import->file. */
int import_read(struct import *import, const char *path,
		enum reader_format format);

/* Compare with the rules of a release; store NULL: there are none. */
int import_compare(struct import *import, struct store *store, uint64_t base);

/* Add warnings about the rules as they would be live (change_warn.h), from a map
 * that is compiled for it in TMPDIR; store NULL: no other rules are live. */
int import_try(struct import *import, struct store *store, uint64_t base);

/* Write the difference into a release. */
int import_write(struct import *import, struct release *release);

/* Print what would change as lines of the rules format, "- " and "+ " before
 * them, in the order of the sources. */
void import_print(FILE *out, const struct import *import);

void import_free(struct import *import);

#endif
