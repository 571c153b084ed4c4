/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IMPORT_H
#define IMPORT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "edit.h"
#include "format_read.h"
#include "import_case.h"
#include "line_errors.h"
#include "rule_trial.h"
#include "warnings.h"

struct store;

/*
 * Bringing a file of rules into the state: read it, compare it with the rules
 * that are live; import->edit is then what is to be done. All return 0 or
 * -errno with error_set(); what is wrong with the file's lines is collected in
 * errors and is no error of theirs.
 */
enum import_mode {
	IMPORT_ADD,	/* a live rule of the same source is an error */
	IMPORT_UPDATE,	/* ... is changed or, for another scheme, removed; all
			 * others stay */
	IMPORT_REPLACE, /* the file is to be the whole rule set */
};

struct import {
	enum import_mode mode;
	enum rule_trial trial;	 /* how permanent rules come in on trial */
	struct format_read read; /* keys that it cannot say stay as they are;
				  * its positions are those of all lines */
	struct edit edit;	 /* its rules: the file's, sorted, none twice */
	struct line_errors errors;
	struct warnings warnings;
	uint64_t lost; /* rules that lose a key that the file cannot say */
	struct import_case kept;
	bool folds; /* some of the file's have case=ignore */
	const struct ruleset_entry *refused; /* told last to be there */
};

/* Compare with the rules of a release; store NULL: there are none. */
int import_compare(struct import *import, struct store *store, uint64_t rows);

/* Accepts one that is all zero. */
void import_free(struct import *import);

#endif
