// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <string.h>
#include <strings.h>

#include "cmd.h"
#include "cmd_supply.h"
#include "error.h"
#include "format.h"
#include "format_base.h"
#include "formats.h"
#include "rule_make.h"
#include "rule_url.h"

static int format_take(const struct cmd *cmd, struct cmd_supply *supply)
{
	supply->format = NULL;
	if (!strcmp(optarg, "auto"))
		return CMD_OK;
	supply->format = format_find(optarg);
	if (supply->format && supply->format->read)
		return CMD_OK;
	return cmd_usage(cmd, "--format is auto or one of %s",
			 format_names(false));
}

static struct rule_field field_of(const char *text)
{
	return (struct rule_field){text, strlen(text)};
}

/* Whether rules take a value as this field, in a rule that is made up. */
static int field_check(const char *field, const struct rule_fields *fields)
{
	static struct rule_buffer buffer;
	struct rule_error error;
	struct rule rule;

	if (!rule_make(&rule, &buffer, fields, &error) ||
	    strcmp(error.field, field))
		return 0;
	return error_set(-EINVAL, "%s", error.reason);
}

static struct rule_fields fields_any(void)
{
	return (struct rule_fields){
		.source = field_of("*"),
		.target = field_of("https://new.example"),
		.code = field_of("301"),
	};
}

/* A path behind it would be put before that of each row. */
static int host_check(const char *host)
{
	const char *name = host + rule_url_scheme(host, strlen(host));
	struct rule_fields fields = fields_any();

	if (name[strcspn(name, "/?#")])
		return error_set(
			-EINVAL,
			"'%s' is more than a host: %.*s is what a path is put behind",
			host, (int)strcspn(name, "/?#"), name);
	if (strchr(name, ','))
		return error_set(
			-EINVAL,
			"'%s' is no host; of several each has a --host of its own",
			host);
	fields.source = field_of(host);
	return field_check("source", &fields);
}

static int host_take(struct format_options *read)
{
	const char *host = optarg + rule_url_scheme(optarg, strlen(optarg));
	unsigned int i;
	int err = host_check(optarg);

	if (err || !read->host) {
		read->host = host;
		return err;
	}
	if (!strcasecmp(read->host, host))
		return error_set(-EINVAL, "'%s' is given twice", host);
	for (i = 0; read->more_hosts[i]; i++)
		if (!strcasecmp(read->more_hosts[i], host))
			return error_set(-EINVAL, "'%s' is given twice", host);
	if (i + 1 == FORMAT_HOSTS)
		return error_set(-EINVAL, "more than %d are given",
				 FORMAT_HOSTS);
	read->more_hosts[i] = host;
	return 0;
}

static int code_take(struct format_options *read)
{
	struct rule_fields fields = fields_any();

	read->code = optarg;
	fields.code = field_of(optarg);
	return field_check("code", &fields);
}

static int base_take(struct format_options *read)
{
	struct rule_fields fields = fields_any();

	read->base = optarg;
	if (!format_absolute(optarg, strlen(optarg)))
		return error_set(
			-EINVAL,
			"'%s' is no URL: it begins neither http:// nor https://",
			optarg);
	fields.target = field_of(optarg);
	return field_check("target", &fields);
}

static int tag_take(struct format_options *read)
{
	struct rule_fields fields = fields_any();

	read->tag = optarg;
	fields.tag = field_of(optarg);
	return field_check("tag", &fields);
}

static int note_take(struct format_options *read)
{
	struct rule_fields fields = fields_any();

	read->note = optarg;
	fields.note = field_of(optarg);
	return field_check("note", &fields);
}

int cmd_supply_take(const struct cmd *cmd, int option,
		    struct cmd_supply *supply)
{
	switch (option) {
	case CMD_SUPPLY_FORMAT:
		return format_take(cmd, supply);
	case CMD_SUPPLY_HOST:
		return host_take(&supply->read);
	case CMD_SUPPLY_CODE:
		return code_take(&supply->read);
	case CMD_SUPPLY_BASE:
		return base_take(&supply->read);
	case CMD_SUPPLY_TAG:
		return tag_take(&supply->read);
	case CMD_SUPPLY_NOTE:
		return note_take(&supply->read);
	default:
		supply->read.columns = optarg;
	}
	return CMD_OK;
}
