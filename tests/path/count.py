#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
# count.py - counts the instructions of a forwarded packet under callgrind, and holds them against a bound.
#
# usage: count.py BENCH_PATH [--bounds FILE] [--functions N] [scenario...]
#
# With a file of bounds, prints "N passed, N failed" and exits with 1 when something failed. What OpenSSL and
# the C library do depends on the processor: only what is in the program's own objects (our code, and libsrtp2
# where it is linked into them) is held against the bound.
import json
import os
import subprocess
import sys
import tempfile

VIEWERS = 40
SETTINGS = ['--viewers', str(VIEWERS), '--warm', '12', '--seconds', '1', '--send']
SCENARIOS = ['picture', 'feedback', 'sound', 'shared']


def profile(path):
    """Instructions by (object, function), without what they call."""
    costs = {}
    obj = fn = ''
    called = False
    with open(path, encoding='utf-8', errors='replace') as lines:
        for line in lines:
            line = line.rstrip('\n')
            if line.startswith('ob='):
                obj = line[3:]
            elif line.startswith('fn='):
                fn = line[3:]
            elif line.startswith('calls='):
                called = True
            elif line and line[0].isdigit():
                if not called:
                    key = (obj, fn)
                    costs[key] = costs.get(key, 0) + int(line.split()[1])
                called = False
    return costs


def count(bench, scenario):
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, 'callgrind.out')
        ran = subprocess.run(
            ['valgrind', '--tool=callgrind', '--instr-atstart=no', '--collect-atstart=no',
             '--toggle-collect=hall_counted', '--compress-strings=no', '--compress-pos=no',
             '--callgrind-out-file=' + out, bench, *SETTINGS, scenario],
            capture_output=True, text=True)
        if ran.returncode != 0:
            sys.exit(f'{scenario}: {ran.stdout}{ran.stderr}')
        figures = json.loads(ran.stdout)
        costs = profile(out)
    packets = figures['packets']
    own = os.path.realpath(bench)
    by_object = {}
    for (obj, _), cost in costs.items():
        name = 'own' if os.path.realpath(obj) == own else os.path.basename(obj)
        by_object[name] = by_object.get(name, 0) + cost
    functions = sorted(((cost / packets, fn, os.path.basename(obj))
                        for (obj, fn), cost in costs.items()), reverse=True)
    return {'own': by_object.get('own', 0) / packets,
            'all': sum(by_object.values()) / packets,
            'objects': {name: cost / packets for name, cost in sorted(by_object.items())},
            'per_message': figures['per_message'], 'packets': packets, 'functions': functions}


def read_bounds(path):
    """Lines "scenario figure least|most bound"."""
    bounds = []
    with open(path, encoding='utf-8') as lines:
        for line in lines:
            words = line.split('#')[0].split()
            if words:
                scenario, figure, kind, bound = words
                bounds.append((scenario, figure, kind, float(bound)))
    return bounds


def main(words):
    bench, bounds, functions, scenarios = words[0], None, 0, []
    at = 1
    while at < len(words):
        if words[at] == '--bounds':
            bounds = read_bounds(words[at + 1])
            at += 1
        elif words[at] == '--functions':
            functions = int(words[at + 1])
            at += 1
        else:
            scenarios.append(words[at])
        at += 1
    passed = failed = 0
    of_picture = None
    for scenario in scenarios or SCENARIOS:
        counted = count(bench, scenario)
        if scenario == 'picture':
            of_picture = counted['all']
        if of_picture:  # what is beside it costs in comparison
            counted['times_picture'] = counted['all'] / of_picture
        print(f"{scenario}: {counted['own']:.0f} own instructions per packet, {counted['all']:.0f} "
              f"in all; {counted['all'] / (of_picture or counted['all']):.3f} times a picture's; "
              f"{counted['per_message']:.2f} packets per message; {counted['packets']} packets")
        print('  ' + ', '.join(f'{name} {cost:.0f}' for name, cost in counted['objects'].items()))
        for cost, function, obj in counted['functions'][:functions]:
            print(f'  {cost:8.1f} {function} ({obj})')
        for name, figure, kind, bound in bounds or []:
            if name != scenario:
                continue
            good = counted[figure] <= bound if kind == 'most' else counted[figure] >= bound
            passed += good
            failed += not good
            if not good:
                print(f'{scenario}: {figure} is {counted[figure]:.2f}, and is to be at {kind} {bound}')
    if bounds is not None:
        print(f'{passed} passed, {failed} failed')
        return failed != 0 or passed == 0
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
