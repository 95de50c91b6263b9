/** @throws Error with the text, when it is not so */
export const check = (holds: boolean, text: string): void => {
  if (!holds) throw new Error(text);
};
