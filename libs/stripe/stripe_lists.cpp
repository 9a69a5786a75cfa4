// SPDX-License-Identifier: Apache-2.0
#include "stripe/stripe_lists.hpp"

#include "stripe/json_slices.hpp"

namespace tollgate::stripe {

boost::asio::awaitable<Result<ListPage, ApiFailure>> fetch_page(StripeApi& api, ApiRequest request,
                                                                std::string after) {
  request.parameters.add("limit", page_elements_max);
  if (!after.empty()) request.parameters.add("starting_after", after);
  auto answer = co_await api.send(std::move(request));
  if (!answer) co_return answer.error();
  const ListSlices list = list_slices(answer->body);
  ListPage page;
  page.elements.assign(list.elements.begin(), list.elements.end());
  page.has_more = list.has_more && !list.elements.empty();
  if (!page.elements.empty()) page.last_id = plain_text_of(page.elements.back(), "id");
  page.as_of = answer->as_of;
  co_return page;
}

}  // namespace tollgate::stripe
