// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "csv.h"
#include "format_csv_write.h"
#include "format_write.h"
#include "rule_code.h"
#include "rule_line.h"

/* The columns that are there only where a rule has something in them. */
struct csv_columns {
	bool scheme, fold, first, note, final;
	unsigned int headers;
};

static int columns_look(struct format_write *write, const struct rule *rule)
{
	struct csv_columns *columns = write->data;
	const char *at = rule->headers;
	unsigned int headers = 0;
	size_t len;

	while (rule_header_next(&at, &len))
		headers++;
	columns->scheme |= rule->scheme != RULE_SCHEME_ANY;
	columns->fold |= rule->fold;
	columns->first |= rule->first;
	columns->note |= *rule->note != '\0';
	columns->final |= rule->final.code != 0;
	if (headers > columns->headers)
		columns->headers = headers;
	return 0;
}

static void keys_write(FILE *out, const struct rule *rule,
		       const struct csv_columns *columns)
{
	const char *at = rule->headers, *header;
	char final[RULE_FINAL_SIZE];
	unsigned int i;
	size_t len;

	if (columns->scheme)
		fprintf(out, ",%s", rule_scheme_text(rule->scheme));
	if (columns->fold)
		fputs(rule->fold ? ",ignore" : ",", out);
	if (columns->first)
		fputs(rule->first ? ",yes" : ",", out);
	if (columns->note) {
		putc(',', out);
		csv_print(out, rule->note, strlen(rule->note));
	}
	if (columns->final)
		fprintf(out, ",%s",
			rule->final.code ? rule_final_text(final, &rule->final)
					 : "");
	for (i = 0; i < columns->headers; i++) {
		putc(',', out);
		header = rule_header_next(&at, &len);
		if (header)
			csv_print(out, header, len);
	}
}

static int csv_write(struct format_write *write, const struct rule *rule)
{
	FILE *out = write->out;

	csv_print(out, rule_written(rule), strlen(rule_written(rule)));
	putc(',', out);
	csv_print(out, rule->target, rule->target_len);
	fprintf(out, ",%s,%s,", rule_code(rule->code)->text,
		rule->query_drop ? "drop" : "");
	if (rule->max_age != rule_code(rule->code)->max_age)
		fprintf(out, "%u", rule->max_age);
	putc(',', out);
	csv_print(out, rule->tag, strlen(rule->tag));
	keys_write(out, rule, write->data);
	fputs("\r\n", out);
	return 0;
}

static void csv_begin(struct format_write *write)
{
	const struct csv_columns *columns = write->data;
	FILE *out = write->out;
	unsigned int i;

	fputs("source,target,code,query,max-age,tag", out);
	if (columns->scheme)
		fputs(",scheme", out);
	if (columns->fold)
		fputs(",case", out);
	if (columns->first)
		fputs(",first", out);
	if (columns->note)
		fputs(",note", out);
	if (columns->final)
		fputs(",final", out);
	for (i = 1; i <= columns->headers; i++)
		fprintf(out, i > 1 ? ",header%u" : ",header", i);
	fputs("\r\n", out);
}

const struct format_writer format_csv_writer = {
	.size = sizeof(struct csv_columns),
	.look = columns_look,
	.begin = csv_begin,
	.rule = csv_write,
};
