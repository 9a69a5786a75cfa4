// SPDX-License-Identifier: Apache-2.0
// Which of Stripe's ids the documents take into account already. Who waits for one uses
// await_facts.hpp.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "entitlements/domain/catalog.hpp"
#include "entitlements/fact_store.hpp"

namespace tollgate::entitlements {

/// An event, a subscription or a Checkout session, as Stripe writes ids: `evt_…`, `sub_…`, `cs_…`.
bool is_awaitable_id(std::string_view id);

/// An event is reflected once it is applied and could be read (a thin one, once its object was
/// fetched); a subscription once its state is known; a session once it is over and the subscription
/// or payment that it names is known too. Facts are written together with the documents that follow
/// from them, so who reads a document afterwards sees them in it.
std::set<std::string> find_reflected(FactReader& reader, const Catalog& catalog,
                                     const std::vector<std::string>& ids);

}  // namespace tollgate::entitlements
