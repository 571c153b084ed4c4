/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef COUNTER_H
#define COUNTER_H

/* What is done with a packet. */
enum verdict {
	VERDICT_NONE, /* the counter says nothing of that */
	VERDICT_PASS, /* to the kernel */
	VERDICT_TX,   /* a reply goes back in its place */
	VERDICT_DROP,
	VERDICT_HAND, /* to the kernel; TC gives it to the listener */
};

/*
 * The counters of the fast path: what became of every packet, and why. A
 * counter's number is its place in the pinned array, and is never reused: a new
 * one comes last, with its group's comment before it, and one that is no longer
 * counted stays.
 *
 * X(constant, name, verdict, what is counted)
 */
#define COUNTERS(X)                                                            \
	/* To the kernel, untouched: not ours. */                              \
	X(PASS_NOT_TCP, "pass_not_tcp", PASS, "not TCP over IPv4 or IPv6")     \
	X(PASS_MALFORMED, "pass_malformed", PASS,                              \
	  "headers that do not add up")                                        \
	X(PASS_TAGS, "pass_tags", PASS, "more than one VLAN tag")              \
	X(PASS_FRAGMENT, "pass_fragment", PASS, "IP fragments")                \
	X(PASS_IP_OPTIONS, "pass_ip_options", PASS,                            \
	  "IP options, extension headers")                                     \
	X(PASS_PORT, "pass_port", PASS, "another port")                        \
	X(PASS_ADDRESS, "pass_address", PASS, "not an address of this host")   \
	X(PASS_CONNECTION, "pass_connection", PASS,                            \
	  "the kernel has the connection")                                     \
	X(PASS_FLAGS, "pass_flags", PASS,                                      \
	  "TCP flags that begin or end nothing")                               \
	X(PASS_SYN_DATA, "pass_syn_data", PASS, "SYN with data")               \
	X(PASS_SYN_OPTIONS, "pass_syn_options", PASS, "SYN with odd options")  \
	X(PASS_SYN_FRAGMENTS, "pass_syn_fragments", PASS,                      \
	  "SYN that may be fragmented")                                        \
	X(PASS_NO_LISTENER, "pass_no_listener", PASS,                          \
	  "SYN to where nothing listens")                                      \
	X(PASS_SYN_MPTCP, "pass_syn_mptcp", PASS,                              \
	  "SYN for a listener of MPTCP")                                       \
	X(PASS_SYN_DRAINING, "pass_syn_draining", PASS,                        \
	  "SYN while draining (attaching or detaching)")                       \
	X(PASS_FOLLOWING, "pass_following", PASS,                              \
	  "after a handed-over request")                                       \
	X(PASS_EARLY, "pass_early", PASS, "ahead of its request, given to TC") \
	X(PASS_NO_ROOM, "pass_no_room", PASS,                                  \
	  "no room for a reply in the frame")                                  \
	/* Handshake. */                                                       \
	X(COOKIE_SENT, "cookie_sent", TX, "SYN answered with a cookie")        \
	X(COOKIE_ACCEPTED, "cookie_accepted", NONE,                            \
	  "data or FIN with our cookie")                                       \
	X(COOKIE_REFUSED, "cookie_refused", PASS,                              \
	  "data without our cookie, passed")                                   \
	/* Around the answer. */                                               \
	X(DROP_ACK, "drop_ack", DROP, "bare ACK swallowed")                    \
	X(DROP_RST, "drop_rst", DROP, "RST swallowed")                         \
	X(DROP_EARLY, "drop_early", DROP,                                      \
	  "ahead of its request, to be sent again")                            \
	X(DROP_REPEATED, "drop_repeated", DROP, "request answered too often")  \
	X(FIN_ACKED, "fin_acked", TX, "FIN after an answer acknowledged")      \
	X(FIN_ANSWERED, "fin_answered", TX, "FIN without a request answered")  \
	/* Answers, by code and method. */                                     \
	X(GET_301, "get_301", TX, "GET answered with 301")                     \
	X(GET_302, "get_302", TX, "GET answered with 302")                     \
	X(GET_303, "get_303", TX, "GET answered with 303")                     \
	X(GET_307, "get_307", TX, "GET answered with 307")                     \
	X(GET_308, "get_308", TX, "GET answered with 308")                     \
	X(GET_410, "get_410", TX, "GET answered with 410")                     \
	X(HEAD_301, "head_301", TX, "HEAD answered with 301")                  \
	X(HEAD_302, "head_302", TX, "HEAD answered with 302")                  \
	X(HEAD_303, "head_303", TX, "HEAD answered with 303")                  \
	X(HEAD_307, "head_307", TX, "HEAD answered with 307")                  \
	X(HEAD_308, "head_308", TX, "HEAD answered with 308")                  \
	X(HEAD_410, "head_410", TX, "HEAD answered with 410")                  \
	/* Requests handed over, by the reason. */                             \
	X(HAND_MISS, "hand_miss", HAND, "no rule matches")                     \
	X(HAND_PASS, "hand_pass", HAND, "a pass rule matches")                 \
	X(HAND_NO_RELEASE, "hand_no_release", HAND, "no release is loaded")    \
	X(HAND_METHOD, "hand_method", HAND, "neither GET nor HEAD")            \
	X(HAND_INCOMPLETE, "hand_incomplete", HAND, "the head goes on")        \
	X(HAND_LONG, "hand_long", HAND,                                        \
	  "the head is longer than the fast path takes")                       \
	X(HAND_MALFORMED, "hand_malformed", HAND, "the head is to be refused") \
	X(HAND_BODY, "hand_body", HAND, "a body is announced")                 \
	X(HAND_MORE, "hand_more", HAND, "bytes after the head")                \
	X(HAND_TARGET, "hand_target", HAND, "target not in normal form")       \
	X(HAND_HOST, "hand_host", HAND, "Host not in normal form")             \
	X(HAND_FIT, "hand_fit", HAND, "answer beyond MSS, window or MTU")      \
	X(HAND_ROOM, "hand_room", HAND, "no room for the answer in the frame") \
	X(HAND_MERGED, "hand_merged", HAND, "one of several frames, merged")   \
	X(HAND_FLAGS, "hand_flags", HAND, "urgent data, odd options")          \
	X(HAND_REPEATED, "hand_repeated", HAND,                                \
	  "request maybe answered too often")                                  \
	X(HAND_DAMAGED, "hand_damaged", HAND, "the map does not add up")       \
	/* The hand-over itself, at TC. */                                     \
	X(ASSIGNED, "assigned", PASS, "given to the kernel's listener")        \
	X(ASSIGNED_EARLY, "assigned_early", PASS,                              \
	  "the same, ahead of its request")                                    \
	X(ASSIGN_CLEARED, "assign_cleared", PASS,                              \
	  "a half-open connection reset")                                      \
	X(ASSIGN_NO_LISTENER, "assign_no_listener", PASS, "nothing listens")   \
	X(ASSIGN_BACKLOG, "assign_backlog", DROP,                              \
	  "its queue is full, dropped")                                        \
	X(ASSIGN_FAILED, "assign_failed", PASS, "the kernel refused")          \
	/* Requests handed over, by the reason. */                             \
	X(HAND_OK, "hand_ok", HAND, "a rule with 200 matches")                 \
	/* To the kernel, untouched: not ours. */                              \
	X(PASS_HTTPS, "pass_https", PASS,                                      \
	  "SYN or request to a listener of https, proxy")                      \
	/* Requests handed over, by the reason. */                             \
	X(HAND_COST, "hand_cost", HAND, "the lookup takes too long")           \
	X(HAND_PATTERN, "hand_pattern", HAND, "a pattern may match")           \
	X(HAND_PAIRS, "hand_pairs", HAND, "a set of pairs may match")          \
	X(HAND_CASE, "hand_case", HAND, "a rule with case=ignore matches")

enum counter {
	COUNTER_NONE = -1, /* nothing to count: go on */
#define COUNTER_CONSTANT(constant, name, verdict, what) COUNTER_##constant,
	COUNTERS(COUNTER_CONSTANT)
#undef COUNTER_CONSTANT
		COUNTER_COUNT,
};

/* The compiler makes bit masks of this. */
static inline __attribute__((always_inline)) enum verdict
counter_verdict(enum counter counter)
{
	switch (counter) {
#define COUNTER_VERDICT(constant, name, verdict, what) \
	case COUNTER_##constant:                       \
		return VERDICT_##verdict;
		COUNTERS(COUNTER_VERDICT)
#undef COUNTER_VERDICT
	case COUNTER_NONE:
	case COUNTER_COUNT:
		break;
	}
	return VERDICT_NONE;
}

#endif
