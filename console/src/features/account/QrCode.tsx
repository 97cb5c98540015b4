import encode from 'qrcode-generator';
import { useMemo } from 'react';

const QUIET = 4;

/** A text as a code that a phone's camera reads: dark on white in both schemes, with the quiet margin readers need. */
export function QrCode({ words, label }: { words: string; label: string }) {
  const { size, path } = useMemo(() => drawn(words), [words]);
  return (
    <svg role="img" aria-label={label} width={184} height={184} viewBox={`0 0 ${size} ${size}`} shapeRendering="crispEdges" style={{ background: '#fff', borderRadius: 6 }}>
      <path d={path} fill="#000" />
    </svg>
  );
}

/** One square a dark module, in a path. */
export function drawn(words: string): { size: number; path: string } {
  const code = encode(0, 'M');
  code.addData(words);
  code.make();
  const count = code.getModuleCount();
  let path = '';
  for (let row = 0; row < count; row++) for (let column = 0; column < count; column++) if (code.isDark(row, column)) path += `M${column + QUIET} ${row + QUIET}h1v1h-1z`;
  return { size: count + 2 * QUIET, path };
}
