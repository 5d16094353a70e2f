export default function Page() {
  return <h1>Sample Planner: pricing</h1>;
}
