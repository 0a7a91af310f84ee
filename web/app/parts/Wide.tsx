import type { ReactNode } from 'react';

/** A table that may be wider than the screen: it scrolls by itself, and has the focus of the keyboard to do so. */
export function Wide({ label, isCard = false, children }: { label: string; isCard?: boolean; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <section className={isCard ? 'card scroll-x' : 'scroll-x'} aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
