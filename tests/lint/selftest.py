#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
# selftest.py - shows that each lint can fail: small trees with one thing wrong, and one without.
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def c_file(path, body):
    return f'// SPDX-License-Identifier: AGPL-3.0-or-later\n// {path} - for a test.\n{body}\n'


def gateway(path, body):
    return {f'gateway/{path}': c_file(path, body)}


HEADERS = {**gateway('base/err.h', ''), **gateway('sfu/worker.h', ''), **gateway('wire/rtp.h', ''),
           **gateway('sfu/command.h', '#include "base/err.h"'), **gateway('host/clock.h', '')}
NACK = {**gateway('sfu/nack.h', 'int nack_due(\n    int now);'),
        **gateway('sfu/nack.c', 'int nack_due(int now)\n{\n    return now;\n}\nint f(void)\n{\n    return nack_due(1);\n}')}
KEY = '-----BEGIN ' + 'PRIVATE KEY-----\n' + 'A' * 64 + '\n'

# (lint, is it clean, what it shows, tree)
CASES = [
    ('layers.py', True, 'down and through doors',
     {**HEADERS, **gateway('meetup/floor.c', '#include "sfu/command.h"\n#include "base/err.h"')}),
    ('layers.py', False, 'up', {**HEADERS, **gateway('wire/rtp.c', '#include "sfu/worker.h"')}),
    ('layers.py', False, 'sideways, not a door',
     {**HEADERS, **gateway('meetup/floor.c', '#include "sfu/worker.h"')}),
    ('layers.py', False, 'a door that includes more than doors',
     {**HEADERS, **gateway('sfu/event.h', '#include "sfu/worker.h"')}),
    ('layers.py', False, 'more than a door seen through a door',
     {**HEADERS, **gateway('sfu/command.h', '#include "wire/rtp.h"'),
      **gateway('meetup/floor.c', '#include "sfu/command.h"')}),
    ('layers.py', False, 'tests', gateway('base/err.c', '#include "support/check.h"')),
    ('layers.py', False, 'a library of others', gateway('meetup/floor.c', '#include <jansson.h>')),
    ('layers.py', False, 'a thread below host', gateway('sfu/worker.c', '#include <pthread.h>')),
    ('layers.py', False, 'websockets outside their files',
     gateway('host/accept.c', '#include <libwebsockets.h>')),
    ('callers.py', True, 'what another file calls',
     {**NACK, **gateway('sfu/worker.c', 'void f(void)\n{\n    nack_due(1);\n}')}),
    ('callers.py', True, 'what browsers write',
     {**gateway('wire/fir.h', 'void fir_write(int seq);'), **gateway('wire/fir.c', 'void fir_write(int seq)\n{\n}'),
      'tests/wire/fir_test.c': c_file('wire/fir_test.c', 'TEST(x)\n{\n    fir_write(1);\n}')}),
    ('callers.py', False, 'what nobody calls', NACK),
    ('callers.py', False, 'what is only spoken of',
     {**NACK, **gateway('sfu/worker.c', '// nack_due is not called here')}),
    ('callers.py', False, 'what tests alone call',
     {**NACK, 'tests/sfu/nack_test.c': c_file('sfu/nack_test.c', 'TEST(x)\n{\n    nack_due(1);\n}')}),
    ('banned.py', True, 'a clean file', gateway('base/err.c', 'int f(void); // strcpy(a, b) is banned')),
    ('banned.py', False, 'strcpy', gateway('base/err.c', 'void f(void) { strcpy(a, b); }')),
    ('banned.py', False, 'a clock', gateway('sfu/nack.c', 'long f(void) { return clock_gettime(0, t); }')),
    ('banned.py', True, 'the clock', gateway('host/clock.c', 'long f(void) { return clock_gettime(0, t); }')),
    ('banned.py', False, 'malloc', gateway('sfu/nack.c', 'void *f(void) { return malloc(1); }')),
    ('banned.py', False, 'a secret compared', gateway('crypto/sign.c', 'int f(void) { return memcmp(tag, b, 16); }')),
    ('banned.py', False, 'no SPDX line', {'gateway/base/err.c': 'int a;\n'}),
    ('banned.py', False, 'another purpose line', {'gateway/base/err.c': c_file('base/other.c', '')}),
    ('banned.py', False, 'a sleeping test',
     {'tests/base/err_test.c': c_file('base/err_test.c', 'void f(void) { usleep(1); }')}),
    ('banned.py', False, 'physical CSS',
     {'web/style/a.css': '/* SPDX-License-Identifier: AGPL-3.0-or-later */\na { margin-left: 1px }\n'}),
    ('banned.py', True, 'logical CSS',
     {'web/style/a.css': '/* SPDX-License-Identifier: AGPL-3.0-or-later */\na { margin-inline-start: 1px }\n'}),
    ('banned.py', False, 'a registry', {'web/package-lock.json': '{"resolved": "https://example.org/x.tgz"}\n'}),
    ('secrets.py', True, 'a README', {'README.md': 'nothing to hide\n'}),
    ('secrets.py', False, 'a key', {'certs/dev.pem': KEY}),
    ('secrets.py', False, 'a key file by name', {'certs/dev.key': 'x\n'}),
]


def complains(lint, tree):
    with tempfile.TemporaryDirectory() as root:
        for path, content in tree.items():
            place = os.path.join(root, path)
            os.makedirs(os.path.dirname(place), exist_ok=True)
            with open(place, 'w', encoding='utf-8') as file:
                file.write(content)
        # Outside any git tree, even where the temporary folder lies in one.
        ran = subprocess.run([sys.executable, '-B', os.path.join(HERE, lint), root], capture_output=True,
                             env={**os.environ, 'GIT_CEILING_DIRECTORIES': os.path.dirname(root)},
                             text=True, check=False)
        if ran.returncode not in (0, 1) or ' passed, ' not in ran.stdout:
            raise RuntimeError(f'{lint} broke: {ran.stdout}{ran.stderr}')
        return ran.returncode == 1


def main():
    passed = failed = 0
    for lint, clean, shows, tree in CASES:
        if complains(lint, tree) == clean:
            print(f'{lint}: {"complains about" if clean else "lets pass"}: {shows}')
            failed += 1
        else:
            passed += 1
    print(f'{passed} passed, {failed} failed')
    sys.exit(1 if failed else 0)


if __name__ == '__main__':
    main()
