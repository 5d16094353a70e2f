export default function Page() {
  return <h1>Sample Planner: home</h1>;
}
