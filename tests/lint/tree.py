# SPDX-License-Identifier: AGPL-3.0-or-later
# tree.py - the project's files as the lints read them, and how they report.
import os
import re
import subprocess
import sys

SKIPPED = {'.git', 'build', 'node_modules', 'dist', '__pycache__'}


def root_of(arguments):
    """The tree to read: the first argument, else the checkout this file lies in."""
    if len(arguments) > 1:
        return os.path.abspath(arguments[1])
    return os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def files(root):
    """Paths relative to root of what is in git or could be added; any file without git."""
    try:
        listed = subprocess.run(['git', '-C', root, 'ls-files', '-z', '-co', '--exclude-standard'],
                                capture_output=True, check=True).stdout.decode()
        found = [path for path in listed.split('\0') if path]
    except (OSError, subprocess.CalledProcessError):
        found = []
        for folder, folders, names in os.walk(root):
            folders[:] = [name for name in folders if name not in SKIPPED]
            found += [os.path.relpath(os.path.join(folder, name), root) for name in names]
    return sorted(path for path in set(found) if os.path.isfile(os.path.join(root, path)))


def text(root, path):
    with open(os.path.join(root, path), encoding='utf-8', errors='replace') as file:
        return file.read()


def is_text(root, path):
    with open(os.path.join(root, path), 'rb') as file:
        return b'\0' not in file.read(4096)


TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def without_comments_and_strings(source):
    """C source in which comments and literals are blank; lines keep their numbers."""
    def blank(match):
        kept = '\n' * match.group().count('\n')
        return '""' + kept if match.group()[0] == '"' else ' ' + kept
    return TOKEN.sub(blank, source)


class Report:
    """Counts files passed and failed; a file fails once however much is wrong with it."""

    def __init__(self):
        self.passed = 0
        self.failed = 0

    def file(self, complaints):
        for complaint in complaints:
            print(complaint)
        if complaints:
            self.failed += 1
        else:
            self.passed += 1

    def end(self):
        print(f'{self.passed} passed, {self.failed} failed')
        sys.exit(1 if self.failed or not self.passed else 0)
