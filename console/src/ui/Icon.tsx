/** The console's own small set: 20 by 20, one stroke, drawn for these screens. */
const paths = {
  tower: 'M3 16h14M5 16V9l5-4 5 4v7M8.5 16v-4h3v4',
  orders: 'M5 3h10v14H5zM8 7h4M8 10h4M8 13h2.5',
  stock: 'M3 6.5 10 3l7 3.5v7L10 17l-7-3.5zM3 6.5l7 3.5 7-3.5M10 10v7',
  events: 'M4 5h12M4 10h8M4 15h10',
  audit: 'M10 3l6 2.5V10c0 3.5-2.5 6-6 7-3.500-1-6-3.500-6-7V5.500zM7.500 10l2 2 3.500-4',
  layers: 'M3 7l7-4 7 4-7 4zM3 10.500l7 4 7-4M3 14l7 4 7-4',
  health: 'M2 10h4l2-5 4 10 2-5h4',
  key: 'M12.500 10.500a3.500 3.500 0 1 0-3-3L3 14v3h3v-2h2v-2h1.500z',
  people: 'M7.500 9.500a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2 17c0-3 2.500-5 5.500-5s5.500 2 5.500 5M13 4a3 3 0 0 1 0 5.500M15 12.500c1.800.7 3 2.300 3 4.500',
  approvals: 'M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5zM10 12.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z',
  roles: 'M4 3.500h12v13H4zM10 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM6.500 14c0-1.700 1.500-2.700 3.500-2.700s3.500 1 3.500 2.700M8.500 3.500h3',
  search: 'M9 15A6 6 0 1 0 9 3a6 6 0 0 0 0 12zM13.500 13.500 17 17',
  plan: 'M4 16c0-4 3-4 6-6s6-2 6-6M4 16.010h.010M16 4.010h.010M2.500 16a1.500 1.500 0 1 0 3 0 1.500 1.500 0 0 0-3 0M14.500 4a1.500 1.500 0 1 0 3 0 1.500 1.500 0 0 0-3 0',
  forecast: 'M3 16V4M3 16h14M5.500 12.500l3-3 2.500 2 5-6',
  scene: 'M10 2.500 16.500 6v8L10 17.500 3.500 14V6zM3.500 6 10 9.500 16.500 6M10 9.500v8M6.750 4.250l6.500 3.500',
  settings: 'M3 6h8M15 6h2M3 14h2M9 14h8M13 4v4M7 12v4',
  user: 'M10 10a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM3.500 17c0-3 3-5 6.500-5s6.500 2 6.500 5',
  menu: 'M3 5h14M3 10h14M3 15h14',
  close: 'M5 5l10 10M15 5 5 15',
  warn: 'M10 3 18 17H2zM10 8v4M10 14.500v.010',
  down: 'M5 8l5 5 5-5',
  right: 'M8 5l5 5-5 5',
  left: 'M12 5l-5 5 5 5',
  plus: 'M10 4v12M4 10h12',
  columns: 'M3 4h14v12H3zM8 4v12M13 4v12',
  star: 'M10 3l2.200 4.600 5 .700-3.600 3.500.900 5L10 14.400 5.500 16.800l.900-5L2.800 8.300l5-.700z',
  board: 'M3 4h4v12H3zM8.500 4h4v8h-4zM14 4h3v5h-3z',
  list: 'M3 5h14M3 10h14M3 15h14',
  upload: 'M10 13V4M6.500 7 10 3.500 13.500 7M4 13v3.500h12V13',
  print: 'M6 7V3h8v4M4 7h12v6h-2.500M6.500 13H4V7M6.500 11h7v6h-7z',
  phone: 'M6 2.500h8v15H6zM9 15h2',
  truck: 'M2 5h9v9H2zM11 8h4l3 3v3h-7zM6 16a1.500 1.500 0 1 0 0-3 1.500 1.500 0 0 0 0 3zM14.500 16a1.500 1.500 0 1 0 0-3 1.500 1.500 0 0 0 0 3z',
  play: 'M6 4l10 6-10 6z',
  pause: 'M7 4v12M13 4v12',
  check: 'M4 10.500l4 4 8-9',
  copy: 'M7 7h9v10H7zM4 13V3h9',
  moon: 'M16 11.500A6.500 6.500 0 0 1 8.500 4a6.500 6.500 0 1 0 7.500 7.500z',
  tour: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM12.500 7.500l-1.500 4-3.500 1.500 1.500-4z',
  history: 'M4 10a6 6 0 1 0 2-4.500M3.500 3.500V7H7M10 7v3l2 2',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth={1.5} strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
