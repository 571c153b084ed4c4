// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>
#include <strings.h>

#include "format_csv_code.h"
#include "rule.h"
#include "rule_code.h"
#include "unseen.h"

/* Words without case, and with one blank between two. */
struct csv_word {
	const char *text, *code;
	bool loose; /* people mean either of two codes by it */
};

static const struct csv_word words[] = {
	{"permanent", "301", false},
	{"permanently", "301", false},
	{"moved permanently", "301", false},
	{"moved permanent", "301", false},
	{"perm", "301", false},
	{"permanent redirect", "301", true},
	{"temporary", "302", false},
	{"temporarily", "302", false},
	{"temp", "302", false},
	{"found", "302", false},
	{"moved temporarily", "302", false},
	{"temporary redirect", "302", true},
	{"see other", "303", false},
	{"seeother", "303", false},
	{"gone", "410", false},
	{"deleted", "410", true},
	{"removed", "410", true},
	{"dauerhaft", "301", false},
	{"permanente", "301", false},
	{"permanent umgezogen", "301", false},
	{"tempor\u00e4r", "302", false},
	{"temporaer", "302", false},
	{"vor\u00fcbergehend", "302", false},
	{"temporaire", "302", false},
	{"gel\u00f6scht", "410", true},
	{"l\u00f6schen", "410", true},
	{"entf\u00e4llt", "410", true},
	{"entfernt", "410", true},
};

static const struct csv_word govuk[] = {
	{"redirect", "301", false},
	{"archive", "410", false},
};

static const struct csv_word flecto[] = {
	{"moved_permanent", "301", false},
	{"found", "302", false},
	{"temporary_redirect", "307", false},
	{"permanent_redirect", "308", false},
};

static bool code_set(struct rule_field *field, const char *code)
{
	*field = (struct rule_field){code, strlen(code)};
	return true;
}

static bool word_find(const struct csv_word *list, size_t count,
		      struct rule_field *field, bool *loose)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (strlen(list[i].text) != field->len ||
		    strncasecmp(list[i].text, field->text, field->len))
			continue;
		*loose = list[i].loose;
		return code_set(field, list[i].code);
	}
	return false;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Find the one number of three digits, with words or ".0" around it. Returns
 * whether it is the only one and a code. */
static bool number_find(struct rule_field *field)
{
	const char *text = field->text, *found = NULL;
	struct unseen unseen;
	size_t i, n;

	/* that is told */
	if (unseen_find(&unseen, text, field->len))
		return false;
	if (field->len > 8 && !strncasecmp(text, "HTTP/", 5) &&
	    memchr(text, ' ', field->len)) {
		const char *behind = memchr(text, ' ', field->len);

		field->len -= behind - text;
		field->text = text = behind;
	}
	for (i = 0; i < field->len; i += n ? n : 1) {
		for (n = 0; i + n < field->len && is_digit(text[i + n]);)
			n++;
		if (!n || (found && n == 1 && text[i] == '0' &&
			   (text[i - 1] == '.' || text[i - 1] == ',')))
			continue;
		if (n != 3 || found)
			return false;
		found = text + i;
	}
	if (!found || !rule_code_find(found, 3))
		return false;
	*field = (struct rule_field){found, 3};
	return true;
}

void csv_code(struct rule_field *field, bool *loose)
{
	struct rule_field number = *field;

	*loose = false;
	if (rule_code_find(field->text, field->len) ||
	    word_find(words, sizeof(words) / sizeof(*words), field, loose))
		return;
	/* "301 / 308" and "301, not 302" name two */
	if (field->len && number_find(&number))
		*field = number;
}

void csv_code_govuk(struct rule_field *field, bool *loose)
{
	if (!word_find(govuk, sizeof(govuk) / sizeof(*govuk), field, loose))
		csv_code(field, loose);
}

void csv_code_flecto(struct rule_field *field, bool *loose)
{
	if (!word_find(flecto, sizeof(flecto) / sizeof(*flecto), field, loose))
		csv_code(field, loose);
}
