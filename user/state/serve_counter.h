/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVE_COUNTER_H
#define SERVE_COUNTER_H

#include <stdatomic.h>
#include <stdint.h>

/*
 * The counters of the socket responder: what became of every connection and
 * every request, and why. The order is that of the values on their way to
 * `detour stats`, which may be of another version: new ones go to the end,
 * under the heading that they belong to. detour-counters(7) is made of the
 * list, and shows what stands under the same heading together.
 *
 * X(constant, name after "socket_", what is counted)
 */
#define SERVE_COUNTERS(X)                                                      \
	/* Connections that come. */                                           \
	X(ACCEPTED, "accepted", "connections accepted")                        \
	X(ACCEPT_FAILED, "accept_failed", "connections gone in the queue")     \
	X(PAUSED_FULL, "paused_full", "accepting stopped: --connections")      \
	X(PAUSED_SHORT, "paused_short",                                        \
	  "accepting stopped: descriptors, memory")                            \
	/* Connections that go, by the reason. */                              \
	X(CLOSED_DONE, "closed_done", "by both sides, behind the last answer") \
	X(CLOSED_CLIENT, "closed_client", "the client was the first")          \
	X(CLOSED_IDLE, "closed_idle", "nothing came in time")                  \
	X(CLOSED_LINGER, "closed_linger", "client did not close in time")      \
	X(CLOSED_EXCESS, "closed_excess", "client sent on and on at the end")  \
	X(CLOSED_UNREAD, "closed_unread", "client did not read in time")       \
	X(CLOSED_ERROR, "closed_error", "reset, or an error of the network")   \
	X(CLOSED_MEMORY, "closed_memory", "memory ran out")                    \
	X(CLOSED_PROXY, "closed_proxy", "the fallback's response broke off")   \
	X(CLOSED_STOP, "closed_stop", "the server stopped")                    \
	/* Requests, and the rules for them. */                                \
	X(REQUESTS, "requests", "heads that were complete, or refused before") \
	X(MISS, "miss", "no rule matches")                                     \
	X(PASS, "pass", "a pass rule matches")                                 \
	X(DAMAGED, "damaged", "the map does not add up")                       \
	/* Answers of rules, by code and method. */                            \
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
	X(OTHER_301, "other_301", "other methods answered with 301")           \
	X(OTHER_302, "other_302", "other methods answered with 302")           \
	X(OTHER_303, "other_303", "other methods answered with 303")           \
	X(OTHER_307, "other_307", "other methods answered with 307")           \
	X(OTHER_308, "other_308", "other methods answered with 308")           \
	X(OTHER_410, "other_410", "other methods answered with 410")           \
	/* Answers without a rule. */                                          \
	X(STATUS_400, "status_400", "malformed head, body or Host")            \
	X(STATUS_404, "status_404", "no rule, and no fallback")                \
	X(STATUS_405, "status_405", "CONNECT")                                 \
	X(STATUS_408, "status_408", "head or proxied body not there in time")  \
	X(STATUS_414, "status_414", "request target too long")                 \
	X(STATUS_431, "status_431", "head too long")                           \
	X(STATUS_501, "status_501", "unknown transfer coding")                 \
	X(STATUS_502, "status_502", "no fallback, or no response of one")      \
	X(STATUS_504, "status_504", "fallback silent for too long")            \
	X(STATUS_505, "status_505", "not HTTP/1.x")                            \
	/* Requests for the fallback, and their ends. */                       \
	X(PROXIED, "proxied", "requests for the fallback")                     \
	X(PROXIED_DONE, "proxied_done", "its response passed on whole")        \
	X(PROXIED_FAILED, "proxied_failed", "answered in its stead")           \
	X(PROXIED_BROKEN, "proxied_broken", "connection closed before")        \
	/* Bodies of requests that are answered here. */                       \
	X(BODY_READ, "body_read", "read, and thrown away")                     \
	X(BODY_UNREAD, "body_unread", "not read: the answer closes")           \
	X(BODY_LONG, "body_long", "longer than --drain after all")             \
	X(BODY_BROKEN, "body_broken", "chunks that are none")                  \
	X(BODY_STALLED, "body_stalled", "nothing more of it came in time")     \
	/* Connections that go, by the reason. */                              \
	X(CLOSED_ASKED, "closed_asked",                                        \
	  "behind an answer, as the client asked")                             \
	/* Answers without a rule. */                                          \
	X(STATUS_421, "status_421", "https in plaintext")                      \
	X(STATUS_508, "status_508", "a request that has been here before")     \
	/* Connections that go, by the reason. */                              \
	X(CLOSED_ROOM, "closed_room", "for a new one's descriptor")            \
	/* Connections that come. */                                           \
	X(YIELDED, "yielded",                                                  \
	  "connections that gave a new one their place; counted as closed")    \
	/* Answers of rules, by code and method. */                            \
	X(GET_200, "get_200", "GET answered with 200")                         \
	X(HEAD_200, "head_200", "HEAD answered with 200")                      \
	X(OTHER_200, "other_200", "other methods answered with 200")           \
	/* Lines of the access log. */                                         \
	X(LOG_LINES, "log_lines", "written")                                   \
	X(LOG_LOST, "log_lost", "lost: the log took too few, or none")         \
	/* Connections that go, by the reason. */                              \
	X(CLOSED_UNTRUSTED, "closed_untrusted",                                \
	  "to a listener of proxy, from outside --trust")                      \
	X(CLOSED_NO_HEADER, "closed_no_header", "without a PROXY header")      \
	X(CLOSED_BAD_HEADER, "closed_bad_header", "a malformed PROXY header")  \
	X(CLOSED_LATE_HEADER, "closed_late_header",                            \
	  "a PROXY header not there in time")

enum serve_counter {
#define SERVE_CONSTANT(constant, name, what) SERVE_##constant,
	SERVE_COUNTERS(SERVE_CONSTANT)
#undef SERVE_CONSTANT
		SERVE_COUNT,
};

/* One worker's, on cache lines of its own. Only that worker writes them. */
struct serve_counters {
	_Alignas(64) _Atomic(uint64_t) value[SERVE_COUNT];
};

static inline void serve_counter_add_many(struct serve_counters *counters,
					  enum serve_counter counter,
					  uint64_t count)
{
	_Atomic(uint64_t) *value = &counters->value[counter];
	uint64_t old = atomic_load_explicit(value, memory_order_relaxed);

	/* With one writer, no locked instruction is needed. */
	atomic_store_explicit(value, old + count, memory_order_relaxed);
}

static inline void serve_counter_add(struct serve_counters *counters,
				     enum serve_counter counter)
{
	serve_counter_add_many(counters, counter, 1);
}

/* The name, "" included; and what is counted. */
const char *serve_counter_name(enum serve_counter counter);

/*
 * serve_counter_answer - the counter of an answer of a rule
 * @code:  its status code
 * @flags: of the request's head: HEAD_GET, HEAD_HEAD
 *
 * SERVE_DAMAGED for a code that no rule has.
 */
enum serve_counter serve_counter_answer(int code, uint32_t flags);

/* The counter of an answer without a rule, any that answer_status() takes. */
enum serve_counter serve_counter_status(int status);

#endif
