import { Button, Slider } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { get } from '~/api/client';
import { useMay } from '~/api/session';
import { text } from '~/text/en';
import { Badge } from '~/ui/Badge';
import { EventDrawer } from '~/ui/EventDrawer';
import { none, show } from '~/ui/format';
import { Card, Facts, Page } from '~/ui/Page';
import { Loaded } from '~/ui/State';
import { useNow } from '~/ui/useLive';
import { CountDialog, MoveDialog, ReceiveDialog, SetAsideDialog } from './actions';
import { Explain } from './Explain';
import { figures, type Figure } from './feature';
import { binsQuery, levelsQuery, skuQuery, type Level } from './queries';
import css from './Stock.module.css';

const dialogs = { receive: ReceiveDialog, count: CountDialog, move: MoveDialog, hold: SetAsideDialog };

/** One SKU: its figures at any moment, each opened into the exact events that make it. */
export function SkuPage() {
  const { sku } = useParams({ from: '/frame/stock/$sku' });
  const search = useSearch({ from: '/frame/stock/$sku' });
  const navigate = useNavigate({ from: '/stock/$sku' });
  const may = useMay();
  const [action, setAction] = useState<keyof typeof dialogs>();
  const master = useQuery(skuQuery(sku));
  const levels = useQuery(levelsQuery(sku, search.at));
  const figure = search.figure ?? 'available';
  const explain = (figure: Figure, site: string | undefined) => void navigate({ search: (old) => ({ ...old, figure, site }), replace: true });
  const Open = action && dialogs[action];

  return (
    <Page
      title={sku}
      crumbs={<Link to="/stock">{text.stock.title}</Link>}
      note={
        <>
          {master.data?.description} {master.data?.discontinued ? <Badge tone="warn">{text.stock.discontinued}</Badge> : null}
        </>
      }
      actions={
        may('inventory.move') && master.data
          ? (Object.keys(dialogs) as (keyof typeof dialogs)[]).map((name, index) => (
              <Button key={name} size="xs" variant={index === 0 ? 'filled' : 'default'} onClick={() => setAction(name)}>
                {text.stock.actions[name]}
              </Button>
            ))
          : null
      }
    >
      <AsOf sku={sku} at={search.at} onChange={(at) => void navigate({ search: (old) => ({ ...old, at }), replace: true })} />
      <Loaded query={levels} rows={6}>
        {(stock) => (
          <>
            <div className={css.figures} role="group" aria-label={text.stock.figuresLabel}>
              {figures.filter((name) => name !== 'ofOthers' || stock.total.ofOthers !== 0).map((name) => (
                <FigureButton key={name} name={name} level={stock.total} pressed={figure === name && !search.site} onClick={() => explain(name, undefined)} />
              ))}
            </div>
            <div className={css.columns}>
              <Explain sku={sku} figure={figure} site={search.site} at={search.at} onOpen={(event) => void navigate({ search: (old) => ({ ...old, event }), replace: true })} />
              <div className={css.stack}>
                <Card flush title={text.stock.bySite}>
                  <Sites levels={stock.sites} figure={figure} site={search.site} onExplain={explain} />
                </Card>
                {search.at === undefined ? <Bins sku={sku} /> : null}
                {stock.lots?.length ? (
                  <Card flush title={text.stock.lots}>
                    <Lots lots={stock.lots} />
                  </Card>
                ) : null}
                {master.data ? (
                  <Card title={text.stock.about}>
                    <Facts
                      items={[
                        [text.stock.unit, master.data.baseUnit],
                        [text.stock.units, master.data.units.length ? master.data.units.map((unit) => text.stock.conversion(unit.unit, show.quantity(unit.numerator / unit.denominator, master.data.baseUnit))).join(', ') : none],
                        [text.stock.tracking, master.data.tracking],
                        [text.stock.allocation, master.data.allocation.toUpperCase()],
                        [text.stock.preference, master.data.sitePreference.join(', ') || none],
                        [text.stock.venture, master.data.venture],
                        master.data.gtin && ['GTIN', master.data.gtin],
                      ]}
                    />
                  </Card>
                ) : null}
              </div>
            </div>
          </>
        )}
      </Loaded>
      {Open && levels.data ? <Open sku={sku} unit={levels.data.total.unit} sites={levels.data.sites} onClose={() => setAction(undefined)} /> : null}
      <EventDrawer position={search.event} onOpen={(event) => void navigate({ search: (old) => ({ ...old, event }), replace: true })} onClose={() => void navigate({ search: (old) => ({ ...old, event: undefined }), replace: true })} />
    </Page>
  );
}

function FigureButton({ name, level, pressed, onClick }: { name: Figure; level: Level; pressed: boolean; onClick: () => void }) {
  const value = level[name];
  const tone = (name === 'backordered' && value > 0) || (name === 'available' && value < 0);
  return (
    <button type="button" className={css.figure} aria-pressed={pressed} onClick={onClick}>
      <span className={css.label}>{text.stock.figures[name]}</span>
      <span className={`${css.value} ${tone ? (name === 'available' ? 'bad' : 'warn') : ''}`}>{show.quantity(value)}</span>
      <span className={css.unit}>{level.unit}</span>
    </button>
  );
}

function Sites({ levels, figure, site, onExplain }: { levels: readonly Level[]; figure: Figure; site: string | undefined; onExplain: (figure: Figure, site: string | undefined) => void }) {
  return (
    <div className={css.scroll}>
      <table className={css.lines}>
        <thead>
          <tr>
            <th scope="col">{text.stock.site}</th>
            {figures.slice(0, 4).map((name) => (
              <th scope="col" key={name} className={css.n}>
                {text.stock.figures[name]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {levels.map((level) => (
            <tr key={level.site}>
              <th scope="row">{level.site}</th>
              {figures.slice(0, 4).map((name) => (
                <td key={name} className={css.n}>
                  <button type="button" className={css.explain} aria-pressed={figure === name && site === level.site} title={text.stock.explainThis} onClick={() => onExplain(name, level.site ?? undefined)}>
                    {show.quantity(level[name])}
                  </button>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const BINS = 12;

/** The locations that hold it, the fullest first. */
function Bins({ sku }: { sku: string }) {
  const bins = useQuery(binsQuery(sku));
  const items = (bins.data?.items ?? []).toSorted((a, b) => b.onHand - a.onHand);
  if (items.length === 0) return null;
  return (
    <Card flush title={text.stock.bins} note={items.length > BINS ? text.stock.fullest(show.count(BINS), show.count(items.length)) : null}>
      <div className={css.scroll}>
        <table className={css.lines}>
          <thead>
            <tr>
              <th scope="col">{text.stock.bin}</th>
              <th scope="col">{text.stock.site}</th>
              <th scope="col" className={css.n}>{text.stock.figures.onHand}</th>
            </tr>
          </thead>
          <tbody>
            {items.slice(0, BINS).map((bin) => (
              <tr key={`${bin.site}/${bin.location}`}>
                <th scope="row">{bin.location}</th>
                <td>
                  <Link to="/warehouse" search={{ site: bin.site }}>{bin.site}</Link>
                </td>
                <td className={css.n}>{show.quantity(bin.onHand)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function Lots({ lots }: { lots: readonly { site: string; lot: string; expires?: string | null; owner?: string | null; onHand: number; available: number }[] }) {
  const today = new Date().toISOString().slice(0, 10);
  return (
    <div className={css.scroll}>
      <table className={css.lines}>
        <thead>
          <tr>
            <th scope="col">{text.stock.lot}</th>
            <th scope="col">{text.stock.site}</th>
            <th scope="col">{text.stock.expires}</th>
            <th scope="col" className={css.n}>{text.stock.figures.onHand}</th>
            <th scope="col" className={css.n}>{text.stock.figures.available}</th>
          </tr>
        </thead>
        <tbody>
          {lots.map((lot) => (
            <tr key={`${lot.site}/${lot.lot}/${lot.owner ?? ''}`}>
              <th scope="row">{lot.lot}</th>
              <td>{lot.site}</td>
              <td className={lot.expires && lot.expires < today ? 'bad' : undefined}>{lot.expires ? show.day(lot.expires) : none}</td>
              <td className={css.n}>{show.quantity(lot.onHand)}</td>
              <td className={css.n}>{show.quantity(lot.available)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const STEPS = 200;

/** The moment that a place on the slider stands for; its right end is now. */
export function momentAt(step: number, first: number, now: number): string | undefined {
  return step >= STEPS ? undefined : new Date(first + ((now - first) * step) / STEPS).toISOString();
}

/** Moves the whole page through time. */
function AsOf({ sku, at, onChange }: { sku: string; at: string | undefined; onChange: (at: string | undefined) => void }) {
  const now = useNow(30_000);
  const first = useQuery({
    queryKey: ['sku-first', sku],
    queryFn: async ({ signal }) => (await get('/api/v1/inventory/stock/{sku}/explain', { params: { sku }, query: { figure: 'onHand', limit: 1 }, signal })).steps[0]?.happened ?? null,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [moving, setMoving] = useState<number>();
  if (!first.data) return null;
  const start = Date.parse(first.data) - 60_000;
  const settled = at ? Math.max(0, Math.min(STEPS, ((Date.parse(at) - start) / (now - start)) * STEPS)) : STEPS;
  const step = moving ?? settled;
  const shown = moving === undefined ? at : momentAt(moving, start, now);
  return (
    <div className={`${css.asOf} no-print`}>
      <span className={css.moment} aria-live="polite">
        {shown ? text.stock.asOf(show.full(shown)) : text.stock.now}
      </span>
      <Slider
        flex={1}
        size="sm"
        min={0}
        max={STEPS}
        step={1}
        value={step}
        label={null}
        thumbLabel={text.stock.asOfLabel}
        onChange={setMoving}
        onChangeEnd={(value) => {
          setMoving(undefined);
          onChange(momentAt(value, start, now));
        }}
      />
      {at ? (
        <Button size="compact-xs" variant="default" onClick={() => onChange(undefined)}>
          {text.stock.toNow}
        </Button>
      ) : (
        <span className="quiet">{show.date(start)}</span>
      )}
    </div>
  );
}
