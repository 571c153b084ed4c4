/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ANSWER_LEAVE_H
#define ANSWER_LEAVE_H

struct answer_record;

/* What a client may want to be left out of what is told of its request. */
enum answer_leave {
	ANSWER_LEAVE_QUERY = 1, /* of request line, Referer and Location */
	ANSWER_LEAVE_ADDRESS = 2,
};

/* Read "query", "address" or both, with a comma. Returns 0, or -EINVAL with
 * error_set(). */
int answer_leave_parse(unsigned int *leave, const char *text);

/* Take it out of a record. Where a request line was not understood, all from the
 * first '?' to the next blank is its query. */
void answer_record_leave(struct answer_record *record, unsigned int leave);

#endif
