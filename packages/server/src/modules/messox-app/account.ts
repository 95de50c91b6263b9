/** What the routes of the app say of themselves to `accounts`. The app cannot refresh a token. */
export const asApp = { client: 'messox-app', lasting: true } as const;

export type AppAccount = { readonly username: string; readonly password: string } & typeof asApp;
