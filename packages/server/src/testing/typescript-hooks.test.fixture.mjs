// Module hooks with which Node runs the TypeScript of this package as it stands: for tests that need a process of their own.
// Loading the compiler takes longer than all the rest, so what it made is kept by the hash of the source.
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { fileURLToPath, URL } from 'node:url';

const cache = new URL('../../node_modules/.cache/messox-typescript/', import.meta.url);

export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const source = await readFile(fileURLToPath(url), 'utf8');
  const kept = new URL(`${createHash('sha256').update(source).digest('hex')}.js`, cache);
  const code = await readFile(kept, 'utf8').catch(() => transpile(source, kept));
  return { format: 'module', shortCircuit: true, source: code };
}

async function transpile(source, kept) {
  const { default: typescript } = await import('typescript');
  const { ESNext } = typescript.ModuleKind;
  const { ES2023 } = typescript.ScriptTarget;
  const compilerOptions = { module: ESNext, target: ES2023, verbatimModuleSyntax: true };
  const { outputText } = typescript.transpileModule(source, { compilerOptions });
  const unfinished = new URL(`${kept.href}.${process.pid}`);
  // A user who may not write there only waits longer.
  await mkdir(cache, { recursive: true })
    .then(() => writeFile(unfinished, outputText))
    .then(() => rename(unfinished, kept))
    .catch(() => undefined);
  return outputText;
}
