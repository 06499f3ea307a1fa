/** What is done when the process ends, by who asked for it. */
const tasks = new Map<object, () => void>();

function runAll(): void {
  for (const task of tasks.values()) task();
}

/** Runs a task when the process ends as programs end; it must not fail. */
export function atExit(owner: object, task: () => void): void {
  if (tasks.size === 0) process.on('exit', runAll);
  tasks.set(owner, task);
}

/** Takes the owner's task back. */
export function notAtExit(owner: object): void {
  if (tasks.delete(owner) && tasks.size === 0) process.off('exit', runAll);
}
