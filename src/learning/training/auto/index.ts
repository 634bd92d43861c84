export { type AutoFacts, chooseRecipe } from './choose-recipe.js';
