// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "loop_sample.h"
#include "rule.h"
#include "rule_capture.h"
#include "rule_pairs.h"

const char *loop_sample_host(const char *url)
{
	return url + ((url[4] | 0x20) == 's' ? 8 : 7);
}

bool loop_sample_stays(const char *target)
{
	const char *host = loop_sample_host(target);

	return *host == '*' && host[1] != '.';
}

/* What stands for a source's capture in the request: each for another byte, up
 * to some. */
static char capture_sample(const struct rule_capture *capture,
			   unsigned int number)
{
	return capture->digits ? '1' + number % 9 : 'x' - number % 24;
}

static bool is_name(const struct loop_sample *sample,
		    const struct rule_capture *capture)
{
	return sample->name && capture->name_len == sample->name_len &&
	       !memcmp(capture->name, sample->name, sample->name_len);
}

/* Copy a source's path and query up to an end, a sample for each capture.
 * Returns where the copy ends. */
static char *path_sample(char *to, const struct loop_sample *sample,
			 const char *path, size_t len)
{
	struct rule_capture capture;
	unsigned int number = 0;
	size_t at = 0;

	while (rule_capture_next(&capture, path, len, at) > 0) {
		to = mempcpy(to, path + at, capture.at - at);
		if (is_name(sample, &capture))
			to = stpcpy(to, sample->more);
		else
			*to++ = capture_sample(&capture, number);
		number++;
		at = capture.end;
	}
	return mempcpy(to, path + at, len - at);
}

/* Whether more, up to its query, can stand for a capture of the source. */
static bool name_takes(const struct loop_sample *sample)
{
	const char *source = rule_written(sample->rule);
	struct rule_capture capture = {0};
	size_t at = 0, len = strlen(source);

	while (rule_capture_next(&capture, source, len, at) > 0 &&
	       !is_name(sample, &capture))
		at = capture.end;
	at = strspn(sample->more, "0123456789");
	return !capture.digits || !sample->more[at] || sample->more[at] == '?';
}

/* Let more stand for the capture that the target ends with, if that is its
 * only one, and its query behind the whole. */
static void name_find(struct loop_sample *sample)
{
	const char *target = sample->rule->target;
	size_t len = sample->rule->target_len;
	struct rule_capture capture;

	sample->name = NULL;
	if (!*sample->more || *sample->more == '?' || target[len - 1] != '}' ||
	    rule_capture_next(&capture, target, len, 0) <= 0 ||
	    capture.end != len)
		return;
	sample->name = capture.name;
	sample->name_len = capture.name_len;
	if (!name_takes(sample))
		sample->name = NULL;
}

bool loop_sample_make(struct loop_sample *sample, const struct rule *rule,
		      const char *more)
{
	const char *source = rule_written(rule), *path = strchr(source, '/');
	const char *query = strchr(path, '?');
	size_t len = strlen(path), star = *source == '*';
	bool pairs = query && rule_pairs_is(query + 1, strlen(query + 1));
	bool prefix = !pairs && path[len - 1] == '*';
	char *to = sample->request;

	sample->rule = rule;
	sample->more = more;
	name_find(sample);
	if (*more && *more != '?' && !prefix && !sample->name)
		return false;
	if (len + strlen(more) > LIMIT_PATH)
		return false;
	sample->host_len = path - source;
	to = mempcpy(to, source, sample->host_len);
	if (star)
		*sample->request = 'x';
	to = path_sample(to, sample, path, len - (pairs ? 2 : prefix));
	if (!sample->name)
		to = stpcpy(to, more);
	sample->len = to - sample->request;
	return true;
}

/* What the request has for a capture of the target. */
static char target_sample(const struct loop_sample *sample,
			  const struct rule_capture *wanted)
{
	const char *source = rule_written(sample->rule);
	size_t at = 0, len = strlen(source);
	struct rule_capture capture;
	unsigned int number = 0;

	while (rule_capture_next(&capture, source, len, at) > 0) {
		if (capture.name_len == wanted->name_len &&
		    !memcmp(capture.name, wanted->name, wanted->name_len))
			return capture_sample(&capture, number);
		at = capture.end;
		number++;
	}
	return 'x';
}

/* Of the host's '*' it is the one letter that the request has for the
 * source's. */
size_t loop_sample_target(const struct loop_sample *sample, char *url)
{
	const char *target = sample->rule->target, *at;
	size_t len = sample->rule->target_len;
	struct rule_capture capture;
	bool put = !*sample->more;
	char *to = url;

	for (at = target; *at; at++) {
		if (*at == '{' &&
		    rule_capture_next(&capture, target, len, at - target) > 0) {
			if (is_name(sample, &capture))
				to = stpcpy(to, sample->more);
			else
				*to++ = target_sample(sample, &capture);
			put |= is_name(sample, &capture);
			at = target + capture.end - 1;
		} else if (*at != '*') {
			*to++ = *at;
		} else if (at == loop_sample_host(target)) {
			*to++ = *sample->request;
		} else {
			to = stpcpy(to, sample->more);
			put = true;
		}
	}
	/* a kept query */
	if (!put && *sample->more == '?')
		to = stpcpy(to, sample->more);
	return to - url;
}
