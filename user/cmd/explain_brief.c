// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "error.h"
#include "explain_brief.h"
#include "explain_key.h"
#include "map_level.h"
#include "map_lookup.h"
#include "map_text.h"
#include "map_view.h"

/* Take the first rule that matches. */
static int rule_take(void *arg, const struct map *map, uint32_t host,
		     uint32_t addr)
{
	struct explain_brief *brief = arg;

	if (map_rule_text(&brief->rule, &brief->buffer, map, host, addr))
		return error_set(-EBADMSG, "the map is damaged");
	brief->found = true;
	return 1;
}

/* The value of the Location line. */
static void location_take(struct explain_brief *brief, size_t len)
{
	static const char name[] = "\r\nLocation: ";
	const char *at = memmem(brief->answer, len, name, sizeof(name) - 1);
	const char *end;

	if (!at)
		return;
	at += sizeof(name) - 1;
	end = memmem(at, brief->answer + len - at, "\r\n", 2);
	brief->location = at;
	brief->location_len = end - at;
}

/* What the rule that was taken answers. */
static int found_answer(struct explain_brief *brief, const struct map *map)
{
	static const char date[ANSWER_DATE + 1] =
		"Thu, 01 Jan 1970 00:00:00 GMT";
	uint32_t addr = map_lookup(map, &brief->key);
	size_t len;

	brief->result = "pass";
	if (addr && answer_passes(map, addr, &brief->key))
		return 0;
	len = addr ? answer_rule(brief->answer, map, addr, &brief->key, date,
				 ANSWER_KEEP, &brief->status)
		   : 0;
	if (!len)
		return error_set(-EBADMSG, "the map is damaged");
	location_take(brief, len);
	brief->result = brief->status == 200 ? "ok" : "gone";
	if (brief->location)
		brief->result = "redirect";
	return 0;
}

int explain_brief(struct explain_brief *brief, const char *url,
		  const char *method, const struct map *map)
{
	int status, err;

	brief->found = false;
	brief->location = NULL;
	err = explain_key(&brief->key, &status, url, method, NULL);
	if (err)
		return err;
	brief->status = status ? status : 404;
	brief->result = status ? "refused" : "miss";
	if (status || !map)
		return 0;
	err = map_levels_each(map, &brief->key, rule_take, brief);
	return err > 0 ? found_answer(brief, map) : err;
}
