import { Link } from '@tanstack/react-router';
import { PATHS } from '../../../src/http/webPaths';
import { useAddress } from '../data/address';
import { Snippets } from '../parts/GetThis';
import { usePageKeys } from '../parts/KeySheet';
import { PageHead } from '../parts/PageHead';
import { Answer, useTrial } from './cookbook/Answer';
import { RECIPES, type Recipe } from './cookbook/recipes';
import './cookbook/cookbook.css';

/** The example queries of the server, each with its answer and as a program. */
export function Cookbook() {
  const [{ q }, setSearch] = useAddress();
  const index = Math.max(
    0,
    RECIPES.findIndex(({ slug }) => slug === q),
  );
  const recipe = RECIPES[index];
  const open = (step: 1 | -1): void => {
    const next = RECIPES[index + step];
    if (next) setSearch({ q: next.slug });
  };
  if (!recipe) return null;
  return (
    <>
      <PageHead
        title="Cookbook"
        lead="Everything on these pages comes from one GraphQL address. Start from a recipe, in your language."
      />
      <div className="cookbook">
        <nav aria-label="Recipes">
          <ol className="recipe-list">
            {RECIPES.map(({ slug, title }) => (
              <li key={slug}>
                <Link
                  to={PATHS.cookbook}
                  search={{ q: slug }}
                  aria-current={slug === recipe.slug ? 'page' : undefined}
                  activeProps={{}}
                >
                  {title}
                </Link>
              </li>
            ))}
          </ol>
        </nav>
        <RecipeView key={recipe.slug} recipe={recipe} open={open} />
      </div>
    </>
  );
}

function RecipeView({ recipe, open }: { recipe: Recipe; open: (step: 1 | -1) => void }) {
  const trial = useTrial(recipe);
  usePageKeys([
    { keys: 'j', label: 'Next recipe', run: () => open(1) },
    { keys: 'k', label: 'Recipe before', run: () => open(-1) },
    { keys: 'r', label: 'Run this recipe', run: trial.run },
  ]);
  const { title, description, document, variables, isMutation, slug } = recipe;
  return (
    <article className="card stack" aria-label={title}>
      <h2>{title}</h2>
      <p>{description}</p>
      <Snippets source={{ title: 'Request', document, variables }} />
      <div className="row">
        <button type="button" className="primary" disabled={trial.isPending} onClick={trial.run}>
          Run it here <kbd className="on-accent">r</kbd>
        </button>
        {isMutation && <span className="warn-text">It changes something on this server.</span>}
      </div>
      <Answer trial={trial} fileName={`${slug}.json`} />
    </article>
  );
}
