import { Link } from '@tanstack/react-router';
import { PATHS } from '../../../src/http/webPaths';
import { useAddress } from '../data/address';
import type { AnyDocument } from '../data/graph';
import { useAnswer } from '../data/useAnswer';
import { Snippets } from '../parts/GetThis';
import { usePageKeys } from '../parts/KeySheet';
import { PageHead } from '../parts/PageHead';
import { Empty, Problem, Skeleton } from '../parts/States';
import { Answer, useTrial } from './cookbook/Answer';
import { RECIPES } from './cookbook/documents';
import { filled, type Recipe } from './cookbook/recipes';
import './cookbook/cookbook.css';

/** The questions of the cookbook, each with its answer and as a program. */
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
        {recipe.find === null ? (
          <RecipeView key={recipe.slug} recipe={recipe} open={open} />
        ) : (
          <FoundRecipe key={recipe.slug} recipe={recipe} find={recipe.find} open={open} />
        )}
      </div>
    </>
  );
}

/** A recipe with ids of what this server has; they come from a request of their own. */
function FoundRecipe({ recipe, find, open }: { recipe: Recipe; find: AnyDocument; open: (step: 1 | -1) => void }) {
  const { data, error, refetch } = useAnswer(find, {});
  if (error) return <Problem error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton label={recipe.title} />;
  const variables = filled(recipe.variables, data.data);
  if (typeof variables !== 'object' || variables === null)
    return (
      <article className="card stack" aria-label={recipe.title}>
        <h2>{recipe.title}</h2>
        <p>{recipe.description}</p>
        <Empty>This server has no finished detection run yet that the question could be about.</Empty>
      </article>
    );
  return <RecipeView recipe={{ ...recipe, variables: { ...variables } }} open={open} />;
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
