import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '../app/style/tokens.css';
import '../app/style/base.css';
import './embed.css';
import { EmbeddedAccuracy } from './EmbeddedAccuracy';

const parameters = new URLSearchParams(window.location.search);
const theme = parameters.get('theme');
if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;

const element = document.getElementById('figure');
if (element) {
  // The page around this frame makes room for it; it cannot look inside. The height is no secret.
  new ResizeObserver(() => {
    window.parent.postMessage({ type: 'deeplesion:height', height: document.documentElement.scrollHeight }, '*');
  }).observe(element);
  createRoot(element).render(
    <StrictMode>
      <EmbeddedAccuracy parameters={parameters} />
    </StrictMode>,
  );
}
