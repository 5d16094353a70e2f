export default function Page() {
  return (
    <>
      <h1>Pricing</h1>
      <p>One price for everybody.</p>
    </>
  );
}
