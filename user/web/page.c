// SPDX-License-Identifier: BSD-2-Clause
#include <inttypes.h>
#include <string.h>

#include "html.h"
#include "json.h"
#include "page.h"

static const struct {
	const char *path, *name;
} pages[PAGE_COUNT] = {
	[PAGE_OVERVIEW] = {"/", "Overview"},
	[PAGE_RULES] = {"/rules", "Rules"},
	[PAGE_MISSES] = {"/misses", "Misses"},
	[PAGE_RELEASES] = {"/releases", "Releases"},
	[PAGE_EXPLAIN] = {"/explain", "Explain a URL"},
};

void page_begin(FILE *out, enum page page, const char *title, bool live)
{
	int i;

	fprintf(out,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
		"<meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width\">\n"
		"<meta name=\"color-scheme\" content=\"light dark\">\n"
		"<title>%s - detour</title>\n"
		"<link rel=\"icon\" href=\"/icon.svg\">\n"
		"<link rel=\"stylesheet\" href=\"/style.css\">\n%s"
		"</head>\n<body>\n"
		"<a class=\"skip\" href=\"#main\">to the content</a>\n"
		"<header><p class=\"name\">detour</p><nav aria-label=\"Pages\"><ul>",
		title,
		live ? "<script src=\"/script.js\" defer></script>\n" : "");
	for (i = 0; i < PAGE_COUNT; i++)
		fprintf(out, "<li><a href=\"%s\"%s>%s</a></li>", pages[i].path,
			i == (int)page ? " aria-current=\"page\"" : "",
			pages[i].name);
	fprintf(out,
		"</ul></nav></header>\n<main id=\"main\" tabindex=\"-1\">\n"
		"<h1>%s</h1>\n",
		title);
}

void page_end(FILE *out)
{
	fputs("</main>\n</body>\n</html>\n", out);
}

void page_table(FILE *out, const char *caption, const char *titles)
{
	bool heard = *caption == '-';
	size_t len;

	caption += heard;
	fprintf(out,
		"<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"%s\"><table><caption%s>%s</caption><thead><tr>",
		caption, heard ? " class=\"heard\"" : "", caption);
	for (; *titles; titles += len + (titles[len] == '|')) {
		bool number = *titles == '#';

		titles += number;
		len = strcspn(titles, "|");
		fprintf(out, "<th scope=\"col\"%s>%.*s</th>",
			number ? " class=\"number\"" : "", (int)len, titles);
	}
	fputs("</tr></thead><tbody>\n", out);
}

void page_table_end(FILE *out)
{
	fputs("</tbody></table></div>\n", out);
}

void page_cell(FILE *out, const json_t *value, const char *key)
{
	fputs("<td>", out);
	html_text(out, json_text_of(value, key));
	fputs("</td>", out);
}

void page_cell_long(FILE *out, const json_t *value, const char *key)
{
	fputs("<td class=\"long\">", out);
	html_text(out, json_text_of(value, key));
	fputs("</td>", out);
}

void page_cell_code(FILE *out, const json_t *value, const char *key)
{
	fputs("<td><code>", out);
	html_text(out, json_text_of(value, key));
	fputs("</code></td>", out);
}

void page_cell_number(FILE *out, const json_t *value, const char *key)
{
	fputs("<td class=\"number\">", out);
	html_number(out, json_number_of(value, key));
	fputs("</td>", out);
}

void page_cell_name(FILE *out, const json_t *value, const char *key)
{
	fprintf(out, "<td class=\"number\">%" PRId64 "</td>",
		json_number_of(value, key));
}

void page_cell_time(FILE *out, const json_t *value, const char *key)
{
	fputs("<td>", out);
	html_time(out, json_number_of(value, key));
	fputs("</td>", out);
}

void page_ask(FILE *out, const char *url, const char *method)
{
	static const char *const methods[] = {"GET", "HEAD",   "POST",
					      "PUT", "DELETE", "OPTIONS"};
	size_t i;

	fputs("<form action=\"/explain\" method=\"get\"><p><label for=\"url\">URL</label> "
	      "<input id=\"url\" name=\"url\" type=\"text\" required autocomplete=\"off\" "
	      "autocapitalize=\"off\" spellcheck=\"false\" maxlength=\"8000\" "
	      "placeholder=\"http://old.example/path\" value=\"",
	      out);
	html_text(out, url);
	fputs("\"></p><p><label for=\"method\">Method</label> "
	      "<select id=\"method\" name=\"method\">",
	      out);
	for (i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		fprintf(out, "<option%s>%s</option>",
			strcmp(methods[i], method) ? "" : " selected",
			methods[i]);
	fputs("</select> <button>Explain</button></p></form>\n", out);
}
