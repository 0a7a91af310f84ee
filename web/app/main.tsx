import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import './style/tokens.css';
import './style/base.css';
import './style/page.css';
import { BASE, below } from './data/base';
import { useSignedIn } from './data/signedIn';
import { createQueryClient } from './data/useAnswer';
import { applyTheme } from './parts/theme';
import { router } from './router';

/** Another caller may see other things: nothing that was asked for before, or is on its way, stays. */
function Interface() {
  const { generation } = useSignedIn();
  return <InterfaceOfCaller key={generation} />;
}

function InterfaceOfCaller() {
  const [client] = useState(createQueryClient);
  return (
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  );
}

applyTheme();
const element = document.getElementById('page');
const { pathname, search, hash } = window.location;
// Opened past the proxy that has the prefix: the routes are below it all the same.
if (!`${pathname}/`.startsWith(`${BASE}/`)) window.location.replace(below(`${pathname}${search}${hash}`));
else if (element) {
  createRoot(element).render(
    <StrictMode>
      <Interface />
    </StrictMode>,
  );
}
