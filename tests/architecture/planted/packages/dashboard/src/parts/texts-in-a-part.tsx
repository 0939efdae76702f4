export function Planted({ count }: { count: number }) {
  const said = count > 0 ? 'It was done.' : `Found ${String(count)} times`;
  return (
    <p aria-label="Something" title={`All ${String(count)} of them`}>
      two words {said}
    </p>
  );
}
