#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
# layers.py - includes point down, and sideways only through door headers (gateway/README.md).
import os
import re
import sys

import tree

ALL_BUT_COMPOSE = {'base', 'crypto', 'wire', 'transport', 'sfu', 'capture', 'meetup', 'practice',
                   'protocol', 'store', 'host'}

# Folder -> lower folders it may include.
LOWER = {
    'base': set(),
    'crypto': {'base'},
    'wire': {'base'},
    'transport': {'base', 'crypto', 'wire'},
    'sfu': {'base', 'wire', 'transport'},
    'capture': {'base', 'crypto', 'wire'},
    'compose': {'base', 'crypto', 'wire', 'capture'},
    'meetup': {'base'},
    'practice': {'base', 'crypto'},
    'protocol': {'base'},
    'store': {'base', 'crypto'},
    'host': ALL_BUT_COMPOSE - {'host'},
    'command': ALL_BUT_COMPOSE,
    'main': {'base', 'command'},
}

# Headers of plain data, which include only base and each other.
DOORS = {
    'sfu': {'sfu/command.h', 'sfu/event.h', 'sfu/parameters.h', 'sfu/tap.h'},
    'meetup': {'meetup/request.h', 'meetup/effect.h'},
    'store': {'store/query.h', 'store/result.h', 'store/record.h'},
    'capture': {'capture/command.h'},
    'practice': {'practice/call.h'},
}
ALL_DOORS = set().union(*DOORS.values())

# Folder -> headers beside its lower folders.
SIDEWAYS = {
    'capture': {'sfu/tap.h', 'sfu/parameters.h'},
    'meetup': DOORS['sfu'] | DOORS['store'] | DOORS['capture'],
    'practice': DOORS['store'] | DOORS['meetup'],
    'protocol': {'wire/sdp.h', 'wire/sdp_writer.h'} | DOORS['meetup'] | DOORS['practice']
    | DOORS['sfu'],
    'store': DOORS['store'],
}

# Libraries of others: header -> files or folders that may include it.
FOREIGN = [
    (r'openssl/', {'crypto', 'transport', 'host'}),
    (r'sodium', {'crypto'}),
    (r'srtp2/', {'transport'}),
    (r'jansson', {'protocol'}),
    (r'sqlite3', {'store'}),
    (r'libpq', {'store'}),
    (r'libwebsockets|lws', {'host/server.c', 'host/websocket.c', 'host/http.c',
                            'host/server.h', 'host/websocket.h', 'host/http.h'}),
    (r'ev\.h', {'host'}),
    (r'curl/', {'host'}),
    (r'(vpx|opus|libyuv|raqm|ft2build|hb|seccomp)', {'compose'}),
    # Sockets, threads and clocks: nothing below host knows them; pthread_once for what a
    # library sets up once per process is the exception.
    (r'(pthread|threads)\.h', {'host', 'command', 'crypto/hash.c', 'transport/srtp.c'}),
    (r'(poll|netdb|sys/(socket|epoll|eventfd|timerfd|un|poll|select|uio)|netinet/.*'
     r'|ifaddrs|net/if)\.h', {'host', 'command', 'compose'}),
    (r'arpa/inet\.h', {'host', 'command', 'base/address.c'}),
    (r'(time|sys/time)\.h', {'host', 'command', 'compose', 'transport/dtls.c', 'base/log.c'}),
]

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+(["<])([^">]+)[">]', re.M)


def folder_of(path):
    return path.split('/')[0] if '/' in path else 'main'


def may_include(path, header):
    """Whether gateway/<path> may include one of our own headers."""
    folder, wanted = folder_of(path), folder_of(header)
    if path in ALL_DOORS:
        return wanted == 'base' or header in ALL_DOORS
    return (wanted == folder or wanted in LOWER.get(folder, set())
            or header in SIDEWAYS.get(folder, set()))


def foreign_complaint(path, header):
    for pattern, places in FOREIGN:
        if re.match(pattern, header) and not {path, folder_of(path)} & places:
            return f'<{header}> belongs to {", ".join(sorted(places))}'
    return None


def direct_complaints(path, includes):
    folder = folder_of(path)
    if folder not in LOWER:
        return [f'gateway/{path}: {folder}/ is no folder of the layer table']
    complaints = []
    for kind, header, line in includes:
        where = f'gateway/{path}:{line}'
        if kind == '<':
            complaint = foreign_complaint(path, header)
            if complaint:
                complaints.append(f'{where}: {complaint}')
        elif header.startswith(('tests/', 'support/')):
            complaints.append(f'{where}: nothing includes tests ("{header}")')
        elif '/' not in header or header.startswith('.'):
            complaints.append(f'{where}: includes are rooted at gateway/ ("{header}")')
        elif not may_include(path, header):
            complaints.append(f'{where}: {folder}/ may not include "{header}"')
    return complaints


def closure_complaints(path, graph):
    """What a file sees through the headers it includes must be allowed too."""
    seen, todo = {}, [(header, [header]) for kind, header, _ in graph[path] if kind == '"']
    complaints = []
    while todo:
        header, way = todo.pop()
        if header in seen or header not in graph:
            continue
        seen[header] = way
        for kind, further, _ in graph[header]:
            if kind == '"':
                todo.append((further, way + [further]))
    for header, way in sorted(seen.items()):
        # A lower folder's header may show that folder's own lower ones.
        shown_by = way[-2] if len(way) > 1 else path
        if len(way) > 1 and not may_include(shown_by, header):
            complaints.append(f'gateway/{path}: sees "{header}" through {" -> ".join(way)}')
    return complaints


def main():
    root = tree.root_of(sys.argv)
    graph = {}
    for path in tree.files(root):
        if path.startswith('gateway/') and path.endswith(('.c', '.h')):
            source = tree.text(root, path)
            graph[path[len('gateway/'):]] = [
                (found.group(1), found.group(2), source.count('\n', 0, found.start()) + 1)
                for found in INCLUDE.finditer(source)]
    report = tree.Report()
    for path in sorted(graph):
        complaints = direct_complaints(path, graph[path])
        if not complaints:
            complaints = closure_complaints(path, graph)
        missing = [header for kind, header, _ in graph[path] if kind == '"'
                   and not os.path.exists(os.path.join(root, 'gateway', header))]
        complaints += [f'gateway/{path}: "{header}" does not exist' for header in missing]
        report.file(complaints)
    report.end()


if __name__ == '__main__':
    main()
