import type { JSX, ReactNode } from "react";

export function Zweck(props: { origin: string; language?: string }): JSX.Element;
export function useAllowed(purpose: string): boolean;
export function Allowed(props: { purpose: string; otherwise?: ReactNode; children: ReactNode }): ReactNode;
export function Choices(props: { href: string; children: ReactNode }): JSX.Element;
export function Status(props: { href: string; children: string }): JSX.Element;

declare global {
  interface Window {
    zweck?: {
      status(): Record<string, { allows: boolean; said: "" | "y" | "n" | "o" }>;
      choose(action: "accept" | "refuse"): Promise<void>;
      open(): void;
      measure(event: string): void;
    };
  }
}
