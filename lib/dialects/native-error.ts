/**
 * An error as the driver of a database makes it. Where it stands for one of this
 * connector, that one is its `cause`, which cannot be enumerated.
 */
export class NativeError extends Error {
  /** `properties` are its own ones beside the message, in the driver's order. */
  constructor(
    message: string,
    properties: Readonly<Record<string, unknown>>,
    cause?: Error,
  ) {
    super(message, cause && {cause});
    Object.assign(this, properties);
  }
}
