// SPDX-License-Identifier: Apache-2.0
// The official Node SDK, unchanged, against a simulated Stripe: node node_sdk.mjs <url> <webhook url>.
// Prints one JSON object: the secret of the endpoint that it made, and what it saw.
import {createRequire} from 'node:module';
import {argv, env} from 'node:process';

const Stripe = createRequire(env.STRIPE_NODE_FOLDER + '/')('stripe');
const [url, webhookUrl] = [new URL(argv[2]), argv[3]];
const stripe = new Stripe('sk_test_simulator', {
  protocol: 'http', host: url.hostname, port: Number(url.port), maxNetworkRetries: 0});

async function control(path, body = {}) {
  const answer = await fetch(new URL('/simulator' + path, url),
                             {method: 'POST', body: JSON.stringify(body)});
  return answer.json();
}

const endpoint = await stripe.webhookEndpoints.create({url: webhookUrl, enabled_events: ['*']});
const product = await stripe.products.create({name: 'Professional'});
const price = await stripe.prices.create({
  product: product.id, currency: 'usd', unit_amount: 1900, recurring: {interval: 'month'}});
const customer = await stripe.customers.create({email: 'buyer@shop.example',
                                                metadata: {user_id: 'u1'}});
const session = await stripe.checkout.sessions.create({
  mode: 'subscription', customer: customer.id, client_reference_id: 'u1',
  line_items: [{price: price.id, quantity: 1}], success_url: 'https://shop.example/done'});
const paid = await control(`/checkout/sessions/${session.id}/complete`);
const subscription = await stripe.subscriptions.retrieve(paid.subscription,
                                                         {expand: ['latest_invoice.payments']});
const changed = await stripe.subscriptions.update(subscription.id, {
  items: [{id: subscription.items.data[0].id, quantity: 3}], proration_behavior: 'none'});
const canceled = await stripe.subscriptions.cancel(subscription.id);
const payment = subscription.latest_invoice.payments.data[0].payment.payment_intent;
const refund = await stripe.refunds.create({payment_intent: payment});
const refused = await stripe.refunds.create({payment_intent: payment}).catch((error) => error.code);
const customers = [];
for await (const one of stripe.customers.list({limit: 1})) customers.push(one.id);
await control('/deliveries/drain');
console.log(JSON.stringify({
  secret: endpoint.secret, quantity: changed.items.data[0].quantity, status: canceled.status,
  refunded: refund.amount, refused, customers: customers.length}));
