import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const ink: MantineColorsTuple = ['#f3f5f7', '#e4e8ec', '#c8d0d8', '#a9b5c1', '#8b9aa9', '#6d7e90', '#4d5e70', '#33424f', '#23303d', '#17212b'];

/** Mantine's dark greys in the tone of the console's own. */
const dark: MantineColorsTuple = ['#e5e8eb', '#c5ccd3', '#a3adb8', '#8e99a5', '#454e58', '#2d333a', '#22272d', '#1b1f24', '#171a1e', '#14171a'];

export const theme = createTheme({
  fontFamily: "'Inter Variable', 'Inter', system-ui, 'Segoe UI', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace",
  colors: { ink, dark },
  primaryColor: 'ink',
  primaryShade: { light: 8, dark: 6 },
  defaultRadius: 6,
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Modal: { styles: { title: { fontWeight: 600 } }, defaultProps: { overlayProps: { backgroundOpacity: 0.3 }, centered: false, yOffset: '10vh', radius: 10, transitionProps: { duration: 120 } } },
    Drawer: { styles: { title: { fontWeight: 600 } }, defaultProps: { position: 'right', transitionProps: { duration: 140 } } },
    Slider: { styles: { bar: { backgroundColor: 'var(--chart-faint)' }, track: { '--track-bg': 'var(--sunken)' } as never, thumb: { borderColor: 'var(--chart)', backgroundColor: 'var(--surface)' } } },
  },
});

/** Mantine's own parts take the console's greys. */
export const variables: CSSVariablesResolver = () => ({
  variables: {
    '--mantine-color-body': 'var(--surface)',
    '--mantine-color-text': 'var(--text)',
    '--mantine-color-dimmed': 'var(--quiet)',
    '--mantine-color-placeholder': 'var(--faint)',
    '--mantine-color-default-border': 'var(--line-strong)',
    '--mantine-color-error': 'var(--bad)',
  },
  light: {},
  dark: { '--mantine-color-default': 'var(--sunken)', '--mantine-color-default-hover': 'var(--line)' },
});
