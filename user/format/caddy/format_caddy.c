// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "format.h"
#include "format_caddy.h"
#include "format_caddy_block.h"
#include "format_caddy_site.h"
#include "format_caddy_tree.h"
#include "format_caddy_is.h"
#include "format_file.h"
#include "format_read.h"

/* A Caddyfile that is read. */
struct caddy {
	struct format_read *read;
	struct caddy_tree tree;
	struct caddy_site site;
	bool plain; /* Caddy does not send plaintext requests to https */
	bool plain_told;
};

/* Whether the global options keep Caddy from redirecting by itself. */
static bool options_are_plain(const struct caddy_node *options)
{
	const struct caddy_node *line;

	for (line = options->child; line; line = line->next)
		if (line->count > 1 &&
		    !strcmp(line->words->text, "auto_https") &&
		    strcmp(line->words[1].text, "ignore_loaded_certs"))
			return true;
	return false;
}

/* An address, without the comma behind it. Returns whether it can be said. */
static bool address_read(struct caddy *file, struct caddy_address *address,
			 const struct caddy_word *word)
{
	size_t len = strlen(word->text);

	if (len && word->text[len - 1] == ',')
		word->text[len - 1] = '\0';
	if (caddy_address_read(address, word->text)) {
		format_cannot(file->read, word->at, "address", "%s",
			      word->text);
		return false;
	}
	if (*address->path) {
		format_cannot(file->read, word->at, "address", "%s: a path",
			      word->text);
		return false;
	}
	if (address->plain && !file->plain && !file->plain_told) {
		format_differs(
			file->read, word->at, "scheme",
			"Caddy sends plaintext requests to https on the same host first: scheme=https, and %s https://%s 308 scheme=http",
			address->host, address->host);
		file->plain_told = true;
	}
	return true;
}

static int site_read(struct caddy *file, const struct caddy_node *node)
{
	struct caddy_site *site = &file->site;
	size_t i;
	int err;

	memset(site, 0, sizeof(*site));
	site->read = file->read;
	site->addresses = calloc(node->count, sizeof(*site->addresses));
	if (!site->addresses)
		return error_sys(-ENOMEM, "cannot read the file");
	for (i = 0; i < node->count; i++)
		if (*node->words[i].text && strcmp(node->words[i].text, ","))
			site->count +=
				address_read(file,
					     &site->addresses[site->count],
					     &node->words[i]);
	err = caddy_site_read(site, node->child);
	free(site->addresses);
	return err;
}

static int caddy_read(struct format_read *read, struct format_file *from)
{
	struct caddy *file = calloc(1, sizeof(*file));
	const struct caddy_node *node;
	int err;

	if (!file)
		return error_sys(-ENOMEM, "cannot read the file");
	file->read = read;
	err = caddy_tree_read(&file->tree, read, from);
	for (node = file->tree.first; node && !err; node = node->next) {
		if (!node->count)
			file->plain |= options_are_plain(node);
		else
			err = site_read(file, node);
	}
	caddy_tree_free(&file->tree);
	free(file);
	return err;
}

const struct format format_caddy = {
	.name = "caddy",
	.about = "Caddyfile of Caddy",
	.is = caddy_is,
	.read = caddy_read,
	.first_counts = true,
};
