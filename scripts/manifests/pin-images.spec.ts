/** Digests are asked of a registry, by the interface that every one has; where none is known nothing is written. */
import { Server, createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { operate } from './pin-images';
import { digestOf, parseImage } from './registry';
import { releaseProblems } from './release';

const DIGEST = `sha256:${'ab'.repeat(32)}`;

describe('pinned images', () => {
  let registry: Server;
  let host: string;

  beforeAll(async () => {
    registry = createServer((request, response) => {
      const origin = `http://${host}`;
      if (request.url?.startsWith('/token?service=here&scope=pull'))
        return void response.end(JSON.stringify({ token: 't' }));
      if (request.headers.authorization !== 'Bearer t')
        return void response
          .writeHead(401, {
            'www-authenticate': `Bearer realm="${origin}/token",service="here",scope="pull"`,
          })
          .end();
      if (!request.url?.endsWith('/manifests/abc123')) return void response.writeHead(404).end();
      response.writeHead(200, { 'docker-content-digest': DIGEST }).end();
    });
    await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
    host = `127.0.0.1:${(registry.address() as AddressInfo).port}`;
  });

  afterAll(async () => {
    registry.closeAllConnections();
    await new Promise((resolve) => registry.close(resolve));
  });

  it.each`
    text                                 | origin                             | repository        | tag         | name
    ${'nats:2.15.1'}                     | ${'https://registry-1.docker.io'}  | ${'library/nats'} | ${'2.15.1'} | ${'docker.io/library/nats'}
    ${'house/elvis:a'}                   | ${'https://registry-1.docker.io'}  | ${'house/elvis'}  | ${'a'}      | ${'docker.io/house/elvis'}
    ${'registry.example:5000/x/elvis:a'} | ${'https://registry.example:5000'} | ${'x/elvis'}      | ${'a'}      | ${'registry.example:5000/x/elvis'}
    ${'localhost:5000/elvis:a'}          | ${'http://localhost:5000'}         | ${'elvis'}        | ${'a'}      | ${'localhost:5000/elvis'}
  `('reads $text', ({ text, ...expected }: { text: string }) => {
    expect(parseImage(text)).toEqual(expected);
  });

  it.each([['elvis'], ['registry.example:5000/elvis'], [':a'], ['elvis:']])(
    'refuses %s, which has no tag',
    (text) => {
      expect(() => parseImage(text)).toThrow(/no image with a tag/);
    },
  );

  it('signs in where the registry asks for it, and takes its digest', async () => {
    await expect(digestOf(parseImage(`${host}/elvis:abc123`))).resolves.toBe(DIGEST);
  });

  it('invents no digest where there is none', async () => {
    await expect(digestOf(parseImage(`${host}/elvis:gone`))).rejects.toThrow(/answered 404/);
    await expect(digestOf(parseImage('127.0.0.1:1/elvis:abc123'))).rejects.toThrow(/cannot be reached/);
  });

  it.each`
    overlay      | build          | digest       | problem
    ${'live'}    | ${'abc123'}    | ${DIGEST}    | ${[]}
    ${'live'}    | ${'abc123'}    | ${undefined} | ${[expect.stringMatching(/has no digest; live runs/)]}
    ${'testnet'} | ${'abc123'}    | ${'abc'}     | ${[expect.stringMatching(/has no digest; testnet runs/)]}
    ${'paper'}   | ${'abc123'}    | ${undefined} | ${[]}
    ${'paper'}   | ${'latest'}    | ${undefined} | ${[expect.stringMatching(/names no build/)]}
    ${'live'}    | ${'unnamed'}   | ${DIGEST}    | ${[expect.stringMatching(/names no build/)]}
    ${'live'}    | ${'Not A Tag'} | ${DIGEST}    | ${[expect.stringMatching(/names no build/)]}
  `('a release of $build with digest $digest in $overlay', ({ overlay, build, digest, problem }) => {
    const images = [
      { name: 'elvis', from: 'registry.example/elvis', tag: build as string, digest: digest as string },
    ];
    expect(releaseProblems(overlay as 'live', build as string, images)).toEqual(problem);
  });

  it('writes the release of an installation, or nothing', async () => {
    const root = mkdtempSync(join(tmpdir(), 'elvis-pin-'));
    try {
      cpSync('k8s', join(root, 'k8s'), { recursive: true });
      const file = (overlay: string): string =>
        join(root, 'k8s', 'overlays', overlay, 'release', 'kustomization.yaml');
      rmSync(join(root, 'k8s', 'overlays', 'live', 'release'), { recursive: true, force: true });
      await expect(operate({ root, args: ['paper', 'elvis:abc123'] })).resolves.toBe(0);
      expect(readFileSync(file('paper'), 'utf8')).toContain('provision-abc123');
      await expect(operate({ root, args: ['live', `${host}/elvis:gone`] })).resolves.toBe(1);
      expect(existsSync(file('live'))).toBe(false);
      // With every server's image in that registry too, all have a digest.
      for (const server of ['nats', 'redis', 'postgres']) {
        const path = join(root, 'k8s', 'components', 'servers', `${server}.yaml`);
        writeFileSync(
          path,
          readFileSync(path, 'utf8').replace(/image: .*/, `image: ${host}/${server}:abc123`),
        );
      }
      await expect(operate({ root, args: ['live', `${host}/elvis:abc123`] })).resolves.toBe(0);
      expect(readFileSync(file('live'), 'utf8').match(/digest: 'sha256:/g)).toHaveLength(4);
      await expect(operate({ root, args: ['nowhere'] })).resolves.toBe(64);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});
