/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef COUNTER_H
#define COUNTER_H

/*
 * The counters of the fast path: what became of every packet, and why. The
 * order is that of the pinned array, and tells the verdict: the DROPs, what is
 * answered from FIN_ACKED to HEAD_410, the hand-overs from HAND_MISS on.
 *
 * X(constant, name, what is counted)
 */
#define COUNTERS(X)                                                            \
	/* To the kernel, untouched: not ours. */                              \
	X(PASS_NOT_TCP, "pass_not_tcp", "not TCP over IPv4 or IPv6")           \
	X(PASS_MALFORMED, "pass_malformed", "headers that do not add up")      \
	X(PASS_TAGS, "pass_tags", "more than one VLAN tag")                    \
	X(PASS_FRAGMENT, "pass_fragment", "IP fragments")                      \
	X(PASS_IP_OPTIONS, "pass_ip_options", "IP options, extension headers") \
	X(PASS_PORT, "pass_port", "another port")                              \
	X(PASS_ADDRESS, "pass_address", "not an address of this host")         \
	X(PASS_CONNECTION, "pass_connection", "the kernel has the connection") \
	X(PASS_FLAGS, "pass_flags", "TCP flags that begin or end nothing")     \
	X(PASS_SYN_DATA, "pass_syn_data", "SYN with data")                     \
	X(PASS_SYN_OPTIONS, "pass_syn_options", "SYN with odd options")        \
	X(PASS_SYN_FRAGMENTS, "pass_syn_fragments",                            \
	  "SYN that may be fragmented")                                        \
	X(PASS_NO_LISTENER, "pass_no_listener",                                \
	  "SYN to where nothing listens")                                      \
	X(PASS_SYN_MPTCP, "pass_syn_mptcp", "SYN for a listener of MPTCP")     \
	X(PASS_SYN_DRAINING, "pass_syn_draining",                              \
	  "SYN while draining (attaching or detaching)")                       \
	X(PASS_FOLLOWING, "pass_following", "behind a handed-over request")    \
	X(PASS_EARLY, "pass_early", "ahead of its request, given to TC")       \
	X(PASS_NO_ROOM, "pass_no_room", "no room for a reply in the frame")    \
	/* Handshake. */                                                       \
	X(COOKIE_SENT, "cookie_sent", "SYN answered with a cookie")            \
	X(COOKIE_ACCEPTED, "cookie_accepted", "data or FIN with our cookie")   \
	X(COOKIE_REFUSED, "cookie_refused", "data without our cookie, passed") \
	/* Around the answer. */                                               \
	X(DROP_ACK, "drop_ack", "bare ACK swallowed")                          \
	X(DROP_RST, "drop_rst", "RST swallowed")                               \
	X(DROP_EARLY, "drop_early", "ahead of its request, to be sent again")  \
	X(DROP_REPEATED, "drop_repeated", "request answered too often")        \
	X(FIN_ACKED, "fin_acked", "FIN behind an answer acknowledged")         \
	X(FIN_ANSWERED, "fin_answered", "FIN without a request answered")      \
	/* Answers, by code and method. */                                     \
	X(GET_301, "get_301", "GET answered with 301")                         \
	X(GET_302, "get_302", "GET answered with 302")                         \
	X(GET_303, "get_303", "GET answered with 303")                         \
	X(GET_307, "get_307", "GET answered with 307")                         \
	X(GET_308, "get_308", "GET answered with 308")                         \
	X(GET_410, "get_410", "GET answered with 410")                         \
	X(HEAD_301, "head_301", "HEAD answered with 301")                      \
	X(HEAD_302, "head_302", "HEAD answered with 302")                      \
	X(HEAD_303, "head_303", "HEAD answered with 303")                      \
	X(HEAD_307, "head_307", "HEAD answered with 307")                      \
	X(HEAD_308, "head_308", "HEAD answered with 308")                      \
	X(HEAD_410, "head_410", "HEAD answered with 410")                      \
	/* Requests handed over, by the reason. */                             \
	X(HAND_MISS, "hand_miss", "no rule matches")                           \
	X(HAND_PASS, "hand_pass", "a pass rule matches")                       \
	X(HAND_NO_RELEASE, "hand_no_release", "no release is loaded")          \
	X(HAND_METHOD, "hand_method", "neither GET nor HEAD")                  \
	X(HAND_INCOMPLETE, "hand_incomplete", "the head goes on")              \
	X(HAND_LONG, "hand_long", "the head is longer than the fast path")     \
	X(HAND_MALFORMED, "hand_malformed", "the head is to be refused")       \
	X(HAND_BODY, "hand_body", "a body is announced")                       \
	X(HAND_MORE, "hand_more", "bytes behind the head")                     \
	X(HAND_TARGET, "hand_target", "target not in normal form")             \
	X(HAND_HOST, "hand_host", "Host not in normal form")                   \
	X(HAND_FIT, "hand_fit", "answer beyond MSS, window or MTU")            \
	X(HAND_ROOM, "hand_room", "no room for the answer in the frame")       \
	X(HAND_MERGED, "hand_merged", "one of several frames, merged")         \
	X(HAND_FLAGS, "hand_flags", "urgent data, odd options")                \
	X(HAND_REPEATED, "hand_repeated", "request maybe answered too often")  \
	X(HAND_SWITCHED, "hand_switched", "the release changed meanwhile")     \
	X(HAND_DAMAGED, "hand_damaged", "the map does not add up")             \
	/* The hand-over itself, at TC. */                                     \
	X(ASSIGNED, "assigned", "given to the kernel's listener")              \
	X(ASSIGNED_EARLY, "assigned_early", "the same, ahead of its request")  \
	X(ASSIGN_CLEARED, "assign_cleared", "a half-open connection reset")    \
	X(ASSIGN_NO_LISTENER, "assign_no_listener", "nothing listens")         \
	X(ASSIGN_BACKLOG, "assign_backlog", "its queue is full, dropped")      \
	X(ASSIGN_FAILED, "assign_failed", "the kernel refused")

enum counter {
#define COUNTER_CONSTANT(constant, name, what) COUNTER_##constant,
	COUNTERS(COUNTER_CONSTANT)
#undef COUNTER_CONSTANT
		COUNTER_COUNT,
};

#endif
