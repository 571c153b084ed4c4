// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <limits.h>

#include "check.h"
#include "check_age.h"
#include "check_cost.h"
#include "check_downgrade.h"
#include "check_hidden.h"
#include "check_limit.h"
#include "check_loop.h"
#include "check_method.h"
#include "check_near.h"
#include "check_overlap.h"
#include "check_page.h"
#include "check_twin.h"
#include "check_www.h"
#include "checks.h"
#include "interrupt.h"
#include "live_file.h"
#include "map_file.h"
#include "progress.h"
#include "ruleset.h"
#include "state.h"

static const struct {
	int (*run)(const struct check *check);
	bool some; /* also where a rule is added alone */
} checks[] = {
	{check_loop, true},	{check_hidden, false},	  {check_near, false},
	{check_overlap, false}, {check_twin, false},	  {check_www, false},
	{check_page, false},	{check_downgrade, false}, {check_age, false},
	{check_method, false},	{check_cost, true},	  {check_limit, false},
};

static int check_one(const struct check *check,
		     int (*run)(const struct check *check))
{
	progress_stage("checking", check->set->count);
	return interrupt_check() ? -EINTR : run(check);
}

int checks_run(struct check *check)
{
	int err = 0;
	size_t i;

	if (!check->map || !check->set->count)
		return 0;
	for (i = 0; i < sizeof(checks) / sizeof(*checks) && !err; i++)
		if (checks[i].some || !check->some)
			err = check_one(check, checks[i].run);
	return err;
}

int checks_run_live(struct check *check, const char *state)
{
	struct live_file live;
	struct map *map = NULL;
	char path[PATH_MAX];
	int err = live_file_read(state, &live);

	if (!err && *live.map) {
		state_map_path(path, state, live.map);
		err = map_open(&map, path);
	}
	check->map = map;
	if (!err)
		err = checks_run(check);
	check->map = NULL;
	map_close(map);
	return err;
}
