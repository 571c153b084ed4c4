// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "format_csv_cell.h"
#include "format_csv_none.h"
#include "format_csv_slip.h"
#include "format_read.h"
#include "format_text.h"
#include "rule_url.h"

/* An old address, and where its parts begin. */
struct address {
	const char *text;
	size_t len;
	size_t host; /* behind the scheme, if there is one */
	size_t path; /* behind the host; len: none */
};

static struct address address_of(const struct rule_field *field)
{
	struct address address = {field->text ? field->text : "", field->len, 0,
				  0};
	size_t at;

	address.host = rule_url_scheme(address.text, address.len);
	/* "//name" is of both schemes, as on a page */
	if (address.len > 2 && !memcmp(address.text, "//", 2)) {
		address.text += 2;
		address.len -= 2;
	}
	for (at = address.host;
	     at < address.len && !strchr("/?#", address.text[at]); at++)
		;
	address.path = at;
	return address;
}

/* Whether there is a port but those that rules drop. */
static bool has_port(const struct address *address)
{
	const char *host = address->text + address->host;
	size_t len = address->path - address->host;
	const char *colon = memrchr(host, ':', len);

	if (!colon || memchr(host, ' ', len) ||
	    memchr(colon, ']', host + len - colon))
		return false;
	len -= colon - host;
	return !(len == 1 || (len == 3 && !memcmp(colon, ":80", 3)) ||
		 (len == 4 && !memcmp(colon, ":443", 4)));
}

/* Cut an empty fragment off. Returns whether there is another one. */
static bool has_fragment(struct address *address)
{
	const char *sign = memchr(address->text, '#', address->len);

	if (!sign)
		return false;
	if (sign + 1 < address->text + address->len)
		return true;
	address->len--;
	return false;
}

static bool source_refuse(struct format_read *read, unsigned long at,
			  struct address *address)
{
	if (has_fragment(address))
		format_cannot(
			read, at, "fragment",
			"%.*s: clients do not send what is behind '#'; leave it out for a rule of the page",
			(int)address->len, address->text);
	else if (has_port(address))
		format_cannot(read, at, "port", "%.*s: a rule is for all ports",
			      (int)address->len, address->text);
	else
		return false;
	return true;
}

/* Whether it is the name of a file, which ends as no host does. */
static bool is_file(const struct address *address)
{
	static const char *const ends[] = {
		".html", ".htm", ".shtml", ".xhtml", ".php",  ".phtml", ".asp",
		".aspx", ".jsp", ".cfm",   ".cgi",   ".pdf",  ".doc",	".docx",
		".xls",	 ".xml", ".txt",   ".jpg",   ".jpeg", ".png",	".gif"};
	size_t i, len;

	for (i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		len = strlen(ends[i]);
		if (address->path > len &&
		    !strncasecmp(address->text + address->path - len, ends[i],
				 len))
			return true;
	}
	return false;
}

/* Whether it is a path that lacks its '/', since it is no host. */
static bool is_bare_path(const struct format_read *read,
			 const struct address *address)
{
	if (!address->host && address->len && *address->text != '*' &&
	    is_file(address))
		return true;
	return read->options.host && !address->host && address->path &&
	       address->len && *address->text != '*' &&
	       !memchr(address->text, '.', address->path) &&
	       !memchr(address->text, '[', address->path);
}

static void source_make(struct format_text *to, const struct address *address,
			bool literal, enum csv_match match, bool page,
			bool bare)
{
	format_text_begin(to);
	if (bare)
		format_text_raw(to, "/", 1);
	if (literal)
		format_text_url(to, address->text, address->len);
	else
		format_text_raw(to, address->text, address->len);
	if (page && address->path == address->len)
		format_text_raw(to, "/", 1);
	if (match == CSV_MATCH_PREFIX)
		format_text_raw(to, "*", 1);
}

/* What a spreadsheet has in the place of an address. */
static bool void_refuse(struct format_read *read, unsigned long at,
			const char *which, const struct rule_field *cell)
{
	if (!csv_cell_is_void(cell))
		return false;
	format_error(read, at, which, "'%.*s' is no address", (int)cell->len,
		     cell->text);
	return true;
}

/* "www.new.example/page" is a host that lacks its scheme. */
static bool target_refuse(struct format_read *read, unsigned long at,
			  const struct rule_field *target)
{
	const char *text = target->text, *slash;
	struct rule_quote quote;

	if (!target->len || strchr("/?#.*", *text) ||
	    memmem(text, target->len, "://", 3))
		return false;
	slash = memchr(text, '/', target->len);
	if (strncasecmp(text, "www.", 4) &&
	    (!slash || !memchr(text, '.', slash - text)))
		return false;
	format_error(
		read, at, "target",
		"%s: neither a URL nor a path; begin it with https:// or /",
		rule_quote(&quote, text, target->len));
	return true;
}

int csv_cell_give(struct format_read *read, unsigned long at,
		  struct rule_fields *fields, bool literal,
		  enum csv_match match, bool page)
{
	static __thread struct format_text source, target;
	struct address address = address_of(&fields->source);

	if (void_refuse(read, at, "source", &fields->source) ||
	    void_refuse(read, at, "target", &fields->target) ||
	    csv_slip_refuse(read, at, "source", &fields->source) ||
	    csv_slip_refuse(read, at, "target", &fields->target) ||
	    source_refuse(read, at, &address) ||
	    target_refuse(read, at, &fields->target))
		return 0;
	csv_slip_tell(read, at, &fields->source);
	csv_slip_tell(read, at, &fields->target);
	if (!literal && address.host && address.path == address.len)
		format_differs(
			read, at, "whole host",
			"%.*s is all of the host; %.*s/ is its first page",
			(int)address.len, address.text, (int)address.len,
			address.text);
	if (address.len) {
		source_make(&source, &address, literal, match, page,
			    is_bare_path(read, &address));
		fields->source = (struct rule_field){source.text, source.len};
	}
	if (literal && fields->target.len) {
		format_text_begin(&target);
		format_text_target(&target, fields->target.text,
				   fields->target.len);
		fields->target = (struct rule_field){target.text, target.len};
	}
	return format_give(read, at, fields);
}
