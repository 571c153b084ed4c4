// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "error.h"
#include "explain.h"
#include "explain_brief.h"
#include "map_text.h"

/* The host level at which the lookup ended. */
static uint32_t found_host(const struct map *map, struct map_key *key)
{
	int kind = key->search.kind;
	const uint8_t *name = key->host + key->search.name;
	uint32_t len = key->host_len - key->search.name;
	uint64_t hash;

	if (kind == MAP_KIND_HOST) {
		name = key->host;
		len = key->host_len;
	}
	hash = map_hash(&map->header, kind, 0, name, len);
	return map_find(map, hash, kind, 0, name, len);
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

static int found_take(struct explain_brief *brief, const struct map *map,
		      uint32_t addr)
{
	static const char date[ANSWER_DATE + 1] =
		"Thu, 01 Jan 1970 00:00:00 GMT";
	const struct map *in = map_found(map, &brief->key);
	uint32_t host = found_host(in, &brief->key);
	size_t len;

	if (map_rule_text(&brief->rule, &brief->buffer, in, host, addr))
		return error_set(-EBADMSG, "the map is damaged");
	brief->found = true;
	brief->result = "pass";
	if (answer_passes(in, addr, &brief->key))
		return 0;
	len = answer_rule(brief->answer, in, addr, &brief->key, date,
			  ANSWER_KEEP, &brief->status);
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
	uint32_t addr = 0;
	int status, err;

	brief->found = false;
	brief->location = NULL;
	err = explain_key(&brief->key, &status, url, method, NULL);
	if (err)
		return err;
	brief->status = status ? status : 404;
	brief->result = status ? "refused" : "miss";
	if (!status && map)
		addr = map_lookup(map, &brief->key);
	return addr ? found_take(brief, map, addr) : 0;
}
