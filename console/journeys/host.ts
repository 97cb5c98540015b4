import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    address: string;
    key: string;
    data: string;
  }
}

/** The real program on a data folder of its own, for all journeys; each journey works in goods and orders of its own. */
export default async function start(project: TestProject) {
  const program = process.env.LADING_PROGRAM ?? join(import.meta.dirname, '../../src/Lading.Cli/bin/Release/net10.0/lading');
  if (!existsSync(program)) throw new Error(`The program is not built: ${program}. Run ./lading --help once.`);
  const data = mkdtempSync(join(tmpdir(), 'lading-journeys-'));
  const host = spawn(program, ['up', '--empty', '--data', data, '--urls', 'http://127.0.0.1:0'], {
    env: { ...process.env, LADING_CONSOLE: join(import.meta.dirname, '../dist') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const address = await addressOf(host);
  project.provide('address', address);
  project.provide('data', data);
  project.provide('key', readFileSync(join(data, 'admin.key'), 'utf8').trim());
  return async () => {
    const ended = new Promise((done) => host.once('exit', done));
    host.kill('SIGTERM');
    await ended;
    rmSync(data, { recursive: true, force: true });
  };
}

function addressOf(host: ChildProcess): Promise<string> {
  return new Promise((found, failed) => {
    let said = '';
    const listen = (chunk: Buffer) => {
      said += chunk.toString();
      const address = /Lading runs at (\S+)[\s\S]*Open it once/.exec(said)?.[1];
      if (address) found(address);
    };
    host.stdout?.on('data', listen);
    host.once('exit', (code) => failed(new Error(`The server ended with ${code}: ${said}`)));
  });
}
