import Link from "next/link";
import { Allowed, Choices, Status, Zweck } from "../zweck";

export const metadata = { title: "Sample Planner" };
const origin = process.env.NEXT_PUBLIC_ZWECK;

export default function Layout({ children }) {
  return (
    <html lang="en">
      <body>
        <Zweck origin={origin} language="en" />
        <header>
          <Link href="/">Home</Link> <Link href="/pricing">Pricing</Link>
        </header>
        <main>
          {children}
          <Allowed purpose="measurement" otherwise={<p id="waits">Waits</p>}>
            <p id="allowed">Allowed</p>
          </Allowed>
          <Status href={origin}>Is this visit measured?</Status>
        </main>
        <footer>
          <Link href="/imprint">Imprint</Link> <Link href="/privacy-policy">Privacy policy</Link>{" "}
          <Choices href={origin}>Cookie settings</Choices>
        </footer>
      </body>
    </html>
  );
}
