/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CMD_H
#define CMD_H

#include <stdbool.h>

struct filter;
struct rule_error;

struct cmd_about;

/* What every command gets beside its own arguments. */
struct cmd {
	const char *name;  /* "add", "set", ... */
	const char *state; /* --state, DETOUR_STATE or the default */
	bool state_given;  /* by --state */
	const struct cmd_about *about;
};

/* What a command is: its entry in the table of commands, and its help. Each
 * option is in its help, in the manual, and so in the shell's completion. */
struct cmd_about {
	const char *name;
	const char *alias; /* what it may be called, too; or NULL */
	int (*run)(const struct cmd *cmd, int argc, char **argv);
	const char *summary; /* a line of the overview */
	const char *usage;   /* the arguments */
	const char *text;    /* what it does: lines */
	const char *options; /* lines; the name begins in column 2 */
	const char *once;    /* options that may not come again: "base code" */
	const char *exits;
	const char *example; /* or NULL */
};

extern const struct cmd_about cmd_add_about, cmd_advise_about, cmd_attach_about,
	cmd_check_about, cmd_cutover_about, cmd_del_about, cmd_demote_about,
	cmd_detach_about, cmd_diff_about, cmd_draft_about, cmd_explain_about,
	cmd_export_about, cmd_hits_about, cmd_import_about, cmd_log_about,
	cmd_misses_about, cmd_promote_about, cmd_prune_about,
	cmd_rehearse_about, cmd_rollback_about, cmd_serve_about, cmd_set_about,
	cmd_show_about, cmd_stats_about, cmd_status_about, cmd_tap_about,
	cmd_top_about, cmd_verify_about, cmd_web_about;

/* The exit codes of commands that only look, and of those that change rules. */
#define CMD_EXITS_LOOK "0 done, 1 failed, 2 usage"
#define CMD_EXITS_CHANGE                                   \
	"0 done, 1 failed and nothing changed, 2 usage,\n" \
	"3 live, but somebody who serves still has the release before"

/* Exit codes: done; failed, and nothing is changed; usage; live, but somebody
 * who serves still answers from the release before. */
enum { CMD_OK = 0, CMD_FAILED = 1, CMD_USAGE = 2, CMD_BEHIND = 3 };

/* Each returns an exit code; argv[0] is the command's name. */
int cmd_add(const struct cmd *cmd, int argc, char **argv); /* add and set */
int cmd_advise(const struct cmd *cmd, int argc, char **argv);
int cmd_attach(const struct cmd *cmd, int argc, char **argv);
int cmd_check(const struct cmd *cmd, int argc, char **argv);
int cmd_cutover(const struct cmd *cmd, int argc, char **argv);
int cmd_del(const struct cmd *cmd, int argc, char **argv);
int cmd_detach(const struct cmd *cmd, int argc, char **argv);
int cmd_diff(const struct cmd *cmd, int argc, char **argv);
int cmd_draft(const struct cmd *cmd, int argc, char **argv);
int cmd_explain(const struct cmd *cmd, int argc, char **argv);
int cmd_export(const struct cmd *cmd, int argc, char **argv);
int cmd_hits(const struct cmd *cmd, int argc, char **argv);
int cmd_import(const struct cmd *cmd, int argc, char **argv);
int cmd_log(const struct cmd *cmd, int argc, char **argv);
int cmd_misses(const struct cmd *cmd, int argc, char **argv);
int cmd_promote(const struct cmd *cmd, int argc,
		char **argv); /* promote and demote */
int cmd_prune(const struct cmd *cmd, int argc, char **argv);
int cmd_rehearse(const struct cmd *cmd, int argc, char **argv);
int cmd_rollback(const struct cmd *cmd, int argc, char **argv);
int cmd_serve(const struct cmd *cmd, int argc, char **argv);
int cmd_show(const struct cmd *cmd, int argc, char **argv);
int cmd_stats(const struct cmd *cmd, int argc, char **argv);
int cmd_status(const struct cmd *cmd, int argc, char **argv);
int cmd_tap(const struct cmd *cmd, int argc, char **argv);
int cmd_top(const struct cmd *cmd, int argc, char **argv);
int cmd_verify(const struct cmd *cmd, int argc, char **argv);
int cmd_web(const struct cmd *cmd, int argc, char **argv);

/* Print "detour NAME: " and the error kept by error_set(); CMD_FAILED. */
int cmd_fail(const struct cmd *cmd);

/* Print "detour NAME: " and a message about the arguments, made safe for
 * terminals, and where help is; CMD_USAGE. */
int cmd_usage(const struct cmd *cmd, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The same for each thing that is wrong with a rule among the arguments. */
int cmd_usage_rule(const struct cmd *cmd, const struct rule_error *error);

/* Take in --tag, --host or --scheme, as a cmd_take_fn (cmd_options.h) does. */
int cmd_take_tag(const struct cmd *cmd, struct filter *filter);
int cmd_take_host(const struct cmd *cmd, struct filter *filter);
int cmd_take_scheme(const struct cmd *cmd, struct filter *filter);

/* Open what is closed of the standard streams, such that using it fails: else
 * the next file that is opened would be taken for it. Where output and errors
 * go to one file, or pipe, both are written line by line. */
void cmd_streams(void);

/* Flush stdout; a full disk behind it is a failure, too. Returns code or
 * CMD_FAILED with a message. */
int cmd_flush(const struct cmd *cmd, int code);

/* The same for a command that has changed the state, or has failed: what was
 * done is done, so that only a message tells that its report was lost. */
int cmd_changed(const struct cmd *cmd, int code);

/* Say on a terminal that hits could not be saved which are gone with what a command
 * took away. */
void cmd_hits_lost(const struct cmd *cmd);

/* A whole decimal number from min to max; -EINVAL for anything else. */
int cmd_number(const char *text, unsigned long long min, unsigned long long max,
	       unsigned long long *value);

/* Bytes: a whole decimal number, which K, M or G may follow (1024 of them, and so
 * on), of at most max bytes; -EINVAL for anything else. */
int cmd_size(const char *text, unsigned long long max,
	     unsigned long long *value);

#endif
