/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_HAPROXY_TELL_H
#define FORMAT_HAPROXY_TELL_H

/* What rules answer otherwise, and what is said once for a file. */
enum haproxy_told {
	HAPROXY_TOLD_PORT,
	HAPROXY_TOLD_FORM,
	HAPROXY_TOLD_HOST_CASE,
	HAPROXY_TOLD_QUERY,
	HAPROXY_TOLD_SLASH,
	HAPROXY_TOLD_MARK,
	HAPROXY_TOLD_ESCAPE,
	HAPROXY_TOLD_RELATIVE,
	HAPROXY_TOLD_ORDER,
	HAPROXY_TOLD_LISTENER,
	HAPROXY_TOLD_EMPTY,
	HAPROXY_TOLD_PATH_CASE,
	HAPROXY_TOLD_HOST_PUT,
	HAPROXY_TOLD_PAIRS,
	HAPROXY_TOLD_PAIRS_CASE,
	HAPROXY_TOLD_PAIRS_PUT,
};

struct haproxy;

/* Say it at a line, if it was not said before. */
void haproxy_tell(struct haproxy *haproxy, enum haproxy_told what,
		  unsigned long at);

#endif
