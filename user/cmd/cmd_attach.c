// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "cmd_options.h"
#include "error.h"
#include "fast_attach.h"
#include "fast_host.h"
#include "miss_memory.h"
#include "text.h"

enum {
	OPT_PORT = CMD_OPTION,
	OPT_MODE,
	OPT_ADDRESS,
	OPT_MSS,
	OPT_WITHOUT_LISTENER,
	OPT_FORCE,
	OPT_MISSES_MEMORY,
};

static int port_add(struct fast_options *options, const char *text)
{
	unsigned long long port;
	unsigned int i;

	if (cmd_number(text, 1, 65535, &port))
		return error_set(-EINVAL, "'%s' is no port", text);
	for (i = 0; i < options->ports; i++)
		if (options->port[i] == port)
			return 0;
	if (options->ports == FAST_PORTS_MAX)
		return error_set(-E2BIG, "more than %d ports", FAST_PORTS_MAX);
	options->port[options->ports++] = port;
	return 0;
}

static int address_add(struct fast_options *options, const char *text)
{
	return strchr(text, '/') ? fast_prefix_parse(&options->prefix, text)
				 : fast_address_parse(&options->address, text);
}

/* The elements of "A,B,C"; an empty one is for add to refuse. */
static int list_each(struct fast_options *options, char *text,
		     int (*add)(struct fast_options *options, const char *text))
{
	char *item;
	int err = 0;

	while (!err && (item = strsep(&text, ",")))
		err = add(options, item);
	return err;
}

static int mode_set(struct fast_options *options, const char *text)
{
	static const char *const modes[] = {
		[FAST_MODE_AUTO] = "auto",
		[FAST_MODE_NATIVE] = "native",
		[FAST_MODE_GENERIC] = "generic",
	};
	size_t i;

	for (i = 0; i < sizeof(modes) / sizeof(*modes); i++)
		if (!strcmp(text, modes[i])) {
			options->mode = i;
			return 0;
		}
	return error_set(-EINVAL, "'%s' is not auto, native or generic", text);
}

/* IPv6 asks for 1,220 at least (RFC 9293 3.7.1), but an operator may know. */
static int mss_set(struct fast_options *options, const char *text)
{
	unsigned long long mss;

	if (cmd_number(text, 536, 65495, &mss))
		return error_set(-EINVAL, "'%s' is not from 536 to 65495",
				 text);
	options->mss = mss;
	return 0;
}

static int misses_set(struct fast_options *options, const char *text)
{
	unsigned long long size;

	if (cmd_size(text, MISS_MEMORY_MAX, &size))
		return error_set(-EINVAL,
				 "'%s' is no size up to 64M, such as 512K",
				 text);
	options->miss_buckets = miss_memory_buckets(size);
	return 0;
}

static int option_take(const struct cmd *cmd, int option, void *arg)
{
	struct fast_options *options = arg;
	char *text = optarg;

	(void)cmd;
	switch (option) {
	case OPT_PORT:
		return list_each(options, text, port_add);
	case OPT_MODE:
		return mode_set(options, text);
	case OPT_ADDRESS:
		return list_each(options, text, address_add);
	case OPT_MSS:
		return mss_set(options, text);
	case OPT_WITHOUT_LISTENER:
		options->without_listener = true;
		break;
	case OPT_MISSES_MEMORY:
		return misses_set(options, text);
	case OPT_FORCE:
		options->force = true;
	}
	return 0;
}

static int options_read(struct fast_options *options, const struct cmd *cmd,
			int argc, char **argv)
{
	static const struct option longs[] = {
		{"port", required_argument, NULL, OPT_PORT},
		{"mode", required_argument, NULL, OPT_MODE},
		{"address", required_argument, NULL, OPT_ADDRESS},
		{"mss", required_argument, NULL, OPT_MSS},
		{"without-listener", no_argument, NULL, OPT_WITHOUT_LISTENER},
		{"force", no_argument, NULL, OPT_FORCE},
		{"misses-memory", required_argument, NULL, OPT_MISSES_MEMORY},
		{NULL, 0, NULL, 0},
	};
	int code = cmd_options(cmd, argc, argv, longs, option_take, options);

	if (code)
		return code;
	if (optind == argc)
		return cmd_usage(cmd, "which interface?");
	if (optind + 1 < argc)
		return cmd_usage(cmd, "'%s' is too much", argv[optind + 1]);
	options->interface = argv[optind];
	if (!options->ports)
		options->port[options->ports++] = 80;
	return CMD_OK;
}

static void attach_report(const struct fast_attach *attach)
{
	unsigned int i;

	for (i = 0; i < attach->notes.count; i++) {
		fputs("detour attach: ", stderr);
		text_print(stderr, attach->notes.text[i]);
		fputc('\n', stderr);
	}
	if (!fast_host_loose())
		fputs("detour attach: net.netfilter.nf_conntrack_tcp_loose is 0: a firewall that uses conntrack takes what is handed over for invalid\n",
		      stderr);
	text_print(stdout, attach->name);
	printf(": %s in %s mode, port%s",
	       attach->replaced ? "replaced" : "attached",
	       attach->generic ? "generic" : "native",
	       attach->options.ports == 1 ? "" : "s");
	for (i = 0; i < attach->options.ports; i++)
		printf("%s%" PRIu16, i ? "," : " ", attach->options.port[i]);
	putchar('\n');
}

int cmd_attach(const struct cmd *cmd, int argc, char **argv)
{
	struct fast_attach attach = {
		.options.miss_buckets = -1,
		.options.state = cmd->state,
		.out = stderr,
	};
	int code = options_read(&attach.options, cmd, argc, argv);

	if (code == CMD_OK && fast_attach(&attach))
		code = cmd_fail(cmd);
	else if (code == CMD_OK)
		attach_report(&attach);
	fast_address_free(&attach.options.address);
	fast_prefix_free(&attach.options.prefix);
	fast_note_free(&attach.notes);
	return code == CMD_USAGE ? code : cmd_changed(cmd, code);
}

const struct cmd_about cmd_attach_about = {
	.name = "attach",
	.run = cmd_attach,
	.summary = "put the fast path on an interface (root)",
	.usage = "IFACE [OPTION ...]",
	.text = "Answer in XDP, in front of what listens on the port, until it is detached;\n"
		"attached again, it is replaced without a gap.\n",
	.options =
		"  --port N[,N...]     80 if not given\n"
		"  --mode auto|native|generic\n"
		"                      auto if not given\n"
		"  --address ADDR[/BITS][,...]\n"
		"                      only these addresses, not all of this host\n"
		"  --mss N             ask for segments of at most N bytes\n"
		"  --without-listener  though nothing listens on a port\n"
		"  --force             though replies are led elsewhere\n"
		"  --misses-memory SIZE\n"
		"                      of each CPU for what no rule matches, 512K or as before;\n"
		"                      0: none\n",
	.exits = "0 done, 1 failed, 2 usage",
	.example = "detour attach eth0 --port 80,8080",
};
