/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PAGE_H
#define PAGE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* What the pages for people have in common. */
enum page {
	PAGE_OVERVIEW,
	PAGE_RULES,
	PAGE_MISSES,
	PAGE_RELEASES,
	PAGE_EXPLAIN,
	PAGE_COUNT, /* none of them */
};

/* From the doctype to the heading; live: the script brings it up to date. */
void page_begin(FILE *out, enum page page, const char *title, bool live);
void page_end(FILE *out);

/* A table's head, from its caption to the first row: titles separated by '|',
 * those of numbers begin with '#'. A caption that begins with '-' is only heard,
 * since a heading before it says the same. Its end. */
void page_table(FILE *out, const char *caption, const char *titles);
void page_table_end(FILE *out);

/* Cells with what an object has by a key, escaped: a text, one that is long, a
 * number that counts, one that names something, or a time. */
void page_cell(FILE *out, const json_t *value, const char *key);
void page_cell_long(FILE *out, const json_t *value, const char *key);
void page_cell_code(FILE *out, const json_t *value, const char *key);
void page_cell_number(FILE *out, const json_t *value, const char *key);
void page_cell_name(FILE *out, const json_t *value, const char *key);
void page_cell_time(FILE *out, const json_t *value, const char *key);

/* The form that asks what a URL gets. */
void page_ask(FILE *out, const char *url, const char *method);

#endif
