// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "explain.h"
#include "json.h"
#include "metrics.h"
#include "page_explain.h"
#include "page_misses.h"
#include "page_overview.h"
#include "page_releases.h"
#include "page_rules.h"
#include "web_figures.h"
#include "web_files.h"
#include "web_map.h"
#include "web_options.h"
#include "web_pages.h"
#include "web_reply.h"

#define TYPE_HTML "text/html; charset=utf-8"
#define TYPE_JSON "application/json"
#define TYPE_TEXT "text/plain; charset=utf-8"

enum {
	FIGURES_DEAD =
		15000, /* ms from which on figures say nothing any more */
	METHOD_MAX = 32,
};

static void json_page(FILE *out, const json_t *figures)
{
	json_dumpf(figures, out, JSON_COMPACT);
}

/* What the script brings up to date. */
static void live_page(FILE *out, const json_t *figures)
{
	static const char *const names[] = {"time",   "release",  "rules",
					    "ready",  "warnings", "rates",
					    "history"};
	json_t *root = json_object();
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		json_object_set(root, names[i],
				json_object_get(figures, names[i]));
	json_page(out, root);
	json_decref(root);
}

/* What is made of figures alone; used: of those of rules, too. */
static const struct figures_page {
	const char *path, *type;
	void (*write)(FILE *out, const json_t *figures);
	bool used;
} figures_pages[] = {
	{"/", TYPE_HTML, page_overview, true},
	{"/rules", TYPE_HTML, page_rules, true},
	{"/misses", TYPE_HTML, page_misses, true},
	{"/releases", TYPE_HTML, page_releases, false},
	{"/figures.json", TYPE_JSON, json_page, true},
	{"/live.json", TYPE_JSON, live_page, false},
};

enum {
	KEPT_PAGES = sizeof(figures_pages) / sizeof(*figures_pages),
	KEPT_METRICS = KEPT_PAGES, /* as text, and as OpenMetrics */
	KEPT_COUNT = KEPT_METRICS + 2,
};

struct web_pages {
	const char *commit;
	struct web_figures *figures;
	struct web_map *map;
	struct kept {
		uint64_t sequence; /* of the figures that it is made of */
		struct MHD_Response *response;
	} kept[KEPT_COUNT];
};

int web_pages_new(struct web_pages **result, const struct web_options *options,
		  struct web_figures *figures)
{
	struct web_pages *pages = calloc(1, sizeof(*pages));
	int err;

	if (!pages)
		return error_sys(-ENOMEM, "cannot make pages");
	err = web_map_new(&pages->map, options->state);
	if (err) {
		free(pages);
		return err;
	}
	pages->commit = options->commit;
	pages->figures = figures;
	*result = pages;
	return 0;
}

static enum MHD_Result text_send(struct MHD_Connection *connection,
				 unsigned int status, const char *text)
{
	return web_reply_send(connection, status,
			      web_reply_text(text, TYPE_TEXT));
}

/* The end of what was written into memory: an answer, or NULL. */
static struct MHD_Response *written(FILE *out, char **body, size_t *len,
				    const char *type)
{
	if (fclose(out)) {
		free(*body);
		return NULL;
	}
	return web_reply_new(*body, *len, type);
}

static struct MHD_Response *kept_make(const struct web_pages *pages, int id,
				      const json_t *figures)
{
	bool open = id > KEPT_METRICS;
	char *body = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&body, &len);

	if (!out)
		return NULL;
	if (id < KEPT_PAGES) {
		figures_pages[id].write(out, figures);
		return written(out, &body, &len, figures_pages[id].type);
	}
	metrics_write(out, figures, pages->commit, open);
	return written(out, &body, &len, open ? METRICS_OPEN : METRICS_TEXT);
}

static enum MHD_Result kept_send(struct web_pages *pages,
				 struct MHD_Connection *connection, int id)
{
	struct kept *kept = &pages->kept[id];
	uint64_t sequence;
	json_t *figures =
		web_figures_get(pages->figures, id < KEPT_METRICS, &sequence);

	if (!figures)
		return text_send(connection, MHD_HTTP_SERVICE_UNAVAILABLE,
				 "there are no figures yet\n");
	if (kept->response && kept->sequence != sequence) {
		mhd.destroy_response(kept->response);
		kept->response = NULL;
	}
	if (!kept->response) {
		kept->response = kept_make(pages, id, figures);
		kept->sequence = sequence;
		if (kept->response && id >= KEPT_METRICS)
			mhd.add_response_header(kept->response, "Vary",
						"Accept");
	}
	json_decref(figures);
	if (!kept->response)
		return MHD_NO;
	return mhd.queue_response(connection, MHD_HTTP_OK, kept->response);
}

static enum MHD_Result metrics_send(struct web_pages *pages,
				    struct MHD_Connection *connection)
{
	const char *accept = NULL;
	size_t len = 0;

	mhd.lookup_connection_value_n(connection, MHD_HEADER_KIND, "Accept", 6,
				      &accept, &len);
	return kept_send(pages, connection,
			 KEPT_METRICS + metrics_open(accept));
}

static void ready_write(FILE *out, const json_t *figures)
{
	const json_t *text;
	size_t i;

	json_array_foreach(json_object_get(figures, "why"), i, text)
	{
		fprintf(out, "%s\n", json_string_value(text));
	}
	if (!json_is_array(json_object_get(figures, "interfaces")))
		fputs("the fast path is not looked at: this user may not see it\n",
		      out);
}

static enum MHD_Result ready_send(struct web_pages *pages,
				  struct MHD_Connection *connection)
{
	uint64_t sequence;
	json_t *figures = web_figures_get(pages->figures, false, &sequence);
	bool ready = json_is_true(json_object_get(figures, "ready"));
	bool dead = !figures || web_figures_age(figures) > FIGURES_DEAD;
	char *body = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&body, &len);

	if (out && dead)
		fputs("not ready: there are no new figures\n", out);
	else if (out)
		fputs(ready ? "ready\n" : "not ready\n", out);
	if (out && figures)
		ready_write(out, figures);
	json_decref(figures);
	if (!out)
		return MHD_NO;
	return web_reply_send(connection,
			      ready && !dead ? MHD_HTTP_OK
					     : MHD_HTTP_SERVICE_UNAVAILABLE,
			      written(out, &body, &len, TYPE_TEXT));
}

/* An argument of the query; false: there is none, or one with a NUL. */
static bool argument(struct MHD_Connection *connection, const char *key,
		     const char **value)
{
	size_t len = 0;

	*value = NULL;
	return mhd.lookup_connection_value_n(connection, MHD_GET_ARGUMENT_KIND,
					     key, strlen(key), value, &len) &&
	       *value && strlen(*value) == len;
}

static enum MHD_Result ask_send(struct web_pages *pages,
				struct MHD_Connection *connection)
{
	const char *domain;
	int got;

	if (!argument(connection, "domain", &domain))
		return text_send(connection, MHD_HTTP_BAD_REQUEST,
				 "domain= is needed\n");
	got = web_map_host(pages->map, domain, strlen(domain));
	if (got == -EINVAL)
		return text_send(connection, MHD_HTTP_BAD_REQUEST,
				 "that is no host\n");
	if (got < 0)
		return text_send(connection, MHD_HTTP_SERVICE_UNAVAILABLE,
				 "the live rules cannot be read\n");
	return got ? text_send(connection, MHD_HTTP_OK, "a rule has it\n")
		   : text_send(connection, MHD_HTTP_NOT_FOUND,
			       "no rule has it by name\n");
}

/* RFC 9110 5.6.2 */
static bool is_method(const char *text)
{
	size_t len = strspn(text, "!#$%&'*+-.^_`|~0123456789"
				  "abcdefghijklmnopqrstuvwxyz"
				  "ABCDEFGHIJKLMNOPQRSTUVWXYZ");

	return len && !text[len] && len <= METHOD_MAX;
}

/* Ask the live rules; or the reason why that cannot be. */
static json_t *explain_live(struct web_pages *pages, const char *url,
			    const char *method, uint64_t *release,
			    const char **problem)
{
	const struct map *map;
	json_t *said = NULL;

	if (!is_method(method))
		error_set(-EINVAL, "that is no method");
	else if (!web_map_live(pages->map, &map, release))
		said = explain(url, method, map);
	*problem = said ? NULL : error_text();
	return said;
}

static enum MHD_Result explain_send(struct web_pages *pages,
				    struct MHD_Connection *connection)
{
	const char *url, *method = NULL, *problem = NULL;
	bool asked = argument(connection, "url", &url);
	uint64_t release = 0;
	json_t *said = NULL;
	char *body = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&body, &len);

	if (!out)
		return MHD_NO;
	if (!argument(connection, "method", &method))
		method = "GET";
	if (asked)
		said = explain_live(pages, url, method, &release, &problem);
	page_explain(out, asked ? url : "", method, said, release, problem);
	json_decref(said);
	return web_reply_send(connection,
			      problem ? MHD_HTTP_BAD_REQUEST : MHD_HTTP_OK,
			      written(out, &body, &len, TYPE_HTML));
}

/* What is not made of figures alone. */
static const struct {
	const char *path;
	enum MHD_Result (*send)(struct web_pages *pages,
				struct MHD_Connection *connection);
} others[] = {
	{"/metrics", metrics_send},
	{"/readyz", ready_send},
	{"/ask", ask_send},
	{"/explain", explain_send},
};

enum MHD_Result web_pages_answer(struct web_pages *pages,
				 struct MHD_Connection *connection,
				 const char *path)
{
	const struct web_file *file = web_file_find(path);
	size_t i;

	if (file)
		return web_reply_send(connection, MHD_HTTP_OK,
				      web_reply_text(file->text, file->type));
	for (i = 0; i < KEPT_PAGES; i++)
		if (!strcmp(figures_pages[i].path, path))
			return kept_send(pages, connection, i);
	for (i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (!strcmp(others[i].path, path))
			return others[i].send(pages, connection);
	return text_send(connection, MHD_HTTP_NOT_FOUND,
			 "there is nothing here; / is the page\n");
}

void web_pages_free(struct web_pages *pages)
{
	size_t i;

	if (!pages)
		return;
	for (i = 0; i < KEPT_COUNT; i++)
		if (pages->kept[i].response)
			mhd.destroy_response(pages->kept[i].response);
	web_map_free(pages->map);
	free(pages);
}
