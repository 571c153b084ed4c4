// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "head.h"
#include "response.h"

/* HTTP/1.x SP 3DIGIT [SP reason] (RFC 9112 4). */
static int response_line(struct head *head, const uint8_t *buf, uint32_t n)
{
	const uint8_t *at = buf + head->line;
	int result = head_line_end(head, buf, n);
	uint32_t len = head->end - head->line;

	if (result != HEAD_CONTINUE)
		return result;
	if (len < 12 || memcmp(at, "HTTP/1.", 7) || !isdigit(at[7]) ||
	    at[8] != ' ' || at[9] < '1' || at[9] > '9' || !isdigit(at[10]) ||
	    !isdigit(at[11]) || (len > 12 && at[12] != ' '))
		return HEAD_BAD_REQUEST;
	head->minor = at[7] != '0';
	head->target = head->line + 9;
	head->line = head->at;
	head->stage = HEAD_AT_FIELD;
	return HEAD_CONTINUE;
}

int response_scan(struct head *head, const uint8_t *buf, uint32_t len,
		  int *status)
{
	uint32_t n = len < head->max ? len : head->max;
	int result = HEAD_CONTINUE;

	if (head->stage == HEAD_AT_START)
		result = response_line(head, buf, n);
	while (result == HEAD_CONTINUE)
		result = head_field(head, buf, n);
	if (result == HEAD_MORE)
		return len < head->max ? 0 : -EBADMSG;
	if (result != HEAD_DONE)
		return -EBADMSG;
	buf += head->target;
	*status = (buf[0] - '0') * 100 + (buf[1] - '0') * 10 + buf[2] - '0';
	return 1;
}

int response_body(struct body *body, const struct head *head, int status,
		  bool to_head)
{
	bool coded = head->flags & HEAD_CODED;
	enum body_kind kind = BODY_CLOSE;

	if (head->flags & HEAD_BAD_LENGTH)
		return -EBADMSG;
	if (coded && head->flags & HEAD_LENGTH)
		return -EBADMSG;
	if (to_head || status < 200 || status == 204 || status == 304)
		kind = BODY_NONE;
	else if (coded && head->flags & HEAD_CHUNKED)
		kind = BODY_CHUNKED;
	else if (head->flags & HEAD_LENGTH)
		kind = BODY_LENGTH;
	body_init(body, kind, head->length);
	body->lenient = true;
	return 0;
}
