/**
 * A package that an application may have, or undefined where it has not; `beside` names
 * one whose own copy is wanted. Fails where the package is there and cannot be loaded.
 */
export function optionalPackage(name: string, beside?: string): unknown {
  const near = beside === undefined ? undefined : resolved(beside);
  if (beside !== undefined && near === undefined) return undefined;
  const file = resolved(name, near);
  return file === undefined ? undefined : (require(file) as unknown);
}

/** Whether an application has a package. */
export function hasPackage(name: string): boolean {
  return resolved(name) !== undefined;
}

function resolved(name: string, near?: string): string | undefined {
  try {
    return require.resolve(name, near === undefined ? {} : {paths: [near]});
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException;
    if (code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}
