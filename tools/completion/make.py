#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""make.py BINARY _detour|detour.fish: completion for zsh or fish, of the commands and
options that the binary's help has."""

import re
import subprocess
import sys

OPTION = re.compile(r'  (?:-\w, )?--([a-z][a-z-]*)(\[=\S+?\]|[ =]\S+)?(?: +(.*))?$')
# Commands that choose rules that are there.
CHOOSE = {'set', 'del', 'promote', 'demote', 'show', 'hits', 'tap'}
INTERFACES = {'attach', 'detach'}
FILES = {'import', 'check', 'diff', 'rehearse', 'advise'}
FIXED = {'SCHEME': 'http https', 'WHOSE': 'draft live'}

# What the live release has, as far as a second goes; only what no shell takes for
# anything but a word.
HOSTS = ("timeout 1 detour show 2>/dev/null | sed -n "
         "'s|^\\([*a-z0-9._-]*\\)[/?].*|\\1|p' | uniq")
TAGS = ("timeout 1 detour show 2>/dev/null | sed -n "
        "'s/.* tag=\\([A-Za-z0-9._-]*\\).*/\\1/p' | sort -u")
LINKS = "ls /sys/class/net 2>/dev/null | sed -n '/^[A-Za-z0-9._@-]*$/p'"


class Option:
    def __init__(self, name, value, about):
        self.name = name
        self.optional = value.startswith('[')
        self.value = value.strip('[= ]')
        self.about = about

    def values(self, command):
        """What it takes: words, or the name of what lists them; None: anything."""
        if re.fullmatch(r'[a-z]+([|,][a-z]+)+', self.value):
            return re.split('[|,]', self.value)
        if self.value in FIXED:
            return FIXED[self.value].split()
        if self.value.startswith('FILE'):
            return 'files'
        if self.name == 'state':
            return 'folders'
        if self.name == 'user':
            return 'users'
        if command in CHOOSE:
            return {'HOST': 'hosts', 'TAG': 'tags'}.get(self.value)
        return None


def said(binary, *args):
    return subprocess.run([binary, 'help', *args], check=True, text=True,
                          stdout=subprocess.PIPE).stdout


def options(binary, command):
    """An option's words may begin in the line below it."""
    lines = said(binary, command).split('Options:\n')[1].split('\n\n')[0]
    found = []
    for line in lines.split('\n'):
        match = OPTION.match(line)
        if match:
            found.append(Option(match[1], match[2] or '', match[3] or ''))
        elif found and not found[-1].about:
            found[-1].about = line.strip()
    return found


def table(binary):
    """The commands: (name, what it does, options)."""
    return [(name, about, options(binary, name)) for name, about in
            re.findall(r'(?m)^  ([a-z]+) +([a-z(].*)$',
                       said(binary).split('\n  -h,')[0])]


def operand(command):
    """What lists a command's arguments that are no options."""
    return ('interfaces' if command in INTERFACES else
            'files' if command in FILES else
            'hosts' if command in CHOOSE - {'set', 'tap', 'show', 'hits'}
            else None)


# --- zsh

ZSH_LISTS = {'files': '_files', 'folders': '_files -/', 'users': '_users',
             'hosts': '_detour_hosts', 'tags': '_detour_tags',
             'interfaces': '_detour_interfaces'}


def zsh_text(text):
    """In an _arguments specification, in single quotes."""
    return re.sub(r'([\\\[\]:])', r'\\\1', text).replace("'", "'\\''")


def zsh_option(option, command):
    spec = f'*--{option.name}'
    text = f'[{zsh_text(option.about)}]'
    if not option.value:
        return f"'{spec[1:]}{text}'"
    values = option.values(command)
    action = ('(' + ' '.join(values) + ')' if isinstance(values, list)
              else ZSH_LISTS.get(values, ' '))
    if option.optional:
        return f"'{spec}=-{text}::{zsh_text(option.value)}:{action}'"
    return f"'{spec}={text}:{zsh_text(option.value)}:{action}'"


def zsh(commands):
    print('#compdef detour\n# Made by tools/completion/make.py of the help.\n')
    for name, command in ('hosts', HOSTS), ('tags', TAGS), \
            ('interfaces', LINKS):
        print(f'_detour_{name}() {{\n\tlocal -a found\n'
              f'\tfound=(${{(f)"$({command})"}})\n\tcompadd -a found\n}}\n')
    print('_detour() {\n\tlocal context state state_descr line\n'
          '\ttypeset -A opt_args\n\tlocal -a commands\n\tcommands=(')
    for name, about, _ in commands:
        print(f"\t\t'{name}:{zsh_text(about)}'")
    print("\t\t'help:what a command does and takes'\n\t)")
    print("\t_arguments -C '--state=[the state directory]:DIR:_files -/' \\\n"
          "\t\t'(-h --help)'{-h,--help}'[an overview]' \\\n"
          "\t\t'(-V --version)'{-V,--version}'[the version]' \\\n"
          "\t\t'1:command:->command' '*::argument:->argument' && return\n"
          '\tcase $state in\n\tcommand)\n'
          '\t\t_describe -t commands command commands\n\t\t;;\n'
          '\targument)\n\t\tcase $words[1] in\n'
          '\t\thelp) _describe -t commands command commands ;;')
    for name, _, known in commands:
        specs = [zsh_option(option, name) for option in known]
        if operand(name):
            specs.append(f"'*:argument:{ZSH_LISTS[operand(name)]}'")
        print(f'\t\t{name})\n\t\t\t_arguments \\\n\t\t\t\t' +
              ' \\\n\t\t\t\t'.join(specs) + '\n\t\t\t;;')
    print('\t\tesac\n\t\t;;\n\tesac\n}\n\n_detour "$@"')


# --- fish

FISH_LISTS = {'users': '(__fish_complete_users)', 'hosts': '(__detour_hosts)',
              'tags': '(__detour_tags)',
              'folders': '(__fish_complete_directories)',
              'interfaces': '(__detour_interfaces)'}


def fish_text(text):
    return "'" + text.replace('\\', '\\\\').replace("'", "\\'") + "'"


def fish_option(option, command):
    if not option.value:
        return ''
    values = option.values(command)
    if values == 'files':
        return ' -r -F'
    words = (' '.join(values) if isinstance(values, list)
             else FISH_LISTS.get(values))
    return (' -f' if option.optional else ' -x') + (
        f' -a {fish_text(words)}' if words else '')


def fish(commands):
    print('# Made by tools/completion/make.py of the help.\n')
    for name, command in ('hosts', HOSTS), ('tags', TAGS), \
            ('interfaces', LINKS):
        print(f'function __detour_{name}\n\t{command}\nend\n')
    print('complete -c detour -f')
    for name, about, _ in [*commands, ('help', 'what a command does', [])]:
        print(f'complete -c detour -n __fish_use_subcommand -a {name}'
              f' -d {fish_text(about)}')
    print('complete -c detour -n __fish_use_subcommand -s V -l version'
          " -d 'the version'\n"
          'complete -c detour -n __fish_use_subcommand -l state -x'
          " -a '(__fish_complete_directories)' -d 'the state directory'\n"
          "complete -c detour -n '__fish_seen_subcommand_from help' -a '"
          + ' '.join(name for name, _, _ in commands) + "'")
    for name, _, known in commands:
        where = f"complete -c detour -n '__fish_seen_subcommand_from {name}'"
        for option in known:
            print(f'{where} -l {option.name}{fish_option(option, name)}'
                  f' -d {fish_text(option.about)}')
        if operand(name) == 'files':
            print(f'{where} -F')
        elif operand(name):
            print(f'{where} -a {fish_text(FISH_LISTS[operand(name)])}')


if __name__ == '__main__':
    {'_detour': zsh, 'detour.fish': fish}[sys.argv[2]](table(sys.argv[1]))
