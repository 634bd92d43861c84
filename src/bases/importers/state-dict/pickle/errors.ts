/** What is wrong with a pickle, as the end of a sentence. */
export class PickleError extends Error {}

/** The bytes end within the pickle. */
export class PickleCutOff extends PickleError {
  constructor() {
    super('its pickle is cut off');
  }
}
