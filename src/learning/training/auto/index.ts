export { type AutoFacts, type AutoRecipe, type Choice, chooseRecipe } from './choose-recipe.js';
