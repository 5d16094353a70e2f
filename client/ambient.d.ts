// What the build puts in: texts of style sheets, and what the server writes in the place of this name.
declare module "*.css" {
  const text: string;
  export default text;
}
declare const ZWECK: unknown;
