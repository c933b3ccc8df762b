#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
# banned.py - words that do not belong where they stand, and the two lines a file opens with.
import re
import sys

import tree

# (what, pattern over code without comments and literals, where it may stand)
CALLS = [
    ('unbounded or stateful libc',
     r'\b(strcpy|strcat|stpcpy|sprintf|vsprintf|strtok|atoi|atol|atoll|atof|gets|rand|srand|random|srandom'
     r'|alloca|sscanf|scanf|setjmp|longjmp|system|popen|tmpnam|mktemp)\s*\(', set()),
    ('a clock outside host/clock.c',
     r'\b(time|gettimeofday|clock_gettime|clock|ftime)\s*\(', {'host/clock.c'}),
    ('an allocation outside base/mem.c',
     r'\b(malloc|calloc|realloc|reallocarray|strdup|strndup|asprintf|vasprintf|aligned_alloc'
     r'|posix_memalign)\s*\(', {'base/mem.c'}),
    ('waiting by sleeping', r'\b(sleep|usleep|nanosleep|clock_nanosleep)\s*\(', set()),
    ('a mutex outside host/mailbox.c', r'\bpthread_(mutex|rwlock|spin)_\w+\s*\(', {'host/mailbox.c'}),
]
# In tests a few of these are the right thing.
TEST_CALLS = [CALLS[3], ('unbounded libc', r'\b(strcpy|strcat|sprintf|vsprintf|gets|rand|srand)\s*\(', set())]

# A digest of a secret may be compared in any way, the secret itself may not.
COMPARE = re.compile(r'\b(?:mem|str|strn)cmp\s*\(')
SECRET = re.compile(r'\b\w*(tag|mac|hmac|token|secret|password|cookie)\b')
ERRNO = re.compile(r'\berrno\b')
UNFINISHED = re.compile(r'\b(TODO|FIXME|XXX|HACK)\b')
# The parts are apart so that this file does not complain about itself.
WORKPLACE = re.compile('/' + r'work/(main|shared|brief)\b')
PURPOSE = re.compile(r'^// (\S+) - \S.*$')
SPDX = 'SPDX-License-Identifier: AGPL-3.0-or-later'
OPENED = ('.c', '.h', '.py', '.sh', '.cmake', '.ts', '.tsx', '.mjs', '.css', '.sql')


def opening_complaints(path, source):
    lines = source.split('\n')
    if not any(SPDX in line for line in lines[:3]):
        return [f'{path}:1: no SPDX line']
    if not path.endswith(('.c', '.h')):
        return []
    if lines[0] != f'// {SPDX}':
        return [f'{path}:1: the first line is "// {SPDX}"']
    noun = path.split('/', 1)[1]
    found = PURPOSE.match(lines[1]) if len(lines) > 1 else None
    if not found or found.group(1) != noun:
        return [f'{path}:2: the second line is "// {noun} - one sentence"']
    return []


def matches(path, code, pattern, what):
    return [f'{path}:{code.count(chr(10), 0, found.start()) + 1}: {what}: {found.group().strip(" (")}'
            for found in re.finditer(pattern, code)]


def call_at(code, start):
    """The call that begins at start, through its closing parenthesis."""
    depth = 0
    for end in range(code.index('(', start), len(code)):
        depth += {'(': 1, ')': -1}.get(code[end], 0)
        if depth == 0:
            return code[start:end + 1]
    return code[start:]


def secret_complaints(path, code):
    return [f'{path}:{code.count(chr(10), 0, found.start()) + 1}: a secret compared in variable time'
            for found in COMPARE.finditer(code) if SECRET.search(call_at(code, found.start()))]


def code_complaints(path, source):
    code = tree.without_comments_and_strings(source)
    inside = path.split('/', 1)[1]
    complaints = []
    for what, pattern, places in CALLS if path.startswith('gateway/') else TEST_CALLS:
        if inside not in places:
            complaints += matches(path, code, pattern, what)
    if path.startswith('gateway/'):
        complaints += secret_complaints(path, code)
        if not inside.startswith(('host/', 'store/', 'command/', 'compose/', 'main.c')):
            complaints += matches(path, code, ERRNO, 'errno outside host/ and store/')
    return complaints


def logical_css_complaints(path, source):
    """Pages read in both directions: no left and right in style."""
    pattern = re.compile(
        r'(?<![\w-])((margin|padding|border)-(left|right)\b|border-(top|bottom)-(left|right)-radius\b'
        r'|(?:left|right)\s*:|text-align\s*:\s*(left|right)\b|float\s*:\s*(left|right)\b)')
    code = re.sub(r'/\*.*?\*/', lambda m: '\n' * m.group().count('\n'), source, flags=re.S)
    return matches(path, code, pattern, 'a physical property; use the logical one')


def lock_complaints(path, source):
    """A lock file says what, by hash, not from which host."""
    return matches(path, source, r'"resolved":\s*"https?:', 'a registry named in the lock file')


def complaints_about(root, path):
    source = tree.text(root, path)
    complaints = []
    if path.endswith(OPENED) and path.startswith(('gateway/', 'tests/', 'web/', 'certs/')):
        complaints += opening_complaints(path, source)
    if path.endswith(('.c', '.h')) and path.startswith(('gateway/', 'tests/')):
        complaints += code_complaints(path, source)
    if path.endswith('.css'):
        complaints += logical_css_complaints(path, source)
    if path.endswith('package-lock.json'):
        complaints += lock_complaints(path, source)
    else:
        complaints += matches(path, source, WORKPLACE, 'a path of one machine')
    if path.endswith(OPENED) and not path.startswith('tests/lint/'):
        complaints += matches(path, source, UNFINISHED, 'unfinished')
    return complaints


def main():
    root = tree.root_of(sys.argv)
    report = tree.Report()
    for path in tree.files(root):
        if tree.is_text(root, path):
            report.file(complaints_about(root, path))
    report.end()


if __name__ == '__main__':
    main()
