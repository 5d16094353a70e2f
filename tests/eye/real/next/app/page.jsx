export default function Page() {
  return (
    <>
      <h1>Plans that hold</h1>
      <p>A planner for small teams.</p>
    </>
  );
}
