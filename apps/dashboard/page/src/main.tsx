import './style/tokens.css';
import './style/base.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { createRoot } from 'react-dom/client';
import { session } from './session/session';
import { router } from './shell/router';
import { showTheme } from './style/theme';
import { WordsProvider, firstWords } from './words/use-words';

/** What was answered is shown at once and asked again; a refusal is final, a gateway that is down is asked again. */
const queries = new QueryClient({
  defaultOptions: { queries: { staleTime: 1_000, retry: 1, gcTime: 60_000, networkMode: 'always' } },
});

const root = document.getElementById('root');
if (!root) throw new Error('The document has no element "root"');
showTheme();
void session.begin();
const words = await firstWords();
createRoot(root).render(
  <WordsProvider first={words}>
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </WordsProvider>,
);
