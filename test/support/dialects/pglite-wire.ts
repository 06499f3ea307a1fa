import {Duplex} from 'node:stream';

/** What of PGlite is used. */
export interface Engine {
  /** Answers messages of PostgreSQL's protocol. */
  execProtocolRaw(messages: Uint8Array): Promise<Uint8Array>;
}

/** What a server says when it takes a connection: all is well, and ready. */
const welcome = Buffer.from('5200000008000000005a0000000549', 'hex');

const terminate = 'X'.charCodeAt(0);

/**
 * A connection of `pg` to PGlite within the process: it takes the place of the
 * socket, so that the driver is the one of production.
 */
export class PGliteWire extends Duplex {
  private rest = Buffer.alloc(0);
  private isStarted = false;

  constructor(private readonly engine: Engine) {
    super();
  }

  /* What `pg` calls of a socket. */

  connect(): this {
    process.nextTick(() => this.emit('connect'));
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  override _read(): void {
    // What there is was pushed.
  }

  override _writev(
    chunks: {chunk: Buffer}[],
    done: (error?: Error) => void,
  ): void {
    this._write(Buffer.concat(chunks.map(({chunk}) => chunk)), '', done);
  }

  override _write(
    chunk: Buffer,
    _encoding: string,
    done: (error?: Error) => void,
  ): void {
    if (!this.isStarted) {
      this.isStarted = true;
      this.push(welcome);
      return done();
    }
    this.rest = Buffer.concat([this.rest, chunk]);
    const messages = this.takeWhole();
    if (messages.length === 0 || messages[0] === terminate) return done();
    this.engine.execProtocolRaw(messages).then(answer => {
      this.push(Buffer.from(answer));
      done();
    }, done);
  }

  /** The messages that have come as a whole; each has its length behind a letter. */
  private takeWhole(): Buffer {
    let end = 0;
    while (this.rest.length >= end + 5) {
      const next = end + 1 + this.rest.readInt32BE(end + 1);
      if (next > this.rest.length) break;
      end = next;
    }
    const whole = this.rest.subarray(0, end);
    this.rest = this.rest.subarray(end);
    return whole;
  }
}
