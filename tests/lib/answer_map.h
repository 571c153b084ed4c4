/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ANSWER_MAP_H
#define ANSWER_MAP_H

/* Maps of a few rules, to be asked for answers. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "answer.h"
#include "answer_text.h"
#include "map_build.h"
#include "map_file.h"
#include "map_key.h"
#include "map_lookup.h"
#include "map_view.h"
#include "rule.h"
#include "rule_line.h"

#define DATE "Sun, 06 Nov 1994 08:49:37 GMT"
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static char path[] = "/tmp/test_answer.XXXXXX";

/* The map of rules written as lines, sorted by host; all with header lines. */
static inline struct map *compile_with(const char *headers,
				       const char *const *lines, size_t count)
{
	static struct rule_buffer buffer;
	struct map_build *build = NULL;
	struct rule_error error;
	struct map *map = NULL;
	struct rule rule;
	size_t i;

	unlink(path);
	assert_int_equal(map_build_open(&build, path), 0);
	for (i = 0; i < count; i++) {
		if (rule_parse(&rule, &buffer, lines[i], strlen(lines[i]),
			       &error) != 1)
			fail_msg("%s: %s", lines[i], error.reason);
		rule.headers = headers;
		assert_int_equal(map_build_add(build, &rule), 0);
	}
	assert_int_equal(map_build_finish(build), 0);
	map_build_free(build);
	assert_int_equal(map_open(&map, path), 0);
	return map;
}

static inline struct map *compile(const char *const *lines, size_t count)
{
	return compile_with("", lines, count);
}

static inline int path_make(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd < 0 || close(fd);
}

static inline int path_remove(void **state)
{
	(void)state;
	return unlink(path);
}

/* Rules of the kinds that an answer is made of in its own way. */
static const char *const rules[] = {
	"* https://*.any.example 302",
	"*/same/* http://*:81/* 302",
	"*.n1.example https://*.new.example 301",
	"*.n2.example/a/* HTTPS://*.New.example.:81/b/*?c#d 302",
	"*.w.example https://new.example/w/* 301",
	"f.example https://new.example/f#top 302",
	"f.example/1/* https://new.example/*?a=b#c?d 302",
	"f.example/2/* https://new.example?a=*#c 302",
	"f.example/3/* https://new.example/*#c 302",
	"f.example/4 https://new.example/4# 302 query=drop",
	"f.example/5?x https://new.example/5?y#z 302",
	"f.example/6/* https://new.example/%2a/%7e/../*?%2A' 302",
	"o.example https://new.example 301",
	"o.example/2 https://new.example/two 302 max-age=60",
	"o.example/3 https://new.example/three?a 303",
	"o.example/7 https://new.example/seven?a 307 query=drop",
	"o.example/8?x https://new.example/eight 308 max-age=2147483647",
	"o.example/9 - 410",
	"o.example/10/* - 410 max-age=0",
	"o.example/p/* - pass",
	"o.example/q/* https://new.example/?u=* 302",
	"pair.example https://new.example 301/308",
};

#endif
