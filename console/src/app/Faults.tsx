import { Button } from '@mantine/core';
import { Link, type ErrorComponentProps } from '@tanstack/react-router';
import { Refused } from '~/api/client';
import { text } from '~/text/en';
import { Page } from '~/ui/Page';
import { Empty, Failure } from '~/ui/State';

/** Where no page is. */
export function NoPage() {
  return (
    <Page title={text.state.noPage}>
      <Empty title={text.state.noPage} note={text.state.noPageNote} action={<Link to="/">{text.state.toStart}</Link>} />
    </Page>
  );
}

/** A page that failed says so; the frame around it goes on. */
export function PageFault({ error, reset }: ErrorComponentProps) {
  if (error instanceof Refused) return <Failure error={error} retry={reset} />;
  return (
    <Empty
      title={text.state.crashed}
      note={`${text.state.crashedNote} (${error instanceof Error ? error.message : String(error)})`}
      action={
        <Button variant="default" size="xs" onClick={() => location.reload()}>
          {text.state.reload}
        </Button>
      }
    />
  );
}
