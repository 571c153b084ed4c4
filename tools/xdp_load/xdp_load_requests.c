// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "xdp_load_requests.h"

/* The Internet checksum, before its complement, of words as they stand. */
static uint32_t text_sum(const uint8_t *text, size_t len)
{
	uint32_t sum = 0;
	uint16_t word;
	size_t i;

	for (i = 0; i < len; i += 2) {
		word = 0;
		memcpy(&word, text + i, len - i < 2 ? 1 : 2);
		sum += word;
	}
	return sum;
}

/* The field that begins at *line, ended by NUL; *line is behind it. */
static char *field(char **line)
{
	return *line ? strsep(line, "\t") : NULL;
}

/* Where the next request goes, or NULL: Vitter's algorithm R. */
static struct load_request *place(struct load_requests *requests, uint64_t *at)
{
	*at = requests->count;
	if (*at < LOAD_REQUESTS)
		requests->count++;
	else
		*at = load_hash(requests->lines, requests->lines >> 32) %
		      requests->lines;
	return *at < LOAD_REQUESTS ? &requests->request[*at] : NULL;
}

static int add(struct load_requests *requests, const char *text, int len,
	       unsigned int status, const char *location)
{
	struct load_request *request;
	uint64_t at;

	request = place(requests, &at);
	if (!request)
		return 0;
	memset(request, 0, sizeof(*request));
	request->len = len;
	request->status = status;
	memcpy(request->text, text, len);
	request->sum = text_sum(request->text, len);
	free(requests->location[at]);
	requests->location[at] = strdup(location ? location : "");
	return requests->location[at]
		       ? 0
		       : error_sys(-ENOMEM, "cannot keep requests");
}

static int line_read(struct load_requests *requests, char *line,
		     bool keep_alive)
{
	const char *host = field(&line), *path = field(&line);
	const char *code = field(&line), *location = field(&line);
	char text[LOAD_TEXT + 1];
	unsigned int status;
	int len;

	if (!host || !path || !code || *path != '/' || strpbrk(host, " \r") ||
	    strpbrk(path, " \r") || sscanf(code, "%3u", &status) != 1 ||
	    status < 100 || status >= LOAD_STATUSES)
		return -EINVAL;
	len = snprintf(text, sizeof(text),
		       "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: x\r\n"
		       "Accept: */*\r\n%s\r\n",
		       path, host, keep_alive ? "" : "Connection: close\r\n");
	if (len <= LOAD_TEXT)
		return add(requests, text, len, status, location);
	requests->too_long++;
	return 0;
}

static int lines_read(struct load_requests *requests, FILE *file,
		      const char *path, bool keep_alive)
{
	char *line = NULL;
	size_t size = 0;
	int err = 0;

	while (!err && getline(&line, &size, file) > 0) {
		requests->lines++;
		line[strcspn(line, "\n")] = 0;
		err = line_read(requests, line, keep_alive);
		if (err == -EINVAL)
			error_set(err,
				  "%s:%llu: not host, path, status, "
				  "Location",
				  path, (unsigned long long)requests->lines);
	}
	free(line);
	if (!err && !requests->count)
		return error_set(-EINVAL, "%s: no request of %d bytes", path,
				 LOAD_TEXT);
	return err;
}

int load_requests_read(struct load_requests *requests, const char *path,
		       bool keep_alive)
{
	FILE *file = fopen(path, "re");
	int err;

	if (!file)
		return error_sys(-errno, "cannot open %s", path);
	requests->request = calloc(LOAD_REQUESTS, sizeof(*requests->request));
	requests->location = calloc(LOAD_REQUESTS, sizeof(char *));
	if (!requests->request || !requests->location)
		err = error_sys(-ENOMEM, "cannot read %s", path);
	else
		err = lines_read(requests, file, path, keep_alive);
	fclose(file);
	return err;
}

void load_requests_free(struct load_requests *requests)
{
	uint32_t i;

	for (i = 0; i < requests->count; i++)
		free(requests->location[i]);
	free(requests->location);
	free(requests->request);
}
