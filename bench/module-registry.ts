import {readFileSync} from 'node:fs';
import {createRequire, isBuiltin} from 'node:module';
import path from 'node:path';
import vm from 'node:vm';

interface LoadedModule {
  exports: unknown;
}

type Require = (name: string) => unknown;

/** Takes what each CommonJS module is given. */
type Wrapped = (this: unknown, ...given: readonly unknown[]) => void;

/* What test runners keep for all files of a process: what is where, and its text. */
const places = new Map<string, string>();
const wrappers = new Map<string, string>();

/**
 * Modules of their own in a realm of its own, as jest gives to each file of tests: all are compiled and run anew, but for
 * those of Node.js.
 */
export class ModuleRegistry {
  private readonly modules = new Map<string, LoadedModule>();
  private readonly context = makeContext();

  /** The exports of a file, which is run if it was not yet. */
  load(file: string): unknown {
    const known = this.modules.get(file);
    if (known) return known.exports;
    const module: LoadedModule = {exports: {}};
    this.modules.set(file, module);
    if (file.endsWith('.json')) {
      module.exports = JSON.parse(readFileSync(file, 'utf8'));
    } else if (file.endsWith('.node')) {
      module.exports = require(file);
    } else {
      this.run(file, module);
    }
    return module.exports;
  }

  private run(file: string, module: LoadedModule): void {
    const script = new vm.Script(wrapperOf(file), {filename: file});
    const wrapped = script.runInContext(this.context) as Wrapped;
    const folder = path.dirname(file);
    const require = this.requireFrom(file);
    wrapped.call(module.exports, module.exports, require, module, file, folder);
  }

  private requireFrom(file: string): Require {
    const resolve = (name: string): string => placeOf(name, file);
    const load = (name: string): unknown =>
      isBuiltin(name) ? require(name) : this.load(resolve(name));
    return Object.assign(load, {resolve, cache: {}});
  }
}

/** The globals of Node.js in a new realm, which has those of the language already. */
function makeContext(): vm.Context {
  const context = vm.createContext({});
  const own = vm.runInContext('globalThis', context) as object;
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (name in own) continue;
    const property = Object.getOwnPropertyDescriptor(globalThis, name)!;
    Object.defineProperty(own, name, property);
  }
  Object.assign(own, {global: own, ArrayBuffer, Uint8Array});
  return context;
}

function placeOf(name: string, from: string): string {
  const key = `${path.dirname(from)}\0${name}`;
  const known = places.get(key);
  if (known !== undefined) return known;
  const place = createRequire(from).resolve(name);
  places.set(key, place);
  return place;
}

function wrapperOf(file: string): string {
  const known = wrappers.get(file);
  if (known !== undefined) return known;
  const text = asCommonJs(file, readFileSync(file, 'utf8'));
  const wrapper = `(function (exports, require, module, __filename, __dirname) {${text}\n})`;
  wrappers.set(file, wrapper);
  return wrapper;
}

/** Some packages are ES modules only; runners translate them once, and keep what comes out. */
function asCommonJs(file: string, text: string): string {
  if (!/^(import|export) /m.test(text)) return text;
  const {ModuleKind, ScriptTarget, transpileModule} =
    require('typescript-5.2') as typeof import('typescript-5.2');
  const compilerOptions = {
    module: ModuleKind.CommonJS,
    target: ScriptTarget.ES2022,
    esModuleInterop: true,
    allowJs: true,
  };
  return transpileModule(text, {compilerOptions, fileName: file}).outputText;
}
