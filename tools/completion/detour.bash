# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# Completion of detour's commands, options and keys for bash. They come from its own
# help, so that they are those of the program that is installed.

_detour_commands() {
	"$1" help 2>/dev/null | sed -n 's/^  \([a-z][a-z]*\)  *[a-z(].*/\1/p'
}

_detour_options() {
	"$1" help "$2" 2>/dev/null |
		sed -n 's/^  \(-[a-zA-Z], \)\{0,1\}\(--[a-z-]*\).*/\2/p'
}

_detour_keys() {
	"$1" help 2>/dev/null | sed -n '/^  KEYS/,/^$/p' | grep -o '[a-z-]*='
}

# What is offered is expanded like a command's words, and an interface's name may
# have anything in it but a slash, a colon and blanks.
_detour_interfaces() {
	# shellcheck disable=SC2012 # other names are left out
	ls /sys/class/net 2>/dev/null | sed -n '/^[A-Za-z0-9._@-]*$/p'
}

# Of the live release, as far as a second goes, and only what is a plain word.
_detour_rules() {
	timeout 1 "$1" "${state[@]}" show 2>/dev/null
}

_detour_hosts() {
	_detour_rules "$1" | sed -n 's|^\([*a-z0-9._-]*\)[/?].*|\1|p' | uniq
}

_detour_tags() {
	_detour_rules "$1" | sed -n 's/.* tag=\([A-Za-z0-9._-]*\).*/\1/p' | sort -u
}

# The command among the words before the one that is completed.
_detour_command() {
	local i
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		--state) ((i++)) ;;
		= | -*) ;;
		*)
			printf '%s\n' "${COMP_WORDS[i]}"
			return
			;;
		esac
	done
}

_detour() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
	local command words='' state=() i
	local live='^(set|del|rm|promote|demote|show|list|hits|tap)$'
	command=$(_detour_command)
	for ((i = 1; i < COMP_CWORD; i++)); do
		[[ ${COMP_WORDS[i]} == --state ]] &&
			state=(--state "${COMP_WORDS[i + 1]}")
	done
	COMPREPLY=()
	if [[ $before == --state ]]; then
		mapfile -t COMPREPLY < <(compgen -d -- "$word")
		return
	fi
	if [[ -z $command ]]; then
		words="$(_detour_commands "$1") help --state --help --version"
	elif [[ $command == help ]]; then
		words=$(_detour_commands "$1")
	elif [[ $word == -* ]]; then
		words=$(_detour_options "$1" "$command")
	elif [[ $before == --host && $command =~ $live ]]; then
		words=$(_detour_hosts "$1")
	elif [[ $before == --tag && $command =~ $live ]]; then
		words=$(_detour_tags "$1")
	elif [[ $before == --format && $command =~ ^(rehearse|advise)$ ]]; then
		words='urls common combined vhost-combined json w3c'
	elif [[ $before == --format ]]; then
		words='rules csv'
	elif [[ $before == --fail-if ]]; then
		words='lost changed new'
	elif [[ $before == --scheme ]]; then
		words='http https'
	elif [[ $before == --access-log-format ]]; then
		words='combined json'
	elif [[ $before =~ ^--(log-)?leave-out$ ]]; then
		words='query address query,address'
	elif [[ $before == --prefer ]]; then
		words='draft live'
	elif [[ $before == draft ]]; then
		words='list drop rebase'
	elif [[ $before == --to && $command == promote ]]; then
		words='301 308 301/308 410'
	elif [[ $before == --to && $command == demote ]]; then
		words='302 307'
	elif [[ $before == --mode ]]; then
		words='auto native generic'
	elif [[ $command == add || $command == set ]]; then
		words=$(_detour_keys "$1")
		compopt -o nospace 2>/dev/null
	elif [[ $command == attach || $command == detach ]]; then
		words=$(_detour_interfaces)
	elif [[ $command =~ ^(del|rm|promote|demote)$ ]]; then
		words=$(_detour_hosts "$1")
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
	if [[ $before == --token-file || $before == --pcap ]]; then
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
	elif [[ $before == --access-log ]]; then
		mapfile -t COMPREPLY < <(compgen -W 'syslog journal' -f -- "$word")
	elif [[ -z $words && $command =~ ^(import|export|check|diff|rehearse|verify|advise)$ ]]; then
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
	fi
}

complete -F _detour detour
