// SPDX-License-Identifier: Apache-2.0
// GET /sign-in/token?user=NAME, answered inside nginx: a JWT for any name, so that the demo store
// needs no accounts. For development only, and kept there by three things: it answers in
// STRIPE_MODE=test alone, nginx listens on loopback, and it signs with an HS256 secret that
// production does not have (RS256/ES256 by JWKS there). A shop's own login takes its place.
import crypto from 'crypto';

const TTL_S = 12 * 3600;
// What is safe wherever a user's id goes, client_reference_id of Stripe's too.
const NAME = /^[A-Za-z0-9_-]{1,64}$/;

function encode(part) {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

function sign(claims, secret) {
  const signed = encode({alg: 'HS256', typ: 'JWT'}) + '.' + encode(claims);
  return signed + '.' + crypto.createHmac('sha256', secret).update(signed).digest('base64url');
}

function answer(r, status, body) {
  r.headersOut['Content-Type'] = 'application/json';
  r.headersOut['Cache-Control'] = 'no-store';
  r.return(status, JSON.stringify(body));
}

function token(r) {
  const settings = process.env;
  if (settings.STRIPE_MODE !== 'test' || !settings.JWT_HS256_SECRET) return r.return(404);
  const user = r.args.user;
  if (typeof user !== 'string' || !NAME.test(user)) {
    return answer(r, 422, {detail: 'A name has 1 to 64 letters, digits, - or _.'});
  }
  const now = Math.floor(Date.now() / 1000);
  const claims = {iss: settings.JWT_ISSUER, aud: settings.JWT_AUDIENCE, sub: user,
                  iat: now, exp: now + TTL_S};
  return answer(r, 200, {user: user, token: sign(claims, settings.JWT_HS256_SECRET),
                         expires_at: claims.exp});
}

export default {token};
