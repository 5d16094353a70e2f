export default function Page() {
  return (
    <>
      <h1>Privacy policy</h1>
      <p>We count visits only with your consent.</p>
    </>
  );
}
