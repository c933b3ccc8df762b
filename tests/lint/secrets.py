#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
# secrets.py - no private key, and nothing that looks like somebody's credential, in the tree.
import re
import sys

import tree

SIGNS = [
    ('a private key', re.compile(
        r'-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----(?:\\n|["\s])*[A-Za-z0-9+/]{40,}')),
    ('a private key', re.compile(r'openssh-key-v1|-----BEGIN OPENSSH PRIVATE')),
    ('an access key', re.compile(r'\b(?:AKIA|ASIA)[0-9A-Z]{16}\b')),
    ('a token', re.compile(r'\b(?:gh[pousr]_[A-Za-z0-9]{36}|glpat-[A-Za-z0-9_-]{20}|npm_[A-Za-z0-9]{36}'
                           r'|xox[abprs]-[A-Za-z0-9-]{20,})\b')),
    ('a registry credential', re.compile(r'_authToken\s*=\s*\S+|_auth\s*=\s*[A-Za-z0-9+/=]{8,}')),
    ('a password in an address', re.compile(r'\b[a-z][a-z0-9+.-]*://[^\s/:@"\']+:[^\s/:@"\'$<{]+@[a-z0-9]')),
]
NAMES = re.compile(r'(^|/)(id_(rsa|ecdsa|ed25519)|\.env|\.netrc|.*\.(key|p12|pfx|jks|kdbx))$')


def complaints_about(root, path):
    if NAMES.search(path):
        return [f'{path}: a file of this name does not belong in the tree']
    if path == 'tests/lint/secrets.py' or not tree.is_text(root, path):
        return []
    source = tree.text(root, path)
    complaints = []
    for what, sign in SIGNS:
        for found in sign.finditer(source):
            line = source.count('\n', 0, found.start()) + 1
            complaints.append(f'{path}:{line}: {what}')
    return complaints


def main():
    root = tree.root_of(sys.argv)
    report = tree.Report()
    for path in tree.files(root):
        report.file(complaints_about(root, path))
    report.end()


if __name__ == '__main__':
    main()
