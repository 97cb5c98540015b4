/** Asks the person to show that it is still they, as a refusal's code wants it; says whether they did. */
type Ask = (code: string) => Promise<boolean>;

let ask: Ask | undefined;
let asking: Promise<boolean> | undefined;

/** The frame says how to ask; until it does, a delicate write is simply refused. */
export function askBy(how: Ask): () => void {
  ask = how;
  return () => {
    if (ask === how) ask = undefined;
  };
}

/** One question at a time: writes that wait together go on together. */
export function proveAgain(code: string): Promise<boolean> {
  if (!ask) return Promise.resolve(false);
  asking ??= ask(code).finally(() => {
    asking = undefined;
  });
  return asking;
}
