// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "format_nginx_meet.h"
#include "format_nginx_tell.h"
#include "format_read.h"
#include "format_region_cross.h"

/* What is compared without case within a location that is not. */
static bool case_meet(const struct nginx_regex_ask *ask,
		      const struct format_region *region,
		      struct format_region *both)
{
	struct format_region wide = *ask->within;
	bool unsure = false;

	wide.fold = true;
	if (!region->fold || ask->within->fold ||
	    wide.kind != FORMAT_REGION_PREFIX ||
	    !format_region_meet(both, region, &wide, &unsure) ||
	    both->path != region->path)
		return false;
	nginx_tell(ask->nginx, NGINX_TOLD_LOCATION, ask->node->at);
	return true;
}

struct cross_meeting {
	const struct nginx_regex_ask *ask;
	const struct nginx_env *env;
	const char *host;
	unsigned int schemes;
};

static void crossed_give(void *arg, const struct format_region *region)
{
	const struct cross_meeting *meeting = arg;
	const struct nginx_regex_ask *ask = meeting->ask;
	struct format_region both = *region;

	both.host = meeting->host;
	both.schemes = meeting->schemes;
	both.path = nginx_text(ask->nginx, region->path, strlen(region->path));
	if (both.path)
		ask->fn(ask->arg, &both, meeting->env);
}

/* A pattern and a prefix: what they have in common, if anything. */
static bool cross_meet(const struct nginx_regex_ask *ask,
		       const struct format_region *region,
		       const struct nginx_env *env)
{
	const struct format_region *within = ask->within;
	bool first = region->kind == FORMAT_REGION_PATTERN;
	struct cross_meeting meeting = {
		ask, env,
		format_host_within(region->host, within->host) ? region->host
							       : within->host,
		region->schemes & within->schemes};

	if ((first ? within : region)->kind != FORMAT_REGION_PREFIX ||
	    within->fold != region->fold)
		return false;
	format_region_cross(first ? region : within, first ? within : region,
			    crossed_give, &meeting);
	return true;
}

void nginx_meet(const struct nginx_regex_ask *ask,
		const struct format_region *region, const struct nginx_env *env)
{
	struct format_region both;
	bool unsure = false;

	if (format_region_meet(&both, region, ask->within, &unsure))
		ask->fn(ask->arg, &both, env);
	else if (unsure && case_meet(ask, region, &both))
		ask->fn(ask->arg, &both, env);
	else if (unsure && cross_meet(ask, region, env))
		;
	else if (unsure && !ask->node->told)
		format_differs(
			ask->nginx->read, ask->at, "overlap",
			"some paths that %s takes are taken by %s, too: rules may choose otherwise",
			region->path, ask->within->path);
}
