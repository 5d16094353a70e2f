export default function Page() {
  return <h1>Sample Planner: imprint</h1>;
}
