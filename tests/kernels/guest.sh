#!/bin/busybox sh
# SPDX-License-Identifier: BSD-2-Clause
# The first process of a test kernel, which runs what parts= on the kernel's
# command line names. machine.py says what the second serial port is for.
# shellcheck shell=dash disable=SC2086 # lists of words
/bin/busybox mkdir -p /sbin /usr/bin /usr/sbin
/bin/busybox --install -s /bin
/bin/busybox ln -sf dash /bin/sh
export PATH=/usr/sbin:/bin HOME=/root
# Debian's busybox takes its own applet before what PATH has; tests get dash.
ip() { /usr/sbin/ip "$@"; }
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mount -t tmpfs tmpfs /tmp
mount -t tmpfs tmpfs /run
mount -t bpf -o mode=0700 bpf /sys/fs/bpf
mkdir -p /run/netns
exec </dev/console >/dev/console 2>&1
stty -F /dev/ttyS1 raw -echo 115200
exec 3<>/dev/ttyS1
for module in /modules/*.ko; do
	insmod "$module" || echo "$module does not load"
done
ip link set lo up
x=$(head -c 1000 /dev/zero | tr '\0' x)

option() { sed -n "s/.*\\b$1=\\([^ ]*\\).*/\\1/p" /proc/cmdline; }

# result NAME CODE TEXT
result() {
	printf 'R %s %s %s\n' "$1" "$2" \
		"$(echo "$3" | tr '\n' ' ' | cut -c1-600)" >&3
	printf '### %s %s %s\n' "$1" "$2" "$3"
}

# Run a command on the other side of the cards.
other() {
	printf 'H %s\n' "$*" >&3
	while IFS= read -r line <&3; do
		case $line in
		"E "*) return "${line#E }" ;;
		*) printf '%s\n' "${line#O }" ;;
		esac
	done
}

# ask NAME WANTED COMMAND...: whether its output is as wanted
ask() {
	asked=$1 wanted=$2
	shift 2
	got=$("$@" 2>&1)
	code=$?
	if [ "$got" = "$wanted" ]; then
		result "$asked" 0 "$got"
	else
		result "$asked" 1 "got '$got' ($code), wanted '$wanted'"
	fi
}

now() { cut -d' ' -f1 /proc/uptime; }
since() { echo "$(now) $1" | awk '{printf "%.1f s", $1 - $2}'; }

# What the kernel complained of since the last look.
complaints() {
	bad=$(dmesg -c | grep -E 'WARNING:|BUG:|Oops|Call Trace|rcu.*stall|hung task|general protection|NETDEV WATCHDOG|refcount' |
		grep -v -E 'RETBleed|Spectre|rcu.*stall')
	[ -z "$bad" ] || result "$1-dmesg" 1 "$bad"
}

state_new() {
	DETOUR_STATE=$(mktemp -d)/state
	export DETOUR_STATE
	cat >/tmp/rules <<-R
		old.example https://new.example 301
		old.example/gone - 410
		old.example/pass/* - pass
		old.example/long https://new.example/$x 301
	R
	detour import --replace /tmp/rules
}

serve_start() {
	detour serve --listen "$1" --threads 2 2>/tmp/serve.log &
	serve=$!
	tries=0
	until grep -q ready /tmp/serve.log || [ $tries = 200 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
	cat /tmp/serve.log
}

serve_stop() {
	kill $serve
	wait $serve
}

counter() { detour stats | awk -v n="$1" '$1 == n {print $2}'; }

CURL='curl -sS -g -o /dev/null -m 60 -w %{http_code}_%{redirect_url}'

# requests NAME HOW ADDRESS: what each interface has to do; HOW runs a command
# on the client's side.
requests() {
	on=$1 how=$2 to="--connect-to ::$3:80"
	before=$(counter get_301) sent=$(counter cookie_sent)
	ask "$on-get" 301_https://new.example/a $how "$CURL $to http://old.example/a"
	ask "$on-410" 410_ $how "$CURL $to http://old.example/gone"
	ask "$on-fast" "1 of 2" echo \
		"$(($(counter get_301) - before)) of $(($(counter cookie_sent) - sent))"
	ask "$on-long" 1024 $how "$CURL $to http://old.example/long | tr -d '\n' | wc -c"
	handed=$(counter assigned)
	ask "$on-miss" 404_ $how "$CURL $to http://other.example/"
	ask "$on-upload" 301_https://new.example/a $how \
		"head -c 300000 /dev/zero | $CURL $to -H Expect: --data-binary @- http://old.example/a"
	ask "$on-handed" 2 echo $(($(counter assigned) - handed))
}

# attach NAME ARGS...
attach() {
	attached=$1
	shift
	begun=$(now)
	got=$(detour attach "$@" 2>&1)
	code=$?
	result "$attached-attach" $code "$got ($(since "$begun"))"
	return $code
}

# refused NAME TEXT ARGS...: an attach that fails with this in its message
refused() {
	attached=$1 wanted=$2
	shift 2
	got=$(detour attach "$@" 2>&1)
	case $?:$got in
	0:*) result "$attached" 1 "not refused: $got" ;;
	*"$wanted"*) result "$attached" 0 "$got" ;;
	*) result "$attached" 1 "$got" ;;
	esac
}

detach() { ask "$1-detach" "$2: detached" detour detach --drain 0 "$2"; }

client() { nsenter --net=/run/netns/client sh -c "$*"; }

# A veth end takes what the other's XDP program sends if it has one, too.
pair() {
	ip netns add client
	ip link add srv0 type veth peer name cli0 netns client
	ip link set srv0 up
	client /usr/sbin/ip link set lo up
	client /usr/sbin/ip link set cli0 up
	ip address add 10.77.0.1/24 dev srv0
	ip address add fd77::1/64 dev srv0 nodad
	client /usr/sbin/ip address add 10.77.0.2/24 dev cli0
	client /usr/sbin/ip address add fd77::2/64 dev cli0 nodad
	client /usr/sbin/ip link set cli0 xdpdrv obj /pass.o sec xdp
	sleep 1
}

pair_end() {
	ip link del srv0
	ip netns del client
}

part_serve() {
	state_new
	serve_start 127.0.0.1:8080
	to='--connect-to ::127.0.0.1:8080'
	ask serve-get 301_https://new.example/a sh -c "$CURL $to http://old.example/a"
	ask serve-miss 404_ sh -c "$CURL $to http://other.example/a"
	serve_stop
	complaints serve
}

part_veth() {
	state_new
	pair
	serve_start '*:80'
	for mode in native generic; do
		attach "veth-$mode" srv0 --mode "$mode" || continue
		requests "veth-$mode-v4" client 10.77.0.1
		requests "veth-$mode-v6" client '[fd77::1]'
		attach "veth-$mode-again" srv0
		detach "veth-$mode" srv0
	done
	serve_stop
	complaints veth
	# Beside another program, in either mode.
	for mode in xdpdrv xdpgeneric; do
		ip link set srv0 $mode obj /pass.o sec xdp
		refused "beside-$mode" "srv0 has" srv0 --without-listener
		ip link set srv0 $mode off
	done
	pair_end
	complaints beside
}

part_old() {
	state_new
	ip link add srv0 type veth peer name cli0
	ip link set srv0 up
	refused old-attach "kernel $(uname -r) is too old: the fast path needs 6.12" \
		srv0 --without-listener
	ask old-pins '' find /sys/fs/bpf -mindepth 1 -not -name '*.debug'
	ip link del srv0
	complaints old
}

# Hand-over to a server that is not detour.
part_web() {
	state_new
	pair
	mkdir -p /tmp/www
	head -c 3000000 /dev/urandom >/tmp/www/big
	httpd -f -p 80 -h /tmp/www &
	server=$!
	sleep 1
	if attach web srv0; then
		for to in 10.77.0.1 '[fd77::1]'; do
			ask "web-get-$to" 301_https://new.example/a client \
				"$CURL --connect-to ::$to:80 http://old.example/a"
			ask "web-big-$to" "$(md5sum </tmp/www/big)" client \
				"curl -sSg -m 120 http://$to/big | md5sum"
		done
		detach web srv0
	fi
	kill $server
	wait $server
	pair_end
	complaints web
}

part_xdp() {
	for test in /tests/*; do
		begun=$(now)
		timeout 900 "$test" >/tmp/log 2>&1
		code=$?
		[ $code = 0 ] || cat /tmp/log
		result "unit-${test##*/test_xdp_}" $code \
			"$(grep -E '^\[  (PASSED|FAILED)|rror: |SKIP' /tmp/log | head -n 8) ($(since "$begun"))"
		complaints "unit-${test##*/test_xdp_}"
	done
}

# Cards have numbers in their addresses, and .2 on the other side.
part_cards() {
	state_new
	serve_start '*:80'
	for path in /sys/class/net/*; do
		link=${path##*/}
		mac=$(cat "$path/address")
		case $mac in 52:54:00:78:00:*) ;; *) continue ;; esac
		card $((0x${mac##*:})) "$link" \
			"$(basename "$(readlink "$path/device/driver")")"
	done
	serve_stop
}

card() {
	n=$1 link=$2 label=$3-$1
	ip link set "$link" up
	ip address add "10.78.$n.1/24" dev "$link"
	ip address add "fd78:$n::1/64" dev "$link" nodad
	tries=0
	until [ "$(cat "/sys/class/net/$link/operstate")" = up ] || [ $tries = 80 ]; do
		sleep 0.2
		tries=$((tries + 1))
	done
	sleep 1
	ask "$label-plain" 301_https://new.example/a other \
		"$CURL --connect-to ::10.78.$n.1:80 http://old.example/a"
	for mode in native generic; do
		case $mode-$3 in
		native-e1000*)
			refused "$label-native" 'no native XDP' "$link" --mode native
			continue
			;;
		esac
		if attach "$label-$mode" "$link" --mode $mode; then
			sleep 3 # igb resets the link
			requests "$label-$mode-v4" other "10.78.$n.1"
			requests "$label-$mode-v6" other "[fd78:$n::1]"
			detach "$label-$mode" "$link"
		fi
		complaints "$label-$mode"
	done
	large "$n" "$link" "$label"
	ip link set "$link" down
}

# An MTU of 9000: auto falls back, or the message names it.
large() {
	ip link set "$2" mtu 9000 || return
	sleep 2
	refused "$3-mtu9000-native" 'native XDP' "$2" --mode native
	if attach "$3-mtu9000-auto" "$2"; then
		sleep 3
		ask "$3-mtu9000-get" 301_https://new.example/a other \
			"$CURL --connect-to ::10.78.$1.1:80 http://old.example/a"
		detach "$3-mtu9000-auto" "$2"
	fi
	dmesg -c >/dev/null
	ip link set "$2" mtu 1500
}

result kernel 0 "$(uname -r)"
result boot 0 "$(now) s"
complaints boot
for part in $(option parts | tr , ' '); do
	begin=$(now)
	"part_$part"
	result "took-$part" 0 "$(echo "$(now) $begin" | awk '{printf "%.1f s", $1 - $2}')"
done
result end 0 "$(now) s"
sleep 1
poweroff -f
