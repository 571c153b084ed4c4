// SPDX-License-Identifier: BSD-2-Clause
#include <stdio.h>

#include "cmd.h"
#include "help.h"
#include "map.h"

#ifndef DETOUR_VERSION
#define DETOUR_VERSION "unknown"
#endif

#ifndef DETOUR_COMMIT
#define DETOUR_COMMIT "unknown"
#endif

static const char *const usage =
	"Usage: detour [--state DIR] COMMAND ...\n"
	"\n"
	"Changing the rules; each is one release, live at once or not at all:\n"
	"  (each takes --message TEXT, for the log; --if-release N: refuse unless\n"
	"  release N is live; --wait S: for servers to follow, 1 second; --force:\n"
	"  though one cannot read the new map; all but rollback --dry-run: print what would change)\n"
	"  add SOURCE TARGET CODE [KEY=VALUE ...]\n"
	"        add a rule; an existing source is refused\n"
	"  set SOURCE TARGET CODE [KEY=VALUE ...]\n"
	"        add a rule, or change the one of that source; keys that are not\n"
	"        given stay, KEY= takes one away\n"
	"  set --tag TAG [--host HOST] [CODE] [KEY=VALUE ...]\n"
	"        change the code or keys of all these rules\n"
	"  del SOURCE ... | - | --tag TAG | --host HOST\n"
	"        remove rules; - reads sources from standard input\n"
	"  import FILE|- [--format rules|csv] [--update|--replace]\n"
	"        add the rules of a file (plain or .gz), all of them or none\n"
	"        --update    they replace the rules of the same sources\n"
	"        --replace   make the file the whole rule set, unless it has no\n"
	"                    rules (--allow-empty), or more than half of 100 and\n"
	"                    more would go (--large, or --max-removed N)\n"
	"  rollback [N]\n"
	"        make the rules of release N live again; without N those of\n"
	"        the release before the live one; 0 is the empty one\n"
	"\n"
	"Looking:\n"
	"  show [--host HOST] [--tag TAG] [--release N] [--json]\n"
	"        list rules\n"
	"  explain URL [--method M] [--json]\n"
	"        how a request is normalised, which rule wins, which lose and\n"
	"        why, and the exact answer\n"
	"  export [--format rules|csv] [--release N]\n"
	"        print a release such that it can be imported\n"
	"  log [--json]\n"
	"        list the releases, the newest first\n"
	"  status [--json]\n"
	"        the live release, its map, and who serves it; exit code 1 if\n"
	"        the map is damaged\n"
	"  stats [--json]\n"
	"        the counters of the fast path, since it was first attached, and\n"
	"        of all servers, also those that have ended, in one sum\n";

static const char *const usage_fast =
	"\n"
	"The fast path (root):\n"
	"  attach IFACE [--port N[,N...] ...] [--mode auto|native|generic]\n"
	"         [--address ADDR[,ADDR...] ...] [--without-listener]\n"
	"        answer in XDP, in front of what listens on the port (80), until\n"
	"        it is detached; attached again, it is replaced without a gap\n"
	"        --address   only these addresses, not all of this host\n"
	"  detach IFACE [--drain SECONDS]\n"
	"        leave new connections to the kernel, finish those that have\n"
	"        begun for 3 seconds, then remove the fast path\n";

static const char *const usage_serve =
	"\n"
	"Serving:\n"
	"  serve [--listen ADDR:PORT ...] [--threads N] [--fallback HOST:PORT]\n"
	"        [--user NAME] [--head-size BYTES] [--target-size BYTES]\n"
	"        [--head-time S] [--idle-time S] [--linger S]\n"
	"        [--fallback-time S] [--drain BYTES] [--connections N]\n"
	"        answer requests from the live release; on *:80 for root, else on\n"
	"        *:8080, if no address is given\n"
	"\n"
	"  help, --help       this text\n"
	"  --version          the version\n"
	"\n"
	"Rules:\n"
	"  SOURCE  HOST[PATH][?QUERY]; HOST may be *.name or *; a final * of\n"
	"          PATH makes it a prefix; no PATH means /*\n"
	"  TARGET  an absolute URL; a final * takes what the source's * stood\n"
	"          for; - for 410 and pass\n"
	"  CODE    301 302 303 307 308 410 pass\n"
	"  KEYS    query=keep|drop  max-age=SECONDS  tag=NAME\n"
	"\n"
	"The state directory is --state, DETOUR_STATE, /var/lib/detour for root,\n"
	"or $XDG_STATE_HOME/detour or ~/.local/state/detour for others.\n"
	"Exit codes: 0 done, 1 failed, 2 usage, 3 live, but not yet everywhere.\n";

/* The end of what help and version print: a full disk is a failure, too. */
static int output_end(const char *name)
{
	const struct cmd cmd = {.name = name};

	return cmd_flush(&cmd, CMD_OK);
}

int help_print(void)
{
	fputs(usage, stdout);
	fputs(usage_fast, stdout);
	fputs(usage_serve, stdout);
	return output_end("help");
}

int help_version(void)
{
	printf("detour %s, map layout %d, commit %s\n", DETOUR_VERSION,
	       MAP_VERSION, DETOUR_COMMIT);
	return output_end("version");
}
