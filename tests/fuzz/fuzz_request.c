// SPDX-License-Identifier: BSD-2-Clause
/*
 * The fast path's way from a request to its answer, compiled for user space as
 * it is for BPF, beside the socket responder's: whatever the fast path answers
 * has the same bytes there. What it reads as a plain head ends as it does by the
 * way of all others.
 */
#include <linux/bpf.h>
#include <linux/types.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "answer.h"
#include "counter.h"
#include "fastpath.h"
#include "loop.h"
#include "map_build.h"
#include "map_file.h"
#include "request.h"
#include "rule.h"
#include "rule_line.h"
#include "word.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What the programs have of libbpf and of the kernel. Their own words stand
 * at any address. */
#undef __always_inline
#undef __noinline
#define FREE_ALIGNMENT no_sanitize("alignment")
#define __always_inline inline __attribute__((always_inline, FREE_ALIGNMENT))
#define __noinline __attribute__((noinline, FREE_ALIGNMENT))
#define SEC(name)
#define __uint(name, value) int(*name)[value]
#define __type(name, value) value *name
#define __array(name, value) value(*name)[]
#define bpf_map_lookup_elem(map, key) map_value(map, key)
#define bpf_ktime_get_tai_ns() (NOW * 1000000000)
#define bpf_jiffies64() 0
#define bpf_get_prandom_u32() 0
#define bpf_get_smp_processor_id() 0
#define bpf_perf_event_output(ctx, map, flags, data, size) \
	((void)(ctx), (void)(map), (void)(flags), (void)(data), 0)
#define bpf_ktime_get_coarse_ns() (NOW * 1000000000)
#define bpf_check_mtu(ctx, index, size, more, flags) \
	((void)(ctx), *(size) > MTU)

/* Headers that this file stands in for. */
#define __BPF_HELPERS__
#define ARENA_BPF_H
#define REPLY_BPF_H

#define NOW 1700000000ULL

enum {
	MTU = 9000,
	MSS = 8940,
	REPLY_DATA_MAX = 2048,
	REPLY_MERGED = -2,
};

static void *map_value(const void *map, const void *key);

/* The buffers of head.h are as they are for BPF. */
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wtype-limits"
#define __bpf__ 1
#include "head.h"
#undef __bpf__
#define request_path fast_request_path
#include "maps.bpf.h"

/* The arena, of which every offset is a place. */
static uint8_t *arena_memory;

static void arena_use(void)
{
}

static void *arena_at(__u64 offset)
{
	return arena_memory + (__u32)offset;
}

#define MAP_PREFETCH(pointer) ((void)(pointer))
#include "scratch.bpf.h"
static __u32 reply_timestamps(struct scratch *s);
static int reply_send(struct xdp_md *ctx, __u32 flags, __u32 seq, __u32 ack,
		      __u32 len);
#include "answer.bpf.h"
#include "plain.bpf.h"
#undef request_path

static const char *const rules[] = {
	"o.example/* https://new.example/* 301",
	"o.example/a https://a.example/ 302",
	"o.example/a?x=1 https://a.example/one 303",
	"o.example/a? https://a.example/empty 303",
	"o.example/b/* https://b.example/x/* 307",
	"o.example/b/c/* https://b.example/?r=* 308 max-age=7",
	"o.example/b/c/d* https://b.example/d 308 query=drop",
	"o.example/%2Fd/* https://enc.example/%2F* 301",
	"o.example/gone/* - 410",
	"o.example/pass/* - pass",
	"o.example/s%2Ar/* https://s.example/%2A/* 301",
	"o.example/s%2Ar?%2A=' https://s.example/'?a=' 301",
	"o.example/50%25 https://s.example/half 301",
	"p.example/1 https://p.example/?q 301",
	"p.example/blog/* https://p.example/j/* 301",
	"p.example/blog* https://p.example/k* 301",
	"*.o.example https://wild.example 301",
	"*.b.o.example/x/* https://wild.example/b/* 302",
	"1.2.3.4/* https://four.example/* 301",
	"[::1]/* https://six.example/* 301",
	"xn--bcher-kva.example/* https://book.example/* 301",
	"t.example/f/* https://f.example/*?q=%7e#f 301",
	"t.example/q/* https://f.example/?q=*# 301",
	"t.example/one https://f.example/one#f 302",
	"*.t.example HTTPS://*.New.example:81 301",
	"*.t.example/f/* https://*.new.example./*?q#f 302",
	"*/any/* https://any.example/* 307",
	"*/same/* https://*/* 308",
	"*/below/* https://*.below.example/*#f 308",
};

static struct scratch scratch = {
	.packet = {.ip = 14, .tcp = 34, .window = 64240},
};
static struct map *live; /* as the library opens it */
static uint32_t replied;

static void *map_value(const void *map, const void *key)
{
	(void)key;
	return map == &scratches ? &scratch : NULL;
}

static __u32 reply_timestamps(struct scratch *s)
{
	(void)s;
	return 0;
}

static int reply_send(struct xdp_md *ctx, __u32 flags, __u32 seq, __u32 ack,
		      __u32 len)
{
	(void)ctx, (void)flags, (void)seq, (void)ack;
	replied = len;
	return 0;
}

/* As fast_map.c copies it: the file as it is. */
static void arena_load(const char *path)
{
	struct fast_control *control;
	FILE *in = fopen(path, "rb");

	arena_memory =
		mmap(NULL, FAST_ARENA_SIZE + 4096, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (!in || arena_memory == MAP_FAILED ||
	    !fread(arena_memory + FAST_AREAS_AT, 1, 1 << 20, in) || !feof(in))
		abort();
	fclose(in);
	control = (void *)arena_memory;
	control->live = FAST_AREAS_AT;
}

/* Some have header lines. */
static int headers_add(struct rule *rule)
{
	if (strstr(rule->target, "/j/") || strchr(rule->target, '#'))
		rule->headers = "Access-Control-Allow-Origin: *\r\nX: y\r\n";
	return 0;
}

static void rules_load(void)
{
	static struct rule_buffer buffer;
	char path[] = "/tmp/fuzz_request.XXXXXX";
	struct map_build *build = NULL;
	struct rule_error error;
	struct rule rule;
	int fd = mkstemp(path);
	size_t i;

	if (fd < 0 || close(fd) || unlink(path) || map_build_open(&build, path))
		abort();
	for (i = 0; i < sizeof(rules) / sizeof(*rules); i++)
		if (rule_parse(&rule, &buffer, rules[i], strlen(rules[i]),
			       &error) != 1 ||
		    headers_add(&rule) || map_build_add(build, &rule))
			abort();
	if (map_build_finish(build) || map_open(&live, path))
		abort();
	map_build_free(build);
	arena_load(path);
	unlink(path);
}

/* What the socket responder answers by a rule on a connection that closes, 0
 * when it does not. */
static size_t answer_socket(char *out, const uint8_t *data, size_t size)
{
	static struct head_text text;
	static struct map_key key;
	uint8_t *copy = malloc(size);
	char date[ANSWER_DATE];
	struct head head;
	size_t len = 0;

	if (!copy)
		abort();
	/* It ends where the bytes end, for ASan to watch over. */
	memcpy(copy, data, size);
	memcpy(text.byte, data, size);
	head_init(&head, LIMIT_HEAD, LIMIT_REQUEST_TARGET);
	answer_date(date, NOW);
	if (head_scan(&head, &text, size) == HEAD_DONE && head.len == size &&
	    !request_key(&key, &head, copy, false))
		len = answer_match(out, live, &key, date, ANSWER_CLOSE);
	free(copy);
	return len;
}

/* By the way that all heads may go; keeps the key in *key. */
static int answer_fast(struct map_key *key, size_t size)
{
	int reason;

	scratch.plain = 0;
	reason = request_scan(size);
	if (reason == COUNTER_NONE)
		reason = answer_request(NULL, &scratch);
	*key = scratch.key;
	return reason;
}

static bool same_key(const struct map_key *a, const struct map_key *b)
{
	size_t path_len = a->path_len + a->has_query + a->query_len;

	return a->host_len == b->host_len && a->path_len == b->path_len &&
	       a->query_len == b->query_len && a->has_query == b->has_query &&
	       !memcmp(a->host, b->host, a->host_len) &&
	       !memcmp(a->path, b->path, path_len);
}

/* A plain head gets the same key, and ends as it did by the other way: answer
 * is what that made of it. */
static void try_plain(const struct map_key *key, int reason, const char *answer,
		      const uint8_t *data, size_t size)
{
	uint32_t len = replied;

	scratch.plain = 1;
	if (!plain_read(&scratch, size))
		return;
	if (!same_key(&scratch.key, key) ||
	    answer_request(NULL, &scratch) != reason || replied != len ||
	    (counter_verdict(reason) != VERDICT_HAND &&
	     memcmp(answer, scratch.frame + FRAME_TCP + TCP_LEN, len))) {
		fprintf(stderr, "fuzz_request: a plain head differs: '%.*s'\n",
			(int)size, data);
		abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char answer[ANSWER_MAX];
	static struct map_key key;
	int reason;

	if (!live)
		rules_load();
	if (!size || size > HEAD_ROOM || map_live(&scratch))
		return 0;
	/* Behind it stands what is left of longer ones, as on a CPU. */
	memcpy(scratch.text.byte, data, size);
	scratch.packet.data_len = size;
	scratch.packet.mss = MSS;
	scratch.packet.wscale = OPTION_NO_WSCALE;
	replied = 0;
	reason = answer_fast(&key, size);
	if (counter_verdict(reason) != VERDICT_HAND &&
	    (answer_socket(answer, data, size) != replied ||
	     memcmp(answer, scratch.frame + FRAME_TCP + TCP_LEN, replied))) {
		fprintf(stderr, "fuzz_request: another answer to '%.*s'\n",
			(int)size, data);
		abort();
	}
	try_plain(&key, reason, answer, data, size);
	return 0;
}

#include "fuzz_replay.h"
