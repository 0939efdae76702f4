/** A made-up login, as Claude Code writes it down: `name` tells which, `hours` until when it is good. */
export function loginOf(name: string, hours: number): string {
  return JSON.stringify({
    claudeAiOauth: {
      accessToken: `sk-ant-oat01-${name}`,
      refreshToken: `sk-ant-ort01-${name}`,
      expiresAt: Date.now() + hours * 3600_000,
      scopes: ['user:inference', 'user:profile'],
      subscriptionType: 'max',
    },
  });
}

export const LOGIN = loginOf('made-up', 8);
