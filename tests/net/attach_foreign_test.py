#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Attaching where other users have folders on the bpf file system."""

import os
import unittest

from attaching import Attach, BPFFS, NOBODY, ROOT, setUpModule


class Foreign(Attach):
    """Folders that another user has made, or may write to."""

    def foreign(self, path, uid=NOBODY, mode=0o755):
        os.mkdir(path)
        os.chown(path, uid, uid)
        os.chmod(path, mode)

    def refused(self, path, *reasons):
        """Nothing is attached there, and that keeps nobody from changes."""
        self.attach("va", code=1)
        for reason in path, *reasons:
            self.assertIn(reason, self.err)
        self.assert_no_program()
        self.assertEqual(self.fastpath(), [])
        self.do("set", "old.example", "https://new.example", "307")
        self.do("set", "old.example", "https://new.example", "301")

    def test_p16_root_of_another(self):
        self.foreign(ROOT)
        self.refused(ROOT, f"belongs to the user with the number {NOBODY}")
        os.rmdir(ROOT)
        self.attach("va")

    def test_p16_root_that_others_write(self):
        for mode in 0o775, 0o757, 0o1777:
            self.foreign(ROOT, 0, mode)
            self.refused(ROOT, "may be written by others")
            os.rmdir(ROOT)

    def test_p16_link(self):
        """It is a link of another user's to a folder of root's."""
        self.foreign(BPFFS + "/mine", 0)
        os.symlink(BPFFS + "/mine", ROOT)
        os.chown(ROOT, NOBODY, NOBODY, follow_symlinks=False)
        self.refused(ROOT, "belongs to")

    def test_p16_instance_of_another(self):
        self.attach("va")
        folder = self.folder()
        self.do("detach", "va", "--drain", "0")
        os.mkdir(ROOT)
        self.foreign(folder)
        self.assertEqual(self.fastpath(), [])
        self.do("add", "old.example", "https://new.example", "301")
        self.attach("va")
        self.assertEqual(os.stat(folder).st_uid, 0)

    def test_p16_replaced(self):
        """While something is attached, no change is made behind its back."""
        self.do("add", "old.example", "https://new.example", "301")
        self.attach("va")
        os.rename(ROOT, BPFFS + "/away")
        self.foreign(ROOT)
        for args in (("set", "old.example", "https://new.example", "307"),
                     ("status",), ("detach", "va"), ("stats",)):
            self.do(*args, code=1)
            self.assertIn("belongs to", self.err)
        self.assertEqual(self.live(), 1)
        os.rmdir(ROOT)
        os.rename(BPFFS + "/away", ROOT)
        self.do("set", "old.example", "https://new.example", "307")
        self.assertIs(self.only()["current"], True)

    def test_p16_file_system_of_another(self):
        for uid, mode in (NOBODY, 0o755), (0, 0o777), (0, 0o775):
            os.chown(BPFFS, uid, 0)
            os.chmod(BPFFS, mode)
            self.attach("va", code=1)
            self.assertIn(f"{BPFFS} ", self.err)
            self.assertIn(f"chown root {BPFFS} && chmod 0700 {BPFFS}",
                          self.err)
            self.assert_nothing()
        os.chown(BPFFS, 0, 0)
        for mode in 0o1777, 0o755, 0o700:
            os.chmod(BPFFS, mode)
            self.attach("va")
            self.do("detach", "va", "--drain", "0")


if __name__ == "__main__":
    unittest.main()
