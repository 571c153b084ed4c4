#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Attaching below ip netns exec."""

import subprocess
import unittest

from attaching import Attach, BPFFS, setUpModule
from commands import DETOUR


class NetnsExec(Attach):
    """ip netns exec, in a process namespace whose first process is ours."""

    def sh(self, script, code=0):
        """A script with $D for detour; its outputs."""
        done = subprocess.run(
            ["unshare", "--pid", "--fork", "--mount-proc", "sh", "-e", "-c",
             "mount -t tmpfs tmpfs /run\n"
             f"D='{DETOUR} --state {self.state}'\n"
             "attach='attach va --mode generic --without-listener'\n"
             "ip netns add space\nin='ip netns exec space'\n"
             "$in ip link add va type veth peer name vb\n"
             "$in ip link set va up\n" + script],
            capture_output=True, text=True)
        self.assertEqual(done.returncode, code, done)
        return done.stdout, done.stderr

    def test_p4_works(self):
        """What is attached there stays, and is seen from outside."""
        out, err = self.sh("""
            $in $D $attach
            $in $D status | grep ^attached
            nsenter --net=/run/netns/space $D status | grep ^attached
            nsenter --net=/run/netns/space $D detach va --drain 0
            $in $D status | grep ^attached""")
        self.assertEqual(err, "")
        first, *seen, detached, last = out.splitlines()
        self.assertIn("va: attached", first)
        self.assertEqual(len(seen), 2)
        for line in seen:
            self.assertIn("attached va, generic mode", line)
        self.assertEqual((detached, last),
                         ("va: detached", "attached nowhere"))
        self.assert_nothing()

    def test_p4_hidden(self):
        """A file system that goes with the shell is not taken."""
        _, err = self.sh(f"""
            umount {BPFFS}
            $in sh -c "mount -t bpf bpf {BPFFS} && $D $attach" """, code=1)
        self.assertIn('outside of "ip netns exec"', err)
        self.assertIn("nsenter --net=/run/netns/NAME", err)
        self.assertIn("DETOUR_BPFFS", err)

    def test_p4_another_place(self):
        out, _ = self.sh(f"""
            umount {BPFFS}
            mkdir /run/bpf
            mount -t bpf -o mode=0700 bpf /run/bpf
            export DETOUR_BPFFS=/run/bpf/detour
            $in $D $attach
            nsenter --net=/run/netns/space $D detach va --drain 0""")
        self.assertEqual(out.split()[-2:], ["va:", "detached"])


if __name__ == "__main__":
    unittest.main()
