#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
# callers.py - what a header of gateway/ declares is called from elsewhere: if only its own file calls it, it is static,
# and if only tests do, it goes or stands below with its reason.
import re
import sys

import tree

# What browsers say to a gateway, and what they read of it: tests play them.
OTHER_SIDE = {'wire'}
# A look inside, for tests.
FOR_TESTS = {
    'address_equal': 'without the port',
    'write_text': 'puts texts together',
    'log_to': 'catches what is logged',
    'mem_allocations': 'the hot path takes none',
    'mem_fail_at': 'each failing allocation',
    'accept_count': 'places that are given back',
    'config_read_text': 'a configuration without a file',
    'media_thread_stalls': 'how long a turn took at most',
    'rights_has': 'the table of rights',
    'downlink_target': 'what came of feedback',
    'seq_map_is_started': 'before the first switch',
    'sound_plan_bps': 'the rate of a plan against what is sent',
    'sound_plan_for': 'the plan without its patience',
    'voice_demand_update': 'the decision without a room',
    'worker_counters': 'what a worker did',
    'transport_peer_closed': 'a goodbye that was authentic',
    'transport_peer_was_wrong': 'which of two failures it was',
    'transport_rtt': 'what DTLS is repeated by',
    'placement_members': 'who is where',
    'flows_count': 'flows that are forgotten',
    'ring_memory': 'who writes where',
    'udp_merges': 'whether this kernel merges',
}

DECLARED = re.compile(r'^(?!typedef )[a-z][^\n;{}()=]*?\**\b([a-z][a-z0-9_]*)\([^;{}]*\)[^;{}]*;', re.M)
DEFINED = re.compile(r'^[a-z][^\n;{}()=]*?\**\b([a-z][a-z0-9_]*)\([^;{}]*\)\n\{', re.M)
WORD = re.compile(r'[A-Za-z_]\w*')


def main():
    root = tree.root_of(sys.argv)
    sources = {path: tree.without_comments_and_strings(tree.text(root, path))
               for path in tree.files(root)
               if path.startswith(('gateway/', 'tests/')) and path.endswith(('.c', '.h'))}
    ours = [path for path in sources if path.startswith('gateway/')]
    naming, home = {}, {}
    for path, source in sources.items():
        for word in set(WORD.findall(source)):
            naming.setdefault(word, set()).add(path)
        if path in ours:
            for found in DEFINED.finditer(source):
                home[found.group(1)] = path
    report = tree.Report()
    for path in sorted(path for path in ours if path.endswith('.h')):
        complaints = []
        for found in DECLARED.finditer(sources[path]):
            name = found.group(1)
            elsewhere = naming[name] - {path, home.get(name)}
            by_us = any(other in ours for other in elsewhere)
            by_tests = bool(elsewhere) and (path.split('/')[1] in OTHER_SIDE or name in FOR_TESTS)
            if not by_us and not by_tests:
                line = sources[path].count('\n', 0, found.start()) + 1
                complaints.append(f'{path}:{line}: nobody calls {name}'
                                  + (' but tests' if elsewhere else ' from another file'))
        report.file(complaints)
    report.end()


if __name__ == '__main__':
    main()
