# SPDX-License-Identifier: BSD-2-Clause
"""Logs as servers write them, of a request for each rule of pages."""

import subprocess

AGENT = ('Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0 '
         'Safari/537.36')

# What stands first, and a line of a host and a target.
LOGS = {
    'urls': ('', 'https://%s%s\n'),
    'vhost': ('', '%s:443 203.0.113.9 - - [10/Oct/2025:13:55:36 +0000] '
                  '"GET %s HTTP/2.0" 200 5123 "-" "' + AGENT + '"\n'),
    'w3c': ('#Fields: cs-host date time cs-method cs-uri-stem cs-uri-query '
            'sc-status s-port cs(User-Agent)\n',
            '%s 2025-10-10 13:55:36 GET %s - 200 443 '
            + AGENT.replace(' ', '+') + '\n'),
    'caddy': ('', '{"level":"info","ts":1700000000.1,"logger":'
                  '"http.log.access","msg":"handled request","request":'
                  '{"remote_ip":"203.0.113.9","proto":"HTTP/2.0","method":'
                  '"GET","host":"%s","uri":"%s","headers":{"User-Agent":["'
                  + AGENT + '"],"Accept":["*/*"]},"tls":{"proto":"h2"}},'
                  '"duration":0.0009,"size":109,"status":200,'
                  '"resp_headers":{"Server":["Caddy"]}}\n'),
}


def log_write(build, path, count, name):
    first, line = LOGS[name]
    made = subprocess.run([build + '/bin/gen_rules', str(count), 'requests',
                           'shuffled', 'pages'], capture_output=True,
                          text=True, check=True).stdout
    with open(path, 'w', encoding='ascii') as file:
        file.write(first)
        for request in made.splitlines():
            file.write(line % tuple(request.split('\t')[:2]))
