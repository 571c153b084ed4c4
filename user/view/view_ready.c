// SPDX-License-Identifier: BSD-2-Clause
#include "json.h"
#include "view_ready.h"

static bool is_true(const json_t *value, const char *key)
{
	return json_is_true(json_object_get(value, key));
}

static void say(json_t *why, json_t *text)
{
	json_array_append_new(why, text);
}

static void server_judge(const json_t *server, json_t *why)
{
	long long pid = json_number_of(server, "pid");

	if (!is_true(server, "known"))
		say(why,
		    json_sprintf(
			    "server %lld does not tell from what it answers",
			    pid));
	else if (!is_true(server, "current"))
		say(why,
		    json_sprintf(
			    "server %lld answers from release %lld, which is not the live one",
			    pid, (long long)json_number_of(server, "release")));
}

static void interface_judge(const json_t *interface, json_t *why)
{
	const json_t *problem = json_object_get(interface, "problem");
	const char *name = json_text_of(interface, "interface");

	if (!is_true(interface, "alive"))
		say(why, json_sprintf("interface %s is gone", name));
	else if (json_is_string(problem))
		say(why,
		    json_sprintf(
			    "the fast path on %s does not work any more: %s",
			    name, json_string_value(problem)));
	else if (!is_true(interface, "current"))
		say(why,
		    json_sprintf(
			    "the fast path on %s does not answer from the live release",
			    name));
}

bool view_ready(const json_t *figures, json_t *why)
{
	const json_t *servers = json_object_get(figures, "servers"), *value;
	const json_t *interfaces = json_object_get(figures, "interfaces");
	size_t before = json_array_size(why), answering, i;

	answering = json_array_size(servers);
	if (!json_is_integer(json_object_get(figures, "release")))
		say(why, json_string("what is live is not known"));
	json_array_foreach(servers, i, value)
	{
		server_judge(value, why);
	}
	json_array_foreach(interfaces, i, value)
	{
		answering += !is_true(value, "draining");
		interface_judge(value, why);
	}
	if (!answering)
		say(why,
		    json_string(
			    json_is_array(interfaces)
				    ? "nothing answers: no server runs, and no interface is attached"
				    : "no server runs, and this user may not see the fast path"));
	return json_array_size(why) == before;
}

static void places_warn(const json_t *interface, json_t *warnings)
{
	const json_t *list = json_object_get(interface, "without_listener");

	if (json_array_size(list))
		say(warnings,
		    json_sprintf("%s: nobody listens on %s%s",
				 json_text_of(interface, "interface"),
				 json_string_value(json_array_get(list, 0)),
				 json_array_size(list) > 1 ? " and others"
							   : ""));
}

json_t *view_warnings(const json_t *figures)
{
	const json_t *map = json_object_get(figures, "map"), *interface;
	json_t *warnings = json_array(), *problem;
	size_t i;

	if (!warnings)
		return NULL;
	view_ready(figures, warnings);
	json_array_foreach(json_object_get(figures, "problems"), i, problem)
	{
		json_array_append(warnings, problem);
	}
	if (json_is_false(json_object_get(map, "sound")))
		say(warnings, json_sprintf("the map is damaged: %s",
					   json_text_of(map, "error")));
	json_array_foreach(json_object_get(figures, "interfaces"), i, interface)
	{
		places_warn(interface, warnings);
	}
	return warnings;
}
