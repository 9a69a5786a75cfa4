// SPDX-License-Identifier: Apache-2.0
#include "operator/compose_stripe_commands.hpp"

#include <unistd.h>

#include <boost/asio/io_context.hpp>

#include <iostream>
#include <memory>

#include "base/metrics.hpp"
#include "http/client.hpp"
#include "operator/apply_catalog.hpp"
#include "operator/apply_webhook_endpoint.hpp"
#include "operator/ask_stripe.hpp"
#include "operator/bind_customer.hpp"
#include "operator/read_sold_products.hpp"

namespace tollgate::operations {
namespace {

constexpr int stripe_refused = 1;
constexpr int wrongly_called = 2;
constexpr int changes_withheld = 3;

// Below the 25 a second of an account's test mode.
constexpr double requests_per_second = 20;

struct Options {
  bool yes = false;
  bool dry_run = false;
  std::string url;
  std::string customer;
  std::string user;
};

bool ask_at_terminal(const Config& config) {
  if (isatty(STDIN_FILENO) == 0) {
    std::cerr << "not sent: no terminal to ask at; --yes agrees beforehand" << std::endl;
    return false;
  }
  std::cout << "Send this to Stripe, "
            << (config.stripe.mode == stripe::Mode::live ? "LIVE" : "test") << " mode, "
            << config.stripe.base << "? [y/N] " << std::flush;
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

Consent consent_of(const Options& options, const Config& config) {
  if (options.dry_run) return [] { return false; };
  if (options.yes) return [] { return true; };
  return [&config] { return ask_at_terminal(config); };
}

/// Runs one use case with Stripe at hand and turns how it ended into an exit status.
int ask(const Config& config, const std::function<Applied(AskStripe&)>& use_case) {
  if (config.stripe.secret_key.empty()) {
    std::cerr << "STRIPE_SECRET_KEY is needed: without it Stripe cannot be asked" << std::endl;
    return wrongly_called;
  }
  boost::asio::io_context io{1};
  Metrics metrics;
  const auto client = http::make_client(io, {});
  stripe::StripeApi api{*client, config.stripe, metrics, {requests_per_second}};
  AskStripe stripe{io, api};
  try {
    return use_case(stripe) == Applied::withheld ? changes_withheld : 0;
  } catch (const StripeRefusal& refusal) {
    std::cerr << refusal.what() << std::endl;
    return stripe_refused;
  }
}

int run_catalog_apply(const Options& options, const Config& config) {
  const auto sold = read_sold_products(config.catalog_file);
  if (!sold) {
    for (const std::string& fault : sold.error().messages) std::cerr << fault << '\n';
    return wrongly_called;
  }
  return ask(config, [&](AskStripe& stripe) {
    return apply_catalog(*sold, stripe, consent_of(options, config), std::cout);
  });
}

int run_webhook_endpoint_apply(const Options& options, const Config& config) {
  if (!http::is_http_url(options.url)) {
    std::cerr << "--url must be an http or https URL" << std::endl;
    return wrongly_called;
  }
  const Consent consent = [&] { return !options.dry_run; };
  return ask(config, [&](AskStripe& stripe) {
    return apply_webhook_endpoint(options.url, stripe, consent, std::cout);
  });
}

int run_customers_bind(const Options& options, const Config& config) {
  if (!is_user_id(options.user)) {
    std::cerr << "a user's id has 1 to 255 characters" << std::endl;
    return wrongly_called;
  }
  return ask(config, [&](AskStripe& stripe) {
    return bind_customer(options.customer, options.user, stripe, consent_of(options, config),
                         std::cout);
  });
}

using Run = int (*)(const Options&, const Config&);

void on_call(CLI::App& command, std::shared_ptr<Options> options, const Config& config,
             Action& action, Run run, bool needs_catalog = false) {
  command.callback([options, &config, &action, run, needs_catalog] {
    action.run = [options, &config, run] { return run(*options, config); };
    action.settings = {"LOG_LEVEL", "STRIPE_MODE", "STRIPE_SECRET_KEY", "STRIPE_API_BASE"};
    if (needs_catalog) action.settings.emplace_back("CATALOG_FILE");
  });
}

CLI::App& add_group(CLI::App& app, const std::string& name, const std::string& about) {
  CLI::App* group = app.add_subcommand(name, about);
  group->require_subcommand(1);
  return *group;
}

constexpr const char* about_dry_run =
    "Show what would change and send nothing; exit status 3 if any";

}  // namespace

void add_stripe_commands(CLI::App& app, const Config& config, Action& action) {
  const auto options = std::make_shared<Options>();

  CLI::App& catalog = add_group(app, "catalog", "What is sold at Stripe");
  CLI::App* apply = catalog.add_subcommand(
      "apply", "Creates and updates Stripe's products and prices from CATALOG_FILE");
  apply->add_flag("--yes", options->yes, "Send the changes without being asked");
  apply->add_flag("--dry-run", options->dry_run, about_dry_run);
  on_call(*apply, options, config, action, run_catalog_apply, true);

  CLI::App& endpoints = add_group(app, "webhook-endpoint", "Where Stripe sends its events");
  apply = endpoints.add_subcommand(
      "apply", "Creates the endpoint and prints its secret once, or brings it in line");
  apply->add_option("--url", options->url, "The ingress as Stripe sees it: …/webhooks/stripe")
      ->required();
  apply->add_flag("--yes", options->yes, "As of catalog apply; this command never asks");
  apply->add_flag("--dry-run", options->dry_run, about_dry_run);
  on_call(*apply, options, config, action, run_webhook_endpoint_apply);

  CLI::App& customers = add_group(app, "customers", "Whose a customer of Stripe's is");
  CLI::App* bind = customers.add_subcommand(
      "bind", "Makes an existing customer a user's, also one that two users claim");
  bind->add_option("CUSTOMER", options->customer, "Stripe's id: cus_…")->required();
  bind->add_option("USER", options->user, "The user's id, as in the JWT's sub")->required();
  bind->add_flag("--yes", options->yes, "Take it from another user without being asked");
  on_call(*bind, options, config, action, run_customers_bind);
}

}  // namespace tollgate::operations
