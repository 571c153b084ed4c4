// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "cmd.h"
#include "cmd_requests.h"
#include "error.h"
#include "request_forms.h"

static int format_take(const struct cmd *cmd, struct request_options *read)
{
	read->form = NULL;
	if (!strcmp(optarg, "auto"))
		return CMD_OK;
	read->form = request_form_find(optarg);
	if (read->form)
		return CMD_OK;
	return cmd_usage(cmd, "--format is auto or one of %s",
			 request_form_names());
}

static int host_take(struct cmd_requests *requests)
{
	const char *reason;

	if (host_rule(requests->host, optarg, strlen(optarg), &reason) < 0)
		return error_set(-EINVAL, "'%s' is no host: %s", optarg,
				 reason);
	requests->read.host = requests->host;
	return CMD_OK;
}

static int scheme_take(const struct cmd *cmd, struct request_options *read)
{
	read->https = !strcmp(optarg, "https");
	if (read->https || !strcmp(optarg, "http"))
		return CMD_OK;
	return cmd_usage(cmd, "--scheme is http or https");
}

int cmd_requests_take(const struct cmd *cmd, int option,
		      struct cmd_requests *requests)
{
	switch (option) {
	case CMD_REQUESTS_FORMAT:
		return format_take(cmd, &requests->read);
	case CMD_REQUESTS_FIELDS:
		return request_fields_take(&requests->read.fields, optarg);
	case CMD_REQUESTS_HOST:
		return host_take(requests);
	}
	return scheme_take(cmd, &requests->read);
}
