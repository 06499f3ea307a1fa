import {spawnSync} from 'node:child_process';
import {mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {compileIn, makeApplication, runIn} from '../package/application';

/** As `lb4 datasource` writes it, with its file beside the application. */
const dataSource = `
import {inject, lifeCycleObserver, LifeCycleObserver} from '@loopback/core';
import {juggler} from '@loopback/repository';
import path from 'node:path';

const config = {
  name: 'db',
  connector: 'loopback-connector-inmemory',
  file: path.join(__dirname, '../../db.json'),
};

@lifeCycleObserver('datasource')
export class DbDataSource extends juggler.DataSource
  implements LifeCycleObserver {
  static dataSourceName = 'db';
  static readonly defaultConfig = config;

  constructor(
    @inject('datasources.config.db', {optional: true})
    dsConfig: object = config,
  ) {
    super(dsConfig);
  }
}
`;

/** The compiler's settings in LoopBack's projects. */
const flags = [
  '--experimentalDecorators',
  '--emitDecoratorMetadata',
  '--useDefineForClassFields',
  'false',
  '--strictPropertyInitialization',
  'false',
  '--esModuleInterop',
  '--preserveSymlinks',
  '--skipLibCheck',
  '--rootDir',
  'src',
  '--outDir',
  'dist',
];

/** An application of LoopBack 4 with a datasource on a file, and no model. */
export class DiscoveredApplication {
  readonly folder = makeApplication();

  constructor(file: object) {
    this.write('db.json', JSON.stringify(file));
    this.write(
      'package.json',
      JSON.stringify({
        name: 'discovered',
        version: '1.0.0',
        keywords: ['loopback-application', 'loopback'],
        dependencies: {'@loopback/core': '*', '@loopback/repository': '*'},
      }),
    );
    this.write('src/datasources/db.datasource.ts', dataSource);
    mkdirSync(this.at('src/models'));
  }

  private at(name: string): string {
    return path.join(this.folder, name);
  }

  private write(name: string, text: string): void {
    mkdirSync(path.dirname(this.at(name)), {recursive: true});
    writeFileSync(this.at(name), text);
  }

  read(name: string): string {
    return readFileSync(this.at(name), 'utf8');
  }

  /** Compiles some sources; returns what the compiler has against them. */
  compile(...names: string[]): string {
    return compileIn(this.folder, [...flags, ...names]);
  }

  /**
   * Runs `lb4 discover` without prompts; `cli` is the folder where it is
   * installed. Returns what it prints.
   */
  discover(cli: string, ...options: string[]): string {
    const script = 'node_modules/@loopback/cli/bin/cli-main.js';
    const words = [
      '--preserve-symlinks',
      '--preserve-symlinks-main',
      path.join(cli, script),
      'discover',
      '--datasource=db',
      '--all',
      '--outDir=src/models',
      ...options,
    ];
    // By the standard input it would be asked for its configuration.
    const config = JSON.stringify({disableCamelCase: 'camelCase'});
    const child = spawnSync(
      process.execPath,
      [...words, '--yes', '--config', config],
      {cwd: this.folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']},
    );
    return child.stdout + child.stderr;
  }

  /** Runs a program of the application; returns the JSON that it prints. */
  run(program: string): any {
    this.write('src/main.ts', program);
    const errors = this.compile('src/main.ts');
    if (errors !== '') throw new Error(errors);
    const output = runIn(this.folder, this.at('dist/main.js'));
    try {
      return JSON.parse(output);
    } catch {
      throw new Error(output);
    }
  }

  remove(): void {
    rmSync(this.folder, {recursive: true, force: true});
  }
}
