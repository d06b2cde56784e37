/** What a hosts entry does, for one process: the front's names under `.internal` are this machine. */
const dns = require('node:dns');
const lookup = dns.lookup;
dns.lookup = (name, ...rest) => lookup(name.endsWith('.elvis.internal') ? '127.0.0.1' : name, ...rest);
