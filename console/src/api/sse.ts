/** One message of a server-sent event stream; a comment carries the server's position and nothing else. */
export type SseMessage = { kind: 'event'; id: string; type: string; data: string } | { kind: 'comment'; text: string };

/** Takes a stream's text as it arrives, in pieces of any size, and gives whole messages. */
export class SseParser {
  private rest = '';
  private id = '';
  private type = '';
  private data: string[] = [];

  *push(chunk: string): Generator<SseMessage> {
    this.rest += chunk;
    for (let end = this.rest.indexOf('\n'); end >= 0; end = this.rest.indexOf('\n')) {
      const line = this.rest.slice(0, end).replace(/\r$/, '');
      this.rest = this.rest.slice(end + 1);
      if (line === '') {
        if (this.data.length > 0) yield { kind: 'event', id: this.id, type: this.type || 'message', data: this.data.join('\n') };
        this.type = '';
        this.data = [];
      } else if (line.startsWith(':')) yield { kind: 'comment', text: line.slice(1).trim() };
      else this.field(line);
    }
  }

  private field(line: string) {
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'id') this.id = value;
    else if (name === 'event') this.type = value;
    else if (name === 'data') this.data.push(value);
  }
}
