// A real OpenID Connect provider for the tests: one client, and whoever signs in is who they say. Loopback only.
// It prints its issuer once it listens, and ends with its standard input.
import http from "node:http";
import Provider from "oidc-provider";

const [redirectUri] = process.argv.slice(2);
const server = http.createServer();

server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: "garde-fou",
        client_secret: "a secret that only the house and its provider know",
        redirect_uris: [redirectUri],
        response_types: ["code"],
        grant_types: ["authorization_code"],
      },
    ],
    // What a name is in: "grace+mods+leads" is of the groups mods and leads.
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, groups: id.split("+").slice(1) }),
    }),
    claims: { openid: ["sub", "groups"] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    cookies: { keys: ["for the tests alone"] },
    ttl: { Session: 600, Grant: 600, Interaction: 600, AccessToken: 600, IdToken: 600 },
    features: { devInteractions: { enabled: true } },
  });
  server.on("request", provider.callback());
  process.stdout.write(`${issuer}\n`);
});

process.stdin.on("end", () => process.exit(0)).resume();
