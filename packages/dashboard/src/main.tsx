import { render } from 'preact';
import { App } from './app.tsx';
import { isTooOld } from './too-old.ts';
import { showAllTexts } from './visible.ts';

const root = document.getElementById('app');
// What index.html says stays where the browser is too old.
if (root && !isTooOld()) {
  showAllTexts();
  root.replaceChildren();
  render(<App />, root);
}
