/** The packages that Elvis is meant to stand on: each is a dependency, and each is really used. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

interface PackageFile {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
}

const packageFile = JSON.parse(readFileSync('package.json', 'utf8')) as PackageFile;
const installed = { ...packageFile.dependencies, ...packageFile.devDependencies };

const sources = ['apps', 'libs']
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  )
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
  .map((name) => readFileSync(name, 'utf8'));

const importsOf = (name: string): number =>
  sources.filter((text) => new RegExp(`from '${name}(/[^']*)?'|require\\.resolve\\('${name}'\\)`).test(text))
    .length;

describe('the packages Elvis stands on', () => {
  it.each([
    '@nestjs/core',
    '@nestjs/microservices',
    '@nestjs/config',
    'typeorm',
    'pg',
    'ioredis',
    'nats',
    '@binance/connector',
    'rxjs',
    'class-validator',
  ])('%s is a dependency and is imported by what ships', (name) => {
    expect(packageFile.dependencies).toHaveProperty([name]);
    expect([name, importsOf(name) > 0]).toEqual([name, true]);
  });

  it('jest runs the tests', () => {
    expect(installed).toHaveProperty('jest');
    expect(readFileSync('scripts/test.mjs', 'utf8')).toContain("'jest'");
    expect(packageFile.scripts.test).toContain('scripts/test.mjs');
  });

  it('names every version exactly, so that two machines install the same', () => {
    const loose = Object.entries(installed).filter(
      ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
    );
    expect(loose).toEqual([]);
  });
});
