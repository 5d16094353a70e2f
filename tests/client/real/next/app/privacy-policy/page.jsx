export default function Page() {
  return <h1>Sample Planner: privacy-policy</h1>;
}
