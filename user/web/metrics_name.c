// SPDX-License-Identifier: BSD-2-Clause
#include <stdio.h>
#include <string.h>

#include "metrics_name.h"

const struct metrics_about metrics_about[METRICS_FAMILIES] = {
	[METRICS_ANSWERS] = {"detour_answers", "Answers of rules."},
	[METRICS_FAST_PASSED] =
		{"detour_fastpath_passed_packets",
		 "Packets that the fast path left to the kernel."},
	[METRICS_FAST_COOKIES] = {"detour_fastpath_cookies",
				  "SYN cookies of the fast path."},
	[METRICS_FAST_DROPPED] = {"detour_fastpath_dropped_packets",
				  "Packets that the fast path dropped."},
	[METRICS_FAST_FINS] = {"detour_fastpath_fins",
			       "FINs that the fast path replied to."},
	[METRICS_FAST_HANDED] =
		{"detour_fastpath_handed_over_requests",
		 "Requests that the fast path handed over to a listener."},
	[METRICS_FAST_ASSIGNED] =
		{"detour_fastpath_assigned_connections",
		 "Connections on their way to a listener, by what became of them."},
	[METRICS_FAST_OTHER] = {"detour_fastpath_other_events",
				"What else the fast path counts."},
	[METRICS_CONNECTIONS] = {"detour_server_accepted_connections",
				 "Connections that servers accepted."},
	[METRICS_ACCEPT_FAILURES] = {"detour_server_accept_failures",
				     "Connections gone in the queue."},
	[METRICS_ACCEPT_PAUSES] = {"detour_server_accept_pauses",
				   "Times when servers stopped accepting."},
	[METRICS_YIELDED] = {"detour_server_yielded_connections",
			     "Connections that gave a new one their place."},
	[METRICS_CLOSED] = {"detour_server_closed_connections",
			    "Connections that went."},
	[METRICS_REQUESTS] = {"detour_server_requests",
			      "Requests that servers read or refused."},
	[METRICS_UNANSWERED] = {"detour_server_unmatched_requests",
				"Requests that no rule of servers answered."},
	[METRICS_STATUSES] = {"detour_server_status_answers",
			      "Answers of servers without a rule."},
	[METRICS_FALLBACK] = {"detour_server_fallback_requests",
			      "Requests for the fallback."},
	[METRICS_FALLBACK_ENDS] = {"detour_server_fallback_ends",
				   "Requests for the fallback that ended."},
	[METRICS_BODIES] = {"detour_server_request_bodies",
			    "Bodies of requests that were answered here."},
	[METRICS_LOG] = {"detour_server_access_log_records",
			 "Records for the access log."},
	[METRICS_SERVER_OTHER] = {"detour_server_other_events",
				  "What else servers count."},
};

/* Names as a whole, and those that begin so, by the first that fits. What
 * follows is a reason, unless another one is named. */
static const struct place {
	const char *name;
	bool whole;
	enum metrics_family family;
	const char *reason;
} fast_places[] =
	{
		{"pass_", false, METRICS_FAST_PASSED, NULL},
		{"cookie_", false, METRICS_FAST_COOKIES, NULL},
		{"drop_", false, METRICS_FAST_DROPPED, NULL},
		{"fin_", false, METRICS_FAST_FINS, NULL},
		{"hand_", false, METRICS_FAST_HANDED, NULL},
		{"assigned", true, METRICS_FAST_ASSIGNED, "assigned"},
		{"assigned_", false, METRICS_FAST_ASSIGNED, NULL},
		{"assign_", false, METRICS_FAST_ASSIGNED, NULL},
		{"", false, METRICS_FAST_OTHER, NULL},
},
  server_places[] = {
	  {"accepted", true, METRICS_CONNECTIONS, ""},
	  {"accept_failed", true, METRICS_ACCEPT_FAILURES, ""},
	  {"paused_", false, METRICS_ACCEPT_PAUSES, NULL},
	  {"yielded", true, METRICS_YIELDED, ""},
	  {"closed_", false, METRICS_CLOSED, NULL},
	  {"requests", true, METRICS_REQUESTS, ""},
	  {"miss", true, METRICS_UNANSWERED, "miss"},
	  {"pass", true, METRICS_UNANSWERED, "pass"},
	  {"damaged", true, METRICS_UNANSWERED, "damaged"},
	  {"proxied", true, METRICS_FALLBACK, ""},
	  {"proxied_", false, METRICS_FALLBACK_ENDS, NULL},
	  {"body_", false, METRICS_BODIES, NULL},
	  {"log_lines", true, METRICS_LOG, "written"},
	  {"log_", false, METRICS_LOG, NULL},
	  {"", false, METRICS_SERVER_OTHER, NULL},
};

static bool begins(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

static bool answer_name(char *labels, bool fast, const char *name)
{
	static const char *const methods[] = {"get", "head", "other"};
	size_t i, len;

	for (i = 0; i < sizeof(methods) / sizeof(*methods); i++) {
		len = strlen(methods[i]);
		if (!begins(name, methods[i]) || name[len] != '_')
			continue;
		snprintf(labels, METRICS_LABELS,
			 "responder=\"%s\",method=\"%s\",code=\"%s\"",
			 fast ? "fastpath" : "server", methods[i],
			 name + len + 1);
		return true;
	}
	return false;
}

enum metrics_family metrics_name(char labels[METRICS_LABELS], bool fast,
				 const char *name)
{
	const struct place *place = fast ? fast_places : server_places;
	const char *reason;

	*labels = '\0';
	if (answer_name(labels, fast, name))
		return METRICS_ANSWERS;
	if (!fast && begins(name, "status_")) {
		snprintf(labels, METRICS_LABELS, "code=\"%s\"",
			 name + strlen("status_"));
		return METRICS_STATUSES;
	}
	while (place->whole ? strcmp(name, place->name)
			    : !begins(name, place->name))
		place++;
	reason = place->reason ? place->reason : name + strlen(place->name);
	if (*reason)
		snprintf(labels, METRICS_LABELS, "reason=\"%s\"", reason);
	return place->family;
}
