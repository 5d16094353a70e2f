import { readFileSync } from "node:fs";
import Link from "next/link";
import { Consent } from "./consent";

export const dynamic = "force-dynamic";
export const metadata = { title: "Sample Planner" };

export default function Layout({ children }) {
  const banner = readFileSync(process.env.BANNER_FILE, "utf8").trim();
  return (
    <html lang="en">
      <body>
        <header>
          <Link href="/">Home</Link> <Link href="/pricing">Pricing</Link>
        </header>
        <main>{children}</main>
        <footer>
          <Link href="/imprint">Imprint</Link> <Link href="/privacy-policy">Privacy policy</Link>
          <Consent banner={banner} />
        </footer>
      </body>
    </html>
  );
}
