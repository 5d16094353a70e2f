export default function Page() {
  return (
    <>
      <h1>Imprint</h1>
      <p>Sample Planner Ltd, 1 Sample Street, Sampleton</p>
    </>
  );
}
