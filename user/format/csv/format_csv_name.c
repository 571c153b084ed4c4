// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "format_csv_name.h"
#include "format_csv_words.h"

static const char *const own[] = {
	[CSV_SOURCE] = "source",       [CSV_TARGET] = "target",
	[CSV_CODE] = "code",	       [CSV_QUERY] = "query",
	[CSV_MAX_AGE] = "max-age",     [CSV_TAG] = "tag",
	[CSV_NOTE] = "note",	       [CSV_SCHEME] = "scheme",
	[CSV_CASE] = "case",	       [CSV_FIRST] = "first",
	[CSV_FINAL] = "final",	       [CSV_HEADER] = "header",
	[CSV_HEADER + 1] = "header2",  [CSV_HEADER + 2] = "header3",
	[CSV_HEADER_LAST] = "header4",
};

/* What others call them, in the order in which they count. */
static const char *const sources[] = {
	"oldurl",      "sourceurl",   "redirectfrom", "fromurl",
	"urlfrom",     "urlold",      "olduri",	      "oldpath",
	"oldlink",     "oldaddress",  "oldpage",      "oldpageurl",
	"oldlocation", "legacyurl",   "originalurl",  "currenturl",
	"existingurl", "sourceuri",   "sourcepath",   "sourcelink",
	"frompath",    "requesturl",  "requestpath",  "matchurl",
	"incomingurl", "origin",      "alteurl",      "alteadresse",
	"quelle",      "ancienneurl", "urlantigua",   "old",
	"from",	       "address",     "url",	      NULL};
static const char *const targets[] = {"newurl",
				      "targeturl",
				      "redirectto",
				      "tourl",
				      "urlto",
				      "urlnew",
				      "newuri",
				      "newpath",
				      "newlink",
				      "newaddress",
				      "newpage",
				      "newpageurl",
				      "newlocation",
				      "destinationurl",
				      "destination",
				      "redirecturl",
				      "redirecturi",
				      "redirecttourl",
				      "redirecttarget",
				      "redirectlocation",
				      "redirectdestination",
				      "proposedurl",
				      "finalurl",
				      "targeturi",
				      "targetpath",
				      "topath",
				      "location",
				      "neueurl",
				      "neueadresse",
				      "ziel",
				      "zielurl",
				      "nouvelleurl",
				      "urlnueva",
				      "new",
				      "to",
				      "redirect",
				      NULL};
static const char *const codes[] = {"statuscode",   "httpstatuscode",
				    "httpcode",	    "httpstatus",
				    "redirectcode", "redirectstatus",
				    "responsecode", "redirecttype",
				    "action",	    NULL};
static const char *const types[] = {"type", NULL};
static const char *const states[] = {"status", "state", "active", "enabled",
				     NULL};
static const char *const matches[] = {
	"regex", "isregex", "regexp", "matching", "matchtype", "format", NULL};
/* What lists of links have, and lists of redirects have not. */
static const char *const links[] = {"anchor", "anchortext",   "alttext",
				    "follow", "linkposition", NULL};
static const char *const archives[] = {"archiveurl", "suggestedurl", NULL};

static const struct {
	enum csv_role role;
	const char *const *names;
} others[] = {
	{CSV_SOURCE, sources},	 {CSV_TARGET, targets}, {CSV_CODE, codes},
	{CSV_TYPE, types},	 {CSV_STATE, states},	{CSV_MATCH, matches},
	{CSV_ARCHIVE, archives}, {CSV_LINK, links},
};

enum { NAME_MOST = 32 };

/* Reduce a name to what counts. Returns false for one that is too long. */
static bool name_reduce(char *dst, const char *text, size_t len)
{
	size_t i, n = 0;

	for (i = 0; i < len; i++) {
		char c = text[i];

		if (i + 1 < len && c == '\xc2' && text[i + 1] == '\xa0') {
			i++;
			continue;
		}
		if (c && memchr(" \t\r\n_-()", c, 8))
			continue;
		if (n == NAME_MOST)
			return false;
		dst[n++] = c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c;
	}
	dst[n] = '\0';
	return n && !memchr(text, '\0', len);
}

static bool own_is(const char *name, enum csv_role role)
{
	/* "max-age" as it is reduced */
	return !strcmp(name, role == CSV_MAX_AGE ? "maxage" : own[role]);
}

enum csv_role csv_name(const char *text, size_t len, unsigned int *rank)
{
	static const enum csv_role by_words[] = {
		[CSV_SAYS_NOTHING] = CSV_ROLES,
		[CSV_SAYS_OLD] = CSV_SOURCE,
		[CSV_SAYS_NEW] = CSV_TARGET,
		[CSV_SAYS_CODE] = CSV_CODE,
	};
	char name[NAME_MOST + 1];
	unsigned int role;
	size_t i, k;

	*rank = CSV_NAME_UNKNOWN;
	if (!name_reduce(name, text, len))
		return CSV_ROLES;
	for (role = 0; role <= CSV_HEADER_LAST; role++) {
		if (own_is(name, role)) {
			*rank = CSV_NAME_OWN;
			return role;
		}
	}
	for (i = 0; i < sizeof(others) / sizeof(*others); i++) {
		for (k = 0; others[i].names[k]; k++) {
			if (!strcmp(name, others[i].names[k])) {
				*rank = k + 1;
				return others[i].role;
			}
		}
	}
	role = by_words[csv_words(text, len)];
	if (role != CSV_ROLES)
		*rank = CSV_NAME_WORDS;
	return role;
}

const char *csv_name_own(enum csv_role role)
{
	return own[role];
}
