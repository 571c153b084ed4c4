// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "answer_leave.h"
#include "answer_record.h"
#include "error.h"

static unsigned int leave_find(const char *text, size_t len)
{
	if (len == 5 && !memcmp(text, "query", len))
		return ANSWER_LEAVE_QUERY;
	if (len == 7 && !memcmp(text, "address", len))
		return ANSWER_LEAVE_ADDRESS;
	return 0;
}

int answer_leave_parse(unsigned int *leave, const char *text)
{
	unsigned int found, all = 0;
	const char *at = text;
	size_t len;

	do {
		at += *at == ',' && at > text;
		len = strcspn(at, ",");
		found = leave_find(at, len);
		if (!found)
			return error_set(-EINVAL,
					 "'%s' is not query, address or both",
					 text);
		all |= found;
		at += len;
	} while (*at);
	*leave = all;
	return 0;
}

/* Where a text's query begins, or its length. */
static size_t query_find(const char *text, size_t len)
{
	const char *mark = memchr(text, '?', len);

	return mark ? (size_t)(mark - text) : len;
}

/* Where the query of a request's line ends: behind the target stands the protocol,
 * if it was understood. Bytes of the query may be blanks. */
static size_t line_end(const struct answer_record *record, size_t from,
		       size_t len)
{
	size_t at = record->target_at, end = at + record->target_len;

	return record->target_len && from >= at && from < end && end <= len
		       ? end
		       : len;
}

/* Texts get shorter in place, one behind the other. */
static void query_leave(struct answer_record *record)
{
	const char *text[ANSWER_TEXTS];
	size_t len[ANSWER_TEXTS], from, to;
	char *out = (char *)(record + 1);
	int i;

	for (i = 0; i < ANSWER_TEXTS; i++)
		text[i] = answer_record_text(record, i, &len[i]);
	for (i = 0; i < ANSWER_TEXTS; i++) {
		from = to = len[i];
		if (i == ANSWER_LINE || i == ANSWER_REFERER ||
		    i == ANSWER_LOCATION)
			from = query_find(text[i], len[i]);
		if (i == ANSWER_LINE)
			to = line_end(record, from, len[i]);
		memmove(out, text[i], from);
		memmove(out + from, text[i] + to, len[i] - to);
		record->len[i] = from + len[i] - to;
		out += record->len[i];
		if (i == ANSWER_LINE && from >= record->target_at &&
		    record->target_len > from - record->target_at)
			record->target_len = from - record->target_at;
	}
}

void answer_record_leave(struct answer_record *record, unsigned int leave)
{
	if (leave & ANSWER_LEAVE_QUERY)
		query_leave(record);
	if (leave & ANSWER_LEAVE_ADDRESS) {
		record->family = 0;
		record->port = 0;
		memset(record->address, 0, sizeof(record->address));
	}
}
