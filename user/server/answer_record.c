// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "answer_record.h"

static const uint16_t most[ANSWER_TEXTS] = {
	[ANSWER_LINE] = ANSWER_LINE_MAX,
	[ANSWER_HOST] = ANSWER_HOST_MAX,
	[ANSWER_REFERER] = ANSWER_REFERER_MAX,
	[ANSWER_AGENT] = ANSWER_AGENT_MAX,
	[ANSWER_SOURCE] = ANSWER_SOURCE_MAX,
	[ANSWER_LOCATION] = ANSWER_LOCATION_MAX,
};

/* Where a text begins, behind the record's start; or, of ANSWER_TEXTS, where all
 * end. */
static size_t text_at(const struct answer_record *record, int which)
{
	size_t at = sizeof(*record);
	int i;

	for (i = 0; i < which; i++)
		at += record->len[i];
	return at;
}

static uint32_t aligned(size_t size)
{
	return (size + 7) & ~(size_t)7;
}

void answer_record_init(struct answer_record *record)
{
	memset(record, 0, sizeof(*record));
	record->size = sizeof(*record);
}

void answer_record_put(struct answer_record *record, enum answer_text which,
		       const void *text, size_t len)
{
	size_t at = text_at(record, which);

	if (len > most[which]) {
		len = most[which];
		record->flags |= ANSWER_CUT_BIT << which;
	}
	if (len)
		memcpy((char *)record + at, text, len);
	record->len[which] = len;
	record->size = aligned(at + len);
}

const char *answer_record_text(const struct answer_record *record,
			       enum answer_text which, size_t *len)
{
	*len = record->len[which];
	return (const char *)record + text_at(record, which);
}

int answer_record_sound(const struct answer_record *record, size_t size)
{
	return size >= sizeof(*record) && record->size == size &&
	       aligned(text_at(record, ANSWER_TEXTS)) == size &&
	       record->method_len <= record->len[ANSWER_LINE] &&
	       record->target_at + record->target_len <=
		       record->len[ANSWER_LINE];
}
